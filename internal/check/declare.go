package check

import (
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/rule"
	"etamil/internal/syntax"
)

// names is what one space declares.
type names struct {
	funcs   map[string]*Func
	shapes  map[string]*Shape
	globals map[string]*Var
	from    map[*Func]*syntax.File
}

// assigned is a name that some statement gives a value.
type assigned struct {
	name string
	at   syntax.Node
}

// declare collects the functions, shapes and assigned names of sp.
func (c *checker) declare(sp *space) {
	n := &names{funcs: map[string]*Func{}, shapes: map[string]*Shape{}, globals: map[string]*Var{}, from: map[*Func]*syntax.File{}}
	c.names[sp] = n
	entry := sp.files[0]
	for _, file := range sp.files {
		for _, stmt := range file.Body {
			walk(stmt, nil, func(node any) bool {
				switch node := node.(type) {
				case *syntax.FuncDecl:
					c.declareFunc(sp, n, file, entry, node)
				case *syntax.Shape:
					c.declareShape(sp, n, node)
					for _, m := range node.Methods {
						walk(m.Func, nil, func(inner any) bool {
							if d, ok := inner.(*syntax.FuncDecl); ok {
								c.declareFunc(sp, n, file, entry, d)
							}
							return true
						})
					}
					return false
				case *syntax.Route:
					c.pathParams(node.Path)
				case *syntax.String:
					c.pathParams(node)
				}
				return true
			})
		}
		for _, a := range assignedIn(file.Body, sp) {
			c.declareGlobal(sp, n, a)
		}
	}
	// Names that only routes assign belong to the space too if others see them.
	for key := range c.window {
		if key.space == sp && n.globals[key.name] == nil {
			n.globals[key.name] = c.newGlobal(sp, key.name, nil)
		}
	}
}

func (c *checker) declareGlobal(sp *space, n *names, a assigned) {
	if n.globals[a.name] == nil {
		n.globals[a.name] = c.newGlobal(sp, a.name, a.at)
	}
}

func (c *checker) newGlobal(sp *space, name string, at syntax.Node) *Var {
	v := &Var{Name: name, Window: c.window[nameKey{sp, name}]}
	if at != nil {
		v.Decl = at.Span()
	}
	if v.Window {
		v.Index = len(c.prog.Window)
		c.prog.Window = append(c.prog.Window, v)
	} else {
		v.Index = len(c.prog.Globals)
		c.prog.Globals = append(c.prog.Globals, v)
	}
	return v
}

// declareFunc adds a named function. The last definition counts, but what the
// entry file of the space defines counts before what it imports.
func (c *checker) declareFunc(sp *space, n *names, file, entry *syntax.File, d *syntax.FuncDecl) {
	f := c.newFunc(KindNamed, d.Name.Text, d.Func)
	f.Library = sp.library
	n.from[f] = file
	c.home[f] = sp
	c.nameOf[f] = d.Name.Span()
	before := n.funcs[d.Name.Text]
	switch {
	case before == nil || n.from[before] == file:
		n.funcs[d.Name.Text] = f
	case file == entry:
		n.funcs[d.Name.Text] = f
	case n.from[before] == entry:
		// The entry file's own one stays.
	default:
		if !c.definesFunc(entry, d.Name.Text) {
			c.errorf(diag.FuncTwoModules, d.Name.Span(), d.Name.Text, n.from[before].Source.Name, file.Source.Name).
				Note(before.Decl.Span(), "முதல் வரையறை", "the first definition")
		}
		n.funcs[d.Name.Text] = f
	}
}

