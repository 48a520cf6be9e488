package compile_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"etamil/internal/check"
	"etamil/internal/decimal"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
	"etamil/internal/value"
)

// A second meaning of the language, as small and as obvious as can be: it walks
// the tree, and its values never change, so that none can be seen to. What it
// says about a program must be what the compiler and the machine make of it.
//
// Values are decimal.Decimal, string, bool, nil, list, record, result and
// *funcValue. It knows what generated programs use and gives up on the rest.

type list []any

type record struct {
	shape  *check.Shape
	fields map[string]any
}

type result struct {
	ok    bool
	inner any
}

type funcValue struct {
	fn       *check.Func
	builtin  string
	captured map[string]any
}

// failure is an error on its way to a handler.
type failure struct {
	code    string
	details any
	// returned says that it is no error: a failing ? returns it from the function.
	returned *result
}

func (f *failure) Error() string { return f.code }

// errGaveUp says that the program does something that isn't known here, or
// takes too long.
var errGaveUp = errors.New("gave up")

// how a statement ended.
type leaving int

const (
	goesOn    leaving = iota
	breaks    leaving = 1
	continues leaving = 2
	returns   leaving = 4
)

type evaluator struct {
	p       *check.Program
	out     bytes.Buffer
	globals map[string]any
	locals  map[string]any // nil at the top level
	named   map[string]*check.Func
	shapes  map[string]*check.Shape
	ret     any
	steps   int
	depth   int
	catches int // try statements with a catch around, in this function
	top     bool
}

// evaluate is execute by walking the tree. The error is its code.
func evaluate(text string) (o outcome, ok bool) {
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		return o, false
	}
	set := source.NewSet()
	tree, _ := syntax.Parse(set.Add(entry.Name, entry.Text))
	p, _ := check.Check(tree, load.NewFinder("", "", nil), check.Options{Set: set, Key: entry.Key, Lenient: true})
	e := &evaluator{p: p, globals: map[string]any{}, named: map[string]*check.Func{}, shapes: map[string]*check.Shape{}, top: true}
	for _, f := range p.Funcs {
		if f.Kind == check.KindNamed {
			e.named[f.Name] = f
		}
	}
	for _, s := range p.Shapes {
		e.shapes[s.Name] = s
	}
	_, err = e.stmts(tree.Body)
	o.output = e.out.String()
	var f *failure
	switch {
	case errors.Is(err, errGaveUp):
		return o, false
	case errors.As(err, &f):
		o.err = f.code
	}
	return o, true
}

func raise(code string) error { return &failure{code: code} }

func (e *evaluator) stmts(list []syntax.Stmt) (leaving, error) {
	for _, s := range list {
		if l, err := e.stmt(s); err != nil || l != goesOn {
			return l, err
		}
	}
	return goesOn, nil
}

func (e *evaluator) set(name string, x any) {
	if e.locals != nil {
		e.locals[name] = x
	} else {
		e.globals[name] = x
	}
}

func (e *evaluator) tick() error {
	if e.steps++; e.steps > 50_000 || e.out.Len() > 100_000 {
		return errGaveUp
	}
	return nil
}

func (e *evaluator) stmt(s syntax.Stmt) (leaving, error) {
	if err := e.tick(); err != nil {
		return goesOn, err
	}
	switch s := s.(type) {
	case *syntax.FuncDecl, *syntax.Shape:
		return goesOn, nil
	case *syntax.Print:
		x, err := e.expr(s.X)
		if err == nil && size(x) > maxSize {
			err = errGaveUp
		}
		if err == nil {
			e.out.WriteString(text(x) + "\n")
		}
		return goesOn, err
	case *syntax.Assign:
		x, err := e.expr(s.X)
		if err == nil && size(x) > maxSize {
			err = errGaveUp
		}
		if err == nil {
			err = e.store(s.Target, x)
		}
		return goesOn, err
	case *syntax.Destructure:
		x, err := e.expr(s.X)
		if err == nil {
			err = e.destructure(s.Pattern, x)
		}
		return goesOn, err
	case *syntax.ExprStmt:
		_, err := e.expr(s.X)
		return goesOn, err
	case *syntax.If:
		c, err := e.expr(s.Cond)
		if err != nil {
			return goesOn, err
		}
		if truth(c) {
			return e.stmts(s.Then.Stmts)
		}
		switch b := s.Else.(type) {
		case *syntax.Block:
			return e.stmts(b.Stmts)
		case *syntax.If:
			return e.stmt(b)
		}
		return goesOn, nil
	case *syntax.While:
		for {
			c, err := e.expr(s.Cond)
			if err == nil {
				err = e.tick()
			}
			if err != nil || !truth(c) {
				return goesOn, err
			}
			if l, err := e.stmts(s.Body.Stmts); err != nil || l == returns || l == breaks {
				return l & returns, err
			}
		}
	case *syntax.ForEach:
		return e.forEach(s)
	case *syntax.Try:
		return e.try(s)
	case *syntax.Break:
		return breaks, nil
	case *syntax.Continue:
		return continues, nil
	case *syntax.Return:
		var x any
		var err error
		if s.X != nil {
			x, err = e.expr(s.X)
		}
		e.ret = x
		return returns, err
	case *syntax.Throw:
		x, err := e.expr(s.X)
		if err != nil {
			return goesOn, err
		}
		f := &failure{code: "thrown", details: x}
		if r, ok := x.(record); ok {
			if c, ok := r.fields["code"].(string); ok {
				f.code = c
			}
		}
		return goesOn, f
	}
	return goesOn, errGaveUp
}

