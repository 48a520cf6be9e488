package check

import (
	"cmp"
	"maps"
	"slices"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// undefined is a name that nothing defines, until its likeliest meaning can be
// said: that needs to know which variables are never read.
type undefined struct {
	id    *syntax.Ident
	call  bool
	space *space
	fn    *scope
	block *blockInfo
}

type undefinedKey struct {
	fn   *Func
	name string
}

// undefined notes that nothing defines id; each name once in each function.
func (c *checker) undefined(id *syntax.Ident, call bool) {
	c.undefinedUse(undefined{id, call, c.sp, c.fn, c.fn.block})
}

func (c *checker) undefinedUse(u undefined) {
	key := undefinedKey{u.fn.f, u.id.Name}
	if c.reported[key] || c.g.broken {
		return
	}
	c.reported[key] = true
	c.pending = append(c.pending, u)
}

// maxGuesses is for how many unknown names a guess is made. Each is compared
// with every name there is; nobody reads so many.
const maxGuesses = 50

// finish says what can only be said when everything has been seen.
func (c *checker) finish() {
	c.fn.markConsts()
	// A lambda that copies nothing is the same function wherever it is made, so
	// its name can stand for it. One with copies can't reach its own.
	for _, s := range c.selves {
		if len(s.lambda.Captures) == 0 {
			s.use.Func = s.lambda
		} else {
			c.undefinedUse(s.unknown)
		}
	}
	for i, u := range c.pending {
		code := diag.NameUndefined
		if u.call {
			code = diag.FuncUndefined
		}
		m := c.soft(code, u.id.Span(), u.id.Name)
		if i < maxGuesses {
			c.guess(m, u)
		}
	}
	for v, t := range c.touched {
		for reader := range t.readers {
			if len(t.writers) != 1 || !t.writers[reader] {
				v.ReadElsewhere = true
			}
		}
	}
	if v := c.prog.MainVar; v != nil {
		v.ReadElsewhere = true // by whoever runs the main task
	}
	c.findMain()
	c.warnFrozen()
	c.lookAlikes()
}

// findMain finds the task that runs after the top level.
func (c *checker) findMain() {
	for _, name := range builtin.MainNames {
		if f := c.names[c.g.main].funcs[name]; f != nil && f.Task {
			c.prog.Main = f
			return
		}
	}
}

// guess suggests the name that was most likely meant: one that is spelt alike,
// else one that is assigned in the same block, or one around it, and never read.
func (c *checker) guess(m *diag.Message, u undefined) {
	if tamil, english, ok := syntax.Foreign(u.id.Name); ok {
		m.Note(source.Span{}, tamil, english)
		return
	}
	n := c.names[u.space]
	funcs := append(sortedKeys(n.funcs), sortedKeys(n.shapes)...)
	vars := append(sortedKeys(u.fn.vars), sortedKeys(n.globals)...)
	first, second := vars, funcs
	if u.call {
		first, second = funcs, vars
	}
	if best, ok := diag.Nearest(u.id.Name, slices.Concat(first, second, builtin.Spellings())); ok {
		m.Suggest(best)
		return
	}
	for b := u.block; b != nil && !u.call; b = b.parent {
		for _, v := range b.assigned {
			if c.reads[v] == 0 && v.Name != u.id.Name && len(v.Name) <= diag.MaxNear {
				m.Suggest(v.Name).Note(v.Decl, "'"+v.Name+"' இங்கே மதிப்பு பெறுகிறது, ஆனால் எங்கும் படிக்கப்படவில்லை",
					"'"+v.Name+"' is given a value here and never read")
				return
			}
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// ---- Values that are frozen ----------------------------------------------

// frozenValue is a name of the top level whose value comes from outside the
// program: in a served program it is taken once, at the start.
type frozenValue struct {
	v    *Var
	at   source.Span
	from string // clock file query environment input
}

var fromWords = map[string]string{
	"clock":       diag.Both("கடிகாரத்திலிருந்து", "the clock"),
	"file":        diag.Both("கோப்பிலிருந்து", "a file"),
	"query":       diag.Both("தரவுதளத்திலிருந்து", "a query"),
	"environment": diag.Both("சூழலிலிருந்து", "the environment"),
	"random":      diag.Both("எழுமாற்றிலிருந்து", "chance"),
	"input":       diag.Both("உள்ளீட்டிலிருந்து", "the input"),
}

// fromOutside notes that the top level gives name a value from outside.
func (c *checker) fromOutside(name string, at source.Span, from string) {
	if !c.fn.top() || from == "" {
		return
	}
	if v := c.names[c.sp].globals[name]; v != nil {
		c.frozen = append(c.frozen, frozenValue{v, at, from})
	}
}

// valueFromOutside does so if x, the value of name, is taken from outside.
func (c *checker) valueFromOutside(name string, at source.Span, x syntax.Expr) {
	if x == nil || !c.fn.top() {
		return
	}
	from := ""
	walk(x, c.prog.Late, func(n any) bool {
		switch n := n.(type) {
		case *syntax.Func:
			return false // runs when it is called
		case *syntax.Call:
			if id, ok := n.Fun.(*syntax.Ident); ok {
				if u := c.prog.Uses[id]; u != nil && u.Builtin != nil && u.Func == nil && u.Global == nil {
					if o := u.Builtin.Outside; o != "" {
						from = o
					}
				}
			}
		}
		return from == ""
	})
	c.fromOutside(name, at, from)
}

// warnFrozen warns of such values that requests read.
func (c *checker) warnFrozen() {
	if !c.prog.Serves {
		return
	}
	for _, f := range c.frozen {
		if f.v.ReadElsewhere || f.v.Window {
			c.errorf(diag.WarnFrozen, f.at, f.v.Name, fromWords[f.from])
		}
	}
}
