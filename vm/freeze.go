package vm

import "etamil/internal/value"

// Globals are a program's names as they stood when its top level had run: the same
// for every fiber of every Machine, and read-only. The window is a template, from
// which each request begins.
type Globals struct {
	values []value.Value
	window []value.Value
	memory *value.Frozen // keeps what they refer to
	things []any         // what their handles name that are not the program's own
}

// Freeze copies the globals and the window of the fiber that ran the top level. Of a
// fiber that has none of its own they are those it sees. What their handles name lives
// as long as the program from then on.
func Freeze(f *Fiber) *Globals {
	if f.own == nil {
		return f.snapshot()
	}
	return freeze(f, true)
}

// freeze is Freeze for all fibers, or for those that f starts: they see what is f's.
func freeze(f *Fiber, all bool) *Globals {
	var z value.Freezer
	g := &Globals{values: make([]value.Value, len(f.own)), window: make([]value.Value, len(f.win))}
	handle := f.global
	if !all {
		handle = func(v value.Value) value.Value {
			if v.HandleGlobal() {
				return v
			}
			g.things = append(g.things, lend(f.thing(v)))
			return value.Handle(uint32(len(g.things)-1), v.HandleType(), false)
		}
	}
	for i := range f.own {
		g.values[i] = z.FreezeWith(f.own[i], handle)
	}
	for i := range f.win {
		g.window[i] = z.FreezeWith(f.win[i], handle)
	}
	g.memory = z.Done()
	return g
}

// Bytes is the memory that the globals take.
func (g *Globals) Bytes() int { return g.memory.Bytes() }

// Use makes fibers started on m from now on see these globals.
func (m *Machine) Use(g *Globals) { m.globals = g }

// Get is a global's value by name, for entry points; ok is false when there is no such
// global or it isn't set.
func (m *Machine) Get(name string) (v value.Value, ok bool) {
	if m.globals == nil {
		return value.Undef, false
	}
	for i, n := range m.img.program.Globals {
		if n == name {
			v = m.globals.values[i]
			return v, !v.IsUndef()
		}
	}
	return value.Undef, false
}
