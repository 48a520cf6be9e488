package main

// A Workload is one program, written for every engine that can, that prints one line.
type Workload struct {
	Name  string // file name without extension
	Title string // what it does, for the table
	N     int    // BENCH_N of a measured run
	Quick int    // BENCH_N of a smoke run
}

// startup is the program that does nothing. Its time is taken off every other row's.
const startup = "empty"

var workloads = []Workload{
	{startup, "start and end", 0, 0},
	{"fib", "calls: fib(32)", 32, 12},
	{"loop", "counting loop with remainder, 10 M", 10_000_000, 1000},
	{"sieve", "sieve to 2 M", 2_000_000, 1000},
	{"matmul", "matrix product, 120 x 120", 120, 8},
	{"slabtax", "income tax by slabs, 1 M incomes", 1_000_000, 1000},
	{"mandelbrot", "Mandelbrot set, 200 x 200, fixed point", 200, 10},
	{"strings", "text: build and split 200 k pieces", 200_000, 1000},
	{"records", "records: 2 M x 3 field updates", 2_000_000, 1000},
	{"push", "list: push and add up 1 M", 1_000_000, 1000},
	{"sort", "sort 200 k with a comparing function", 200_000, 1000},
	{"closures", "closures: make and call 2 M", 2_000_000, 1000},
	{"documents", "JSON: 1.4 kB read and written 20 k times", 20_000, 10},
	{"accounts", "double entry: post 100 k vouchers, three statements", 100_000, 100},
	{"tasks", "tasks: start and wait for 1 M, one after the other", 1_000_000, 1000},
	{"channels", "channel: 1 M values from one task to another", 1_000_000, 1000},
	{"cache", "cache in memory: a number read 1 M times", 1_000_000, 1000},
	{"sleepers", "100 k tasks asleep at a time, all woken", 100_000, 1000},
	{"tree", "tree of 131,071 records: build and walk", 16, 5},
}

// size returns the BENCH_N to run w with.
func (w Workload) size(quick bool) int {
	if quick {
		return w.Quick
	}
	return w.N
}
