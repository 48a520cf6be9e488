package vm

import (
	"context"
	"errors"
	"strings"
	"testing"

	"etamil/internal/code/codetest"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// later is a task that is finished at once and answers v's text, to show that a native
// can wait anywhere.
type later struct {
	text string
	err  error
	then *later
	did  bool

	dropped int // calls of Drop
}

func (l *later) Drop() { l.dropped++ }

func (l *later) Do(context.Context) { l.did = true }

func (l *later) Finish(f *Fiber) (value.Value, error) {
	if !l.did {
		return value.Nil, errors.New("finished before it was done")
	}
	if l.then != nil {
		return f.Wait(l.then)
	}
	return f.Heap().NewText(l.text), l.err
}

type door struct{ opened, closed int }

func (d *door) Close() error { d.closed++; return nil }

// testLinker has natives that do what natives can do.
func testLinker() *Linker {
	l := NewLinker()
	l.Bind("id", 1, 1, func(f *Fiber, args []value.Value) (value.Value, error) { return args[0], nil })
	l.Bind("count", 0, -1, func(f *Fiber, args []value.Value) (value.Value, error) { return value.Int(len(args)), nil })
	l.Bind("boom", 0, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		return value.Nil, NewError("test.boom", "வெடித்தது  (it went off)")
	})
	l.Bind("goerr", 0, 0, func(f *Fiber, args []value.Value) (value.Value, error) {
		return value.Nil, errors.New("plain")
	})
	l.Bind("wait", 1, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		return f.Wait(&later{text: string(f.heap.Writer().AppendText(nil, &args[0]))})
	})
	l.Bind("waittwice", 1, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		return f.Wait(&later{then: &later{text: string(f.heap.Writer().AppendText(nil, &args[0]))}})
	})
	l.Bind("waitfail", 0, 0, func(f *Fiber, args []value.Value) (value.Value, error) {
		return f.Wait(&later{err: NewError("test.late", "தாமதம்  (too late)")})
	})
	l.Bind("fill", 1, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		n, _ := args[0].Decimal().Int64()
		v := f.Heap().NewList(int(n), int(n))
		if v.List().Len() == int(n) {
			clear(v.List().Slots())
		}
		return v, nil
	})
	typ := l.Type("door")
	l.Bind("door", 0, 0, func(f *Fiber, args []value.Value) (value.Value, error) {
		return f.NewHandle(typ, &door{}), nil
	})
	l.Method("door", "open", 0, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		d := f.HandleOf(args[0], typ).(*door)
		d.opened++
		return value.Int(d.opened), nil
	})
	l.Property("door", "opened", func(f *Fiber, args []value.Value) (value.Value, error) {
		return value.Int(f.HandleOf(args[0], typ).(*door).opened), nil
	})
	l.Method("list", "size", 0, 0, func(f *Fiber, args []value.Value) (value.Value, error) {
		return value.Int(args[0].List().Len()), nil
	})
	l.MethodFunc("number", "twice", "twice")
	return l
}

// image assembles and links; builtins need not be declared.
func image(t testing.TB, text string) *Image {
	t.Helper()
	if !strings.Contains(text, "builtins ") {
		text = "builtins id count boom goerr wait waittwice waitfail fill door\n" + text
	}
	if !strings.Contains(text, "\"main\"") {
		text += "\nfunc \"main\" regs=1 top\n  halt\n"
	}
	p, err := codetest.Assemble(text)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	p.Main = p.ByName["main"]
	img, err := testLinker().Link(p)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return img
}

// finish runs a started fiber to its end, doing what it waits for.
func finish(f *Fiber, slice int) {
	for {
		switch f.Run(slice) {
		case Done, Failed, Idle:
			return
		}
		for f.Status() == Waiting {
			f.Task().Do(context.Background())
			f.Resume(slice)
		}
	}
}

// outcome is a fiber's result as text, or "! " and the code of its error.
func outcome(f *Fiber) string {
	if f.Status() == Failed {
		return "! " + f.Err().Code
	}
	v := f.Result()
	return string(f.heap.Writer().AppendText(nil, &v))
}

// call runs function "f" of a program and answers its outcome.
func call(t testing.TB, text string, args ...value.Value) string {
	t.Helper()
	return callWith(t, text, Limits{}, 1<<30, args...)
}

func callWith(t testing.TB, text string, limits Limits, slice int, args ...value.Value) string {
	t.Helper()
	img := image(t, text)
	f := NewMachine(img, limits).NewFiber()
	f.Start(value.Func(img.program.ByName["f"]), args...)
	finish(f, slice)
	return outcome(f)
}

// english is the English half of an error's message.
func english(e *Error) string {
	_, en, _ := strings.Cut(e.Message, "  (")
	return strings.TrimSuffix(en, ")")
}

var _ = diag.RunFailed
