package main

import (
	"fmt"
	"os"

	"github.com/dop251/goja"
)

// runGoja runs a JavaScript file with the two functions that the programs use:
// print(value) and getenv(name, default).
func runGoja(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	vm := goja.New()
	if err := vm.Set("print", func(v goja.Value) { fmt.Println(v.String()) }); err != nil {
		return err
	}
	getenv := func(name string, otherwise goja.Value) goja.Value {
		if s, ok := os.LookupEnv(name); ok {
			return vm.ToValue(s)
		}
		return otherwise
	}
	if err := vm.Set("getenv", getenv); err != nil {
		return err
	}
	_, err = vm.RunScript(file, string(src))
	return err
}