func (e *evaluator) forEach(s *syntax.ForEach) (leaving, error) {
	var keys, vals []any
	if call, ok := s.X.(*syntax.Call); ok && e.isRange(call) {
		args, err := e.exprs(call.Args)
		if err != nil {
			return goesOn, err
		}
		step := decimal.FromInt(1)
		if len(args) > 2 {
			step = number(args[2])
		}
		to := number(args[1])
		for i, n := number(args[0]), int64(0); step.Sign() > 0 && decimal.Cmp(i, to) <= 0 || step.Sign() < 0 && decimal.Cmp(i, to) >= 0; n++ {
			keys, vals = append(keys, decimal.FromInt(n)), append(vals, i)
			if i, ok = decimal.Add(i, step); !ok || n > 1000 {
				return goesOn, errGaveUp
			}
		}
	} else {
		x, err := e.expr(s.X)
		if err != nil {
			return goesOn, err
		}
		switch x := x.(type) {
		case list:
			vals = x
		case string:
			for _, l := range letters(x) {
				vals = append(vals, l)
			}
		case record:
			for _, k := range slices.Sorted(maps.Keys(x.fields)) {
				keys, vals = append(keys, k), append(vals, x.fields[k])
			}
			if s.Key == nil {
				vals = keys
			}
		default:
			return goesOn, raise("not_iterable")
		}
		if keys == nil {
			for i := range vals {
				keys = append(keys, decimal.FromInt(int64(i)))
			}
		}
	}
	for i := range vals {
		if err := e.tick(); err != nil {
			return goesOn, err
		}
		if s.Key != nil {
			e.set(s.Key.Text, keys[i])
		}
		e.set(s.Var.Text, vals[i])
		if l, err := e.stmts(s.Body.Stmts); err != nil || l == returns || l == breaks {
			return l & returns, err
		}
	}
	return goesOn, nil
}

func (e *evaluator) isRange(c *syntax.Call) bool {
	id, ok := c.Fun.(*syntax.Ident)
	return ok && e.p.Uses[id] != nil && e.p.Uses[id].Builtin != nil && e.p.Uses[id].Builtin.ID == "range"
}

func (e *evaluator) try(s *syntax.Try) (leaving, error) {
	catches := e.catches
	if s.Catch != nil {
		e.catches++
	}
	l, err := e.stmts(s.Body.Stmts)
	e.catches = catches
	var f *failure
	if s.Catch != nil && errors.As(err, &f) && f.returned == nil {
		if s.CatchVar != nil {
			e.set(s.CatchVar.Text, f)
		}
		l, err = e.stmts(s.Catch.Stmts)
	}
	if s.Finally != nil && !errors.Is(err, errGaveUp) {
		ret := e.ret
		if l2, err2 := e.stmts(s.Finally.Stmts); err2 != nil || l2 != goesOn {
			return l2, err2
		}
		e.ret = ret
	}
	return l, err
}

