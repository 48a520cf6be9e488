package compile

import (
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
)

// dropUnused empties the functions of the library and of the prelude that nothing leads to, so
// that a program pays for what it uses of them and not for the files that they stand in. They
// keep their place and number. What is left in them raises an error: it is never run.
//
// A function of the library is reached by calls, and by functions that are values. One of the
// prelude is also what a member may mean (x.name(…)), and what a server calls by its name.
func dropUnused(p *check.Program, funcs []*ir.Func) {
	u := unused{funcs: funcs, live: make([]bool, len(funcs))}
	mayDrop := make([]bool, len(funcs))
	for i := range funcs {
		if mayDrop[i] = i >= len(p.Funcs) || ofLibrary(p.Funcs[i]); !mayDrop[i] {
			u.reach(i)
		}
	}
	u.follow()
	if p.Serves || u.members {
		for i := len(p.Funcs); i < len(funcs); i++ {
			u.reach(i)
		}
		u.follow()
	}
	for i, f := range funcs {
		if mayDrop[i] && !u.live[i] {
			empty(f)
		}
	}
}

// ofLibrary reports whether f is a named function of the library, or stands in one.
func ofLibrary(f *check.Func) bool {
	for ; f != nil; f = f.Parent {
		switch f.Kind {
		case check.KindNamed:
			if f.Library {
				return true
			}
		case check.KindLambda, check.KindSpawned:
		default:
			return false
		}
	}
	return false
}

// unused finds which functions are live.
type unused struct {
	funcs   []*ir.Func
	live    []bool
	work    []int
	members bool // a live one calls a member of something
}

func (u *unused) reach(i int) {
	if !u.live[i] {
		u.live[i] = true
		u.work = append(u.work, i)
	}
}

// follow reaches what the live functions name.
func (u *unused) follow() {
	for len(u.work) > 0 {
		f := u.funcs[u.work[len(u.work)-1]]
		u.work = u.work[:len(u.work)-1]
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				switch {
				case v.Op == ir.OpCall || v.Op == ir.OpClosure:
					u.reach(int(v.Int))
				case v.Op == ir.OpConst && v.Const.Kind == ir.ConstFunc:
					u.reach(v.Const.Func)
				case v.Op == ir.OpCallMember:
					u.members = true
				}
			}
		}
	}
}

// empty leaves f nothing but raising nil.
func empty(f *ir.Func) {
	entry := f.Blocks[0]
	entry.Instrs = nil
	nothing := entry.AddConst(ir.Const{Kind: ir.ConstNil}, source.Pos(0))
	entry.Term = ir.Term{Kind: ir.TermThrow, Value: nothing}
	f.Slots, f.TooLarge = 0, false
	f.Recompute()
}