// lend gives sp the functions of the library's files that it has opened. What the entry file
// of sp defines counts before them.
func (c *checker) lend(sp *space) {
	n := c.names[sp]
	entry := sp.files[0]
	for _, m := range sp.reach() {
		lender := c.names[m]
		for _, name := range sortedKeys(lender.funcs) {
			f, before := lender.funcs[name], n.funcs[name]
			if c.home[f] != m || builtin.IsPrivate(name) || before == f || before != nil && n.from[before] == entry {
				continue
			}
			if before != nil {
				c.errorf(diag.FuncTwoModules, c.nameOf[f], name, n.from[before].Source.Name, lender.from[f].Source.Name).
					Note(before.Decl.Span(), "முதல் வரையறை", "the first definition")
				continue
			}
			n.funcs[name], n.from[f] = f, lender.from[f]
		}
	}
}

// definesFunc reports whether file itself defines a function of that name.
// Files are collected in the order of the text, so a definition that stands
// after the import hasn't been seen yet.
func (c *checker) definesFunc(file *syntax.File, name string) bool {
	found := false
	for _, stmt := range file.Body {
		walk(stmt, nil, func(n any) bool {
			if d, ok := n.(*syntax.FuncDecl); ok && d.Name.Text == name {
				found = true
			}
			return !found
		})
	}
	return found
}

func (c *checker) declareShape(sp *space, n *names, d *syntax.Shape) {
	s := &Shape{Name: d.Name.Text, Index: len(c.prog.Shapes), Decl: d, Fields: d.Fields, Methods: map[string]*Func{}}
	s.Rules = make([][]rule.Spec, len(d.Fields))
	c.prog.Shapes = append(c.prog.Shapes, s)
	c.prog.ShapeOf[d] = s
	c.home[s] = sp
	if before := n.shapes[s.Name]; before != nil {
		c.errorf(diag.ShapeTwice, d.Name.Span(), s.Name).Note(before.Decl.Name.Span(), "முதலில் இங்கே", "first here")
	} else {
		n.shapes[s.Name] = s
	}
	seen := map[string]*syntax.Name{}
	member := func(name *syntax.Name) {
		if first, ok := seen[name.Text]; ok {
			c.errorf(diag.ShapeMemberTwice, name.Span(), s.Name, name.Text).Note(first.Span(), "முதலில் இங்கே", "first here")
		}
		seen[name.Text] = name
	}
	for _, f := range d.Fields {
		member(f.Name)
	}
	for _, m := range d.Methods {
		member(m.Name)
		f := c.newFunc(KindMethod, s.Name+"."+m.Name.Text, m.Func)
		f.Shape = s
		c.home[f] = sp
		f.Self = len(m.Func.Params) > 0 && builtin.IsSelf(m.Func.Params[0].Name.Text)
		s.Methods[m.Name.Text] = f
	}
}

// shapeFunc adds a function of one record that no text declares.
func (c *checker) shapeFunc(s *Shape) *Func {
	name := &syntax.Name{At: s.Decl.At, Text: s.Name}
	f := c.newFunc(KindShape, s.Name, &syntax.Func{At: s.Decl.At, Params: []*syntax.Param{{At: s.Decl.At, Name: name}}, Body: &syntax.Block{At: s.Decl.At}})
	f.Shape, f.Parent = s, c.prog.Top
	v := &Var{Name: s.Name, Func: f, Param: true, Decl: s.Decl.Span()}
	f.Params, f.Locals = []*Var{v}, []*Var{v}
	return f
}

// newFunc adds a function to the program.
func (c *checker) newFunc(kind FuncKind, name string, decl *syntax.Func) *Func {
	f := &Func{Index: len(c.prog.Funcs), Kind: kind, Name: name, Decl: decl}
	if decl != nil {
		f.Task = decl.Task
		c.prog.FuncOf[decl] = f
	}
	c.prog.Funcs = append(c.prog.Funcs, f)
	return f
}

// signatures checks the types that functions and shapes declare.
func (c *checker) signatures() {
	for _, sp := range c.g.spaces {
		c.sp = sp
		for _, file := range sp.files {
			for _, stmt := range file.Body {
				walk(stmt, nil, func(n any) bool {
					switch n := n.(type) {
					case *syntax.Func:
						for _, p := range n.Params {
							c.checkType(p.Type)
						}
						c.checkType(n.Result)
					case *syntax.Shape:
						for _, f := range n.Fields {
							c.checkType(f.Type)
						}
					}
					return true
				})
			}
		}
	}
	c.shapesInside()
}

