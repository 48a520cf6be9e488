package core

import (
	"etamil/internal/value"
	"etamil/vm"
)

// constant is a predeclared name.
func constant(v value.Value) vm.Native {
	return func(*vm.Fiber, []value.Value) (value.Value, error) { return v, nil }
}