// store sets a variable or a place in one.
func (e *evaluator) store(target syntax.Expr, x any) error {
	type step struct {
		index any
		field bool
	}
	var steps []step
	var path []syntax.Expr
	root := target
	for {
		switch t := root.(type) {
		case *syntax.Index:
			path, root = append(path, t), t.X
			continue
		case *syntax.Field:
			path, root = append(path, t), t.X
			continue
		case *syntax.Paren:
			root = t.X
			continue
		}
		break
	}
	slices.Reverse(path)
	id := root.(*syntax.Ident)
	for _, p := range path {
		switch t := p.(type) {
		case *syntax.Index:
			i, err := e.expr(t.I)
			if err != nil {
				return err
			}
			steps = append(steps, step{i, false})
		case *syntax.Field:
			steps = append(steps, step{t.Key.Text, true})
		}
	}
	if len(steps) == 0 {
		e.set(id.Name, x)
		return nil
	}
	base, err := e.name(id.Name)
	if err != nil {
		return err
	}
	var change func(base any, steps []step) (any, error)
	change = func(base any, steps []step) (any, error) {
		s, last := steps[0], len(steps) == 1
		switch b := base.(type) {
		case list:
			if s.field {
				return nil, raise("not_record")
			}
			i, err := position(s.index, len(b))
			if err != nil {
				return nil, err
			}
			v := x
			if !last {
				if v, err = change(b[i], steps[1:]); err != nil {
					return nil, err
				}
			}
			b = slices.Clone(b)
			b[i] = v
			return b, nil
		case record:
			key := text(s.index)
			old, has := b.fields[key]
			v := x
			if !last {
				if !has {
					return nil, raise("no_field")
				}
				if v, err = change(old, steps[1:]); err != nil {
					return nil, err
				}
			}
			if b.shape != nil && !has {
				return nil, raise("shape_field")
			}
			fields := maps.Clone(b.fields)
			fields[key] = v
			return record{b.shape, fields}, nil
		case string:
			if !s.field {
				return nil, raise("text_fixed")
			}
		}
		if s.field {
			return nil, raise("not_record")
		}
		return nil, raise("not_indexable")
	}
	v, err := change(base, steps)
	if err == nil {
		e.set(id.Name, v)
	}
	return err
}

func (e *evaluator) destructure(p syntax.Pattern, x any) error {
	switch p := p.(type) {
	case *syntax.ListPattern:
		l, ok := x.(list)
		if !ok {
			return raise("argument")
		}
		if len(l) != len(p.Items) {
			return raise("pattern")
		}
		for i, it := range p.Items {
			if err := e.destructure(it, l[i]); err != nil {
				return err
			}
		}
	case *syntax.RecordPattern:
		for _, f := range p.Fields {
			v, err := field(x, f.Key.Text)
			if err == nil {
				err = e.destructure(f.Item, v)
			}
			if err != nil {
				return err
			}
		}
	case *syntax.ItemTarget:
		return e.store(p.Target, x)
	}
	return nil
}

// name reads a variable, or what else has the name.
func (e *evaluator) name(n string) (any, error) {
	if x, ok := e.locals[n]; ok {
		return x, nil
	}
	if x, ok := e.globals[n]; ok {
		return x, nil
	}
	return nil, raise("undefined_variable")
}

func (e *evaluator) exprs(xs []syntax.Expr) ([]any, error) {
	var vals []any
	for _, x := range xs {
		v, err := e.expr(x)
		if err != nil {
			return nil, err
		}
		vals = append(vals, v)
	}
	return vals, nil
}