// shapesInside finds which shapes stand in the fields of which, and so which of them
// have defaults to fill in. It adds the functions of shapes, behind all that are declared.
func (c *checker) shapesInside() {
	for _, s := range c.prog.Shapes {
		s.From = c.shapeFunc(s)
		s.Of = make([]Inner, len(s.Fields))
		for i, f := range s.Fields {
			t := c.typeIn(c.home[s], f.Type)
			for ; t.elem != nil; t = *t.elem {
				s.Of[i].Lists++
			}
			s.Of[i].Shape = t.shape
			if f.Default != nil && s.Fill == nil {
				s.Fill = c.shapeFunc(s)
			}
		}
	}
	for more := true; more; {
		more = false
		for _, s := range c.prog.Shapes {
			for _, in := range s.Of {
				if in.Shape != nil && in.Shape.Fill != nil && s.Fill == nil {
					s.Fill = c.shapeFunc(s)
					more = true
				}
			}
		}
	}
}

// pathParams notes the names of parameters that a path may bind: any text that
// looks like a route's path counts, since a path may be put together.
func (c *checker) pathParams(e syntax.Expr) {
	s, ok := e.(*syntax.String)
	if !ok || !strings.Contains(s.Value, "/") {
		return
	}
	for _, seg := range strings.Split(s.Value, "/") {
		if name, ok := strings.CutPrefix(seg, ":"); ok {
			name, _, _ = strings.Cut(name, "<")
			c.params[name] = true
		} else if name, ok := strings.CutPrefix(seg, "*"); ok {
			c.params[name] = true
		}
	}
}

// assignedIn lists the names that statements assign, without those of functions
// within them, in the order of the text. A name may stand there more than once.
func assignedIn(body []syntax.Stmt, sp *space) []assigned {
	var out []assigned
	add := func(name string, at syntax.Node) { out = append(out, assigned{name, at}) }
	label := func(n *syntax.Name) {
		if n != nil {
			add(n.Text, n)
		}
	}
	target := func(e syntax.Expr) {
		id := baseIdent(e)
		if id == nil {
			return
		}
		if _, whole := e.(*syntax.Ident); !whole && sp.modules[id.Name] != nil {
			return // m.x = … of a module, which is refused
		}
		add(id.Name, id)
	}
	for _, stmt := range body {
		walk(stmt, nil, func(n any) bool {
			switch n := n.(type) {
			case *syntax.Func, *syntax.Shape:
				return false
			case *syntax.Declare:
				label(n.Name)
			case *syntax.Assign:
				target(n.Target)
			case *syntax.Input:
				if id, ok := n.X.(*syntax.Ident); ok {
					target(id)
				}
			case *syntax.ItemTarget:
				if !ignored(n) {
					target(n.Target)
				}
			case *syntax.ForEach:
				label(n.Key)
				label(n.Var)
			case *syntax.Try:
				label(n.CatchVar)
			case *syntax.FileOp:
				label(n.Into)
			case *syntax.DBOp:
				label(n.Into)
			}
			return true
		})
	}
	return out
}

// ignored reports whether a target is `_`, which stores nothing.
func ignored(p *syntax.ItemTarget) bool {
	id, ok := p.Target.(*syntax.Ident)
	return ok && id.Name == "_"
}

// baseIdent is the variable that a target changes.
func baseIdent(e syntax.Expr) *syntax.Ident {
	for {
		switch x := e.(type) {
		case *syntax.Ident:
			return x
		case *syntax.Index:
			e = x.X
		case *syntax.Field:
			e = x.X
		case *syntax.Paren:
			e = x.X
		default:
			return nil
		}
	}
}
