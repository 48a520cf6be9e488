// Command bench measures eTamil beside its peers and writes BENCHMARKS.md.
//
//	go run ./bench              the language: every program, every engine, interleaved rounds
//	go run ./bench http         the server: eTamil's answers beside a bare gnet loop's canned ones
//	go run ./bench report       BENCHMARKS.md again from bench/results, nothing measured
//	go run ./bench load URL     the load generator alone (see -h for its flags)
//
// A workload (workload.go) is one small program written once for each engine
// (engine.go): programs/NAME.qmz for eTamil, peers/*/NAME.* for the others. It does
// BENCH_N units of work and prints one line, its checksum. An engine whose checksum is
// not that of the reference has no time, whatever the clock says.
//
// A round runs every program on every engine once, each in a process of its own, so that
// a machine that grows slow for a minute is slow for all (run.go). The time of a row is
// the time of the process less that of the same engine's empty program. What was measured
// goes into results/*.json with the command, commit, machine and date; the tables are made
// from those files alone (report.go), so that a test can make them again and compare.
package main