func (e *evaluator) expr(x syntax.Expr) (any, error) {
	if err := e.tick(); err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case *syntax.Number:
		return x.Value, nil
	case *syntax.String:
		return x.Value, nil
	case *syntax.Bool:
		return x.Value, nil
	case *syntax.Nil:
		return nil, nil
	case *syntax.Paren:
		return e.expr(x.X)
	case *syntax.Ident:
		v, err := e.name(x.Name)
		if u := e.p.Uses[x]; err != nil && u != nil {
			if u.Func != nil {
				return &funcValue{fn: u.Func}, nil
			}
			if u.Builtin != nil {
				return &funcValue{builtin: u.Builtin.ID}, nil
			}
		}
		return v, err
	case *syntax.List:
		l := list{}
		for _, it := range x.Items {
			v, err := e.expr(it.X)
			if err != nil {
				return nil, err
			}
			if !it.Spread {
				l = append(l, v)
				continue
			}
			m, ok := v.(list)
			if !ok {
				return nil, raise("not_list")
			}
			l = append(l, m...)
		}
		return l, nil
	case *syntax.Record:
		return e.record(x.Entries)
	case *syntax.Filled:
		sh := e.p.Fills[x]
		if sh == nil {
			return nil, errGaveUp
		}
		r, err := e.record(x.Entries)
		if err != nil {
			return nil, err
		}
		return record{sh, r.(record).fields}, nil
	case *syntax.Lambda:
		fn := e.p.FuncOf[x.Func]
		f := &funcValue{fn: fn, captured: map[string]any{}}
		for _, c := range fn.Captures {
			f.captured[c.To.Name] = e.locals[c.From.Name] // nil if it isn't set
		}
		return f, nil
	case *syntax.Index:
		b, err := e.expr(x.X)
		if err != nil {
			return nil, err
		}
		i, err := e.expr(x.I)
		if err != nil {
			return nil, err
		}
		return index(b, i)
	case *syntax.Field:
		b, err := e.expr(x.X)
		if err != nil {
			return nil, err
		}
		return field(b, x.Key.Text)
	case *syntax.Call:
		return e.call(x)
	case *syntax.TryExpr:
		v, err := e.expr(x.X)
		if err != nil {
			return nil, err
		}
		r, ok := v.(result)
		switch {
		case !ok:
			return nil, raise("not_result")
		case r.ok:
			return r.inner, nil
		case e.catches > 0 || e.top:
			code := "unhandled"
			if rec, ok := r.inner.(record); ok {
				if c, ok := rec.fields["code"].(string); ok {
					code = c
				}
			}
			return nil, &failure{code: code, details: r.inner}
		}
		return nil, &failure{returned: &r}
	case *syntax.Unary:
		v, err := e.expr(x.X)
		if err != nil {
			return nil, err
		}
		if x.Op == syntax.Not {
			return !truth(v), nil
		}
		return decimal.Neg(number(v)), nil
	case *syntax.Binary:
		return e.binary(x)
	case *syntax.Compare:
		if len(x.Ops) > 1 {
			return nil, errGaveUp
		}
		vals, err := e.exprs(x.Xs)
		if err != nil {
			return nil, err
		}
		return compare(x.Ops[0], vals[0], vals[1])
	}
	return nil, errGaveUp
}

func (e *evaluator) record(entries []syntax.Entry) (any, error) {
	fields, given := map[string]any{}, map[string]bool{}
	for _, en := range entries {
		v, err := e.expr(en.X)
		if err != nil {
			return nil, err
		}
		if en.Spread {
			r, ok := v.(record)
			if !ok {
				return nil, raise("not_record")
			}
			maps.Copy(fields, r.fields)
			given = map[string]bool{}
			continue
		}
		if !given[en.Key.Text] {
			fields[en.Key.Text], given[en.Key.Text] = v, true
		}
	}
	return record{nil, fields}, nil
}

func (e *evaluator) binary(x *syntax.Binary) (any, error) {
	l, err := e.expr(x.X)
	if err != nil {
		return nil, err
	}
	if x.Op == syntax.And && !truth(l) {
		return false, nil
	}
	if x.Op == syntax.Or && truth(l) {
		return true, nil
	}
	r, err := e.expr(x.Y)
	if err != nil {
		return nil, err
	}
	switch x.Op {
	case syntax.And, syntax.Or:
		return truth(r), nil
	case syntax.Concat:
		// Values that share their parts can be small and print endlessly.
		if size(l)+size(r) > maxSize {
			return nil, errGaveUp
		}
		return text(l) + text(r), nil
	}
	return arith(map[syntax.BinaryOp]string{syntax.Add: "+", syntax.Sub: "-", syntax.Mul: "*", syntax.Div: "/"}[x.Op], l, r)
}

func (e *evaluator) call(x *syntax.Call) (any, error) {
	if f, ok := x.Fun.(*syntax.Field); ok {
		self, err := e.expr(f.X)
		if err != nil {
			return nil, err
		}
		args, err := e.exprs(x.Args)
		if err != nil {
			return nil, err
		}
		r, ok := self.(record)
		if !ok {
			return nil, raise("no_member")
		}
		if r.shape != nil {
			if m := r.shape.Methods[f.Key.Text]; m != nil && m.Self {
				return e.apply(&funcValue{fn: m}, append([]any{self}, args...))
			}
		}
		if v, ok := r.fields[f.Key.Text]; ok {
			return e.apply(v, args)
		}
		return nil, raise("no_member")
	}
	id, ok := x.Fun.(*syntax.Ident)
	if !ok {
		return nil, errGaveUp
	}
	callee, unset := e.name(id.Name)
	args, err := e.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	u := e.p.Uses[id]
	switch {
	case unset == nil && (u.Func == nil && u.Builtin == nil):
		return e.apply(callee, args)
	case u == nil:
		return nil, errGaveUp
	case u.Func != nil:
		return e.apply(&funcValue{fn: u.Func}, args)
	case u.Builtin != nil:
		return e.apply(&funcValue{builtin: u.Builtin.ID}, args)
	}
	if u.Local == nil && u.Global == nil {
		return nil, raise("unknown_function")
	}
	return nil, raise("not_function")
}

