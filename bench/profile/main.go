// Command profile counts the instructions that programs execute, to choose from what is
// seen, not from what one supposes, which of them deserve to become one.
//
//	go run -tags profile ./bench/profile
//
// It runs the benchmarks' programs, the examples and the tests of the shop, and prints two
// tables: how often each instruction is executed, and how often one right after another.
// A count is the share within its program, averaged over the programs, so that a program
// with a long loop has no more to say than the others. Programs are compiled as they are
// for everybody; optimised code is what is counted.
//
//	go run -tags profile ./bench/profile passes
//
// shows by how much each program executes more when one pass of the optimiser is switched
// off, and what each pass adds to compiling them.
package main

import (
	"fmt"
	"os"
)

func main() {
	what := ""
	if len(os.Args) > 1 {
		what = os.Args[1]
	}
	if err := run(os.Stdout, what); err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		os.Exit(1)
	}
}
