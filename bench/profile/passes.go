package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"etamil/internal/compile"
	"etamil/internal/nulakam"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/opt"
	"etamil/vm"
)

// compilations is how many times each program is compiled to find how long that takes.
const compilations = 5

// sizes are the BENCH_N of programs for which 10,000 is too much.
var sizes = map[string]string{"fib": "20", "tree": "10", "mandelbrot": "30", "matmul": "30", "documents": "100", "accounts": "1000"}

// worth is what the passes are worth, by the ways to compile: with all passes, with none, and
// with all but one.
type worth struct {
	Ways []string `json:"ways"` // "all", "none", and the names of passes
	Rows []row    `json:"rows"`
	// Compile is how many milliseconds of processor compiling all of the programs takes.
	Compile []float64 `json:"compile_ms"`
}

type row struct {
	Program string    `json:"program"`
	Cost    []float64 `json:"cost"` // instructions, or milliseconds, of each way
}

// passes writes what each pass is worth, as JSON: bench makes a table of it. cost says, for each program, what each of
// the ways to compile it makes it cost: nothing where that says nothing.
func passes(w io.Writer, cost func(programs [][]prepared) ([][]float64, error)) error {
	files, err := programs()
	if err != nil {
		return err
	}
	out := worth{Ways: []string{"all", "none"}}
	options := []compile.Options{{Lenient: true}, {Lenient: true, NoOpt: true}}
	for _, p := range opt.Passes {
		out.Ways = append(out.Ways, p.Name)
		options = append(options, compile.Options{Lenient: true, Passes: func(name string) bool { return name != p.Name }})
	}
	all := make([][]prepared, len(files))
	for k, file := range files {
		all[k] = make([]prepared, len(options))
		for i, o := range options {
			if all[k][i], err = prepare(file, o); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	costs, err := cost(all)
	if err != nil {
		return err
	}
	for k, file := range files {
		if costs[k] != nil {
			out.Rows = append(out.Rows, row{strings.TrimSuffix(filepath.Base(file), ".qmz"), costs[k]})
		}
	}
	// Interleaved, processor time, and the least counts: other work on the machine only makes
	// it longer.
	out.Compile = make([]float64, len(options))
	for range compilations {
		for i, o := range options {
			began := processorTime()
			for _, file := range files {
				if _, err := compiled(file, o); err != nil {
					return err
				}
			}
			if ms := (processorTime() - began).Seconds() * 1000; out.Compile[i] == 0 || ms < out.Compile[i] {
				out.Compile[i] = ms
			}
		}
	}
	return json.NewEncoder(w).Encode(out)
}

// programs is the files of the programs that are counted and measured: all but the one of the
// cache, which is no part of what is linked here.
func programs() ([]string, error) {
	var files []string
	for _, pattern := range []string{"bench/programs/*.qmz", "examples/*.qmz"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			return nil, fmt.Errorf("no %s: run it in the repository's folder", pattern)
		}
		for _, f := range found {
			if filepath.Base(f) != "cache.qmz" {
				files = append(files, f)
			}
		}
	}
	return files, nil
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// prepared is a program that can be run again and again.
type prepared struct {
	img  *vm.Image
	size string // its BENCH_N
}

func prepare(file string, o compile.Options) (prepared, error) {
	size, ok := sizes[strings.TrimSuffix(filepath.Base(file), ".qmz")]
	if !ok {
		size = "10000"
	}
	r, err := compiled(file, o)
	if err != nil {
		return prepared{}, err
	}
	img, err := script.Link(r.Code, all.Bind)
	return prepared{img, size}, err
}

// run runs p; nobody reads its output.
func (p prepared) run() error {
	os.Setenv("BENCH_N", p.size)
	h := host.New(logs.New(io.Discard, logs.Options{}), false)
	h.Out, h.In = host.NewOutput(io.Discard, false), host.NewInput(strings.NewReader(""))
	if end := script.Run(context.Background(), p.img, vm.Limits{}, h); end.Err != nil {
		return end.Err
	}
	return nil
}

func compiled(file string, o compile.Options) (*compile.Result, error) {
	entry, err := load.Entry(file)
	if err != nil {
		return nil, err
	}
	r, err := compile.Program(entry, load.NewFinder("", "", nulakam.Files()), o)
	if err == nil && r.Code == nil {
		err = fmt.Errorf("it has mistakes")
	}
	return r, err
}
