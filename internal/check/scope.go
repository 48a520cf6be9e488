package check

import (
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// scope is a function while it is walked.
type scope struct {
	f      *Func
	parent *scope          // of the function around it
	vars   map[string]*Var // its locals; a name that it only captures is added when it is read
	num    map[*Var]int    // numbers of variables in flow
	flow   flow
	block  *blockInfo
	loops  []*loopInfo
	types  map[*Var]typ          // what has been declared so far, in the order of the text
	consts map[*Var]*syntax.Name // constants declared so far
	made   []*Var                // the same, in the order of the text
	writes map[*Var]int          // assignments
	held   map[*Var]bool         // captured copies: always set
	result typ                   // declared result
}

// blockInfo is what a block assigns, for guessing what an unknown name meant.
type blockInfo struct {
	parent   *blockInfo
	assigned []*Var
}

// loopInfo collects what is known where a loop is left by break.
type loopInfo struct {
	broke flow
	any   bool
}

func newScope(f *Func, parent *scope) *scope {
	return &scope{
		f: f, parent: parent, vars: map[string]*Var{}, num: map[*Var]int{}, block: &blockInfo{},
		types: map[*Var]typ{}, consts: map[*Var]*syntax.Name{}, writes: map[*Var]int{}, held: map[*Var]bool{},
	}
}

func (s *scope) top() bool { return s.f.Kind == KindTop }

// perRequest reports whether f is the body of a route or timer, whose
// assignments may belong to the request's window.
func perRequest(f *Func) bool { return f.Kind == KindRoute || f.Kind == KindEvery }

// copies reports whether a function sees the locals of the function around it,
// as copies made when it is created.
func (s *scope) copies() bool {
	switch s.f.Kind {
	case KindLambda, KindSpawned, KindTest, KindRoute, KindEvery:
		return s.parent != nil && !s.parent.top()
	}
	return false
}

// maxTracked is how many variables of one function flow keeps track of. Branches
// copy what is known of all of them, so a function with very many would make
// checking slow; the ones past this number count as possibly set.
const maxTracked = 4096

// number is v's place in flow, or -1 if it isn't tracked.
func (s *scope) number(v *Var) int {
	if len(s.num) >= maxTracked {
		if n, ok := s.num[v]; ok {
			return n
		}
		return -1
	}
	n, ok := s.num[v]
	if !ok {
		n = len(s.num)
		s.num[v] = n
	}
	return n
}

// addLocal makes a local of that name.
func (s *scope) addLocal(name string, at source.Span) *Var {
	v := &Var{Name: name, Func: s.f, Index: len(s.f.Locals), Decl: at}
	s.f.Locals = append(s.f.Locals, v)
	s.vars[name] = v
	return v
}

// local returns the local variable of that name that s can read, or nil. If it
// belongs to the function around, it is captured.
func (s *scope) local(name string) *Var {
	v := s.vars[name]
	if !s.copies() || v != nil && (v.Param || s.held[v]) {
		return v
	}
	from := s.parent.local(name)
	if from == nil {
		return v
	}
	if v == nil {
		v = s.addLocal(name, from.Decl)
	}
	from.Captured = true
	s.held[v] = true
	s.f.Captures = append(s.f.Captures, Capture{From: from, To: v})
	return v
}

// known reports whether v is set on every path that leads here.
func (s *scope) known(v *Var) bool {
	if v.Param && v.Func == s.f || s.held[v] || s.flow.dead {
		return true
	}
	n := s.number(v)
	return n >= 0 && s.flow.def.has(n)
}

// possible reports whether v is set on some path that leads here.
func (s *scope) possible(v *Var) bool {
	n := s.number(v)
	return n < 0 || s.known(v) || s.flow.maybe.has(n)
}

// set notes that v is set from here on.
func (s *scope) set(v *Var) {
	if n := s.number(v); n >= 0 {
		s.flow.def.add(n)
		s.flow.maybe.add(n)
	}
}

// declareConst notes that v is constant from here on.
func (s *scope) declareConst(v *Var, n *syntax.Name) {
	if _, again := s.consts[v]; !again {
		s.consts[v] = n
		s.made = append(s.made, v)
	}
}

// constsSince takes back the constants declared after mark (a length of made)
// and returns them, so that they can be declared again where branches meet.
func (s *scope) constsSince(mark int) map[*Var]*syntax.Name {
	if mark == len(s.made) {
		return nil
	}
	out := map[*Var]*syntax.Name{}
	for _, v := range s.made[mark:] {
		out[v] = s.consts[v]
		delete(s.consts, v)
	}
	s.made = s.made[:mark]
	return out
}

// reset puts the flow back to what it was where a branch began.
func (s *scope) reset(f flow) { s.flow = f.clone() }

// markConsts sets Var.Const of what is never changed once it is set.
func (s *scope) markConsts() {
	for v := range s.consts {
		v.Const = s.writes[v] == 1 && !v.Param || s.writes[v] == 0 && v.Param
	}
}
