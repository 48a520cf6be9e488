package serve

import (
	"context"
	"fmt"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// replay is the top level as it runs before one request or one run of a timer, when the
// setting prelude is each. The names that it sets are this fiber's own, and what it
// declares has been declared at the start: so a declaration only says which function,
// made by this run, stands for the one of the same number then.
type replay struct {
	route, timer int // the number that the fiber is to go on with; -1: none
	over         bool

	routes, timers int           // declared so far
	uses           []value.Value // middleware, by number
	fn             value.Value   // the function of route or timer; Undef while not declared
	kept           []*value.Frozen
}

// newReplay is one for a route or a timer; the other is -1.
func newReplay(route, timer int) *replay {
	return &replay{route: route, timer: timer, fn: value.Undef}
}

// replayOf is the replay that a fiber runs; nil when it runs something else.
func replayOf(f *vm.Fiber) *replay {
	var r *replay
	switch d := f.Data.(type) {
	case *call:
		r = d.replay
	case *aside:
		r = d.replay
	}
	if r == nil || r.over {
		return nil
	}
	return r
}

// keep is a function of the fiber's that lasts as long as r.
func (r *replay) keep(f *vm.Fiber, fn *value.Value) value.Value {
	v, frozen := f.Freeze(*fn)
	r.kept = append(r.kept, frozen)
	return v
}

// declareRoute is told of the next route.
func (r *replay) declareRoute(f *vm.Fiber, a *App, method, pattern string, fn *value.Value) error {
	i := r.routes
	r.routes++
	if i >= a.table.Len() || a.table.Route(i).Method != method || a.table.Route(i).Pattern != pattern {
		then := "-"
		if i < a.table.Len() {
			then = a.table.Route(i).Method + " " + a.table.Route(i).Pattern
		}
		return differs(i, method+" "+pattern, then)
	}
	if i == r.route {
		r.fn = r.keep(f, fn)
	}
	return nil
}

// declareUse is told of the next middleware.
func (r *replay) declareUse(f *vm.Fiber, a *App, name string, fn *value.Value) error {
	i := len(r.uses)
	if i >= len(a.uses) || a.uses[i] != name {
		then := "-"
		if i < len(a.uses) {
			then = a.uses[i]
		}
		return differs(i, name, then)
	}
	r.uses = append(r.uses, r.keep(f, fn))
	return nil
}

// declareTimer is told of the next timer.
func (r *replay) declareTimer(f *vm.Fiber, a *App, fn *value.Value) error {
	i := r.timers
	r.timers++
	if i >= len(a.timers) {
		return differs(i, "இடைவெளி", "-")
	}
	if i == r.timer {
		r.fn = r.keep(f, fn)
	}
	return nil
}

func differs(i int, now, then string) error {
	return host.Raise("prelude",
		fmt.Sprintf("மேல்மட்டம் இம்முறை வேறு வழிகளை அறிவிக்கிறது: %d ஆவது %s; தொடக்கத்தில் %s", i+1, now, then),
		fmt.Sprintf("the top level declares something else than at the start: number %d is %s, and was %s", i+1, now, then))
}

// end ends the replay; an error says that the function to go on with was not declared.
func (r *replay) end(a *App) error {
	r.over = true
	if r.route < 0 && r.timer < 0 || !r.fn.IsUndef() && len(r.uses) == len(a.uses) {
		return nil
	}
	return host.Raise("prelude",
		"மேல்மட்டம் இம்முறை தொடக்கத்தில் அறிவித்தவற்றை அறிவிக்கவில்லை",
		"the top level has not declared what it did at the start")
}

// replayed is a vm.Task that nobody does: a replay has come to server.start, and ends
// there.
type replayed struct{}

// Do implements vm.Task.
func (replayed) Do(context.Context) {}

// Finish implements vm.Task.
func (replayed) Finish(*vm.Fiber) (value.Value, error) { return value.Nil, nil }
