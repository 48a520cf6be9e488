package tasks_test

import (
	"testing"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// deadlines is a program whose deadlines, of which depth counts those that have begun, end an interruption.
func deadlines(t *testing.T, text string, depth *int, more ...func(*vm.Linker)) *vm.Machine {
	img := scripttest.Image(t, text, compile.Options{Lenient: true, NoOpt: true}, func(l *vm.Linker) {
		l.Bind("deadline_begin", 1, 1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			*depth++
			return value.Nil, nil
		})
		l.Bind("deadline_end", 0, 0, func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
			if *depth--; *depth == 0 {
				f.Uninterrupt()
			}
			return value.Nil, nil
		})
		l.Bind("fileInfo", 1, 1, func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
			f.Interrupt(diag.RunTimeout)
			return value.Nil, nil
		})
		for _, bind := range more {
			bind(l)
		}
	})
	m := vm.NewMachine(img, vm.Limits{})
	m.Data = host.New(nil, false)
	return m
}

// TestDeadlineEndsAtEveryStep: wherever in its block a computation is when its deadline goes by, the block is left by its end.
func TestDeadlineEndsAtEveryStep(t *testing.T) {
	depth := 0
	m := deadlines(t, `
செயல் h(x) { (x > 3) எனில் { திரும்பு x; } திரும்பு h(x + 1); }
செயல் n() { திரும்பு h(2); }
செயல் g() {
	முயல் {
		காலக்கெடு(100) { n(); h(0); காலக்கெடு(50) { h(1); } s = 0; ஒவ்வொரு i இல் வீச்சு(1, 3) { s = s + i; h(s); } }
	} பிழை(e) { h(2); }
	h(0);
}
g();
`, &depth)
	inside := 0
	for k := 1; ; k++ {
		f := m.NewFiber()
		f.StartMain()
		for n := 0; n < k && (n == 0 || f.Status() == vm.Spent); n++ {
			f.Run(1)
		}
		if f.Status() == vm.Done {
			break
		}
		if depth > 0 {
			inside++
			f.Interrupt(diag.RunTimeout)
		}
		for f.Status() == vm.Spent {
			f.Run(3)
		}
		if f.Status() != vm.Done || depth != 0 {
			t.Fatalf("after %d steps: %v, %v; %d deadlines are left", k, f.Status(), f.Err(), depth)
		}
		f.Release()
	}
	if inside < 15 {
		t.Errorf("the block was interrupted in %d places", inside)
	}
}

// TestDeadlineWithinASlice: so is one whose deadline goes by during a slice, however long that is.
func TestDeadlineWithinASlice(t *testing.T) {
	depth := 0
	m := deadlines(t, `
செயல் h(x) { (x > 9) எனில் { திரும்பு x; } திரும்பு h(x + 1); }
செயல் g() {
	முயல் { காலக்கெடு(100) { h(0); காலக்கெடு(50) { h(1); _fileInfo(""); h(0); h(0); } } } பிழை(e) { h(2); }
	h(0);
}
g();
`, &depth)
	for slice := 1; slice < 60; slice++ {
		f := m.NewFiber()
		f.StartMain()
		for f.Run(slice) == vm.Spent {
		}
		if f.Status() != vm.Done || depth != 0 {
			t.Fatalf("in slices of %d steps: %v, %v; %d deadlines are left", slice, f.Status(), f.Err(), depth)
		}
		f.Release()
	}
}

// TestHandlerHasAStep: what a handler calls first, as to give up what its block has taken, runs, whatever step the error came at and
// whenever since the deadline goes by.
func TestHandlerHasAStep(t *testing.T) {
	depth, opened, closed := 0, 0, 0
	m := deadlines(t, `
செயல் h(x) { (x > 3) எனில் { திரும்பு x; } திரும்பு h(x + 1); }
செயல் சாத்து() { _fileSave("", ""); }
செயல் g() {
	முயல் { காலக்கெடு(100) { முயல் { _fileInfo(""); h(0); s = 1 / 0; } பிழை(e) { சாத்து(); } } } பிழை(e) { h(2); }
}
g();
`, &depth, func(l *vm.Linker) {
		l.Bind("fileInfo", 1, 1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			opened++
			return value.Nil, nil
		})
		l.Bind("fileSave", 2, 2, func(*vm.Fiber, []value.Value) (value.Value, error) {
			closed++
			return value.Nil, nil
		})
	})
	inside := 0
	for slice := 1; slice < 12; slice++ {
		for k := 1; ; k++ {
			f := m.NewFiber()
			f.StartMain()
			opened, closed = 0, 0
			for n := 0; n < k && (n == 0 || f.Status() == vm.Spent); n++ {
				f.Run(slice)
			}
			if f.Status() == vm.Done {
				break
			}
			if depth > 0 {
				inside++
				f.Interrupt(diag.RunTimeout)
			}
			for f.Status() == vm.Spent {
				f.Run(slice)
			}
			if f.Status() != vm.Done || depth != 0 || closed != opened {
				t.Fatalf("after %d slices of %d steps: %v, %v; %d deadlines are left; opened %d, closed %d", k, slice, f.Status(), f.Err(), depth, opened, closed)
			}
			f.Release()
		}
	}
	if inside < 10 {
		t.Errorf("the block was interrupted in %d places", inside)
	}
}
