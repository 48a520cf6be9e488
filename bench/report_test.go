package main

import (
	"math"
	"os"
	"strings"
	"testing"
)

// TestBenchmarksFileIsWhatTheResultsSay makes the tables again and compares. When it
// fails after an edit: go run ./bench report.
func TestBenchmarksFileIsWhatTheResultsSay(t *testing.T) {
	atRoot(t)
	text, err := os.ReadFile(reportFile)
	if err != nil {
		t.Fatal(err)
	}
	again, err := render(string(text), resultsDir)
	if err != nil {
		t.Fatal(err)
	}
	if again != string(text) {
		t.Errorf("%s is not what %s says; go run ./bench report", reportFile, resultsDir)
	}
}

// results has ours at twice PUC's speed on fib and half on loop, after 5 and 1 ms of start.
func results() *VMResults {
	row := func(w, e string, ms ...float64) VMRow { return VMRow{Workload: w, Engine: e, Ms: ms} }
	return &VMResults{
		Engines: []EngineInfo{{ours, "eTamil", "e 1"}, {reference, "PUC Lua 5.4", "Lua 5.4"}, {"goja", "goja", "g"}, {bareGo, "an empty Go program", ""}},
		Rows: []VMRow{
			row(startup, ours, 5, 5, 6), row(startup, reference, 1, 1, 1), row(startup, "goja", 0, 0, 0), row(startup, bareGo, 2, 3, 4),
			row("fib", ours, 55, 56, 55), row("fib", reference, 101, 101, 101), row("fib", "goja", 2000, 2000, 2000),
			row("loop", ours, 105, 105, 205), row("loop", reference, 51, 51, 51),
			{Workload: "loop", Engine: "goja", Ms: []float64{1}, Wrong: "printed another sum"},
		},
	}
}

func TestTable(t *testing.T) {
	r := results()
	if least, middle, ok := r.net("fib", ours); !ok || least != 50 || middle != 50 {
		t.Errorf("fib: %v %v %v, want 50 50", least, middle, ok)
	}
	mean, worst, name, ok := r.mean(reference)
	if !ok || math.Abs(mean-1) > 1e-9 || worst != 0.5 || name != "loop" {
		t.Errorf("mean %v, worst %v %s", mean, worst, name)
	}
	table := vmTable(r)
	for _, want := range []string{
		"| calls: fib(32) | 50.0 / 50.0 | 100 / 100 | 2.00 |",
		"| **0.50** ▼ |",
		"| wrong |",
		"Does not count: loop on goja: printed another sum.",
		"| geometric mean at least 1.2 x PUC Lua 5.4 | 1.00 | **missed** ▼ |",
		"| no program below 0.8 x PUC Lua 5.4 | 0.50 (loop) | **missed** ▼ |",
		"| geometric mean at least 10 x goja | 40.00 | met |",
		"| empty program in 10 ms | 5.0 ms | met |",
		"\nAn empty Go program starts and ends in 2.0 / 3.0: the floor for eTamil here.\n",
		"\nEngines: e 1; Lua 5.4; g.\n",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if strings.Contains(table, "sieve") {
		t.Error("a workload that was not run has a row")
	}
	if got := vmTable(&VMResults{}); got != notMeasured {
		t.Errorf("no rows: %q", got)
	}
}

func TestMedianAndMean(t *testing.T) {
	if m := median([]float64{9, 1, 5}); m != 5 {
		t.Errorf("median of three: %v", m)
	}
	if m := median([]float64{4, 1, 2, 9}); m != 3 {
		t.Errorf("median of four: %v", m)
	}
	if g := geometricMean([]float64{2, 8}); math.Abs(g-4) > 1e-9 {
		t.Errorf("geometric mean: %v", g)
	}
}

func TestBetweenNeedsItsMarkers(t *testing.T) {
	if _, err := between("nothing here", "vm", "x\n"); err == nil {
		t.Error("a file without markers was taken")
	}
	got, err := between("a\n<!-- bench:vm:begin -->\nold\n<!-- bench:vm:end -->\nz\n", "vm", "new\n")
	if err != nil || got != "a\n<!-- bench:vm:begin -->\nnew\n<!-- bench:vm:end -->\nz\n" {
		t.Errorf("%q, %v", got, err)
	}
}
