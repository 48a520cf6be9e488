package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// atRoot puts the test where the command runs: at the root of the repository.
func atRoot(t *testing.T) { t.Chdir("..") }

// some are the workloads that not every engine has, and which have them; the program that
// does nothing is everybody's.
var some = map[string][]string{
	"documents": {ours, "goja", "python3", goccy},
	"accounts":  {ours, "python3_decimal"},
	"tasks":     {ours},
	"channels":  {ours},
	"cache":     {ours},
	"sleepers":  {ours},
}

// few are the engines that have only some workloads.
var few = map[string][]string{
	"python3_decimal": {"slabtax", "accounts"},
	goccy:             {"documents"},
	bareGo:            {},
}

// TestEveryEngineHasEveryProgram: a workload missing on one engine would leave a hole in
// the table that nobody notices.
func TestEveryEngineHasEveryProgram(t *testing.T) {
	atRoot(t)
	for _, e := range engines {
		for _, w := range workloads {
			has := e.program(w) != ""
			those, limited := some[w.Name]
			these, lesser := few[e.Name]
			want := w.Name == startup ||
				(!limited || slices.Contains(those, e.Name)) && (!lesser || slices.Contains(these, w.Name))
			if has != want {
				t.Errorf("%s on %s: has a program %v, want %v", w.Name, e.Name, has, want)
			}
		}
	}
}

// TestEveryProgramIsRun: a program that no workload names measures nothing.
func TestEveryProgramIsRun(t *testing.T) {
	atRoot(t)
	var used []string
	for _, e := range engines {
		for _, w := range workloads {
			used = append(used, e.program(w))
		}
	}
	for _, w := range growing {
		used = append(used, engines[0].program(w))
	}
	seen := 0
	for _, pattern := range []string{"bench/programs/*.qmz", "bench/peers/lua*/*.lua", "bench/peers/js/*.js", "bench/peers/*/*.py"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			seen++
			if !slices.Contains(used, f) {
				t.Errorf("%s: no workload runs it", f)
			}
		}
	}
	if seen < len(workloads)*3 { // some rows have no peers
		t.Errorf("only %d programs found", seen)
	}
}

// TestProgramsTakeTheirSize: without BENCH_N a smoke run would take minutes, and an engine
// could compute the answer before it starts.
func TestProgramsTakeTheirSize(t *testing.T) {
	atRoot(t)
	for _, e := range engines {
		for _, w := range workloads {
			file := e.program(w)
			if w.Name == startup || file == "" {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "BENCH_N") {
				t.Errorf("%s does not look at BENCH_N", file)
			}
		}
	}
}

func TestPick(t *testing.T) {
	name := func(w Workload) string { return w.Name }
	all, err := pick(workloads, "", name)
	if err != nil || len(all) != len(workloads) {
		t.Errorf("an empty list must mean all: %d, %v", len(all), err)
	}
	two, err := pick(workloads, "tree, fib", name)
	if err != nil || len(two) != 2 || two[0].Name != "fib" || two[1].Name != "tree" {
		t.Errorf("got %v, %v", two, err)
	}
	if _, err := pick(workloads, "fib,fob", name); err == nil || !strings.Contains(err.Error(), "fob") {
		t.Errorf("an unknown name must be named: %v", err)
	}
}
