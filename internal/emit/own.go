package emit

import (
	"slices"

	"etamil/internal/ir"
	"etamil/regalloc"
)

// Who owns a value. Lists, records and texts are values: storing one in a
// second place must not let a change in one place be seen in the other. The
// machine copies an object before it changes it if the object is marked shared.
// So an object must be marked when it gets a second owner, and should not be
// marked otherwise, as the mark stays and costs a copy later.
//
// An operand that an instruction consumes (it goes into a container, a
// variable, an argument, or is changed in place) gets no second owner when it
// isn't needed afterwards and nothing else holds it.

// marks reports whether v must be marked when it is consumed; dies says that
// the register isn't read afterwards. Text, functions and results never change,
// but are marked as well: a deep copy finds by the mark what it meets twice.
func (e *emitter) marks(v *ir.Value, dies bool) bool {
	if v.Type&^ir.TScalar == 0 || e.unowned[v] {
		return false
	}
	return !dies || v.Borrows() && !e.ownedCheck[v]
}

// findTaken finds reads of a global, window name or slot whose value is
// changed in place and stored back at once: x = append(x, v), x.f = 1. The
// variable still holds the object while it is changed, but nothing can look at
// it until the result is stored, and an instruction that raises an error has
// changed nothing yet. What looks at it before, and keeps nothing of it, as the
// length in x = append(x, len(x)), sees what it should. So no mark is needed and
// no copy is made.
func (e *emitter) findTaken() {
	takes := false
	for _, b := range e.f.Blocks {
		for _, v := range b.Instrs {
			if _, ok := setterOf(v.Op); ok {
				takes = true
			}
		}
	}
	if !takes {
		return
	}
	uses := users(e.f)
	ends := make([]bool, e.f.NumValues()) // used by the end of a block
	at := make([]int32, e.f.NumValues())  // place in its block
	for _, b := range e.f.Blocks {
		for i, v := range b.Instrs {
			at[v.ID] = int32(i)
		}
		if b.Term.Value != nil {
			ends[b.Term.Value.ID] = true
		}
		for _, s := range b.Term.Succs {
			for _, a := range s.Args {
				ends[a.ID] = true
			}
		}
	}
	for _, b := range e.f.Blocks {
		for i, v := range b.Instrs {
			set, ok := setterOf(v.Op)
			if !ok || len(uses[v.ID]) != 1 || ends[v.ID] {
				continue
			}
			// It may have to be seen to be set first.
			read := v
			if u := uses[v.ID][0]; u.Op == ir.OpCheck && u.Block == b && len(uses[u.ID]) == 1 && !ends[u.ID] {
				read = u
			}
			end := chain(read, b, uses, ends)
			if end == nil || len(uses[end.ID]) != 1 || ends[end.ID] {
				continue
			}
			s := uses[end.ID][0]
			if s.Block != b || s.Op != set || s.Int != v.Int {
				continue
			}
			w := watch{v: v, b: b, change: at[uses[read.ID][0].ID], uses: uses, ends: ends, at: at}
			if w.quiet(b.Instrs[i+1 : at[s.ID]]) {
				e.unowned[v], e.unowned[read] = true, true
			}
		}
	}
}

// users lists the instructions that read each value, by its number.
func users(f *ir.Func) [][]*ir.Value {
	count := make([]int32, f.NumValues())
	total := 0
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			total += len(v.Args)
			for _, a := range v.Args {
				count[a.ID]++
			}
		}
	}
	room := make([]*ir.Value, total)
	uses := make([][]*ir.Value, f.NumValues())
	for id, n := range count {
		uses[id], room = room[:0:n], room[n:]
	}
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for _, a := range v.Args {
				uses[a.ID] = append(uses[a.ID], v)
			}
		}
	}
	return uses
}

