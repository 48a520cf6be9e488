// Command bench measures eTamil beside its peers and writes BENCHMARKS.md.
//
//	go run ./bench              the language: every program, every engine, interleaved rounds
//	go run ./bench http         the server: processor time, throughput, latency, beside its peers
//	go run ./bench db           PostgreSQL and SQLite behind the server, beside other drivers
//	go run ./bench live         tasks, sockets, events, TLS and files: what waits and what streams
//	go run ./bench soak         the shop under load for ten minutes; fails if a bound breaks
//	go run ./bench passes       what each pass of the optimiser is worth, in instructions and in time
//	go run ./bench report       BENCHMARKS.md again from bench/results, nothing measured
//
// A workload (workload.go) is one small program written once for each engine
// (engine.go): programs/NAME.qmz for eTamil, peers/*/NAME.* for the others. It does
// BENCH_N units of work and prints one line, its checksum. An engine whose checksum is
// not that of the reference has no time, whatever the clock says.
//
// An HTTP row (http.go) is one case on one peer (peers.go) in one of its ways of counting
// money. The load comes from gen/gen.c (generator.go runs it and reads what it found), which
// compares every answer with what work.go says it must be. The user's own figures are
// in figures.go; the soak's clients and its arithmetic in shopclient.go and shop.go.
//
// Rows about waiting and streaming are in live.go; fanout_linux.go is its thousands of clients.
//
// A round runs every program on every engine once, each in a process of its own, so that
// a machine that grows slow for a minute is slow for all (run.go). The time of a row is
// the time of the process less that of the same engine's empty program. What was measured
// goes into results/*.json with the command, commit, machine and date; the tables are made
// from those files alone (report.go), so that a test can make them again and compare.
package main
