package testrun

import (
	"etamil/internal/source"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// function is a function of the program, kept while others run.
type function struct {
	fn     value.Value
	frozen *value.Frozen // keeps what it has captured
}

func keep(f *vm.Fiber, v *value.Value) *function {
	fn := &function{}
	fn.fn, fn.frozen = f.Freeze(*v)
	return fn
}

// bindTest binds what a file with tests calls.
func (w *world) bindTest(l *vm.Linker) {
	host.Bind(l, []host.Native{
		{ID: "test", Min: 3, Max: 3, Run: w.declare},
		{ID: "before", Min: 1, Max: 1, Run: w.hook(&w.befores)},
		{ID: "after", Min: 1, Max: 1, Run: w.hook(&w.afters)},
		{ID: "client", Run: func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
			if w.client.IsNil() {
				w.client = f.Machine().Image().NewGlobalHandle(w.types.client, w)
			}
			return w.client, nil
		}},
	})
	w.bindClient(l)
}

// declare is `சோதனை name { }`: it keeps the body if this is the block that is wanted now,
// the test of this world or the next group on the way to it.
func (w *world) declare(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if f.Place() == w.wanted {
		w.found = keep(f, &a[2])
		w.wanted = source.Place{}
	}
	return value.Nil, nil
}

// hook is முன் or பின்.
func (w *world) hook(list *[]*function) vm.Native {
	return func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		if !a[0].IsFunc() {
			return value.Nil, host.Need(f, "ஒரு செயல்", "a function", &a[0])
		}
		*list = append(*list, keep(f, &a[0]))
		return value.Nil, nil
	}
}