// findPinned finds values that were read out of a container, without a mark,
// and are still needed after something that may change the container's parts in
// place: the container was handed on to a call, or a part is being made its own.
// They are marked where they are read.
func (e *emitter) findPinned() {
	any := false
	read := e.a.Live.NewSet(func(v *ir.Value) bool {
		is := v.Type&^ir.TScalar != 0 && readOut(v.Op)
		any = any || is
		return is
	})
	if !any {
		return
	}
	live := map[*ir.Value]bool{}
	need := func(v *ir.Value) {
		if read.Has(v) {
			live[v] = true
		}
	}
	for _, b := range e.f.Blocks {
		changes := false
		for _, v := range b.Instrs {
			changes = changes || e.mayChangeParts(v)
		}
		if !changes {
			continue
		}
		clear(live)
		e.a.Live.EachOut(b, read, need)
		regalloc.TermOperands(e.a.Sel, b, need)
		for _, s := range b.Term.Succs {
			for _, v := range s.Args {
				need(v)
			}
		}
		for i := len(b.Instrs) - 1; i >= 0; i-- {
			v := b.Instrs[i]
			delete(live, v)
			if e.mayChangeParts(v) {
				for x := range live {
					e.pinned[x] = true
				}
				clear(live) // they are marked; what is read above need not be looked at twice
			}
			for _, a := range v.Args {
				need(a)
			}
		}
	}
}

// mayChangeParts reports whether v may change, in place, an object that a
// container holds.
func (e *emitter) mayChangeParts(v *ir.Value) bool {
	switch v.Op {
	case ir.OpCall, ir.OpCallValue, ir.OpCallMember, ir.OpOwnIndex, ir.OpOwnField:
		return true
	}
	return e.unowned[v]
}

// readOut reports whether op reads a part out of something.
func readOut(op ir.Op) bool {
	switch op {
	case ir.OpGetIndex, ir.OpGetField, ir.OpGetGlobal, ir.OpGetWindow,
		ir.OpGlobalOrUndef, ir.OpWindowOrUndef, ir.OpSlotGet, ir.OpCheck, ir.OpOrGlobal, ir.OpOrWindow, ir.OpNilIfUndef:
		return true
	}
	return false
}

// chain follows v through one change, or through the owning of its parts down
// to a change and back, and returns the changed value.
func chain(v *ir.Value, b *ir.Block, uses [][]*ir.Value, ends []bool) *ir.Value {
	u := uses[v.ID][0]
	if u.Block != b || u.Args[0] != v {
		return nil
	}
	switch u.Op {
	case ir.OpAppend, ir.OpSetIndex, ir.OpSetField:
		return u
	case ir.OpOwnIndex, ir.OpOwnField:
		if ends[u.ID] {
			return nil
		}
		for _, w := range uses[u.ID] {
			if (w.Op == ir.OpSetIndex || w.Op == ir.OpSetField) && w.Args[0] == u && w.Block == b {
				return w
			}
		}
	}
	return nil
}

func setterOf(op ir.Op) (ir.Op, bool) {
	switch op {
	case ir.OpGetGlobal:
		return ir.OpSetGlobal, true
	case ir.OpGetWindow:
		return ir.OpSetWindow, true
	case ir.OpSlotGet:
		return ir.OpSlotSet, true
	}
	return 0, false
}

// watch is for what happens between the read v of a variable and the storing of
// what became of it; the change begins with an instruction of the same block.
type watch struct {
	v      *ir.Value
	b      *ir.Block
	change int32 // where it begins: its place in the block
	uses   [][]*ir.Value
	ends   []bool
	at     []int32
}

// maxLook bounds how far glance follows what is read out of an object.
const maxLook = 4

// glance reports whether all that is made of x, a second read of the variable, is
// over before the change: it gives numbers and the like, and nothing holds it.
func (w *watch) glance(x *ir.Value, depth int) bool {
	if depth > maxLook || w.ends[x.ID] {
		return false
	}
	for _, u := range w.uses[x.ID] {
		if u.Block != w.b || w.at[u.ID] >= w.change {
			return false
		}
		for k, a := range u.Args {
			if a == x && u.Consumes(k) {
				return false
			}
		}
		if u.Type&^ir.TScalar != 0 && !w.glance(u, depth+1) {
			return false
		}
	}
	return true
}

