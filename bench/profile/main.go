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
//	go run ./bench passes
//
// has it say, as JSON, what each pass of the optimiser is worth: what programs cost with all passes,
// with none and with all but one. Built with the tag it counts instructions, without it
// it measures milliseconds.
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
