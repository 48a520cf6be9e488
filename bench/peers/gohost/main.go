// Command gohost runs the benchmark peers that are Go libraries.
//
//	gohost gopherlua FILE   runs a Lua program with gopher-lua
//	gohost goja FILE        runs a JavaScript program with goja
//
// It is a module of its own, so that eTamil does not depend on what it is compared with.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gohost:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("usage: gohost gopherlua FILE | goja FILE")
	}
	switch args[0] {
	case "gopherlua":
		return runGopherLua(args[1])
	case "goja":
		return runGoja(args[1])
	}
	return fmt.Errorf("no peer is called %q", args[0])
}
