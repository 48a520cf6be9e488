package compile

import (
	"etamil/internal/build"
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/prelude"
)

// build makes the functions of the program, and those of the library and of the prelude that
// anything leads to, so that a program pays for what it uses of them and not for the files that
// they stand in. The others keep their place and number, and raise an error: they are never run.
//
// A function of the library is reached by calls, and by functions that are values. One of the
// prelude is also what a member may mean (x.name(…)), and what a server calls by its name.
func (f *front) build() ([]*ir.Func, error) {
	p := f.result.Checked
	if f.pre == nil && (len(p.Shapes) > 0 || p.Serves && namesPrelude(p)) {
		if err := f.readPrelude(); err != nil {
			return nil, err
		}
	}
	if p.Prelude == nil {
		p.Written = prelude.Names()
	}
	r := reach{f: f}
	r.extend()
	for i, fn := range p.Funcs {
		if !ofLibrary(fn) {
			r.lead(i)
		}
	}
	if err := r.follow(); err != nil {
		return nil, err
	}
	if r.members || p.Serves && f.pre != nil {
		if err := r.withPrelude(); err != nil {
			return nil, err
		}
		for i := len(p.Funcs); i < len(r.all); i++ {
			r.lead(i)
		}
		if err := r.follow(); err != nil {
			return nil, err
		}
	}
	for i, fn := range r.all {
		if r.funcs[i] == nil {
			r.funcs[i] = build.Empty(fn)
		}
	}
	return r.funcs, nil
}

// namesPrelude reports whether p names anything of the prelude: a builtin that is written
// there.
func namesPrelude(p *check.Program) bool {
	ids := prelude.IDs()
	for _, u := range p.Uses {
		if u.Builtin != nil && ids[u.Builtin.ID] {
			return true
		}
	}
	return false
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

// reach builds what is led to.
type reach struct {
	f       *front
	all     []*check.Func // of the program and, once it is read, of the prelude
	funcs   []*ir.Func    // what was built of them
	led     []bool
	work    []int // led to, and not built yet
	members bool  // one that was built calls a member of something
}

// extend makes room for the prelude's functions, if it has been read.
func (r *reach) extend() {
	r.all = r.f.result.Checked.Funcs
	if r.f.pre != nil {
		r.all = append(r.all[:len(r.all):len(r.all)], r.f.pre.Funcs...)
	}
	n := len(r.all) - len(r.funcs)
	r.funcs = append(r.funcs, make([]*ir.Func, n)...)
	r.led = append(r.led, make([]bool, n)...)
}

// withPrelude reads the prelude, if that hasn't been done yet.
func (r *reach) withPrelude() error {
	if r.f.pre != nil {
		return nil
	}
	if err := r.f.readPrelude(); err != nil {
		return err
	}
	r.extend()
	return nil
}

func (r *reach) lead(i int) {
	if !r.led[i] {
		r.led[i] = true
		r.work = append(r.work, i)
	}
}

// follow builds what is led to, and what that leads to.
func (r *reach) follow() error {
	for len(r.work) > 0 {
		batch := r.work
		r.work = nil
		wanting := r.make(batch)
		if len(wanting) > 0 {
			if err := r.withPrelude(); err != nil {
				return err
			}
			r.make(wanting)
		}
		for _, i := range batch {
			r.look(r.funcs[i])
		}
	}
	return nil
}

// make builds functions, and lists those that want the prelude, which isn't there.
func (r *reach) make(list []int) (wanting []int) {
	n := len(r.f.result.Checked.Funcs)
	wants := make([]bool, len(list))
	each(len(list), func(k int) {
		i, p := list[k], r.f.result.Checked
		if i >= n {
			p = r.f.pre
		}
		r.funcs[i], wants[k] = build.Func(p, r.all[i])
	})
	for k, w := range wants {
		if w {
			wanting = append(wanting, list[k])
		}
	}
	return wanting
}

// look leads to what f names.
func (r *reach) look(f *ir.Func) {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			switch {
			case v.Op == ir.OpCall || v.Op == ir.OpClosure:
				r.lead(int(v.Int))
			case v.Op == ir.OpConst && v.Const.Kind == ir.ConstFunc:
				r.lead(v.Const.Func)
			case v.Op == ir.OpCallMember:
				r.members = true
			}
		}
	}
}