// quiet reports whether none of the instructions can look at what v read while, or
// after, it is changed.
func (w *watch) quiet(instrs []*ir.Value) bool {
	v := w.v
	for _, x := range instrs {
		switch x.Op {
		case ir.OpSlotGet, ir.OpSlotSet:
			if v.Op == ir.OpSlotGet && x.Int == v.Int && (x.Op != v.Op || !w.glance(x, 0)) {
				return false
			}
		case ir.OpGetGlobal, ir.OpGetWindow, ir.OpGlobalOrUndef, ir.OpWindowOrUndef,
			ir.OpOrGlobal, ir.OpOrWindow, ir.OpSetGlobal, ir.OpSetWindow:
			if v.Op != ir.OpSlotGet && x.Int == v.Int && (x.Op != v.Op || !w.glance(x, 0)) {
				return false
			}
		default:
			if x.Effect()&(ir.ReadsMem|ir.WritesMem) != 0 {
				return false
			}
		}
	}
	return true
}

// borrowed finds, for each function, the parameters that are only read: the
// caller need not mark what it passes there. It begins with all of them, takes
// away those that are used otherwise, and then those that are passed on to these.
func borrowed(funcs []*ir.Func) []uint64 {
	b := borrowing{masks: make([]uint64, len(funcs)), passed: make([][]passed, len(funcs))}
	for i, f := range funcs {
		b.masks[i] = 1<<min(len(f.Blocks[0].Params), 64) - 1
	}
	for i, f := range funcs {
		b.function(i, f)
	}
	for len(b.work) > 0 {
		lost := b.work[len(b.work)-1]
		b.work = b.work[:len(b.work)-1]
		for _, p := range b.passed[lost.f] {
			if p.to == lost.param {
				b.drop(p.from)
			}
		}
	}
	return b.masks
}

// borrowing is what borrowed knows so far.
type borrowing struct {
	masks  []uint64   // by function: its parameters that are only read, as far as is known
	passed [][]passed // by function: what is handed to it
	work   []param    // dropped, and those who pass something there don't know
}

type param struct{ f, param int }

// passed says that a parameter of one function is handed to another as it is.
type passed struct {
	from param
	to   int // which parameter of the other it becomes
}

func (b *borrowing) drop(p param) {
	if b.masks[p.f]>>p.param&1 != 0 {
		b.masks[p.f] &^= 1 << p.param
		b.work = append(b.work, p)
	}
}

// function looks at what f, which is number i, does with its parameters.
func (b *borrowing) function(i int, f *ir.Func) {
	entry := f.Blocks[0]
	if len(entry.Params) == 0 {
		return
	}
	// use calls then with v, if that is a parameter.
	use := func(v *ir.Value, then func(param)) {
		if v.Op != ir.OpParam || v.Block != entry { // most aren't
			return
		}
		if k := slices.Index(entry.Params, v); k < 64 {
			then(param{i, k})
		}
	}
	for _, x := range f.Blocks {
		for _, v := range x.Instrs {
			for k, a := range v.Args {
				switch {
				case !v.Consumes(k) || v.Op == ir.OpIter:
				case v.Op == ir.OpCall && k < 64:
					use(a, func(p param) { b.passed[v.Int] = append(b.passed[v.Int], passed{p, k}) })
				default:
					use(a, b.drop)
				}
			}
		}
		if t := x.Term; t.Value != nil && (t.Kind == ir.TermReturn || t.Kind == ir.TermThrow) {
			use(t.Value, b.drop)
		}
		for _, s := range x.Term.Succs {
			for _, a := range s.Args {
				use(a, b.drop)
			}
		}
	}
}

// consumes reports whether operand k of v gets another owner through v.
func (e *emitter) consumes(v *ir.Value, k int) bool {
	if !v.Consumes(k) {
		return false
	}
	switch v.Op {
	case ir.OpCall:
		return k >= 64 || e.pool.borrowed[v.Int]>>k&1 == 0
	case ir.OpIter:
		// An argument that is only read can't change while it is iterated.
		return !e.isBorrowedParam(v.Args[0])
	}
	return true
}

func (e *emitter) isBorrowedParam(v *ir.Value) bool {
	if v.Op != ir.OpParam || v.Block != e.f.Blocks[0] {
		return false
	}
	for k, p := range v.Block.Params {
		if p == v && k < 64 {
			return e.pool.borrowed[e.f.Index]>>k&1 != 0
		}
	}
	return false
}

// dying reports whether operand k dies, by the bits that Liveness.Deaths gives.
func dying(deaths uint64, k int) bool { return k < 63 && deaths>>k&1 != 0 }
