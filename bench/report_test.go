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

// TestLiveTable: goals beside results, medians, what went wrong.
func TestLiveTable(t *testing.T) {
	f := func(p99 float64) Fanout {
		return Fanout{Clients: 10_000, Broadcasts: 10, P50: p99 / 2, P99: p99, Max: 2 * p99, BeforeKB: 30_000, WithKB: 130_000, CPU: 7}
	}
	r := &LiveResults{Sleepers: 100_000, SpawnNs: []float64{900, 400, 450}, ChanNs: []float64{250}, CacheNs: []float64{150}, SleepKB: []float64{4096}, WakeMs: []float64{200},
		Sockets: []Fanout{f(80), f(90), f(70)}, Events: []Fanout{f(120)}, Plain: []float64{20, 20}, Secure: []float64{25, 27},
		Files: []Sample{{Answered: 900, Seconds: 1, ServerNs: 1e9}}, Nginx: []Sample{{Answered: 1000, Seconds: 1, ServerNs: 1e9}},
		Wait: []Sample{{Answered: 50_000, Seconds: 1, ServerNs: 950e6}}, Wrong: []string{"tls: a|b"}}
	table := liveTable(r)
	for _, want := range []string{
		"| starting a task and waiting for it: at most 500 ns | 450 ns | met |",
		"| channel, send and receive: at most 200 ns | 250 ns | **missed** ▼ |",
		"| a value read from the cache in memory: at most 300 ns | 150 ns | met |",
		"| 100000 sleeping tasks: at most 6 KiB each, all told | 4.0 KiB | met |",
		"their processor time alone would give | 0.95 | met |",
		"| 10000 WebSockets on one worker, a broadcast a second: p99 of delivery below 100 ms | 80.0 ms | met |",
		"| 10000 streams of events on one worker, a broadcast a second: p99 of delivery below 100 ms | 120 ms | **missed** ▼ |",
		"| 1.30 x | met |",
		"| files of 100 KB: at least 1.0 x nginx with sendfile | 0.90 | **missed** ▼ |",
		"| 100000 tasks that sleep until one moment: woken a second | 500000 |",
		"memory of one client | 7.0 µs; 10.0 KiB |",
		"Does not count: tls: a/b.",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if got := liveTable(&LiveResults{}); got != notMeasured {
		t.Errorf("nothing measured: %q", got)
	}
}
