package serve

import (
	"slices"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// A request's own values: what one function has found out, for those that come after it.
// They are held by the fiber, each in a place of its own behind these.
const (
	heldSaid    = iota // the body that `பதில்` has said
	heldHeaders        // those that file(…) was given, while it waits
	heldPath           // where பதிவேற்றம்_சேமி saves to, while it waits for the form
	heldStore          // the first of the values that request.set keeps; their names are call.names
)

// mostKept is how many values a request may keep.
const mostKept = 64

// userName is the name under which request.user is kept.
const userName = "user"

// keep is request.set(name, value).
func (c *call) keep(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if !args[1].IsText() {
		return value.Nil, host.Need(f, "பெயராக ஓர் உரை", "text as the name", &args[1])
	}
	i := slices.Index(c.names, args[1].Str())
	if i < 0 {
		if i = len(c.names); i == mostKept {
			return value.Nil, host.Raise("request", "ஒரு கோரிக்கை 64 மதிப்புகளையே வைத்திருக்கலாம்", "a request keeps 64 values at most")
		}
		c.names = append(c.names, args[1].Clone())
	}
	if f != c.f { // a task that the request has started
		c.f.Hold(heldStore+i, c.f.Bring(f, args[2]))
		return value.Nil, nil
	}
	f.Hold(heldStore+i, host.Keep(&args[2]))
	return value.Nil, nil
}

// recall is request.get(name, default).
func (c *call) recall(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if !args[1].IsText() {
		return value.Nil, host.Need(f, "பெயராக ஓர் உரை", "text as the name", &args[1])
	}
	if i := slices.Index(c.names, args[1].Str()); i >= 0 {
		return c.held(f, heldStore+i), nil
	}
	if len(args) > 2 {
		return host.Keep(&args[2]), nil
	}
	return value.Nil, nil
}

// user is request.user.
func (c *call) user(f *vm.Fiber) value.Value {
	if i := slices.Index(c.names, userName); i >= 0 {
		return c.held(f, heldStore+i)
	}
	return value.Nil
}

// held is what the request's fiber holds in a place, for it or a task that it has started.
func (c *call) held(f *vm.Fiber, place int) value.Value {
	v := c.f.Held(place)
	if f != c.f {
		v = f.Bring(c.f, v)
	}
	return v
}
