package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// An Engine runs programs of one language.
type Engine struct {
	Name    string   // in flags and results
	Title   string   // in tables
	Dirs    []string // folders below bench/ that are searched for a program, best first
	Suffix  string   // what follows the workload's name in a file name
	Command []string // the file name is appended
	Version []string // prints the version on its first line; empty: the title says it
}

// The engines that tables single out.
const (
	ours      = "etamil"
	reference = "lua54" // its checksums are right, its times are what ours are divided by
	bareGo    = "go"    // a Go program that does nothing: ours can't start faster
	goccy     = "goccy" // a Go program around the JSON library that others are measured by
)

const (
	etamilBinary = "bin/etamil"
	gohostBinary = "bin/gohost"
	bareBinary   = "bin/goempty"
	goccyBinary  = "bin/goccy"
)

var engines = []Engine{
	{ours, "eTamil", []string{"programs"}, ".qmz", []string{etamilBinary, "run"}, []string{etamilBinary, "version"}},
	{reference, "PUC Lua 5.4", []string{"peers/lua54", "peers/lua"}, ".lua", []string{"lua5.4"}, []string{"lua5.4", "-v"}},
	{"luajit_off", "LuaJIT -joff", []string{"peers/lua"}, ".lua", []string{"luajit", "-joff"}, []string{"luajit", "-v"}},
	{"gopherlua", "gopher-lua", []string{"peers/lua"}, ".lua", []string{gohostBinary, "gopherlua"}, nil},
	{"goja", "goja", []string{"peers/js"}, ".js", []string{gohostBinary, "goja"}, nil},
	// -S -E: what a machine adds to Python's start is not Python.
	{"python3", "Python", []string{"peers/python"}, ".py", []string{"python3", "-S", "-E"}, []string{"python3", "--version"}},
	{"python3_decimal", "Python Decimal", []string{"peers/python"}, "_decimal.py", []string{"python3", "-S", "-E"}, nil},
	{goccy, "Go, goccy/go-json", []string{"peers/gohost/goccy", "peers/gohost/empty"}, ".go", []string{goccyBinary}, nil},
	{bareGo, "an empty Go program", []string{"peers/gohost/empty"}, ".go", []string{bareBinary}, nil},
}

// program returns the file in which e has w, or "" if it has none. Every engine has
// every workload but four: Python's exact decimals stand beside the slab tax, and alone
// beside the accounts; Go beside the program that does nothing and with its library beside
// documents of JSON, which Lua has nothing for.
func (e Engine) program(w Workload) string {
	for _, dir := range e.Dirs {
		file := filepath.Join("bench", dir, w.Name+e.Suffix)
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	if w.Name == startup { // the variants of an engine start as it does
		file := filepath.Join("bench", e.Dirs[0], startup+filepath.Ext(e.Suffix))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}

// prepare builds the binaries that the chosen engines need and looks for the others.
// It returns the engines with commands that start without a detour.
func prepare(chosen []Engine) ([]Engine, error) {
	ready := make([]Engine, 0, len(chosen))
	built := map[string]bool{}
	for _, e := range chosen {
		e.Command = append([]string(nil), e.Command...)
		switch e.Command[0] {
		case etamilBinary, gohostBinary, bareBinary, goccyBinary:
			if !built[e.Command[0]] {
				if err := build(e.Command[0]); err != nil {
					return nil, err
				}
				built[e.Command[0]] = true
			}
		default:
			path, err := locate(e.Command[0])
			if err != nil {
				return nil, err
			}
			e.Command[0] = path
		}
		ready = append(ready, e)
	}
	return ready, nil
}

// locate finds a tool. A python3 on PATH may be a script that picks one of several
// Pythons and takes longer than most rows; the one it picks says where it is.
func locate(tool string) (string, error) {
	path, err := exec.LookPath(tool)
	if err != nil {
		return "", fmt.Errorf("%s is not here: ./test --install installs what the benchmarks need (%w)", tool, err)
	}
	if tool != "python3" {
		return path, nil
	}
	out, err := exec.Command(path, "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// build makes one of the binaries of this repository.
func build(binary string) error {
	target, err := filepath.Abs(binary)
	if err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-o", target, "./cmd/etamil")
	if part := map[string]string{gohostBinary: ".", bareBinary: "./empty", goccyBinary: "./goccy"}[binary]; part != "" {
		cmd = exec.Command("go", "build", "-o", target, part)
		cmd.Dir = filepath.Join("bench", "peers", "gohost")
	}
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", binary, err, out)
	}
	return nil
}

// version asks an engine what it is, in one line.
func (e Engine) version() string {
	if len(e.Version) == 0 {
		return e.Title
	}
	args := append([]string{e.Command[0]}, e.Version[1:]...)
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	if err != nil {
		return e.Title + " (" + err.Error() + ")"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	line, _, _ = strings.Cut(line, " -- ") // LuaJIT and others add their copyright
	line, _, _ = strings.Cut(line, "  Copyright")
	return strings.TrimSpace(line)
}

// pick returns the things whose names are in the comma-separated list, in their own
// order; an empty list means all of them.
func pick[T any](all []T, list string, name func(T) string) ([]T, error) {
	if list == "" {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, n := range strings.Split(list, ",") {
		wanted[strings.TrimSpace(n)] = true
	}
	var some []T
	for _, one := range all {
		if wanted[name(one)] {
			some = append(some, one)
			delete(wanted, name(one))
		}
	}
	for n := range wanted {
		return nil, errors.New("nothing is called " + n)
	}
	return some, nil
}
