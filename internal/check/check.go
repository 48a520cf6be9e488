package check

import (
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// Options says how a program is checked.
type Options struct {
	Set *source.Set // the Set that holds the entry file; imported files are added to it
	Key string      // the entry file's load.File.Key: where its imports are looked for
	// Lenient makes warnings of mistakes that matter only when they are
	// reached; so `run` goes on, as programs have always done.
	Lenient bool
}

// Check finds out what entry and everything it imports mean. The Program is
// complete even when there are errors, but only one without errors (see
// diag.HasErrors) may go to the next stage. Messages are in the order of the
// text, each once.
func Check(entry *syntax.File, loader Loader, opts Options) (*Program, []*diag.Message) {
	g := newGraph(entry, opts.Key, opts.Set, loader)
	c := newChecker(g, opts, nil)
	c.run(entry)
	if len(c.routeNames) > 0 {
		shared := c.sharedRouteNames()
		if len(shared) > 0 {
			c = newChecker(g, opts, shared)
			c.run(entry)
		}
	}
	msgs := append(g.msgs, c.msgs...)
	diag.Sort(msgs)
	return c.prog, unique(msgs)
}

// unique drops messages that say the same about the same place.
func unique(msgs []*diag.Message) []*diag.Message {
	type key struct {
		code diag.Code
		span source.Span
	}
	seen := map[key]bool{}
	out := msgs[:0]
	for _, m := range msgs {
		if k := (key{m.Code, m.Span}); !seen[k] {
			seen[k] = true
			out = append(out, m)
		}
	}
	return out
}

// checker is one walk over a program.
type checker struct {
	g      *graph
	opts   Options
	prog   *Program
	names  map[*space]*names
	window map[nameKey]bool // route names that others mention (from the first walk)
	fn     *scope           // the function that is being walked
	sp     *space           // whose names are looked up
	msgs   []*diag.Message

	reads      map[*Var]int // how often each variable is read
	pending    []undefined
	selves     []selfUse
	reported   map[undefinedKey]bool
	mentions   map[nameKey]map[*Func]bool // empty without routes and timers
	serves     bool                       // there are some
	routeNames map[nameKey]map[*Func]bool // routes that assign a name
	touched    map[*Var]*touch            // of window names
	frozen     []frozenValue
	params     map[string]bool       // names of path parameters
	home       map[any]*space        // of functions and shapes
	nameOf     map[*Func]source.Span // where a named function's name stands
}

// nameKey is a name of one space.
type nameKey struct {
	space *space
	name  string
}

// touch is who reads and who writes a window name.
type touch struct{ readers, writers map[*Func]bool }

func newChecker(g *graph, opts Options, window map[nameKey]bool) *checker {
	return &checker{
		g: g, opts: opts, window: window,
		prog: &Program{
			Set: g.set, Imports: g.at,
			Uses: map[*syntax.Ident]*Use{}, Names: map[*syntax.Name]*Var{}, Members: map[*syntax.Field]*Use{},
			FuncOf: map[*syntax.Func]*Func{}, ShapeOf: map[*syntax.Shape]*Shape{},
			Fills: map[*syntax.Filled]*Shape{}, Late: map[syntax.Node]bool{}, Starts: map[syntax.Expr]*Start{},
		},
		names: map[*space]*names{}, reads: map[*Var]int{}, reported: map[undefinedKey]bool{},
		mentions: map[nameKey]map[*Func]bool{}, routeNames: map[nameKey]map[*Func]bool{},
		touched: map[*Var]*touch{}, params: map[string]bool{},
		home: map[any]*space{}, nameOf: map[*Func]source.Span{},
	}
}

// run walks the whole program.
func (c *checker) run(entry *syntax.File) {
	p := c.prog
	p.Entry = entry
	p.Top = c.newFunc(KindTop, "", nil)
	for _, sp := range c.g.spaces {
		for _, file := range sp.files {
			c.serves = c.serves || file.Serves
		}
	}
	for _, sp := range c.g.spaces {
		c.declare(sp)
	}
	for _, sp := range c.g.spaces {
		c.lend(sp)
	}
	c.signatures()
	c.fn = newScope(p.Top, nil)
	c.sp = c.g.main
	c.stmts(entry.Body)
	c.finish()
}

// sharedRouteNames returns the names that a route assigns and that another
// function or the top level mentions.
func (c *checker) sharedRouteNames() map[nameKey]bool {
	shared := map[nameKey]bool{}
	for key, routes := range c.routeNames {
		for route := range routes {
			for f := range c.mentions[key] {
				if f != route {
					shared[key] = true
				}
			}
		}
	}
	return shared
}

// report adds a message.
func (c *checker) report(m *diag.Message) { c.msgs = append(c.msgs, m) }

func (c *checker) errorf(code diag.Code, at source.Span, args ...string) *diag.Message {
	m := diag.New(code, at, args...)
	c.report(m)
	return m
}

// soft reports a mistake that matters only when it is reached.
func (c *checker) soft(code diag.Code, at source.Span, args ...string) *diag.Message {
	m := c.errorf(code, at, args...)
	m.Soft = c.opts.Lenient
	return m
}
