package tasks_test

import (
	"testing"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// TestDeadlineEndsAtEveryStep: wherever in its block a computation is when its deadline goes by, the block is left by its end.
func TestDeadlineEndsAtEveryStep(t *testing.T) {
	r, err := compile.Program(load.File{Name: "s.qmz", Key: "s", Text: `
செயல் h(x) { (x > 3) எனில் { திரும்பு x; } திரும்பு h(x + 1); }
செயல் n() { திரும்பு h(2); }
செயல் g() {
	முயல் {
		காலக்கெடு(100) { n(); h(0); காலக்கெடு(50) { h(1); } s = 0; ஒவ்வொரு i இல் வீச்சு(1, 3) { s = s + i; h(s); } }
	} பிழை(e) { h(2); }
	h(0);
}
g();
`}, load.NewFinder("", "", nil), compile.Options{Lenient: true, NoOpt: true})
	if err != nil || r.Code == nil {
		t.Fatal(err, r.Messages)
	}
	depth := 0
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		l.Bind("deadline_begin", 1, 1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			depth++
			return value.Nil, nil
		})
		l.Bind("deadline_end", 0, 0, func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
			if depth--; depth == 0 {
				f.Uninterrupt()
			}
			return value.Nil, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	m := vm.NewMachine(img, vm.Limits{})
	m.Data = host.New(nil, false)
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
