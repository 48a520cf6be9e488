package core

import (
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// returnOutside, unknownFunction and legacySQL raise the errors of statements that can
// only fail, when they are reached.
func returnOutside(*vm.Fiber, []value.Value) (value.Value, error) {
	return value.Nil, vm.Fail(diag.RunReturnOutside)
}

func unknownFunction(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Nil, vm.Fail(diag.RunUnknownFunction, host.Copy(f, &a[0]))
}

func legacySQL(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Nil, vm.Fail(diag.RunUnsupported, host.Copy(f, &a[0]))
}

// constant is a predeclared name.
func constant(v value.Value) vm.Native {
	return func(*vm.Fiber, []value.Value) (value.Value, error) { return v, nil }
}