func (e *evaluator) apply(callee any, args []any) (any, error) {
	f, ok := callee.(*funcValue)
	if !ok {
		return nil, raise("not_function")
	}
	if f.fn == nil {
		return builtinCall(f.builtin, args)
	}
	if len(args) < f.fn.MinArgs() || len(args) > len(f.fn.Params) {
		return nil, raise("arity")
	}
	if e.depth++; e.depth > 60 {
		return nil, errGaveUp
	}
	locals, catches, top := e.locals, e.catches, e.top
	e.locals, e.catches, e.top = map[string]any{}, 0, false
	defer func() {
		e.locals, e.catches, e.top = locals, catches, top
		e.depth--
	}()
	maps.Copy(e.locals, f.captured)
	for i, p := range f.fn.Params {
		if i < len(args) {
			e.locals[p.Name] = args[i]
			continue
		}
		v, err := e.expr(f.fn.Decl.Params[i].Default)
		if out := (*failure)(nil); errors.As(err, &out) && out.returned != nil {
			return *out.returned, nil // a ? in a default returns from the function too
		}
		if err != nil {
			return nil, err
		}
		e.locals[p.Name] = v
	}
	l, err := e.stmts(f.fn.Decl.Body.Stmts)
	var out *failure
	switch {
	case errors.As(err, &out) && out.returned != nil:
		return *out.returned, nil
	case err != nil:
		return nil, err
	case l == returns:
		return e.ret, nil
	}
	return nil, nil
}

func builtinCall(id string, args []any) (any, error) {
	switch {
	case id == "append" && len(args) == 2:
		l, ok := args[0].(list)
		if !ok {
			return nil, raise("not_list")
		}
		return append(slices.Clip(l), args[1]), nil
	case id == "length" && len(args) == 1:
		switch x := args[0].(type) {
		case string:
			return decimal.FromInt(int64(len(letters(x)))), nil
		case list:
			return decimal.FromInt(int64(len(x))), nil
		case record:
			return decimal.FromInt(int64(len(x.fields))), nil
		}
		return nil, raise("no_length")
	case id == "ok" && len(args) == 1:
		return result{true, args[0]}, nil
	case id == "err" && len(args) == 1:
		return result{false, args[0]}, nil
	case id == "mod" && len(args) == 2:
		return arith("mod", args[0], args[1])
	case id == "div" && len(args) == 2:
		return arith("div", args[0], args[1])
	}
	return nil, errGaveUp
}

func arith(op string, x, y any) (any, error) {
	a, b := number(x), number(y)
	var d decimal.Decimal
	var err error
	ok := true
	switch op {
	case "+":
		d, ok = decimal.Add(a, b)
	case "-":
		d, ok = decimal.Sub(a, b)
	case "*":
		d, ok = decimal.Mul(a, b)
	case "/":
		d, err = decimal.Div(a, b)
	case "mod":
		d, err = decimal.Mod(a, b)
	case "div":
		d, err = decimal.DivFloor(a, b)
	}
	switch {
	case err != nil && b.IsZero():
		return nil, raise("division_by_zero")
	case err != nil || !ok:
		return nil, raise("number_too_large")
	}
	return d, nil
}

func number(x any) decimal.Decimal {
	switch x := x.(type) {
	case decimal.Decimal:
		return x
	case bool:
		if x {
			return decimal.FromInt(1)
		}
	case string:
		if d, err := decimal.ParseText(x); err == nil {
			return d
		}
	}
	return decimal.Decimal{}
}

func truth(x any) bool {
	switch x := x.(type) {
	case nil:
		return false
	case bool:
		return x
	case decimal.Decimal:
		return !x.IsZero()
	case string:
		return x != ""
	case list:
		return len(x) > 0
	case record:
		return len(x.fields) > 0
	case result:
		return x.ok
	}
	return true
}

