package check

import (
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// read settles what id means where its value is wanted, and reports it when
// nothing defines it. call says that it is what a call calls.
func (c *checker) read(id *syntax.Ident, call bool) *Use {
	u := c.lookup(id.Name, call)
	c.prog.Uses[id] = u
	if u.nothing() {
		if f := c.selfNamed(id.Name); f != nil {
			c.selves = append(c.selves, selfUse{u, f, undefined{id, call, c.sp, c.fn, c.fn.block}})
		} else {
			c.undefined(id, call)
		}
	}
	return u
}

// selfUse is a use of a lambda's own name inside it.
type selfUse struct {
	use     *Use
	lambda  *Func
	unknown undefined // what it is if the lambda can't be named
}

// selfNamed returns the lambda around this place that is written with that name.
func (c *checker) selfNamed(name string) *Func {
	for s := c.fn; s != nil; s = s.parent {
		if s.f.Kind == KindLambda && s.f.Name == name && name != "" {
			return s.f
		}
	}
	return nil
}

// lookup finds what name may mean at this point.
func (c *checker) lookup(name string, call bool) *Use {
	s, n := c.fn, c.names[c.sp]
	u := &Use{}
	if v := s.local(name); v != nil && s.possible(v) {
		c.reads[v]++
		u.Local, u.Known = v, s.known(v)
	}
	settled := u.Local != nil && u.Known
	if !settled || s.held[u.Local] {
		c.mention(name)
	}
	if settled && !call {
		return u
	}
	if g := n.globals[name]; g != nil {
		c.useGlobal(u, g, settled)
		if u.Known && u.Local == nil && !call {
			return u
		}
	}
	u.Func = n.funcs[name]
	u.Shape = n.shapes[name]
	if u.Shape == nil {
		u.Builtin = c.builtin(name)
	}
	return u
}

// useGlobal adds the global or window name g to u.
func (c *checker) useGlobal(u *Use, g *Var, settled bool) {
	s := c.fn
	c.reads[g]++
	if !s.top() {
		u.Global = g
		if g.Window {
			c.touch(g).readers[s.f] = true
		} else {
			g.ReadElsewhere = true
		}
		return
	}
	if g.Window {
		c.touch(g).readers[s.f] = true
	}
	if s.possible(g) {
		u.Global = g
		u.Known = !settled && s.known(g)
	}
}

// builtin is the builtin or predeclared name of that spelling, or nil.
func (c *checker) builtin(name string) *builtin.Spec {
	if b := builtin.Lookup(name); b != nil {
		return b
	}
	if b := builtin.Predeclared(name); b != nil {
		return b
	}
	if param, ok := strings.CutPrefix(name, "param_"); ok && c.params[param] {
		return builtin.ByID("param")
	}
	return nil
}

// mention notes that the function being walked looks outside itself for name.
func (c *checker) mention(name string) {
	if !c.serves {
		return
	}
	key := nameKey{c.sp, name}
	if c.mentions[key] == nil {
		c.mentions[key] = map[*Func]bool{}
	}
	c.mentions[key][c.fn.f] = true
}

func (c *checker) touch(v *Var) *touch {
	t := c.touched[v]
	if t == nil {
		t = &touch{map[*Func]bool{}, map[*Func]bool{}}
		c.touched[v] = t
	}
	return t
}

// writable is the variable that an assignment to name changes here.
func (c *checker) writable(name string) *Var {
	s := c.fn
	if s.top() {
		c.mention(name)
		v := c.names[c.sp].globals[name]
		if v.Window {
			c.touch(v).writers[s.f] = true
		}
		return v
	}
	if v := s.vars[name]; v != nil {
		return v
	}
	// A route's body has no local of a name that belongs to the window.
	v := c.names[c.sp].globals[name]
	c.touch(v).writers[s.f] = true
	return v
}

// assign notes that v gets a value here, and reports whether it may. at is
// where its name stands.
func (c *checker) assign(v *Var, at source.Span) bool {
	s := c.fn
	first, isConst := s.consts[v]
	if isConst {
		c.errorf(diag.ConstAssigned, at, v.Name).Note(first.Span(), "நிலை இங்கே அறிவிக்கப்பட்டது", "declared constant here")
	}
	s.writes[v]++
	s.set(v)
	s.block.assigned = append(s.block.assigned, v)
	if !v.Decl.Start.IsValid() {
		v.Decl = at
	}
	return !isConst
}

// bind is assign for a name that is written as a label: a loop variable, what a
// file is read into … Such a name loses its declared type.
func (c *checker) bind(n *syntax.Name) {
	if n == nil {
		return
	}
	c.notModule(n.Text, n.Span())
	v := c.writable(n.Text)
	c.prog.Names[n] = v
	c.assign(v, n.Span())
	delete(c.fn.types, v)
}

// notModule refuses to assign the name of a module, which isn't a variable.
func (c *checker) notModule(name string, at source.Span) {
	if m := c.sp.asName[name]; m != nil && c.fn.top() {
		c.errorf(diag.ModuleAssigned, at, name).Note(m.Span(), "இங்கே இறக்கப்பட்டது", "imported here")
	}
}

// module returns the space that id names, unless a variable hides it.
func (c *checker) module(id *syntax.Ident) *space {
	m := c.sp.modules[id.Name]
	if m == nil || c.fn.local(id.Name) != nil {
		return nil
	}
	return m
}

// word decides a reading that is settled late: whether the program has a
// function of that spelling, or the scope a variable.
func (c *checker) word(n syntax.Node, name string, functions bool) bool {
	ns := c.names[c.sp]
	plain := functions && ns.funcs[name] != nil || ns.globals[name] != nil || c.fn.local(name) != nil
	c.prog.Late[n] = !plain
	return !plain
}

// enter walks the body of a function. It returns what it made of it.
func (c *checker) enter(f *Func, decl *syntax.Func, result typ) {
	outer := c.fn
	f.Parent = outer.f
	s := newScope(f, outer)
	s.result = result
	c.fn = s
	seen := map[string]*syntax.Name{}
	for i, p := range decl.Params {
		v := s.addLocal(p.Name.Text, p.Name.Span())
		v.Param = true
		f.Params = append(f.Params, v)
		c.prog.Names[p.Name] = v
		if first, ok := seen[p.Name.Text]; ok {
			c.errorf(diag.WarnParamTwice, p.Name.Span(), p.Name.Text).Note(first.Span(), "முதலில் இங்கே", "first here")
		}
		seen[p.Name.Text] = p.Name
		if t := c.typeOf(p.Type); t.kind != tUnknown {
			s.types[v] = t
		}
		if p.Const || f.Self && i == 0 {
			s.declareConst(v, p.Name)
		}
		if f.Self && i == 0 {
			s.types[v] = typ{kind: tShape, shape: f.Shape}
		}
	}
	for _, a := range assignedIn(decl.Body.Stmts, c.sp) {
		if s.vars[a.name] != nil {
			continue
		}
		if perRequest(f) {
			key := nameKey{c.sp, a.name}
			if c.window[key] {
				continue
			}
			if c.routeNames[key] == nil {
				c.routeNames[key] = map[*Func]bool{}
			}
			c.routeNames[key][f] = true
		}
		s.addLocal(a.name, a.at.Span())
	}
	for i, p := range decl.Params {
		if p.Default != nil {
			t := c.expr(p.Default)
			c.expectVar(f.Params[i], t, p.Default.Span())
		}
	}
	c.stmts(decl.Body.Stmts)
	s.markConsts()
	c.fn = outer
}
