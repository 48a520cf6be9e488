package core

import (
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

func ok(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return f.Heap().Ok(host.Keep(&a[0])), nil
}

func fail(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return f.Heap().Fail(host.Keep(&a[0])), nil
}

func isOk(_ *vm.Fiber, a []value.Value) (value.Value, error) { return value.Bool(a[0].IsOk()), nil }

func isErr(_ *vm.Fiber, a []value.Value) (value.Value, error) { return value.Bool(a[0].IsFail()), nil }

// unwrap is what a success holds. If a failure holds an error, that is what is raised.
func unwrap(f *vm.Fiber, a []value.Value) (value.Value, error) {
	switch {
	case a[0].IsOk():
		return value.Take(&a[0]), nil
	case a[0].IsFail():
		held := host.Text(f, a[0].Inner())
		if e := a[0].Inner(); e.IsError() {
			return value.Nil, vm.NewError(host.Copy(f, e.ErrorSlot(value.ErrCode)), held)
		}
		return value.Nil, host.Raise("unwrap", "இது ஒரு தவறு, மதிப்பு இல்லை: "+held, "unwrapped a failure: "+held)
	}
	return value.Nil, needResult(f, &a[0])
}

// unwrapErr is what a failure holds.
func unwrapErr(f *vm.Fiber, a []value.Value) (value.Value, error) {
	switch {
	case a[0].IsFail():
		return value.Take(&a[0]), nil
	case a[0].IsOk():
		held := host.Text(f, a[0].Inner())
		return value.Nil, host.Raise("unwrap", "இது ஒரு வெற்றி, தவறு இல்லை: "+held, "a success holds no failure: "+held)
	}
	return value.Nil, needResult(f, &a[0])
}

// unwrapOr is what a success holds, or the default.
func unwrapOr(f *vm.Fiber, a []value.Value) (value.Value, error) {
	switch {
	case a[0].IsOk():
		return value.Take(&a[0]), nil
	case a[0].IsFail():
		return host.Keep(&a[1]), nil
	}
	return value.Nil, needResult(f, &a[0])
}

func needResult(f *vm.Fiber, v *value.Value) error {
	return host.Need(f, "ஒரு முடிவு (சரி அல்லது தவறு)", "a result", v)
}