func text(x any) string {
	switch x := x.(type) {
	case nil:
		return "nil"
	case bool:
		return fmt.Sprint(x)
	case decimal.Decimal:
		return string(x.Append(nil))
	case string:
		return x
	case list:
		var parts []string
		for _, v := range x {
			parts = append(parts, text(v))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case record:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x.fields)) {
			parts = append(parts, k+": "+text(x.fields[k]))
		}
		name := ""
		if x.shape != nil {
			name = x.shape.Name
		}
		return name + "{" + strings.Join(parts, ", ") + "}"
	case result:
		if x.ok {
			return "சரி(" + text(x.inner) + ")"
		}
		return "தவறு(" + text(x.inner) + ")"
	case *funcValue:
		if x.fn == nil {
			return "<செயல் " + x.builtin + ">"
		}
		if x.fn.Name != "" {
			return "<செயல் " + x.fn.Name + ">"
		}
		return "<செயல்>"
	case *failure:
		return "<error>"
	}
	return "?"
}

// maxSize is how large a value the evaluator goes on with, in parts and bytes.
const maxSize = 5_000

// size is about how long the text of x is; it stops counting beyond maxSize.
func size(x any) int {
	n := 1
	add := func(v any) bool {
		n += size(v) + 1
		return n <= maxSize
	}
	switch x := x.(type) {
	case string:
		n += len(x)
	case list:
		for _, v := range x {
			if !add(v) {
				break
			}
		}
	case record:
		for _, v := range x.fields {
			if !add(v) {
				break
			}
		}
	case result:
		add(x.inner)
	}
	return n
}

func letters(s string) []string {
	var out []string
	for len(s) > 0 {
		n := value.NextLetter(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

func position(i any, n int) (int, error) {
	d := number(i)
	if !d.IsInt() {
		return 0, raise("index_not_whole")
	}
	k, ok := d.Int64()
	if !ok || k < 0 || k >= int64(n) {
		return 0, raise("index")
	}
	return int(k), nil
}

func index(x, i any) (any, error) {
	switch x := x.(type) {
	case list:
		n, err := position(i, len(x))
		if err != nil {
			return nil, err
		}
		return x[n], nil
	case string:
		l := letters(x)
		n, err := position(i, len(l))
		if err != nil {
			return nil, err
		}
		return l[n], nil
	case record:
		return field(x, text(i))
	}
	return nil, raise("not_indexable")
}

func field(x any, name string) (any, error) {
	switch x := x.(type) {
	case record:
		if v, ok := x.fields[name]; ok {
			return v, nil
		}
		return nil, raise("no_field")
	case *failure:
		switch name {
		case "code":
			return x.code, nil
		case "details":
			return x.details, nil
		}
		return nil, errGaveUp
	}
	return nil, raise("not_record")
}

func compare(op syntax.CompareOp, x, y any) (any, error) {
	if op == syntax.Eq || op == syntax.Ne {
		eq, err := equal(x, y)
		return eq == (op == syntax.Eq), err
	}
	c := 0
	a, aText := x.(string)
	b, bText := y.(string)
	m, aNum := x.(decimal.Decimal)
	n, bNum := y.(decimal.Decimal)
	switch {
	case aText && bText:
		c = strings.Compare(a, b)
	case (aText || aNum) && (bText || bNum):
		if aText {
			m = number(a)
		}
		if bText {
			n = number(b)
		}
		c = decimal.Cmp(m, n)
	default:
		return false, nil
	}
	switch op {
	case syntax.Lt:
		return c < 0, nil
	case syntax.Le:
		return c <= 0, nil
	case syntax.Gt:
		return c > 0, nil
	}
	return c >= 0, nil
}

func equal(x, y any) (bool, error) {
	switch x := x.(type) {
	case decimal.Decimal:
		y, ok := y.(decimal.Decimal)
		return ok && decimal.Equal(x, y), nil
	case list:
		y, ok := y.(list)
		if !ok || len(x) != len(y) {
			return false, nil
		}
		for i := range x {
			if eq, err := equal(x[i], y[i]); !eq || err != nil {
				return false, err
			}
		}
		return true, nil
	case record:
		y, ok := y.(record)
		if !ok || x.shape != y.shape || len(x.fields) != len(y.fields) {
			return false, nil
		}
		for k, v := range x.fields {
			w, has := y.fields[k]
			if !has {
				return false, nil
			}
			if eq, err := equal(v, w); !eq || err != nil {
				return false, err
			}
		}
		return true, nil
	case result:
		y, ok := y.(result)
		if !ok || x.ok != y.ok {
			return false, nil
		}
		return equal(x.inner, y.inner)
	case *funcValue, *failure:
		return false, errGaveUp
	}
	switch y.(type) {
	case list, record, result, decimal.Decimal:
		return false, nil
	case *funcValue, *failure:
		return false, errGaveUp
	}
	return x == y, nil
}
