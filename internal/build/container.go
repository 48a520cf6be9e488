package build

import (
	"strings"

	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// How many registers one literal may need side by side; a longer list is
// appended to, a larger record gets its other fields one by one.
const (
	maxLiteral = 256
	maxFields  = 48
)

// list builds [a, b, ..c]. Items before the first spread are one instruction.
func (b *builder) list(x *syntax.List) *ir.Value {
	n := 0
	for n < len(x.Items) && n < maxLiteral && !x.Items[n].Spread {
		n++
	}
	var args []*ir.Value
	for _, it := range x.Items[:n] {
		args = append(args, b.expr(it.X))
	}
	l := b.add(ir.OpList, x.Start, args...)
	for _, it := range x.Items[n:] {
		v := b.expr(it.X)
		if it.Spread {
			l = b.add(ir.OpSpreadList, it.X.Span().Start, l, v)
		} else {
			l = b.add(ir.OpAppend, it.X.Span().Start, l, v)
		}
	}
	return l
}

// record builds {k: v, ..r}. Values are evaluated from left to right; among
// equal keys the first wins, but a later one wins over a spread.
func (b *builder) record(entries []syntax.Entry, pos source.Pos) *ir.Value {
	var keys []string
	var vals []*ir.Value
	seen := map[string]bool{}
	i := 0
	for ; i < len(entries) && !entries[i].Spread && len(keys) < maxFields; i++ {
		v := b.expr(entries[i].X)
		if k := entries[i].Key.Text; !seen[k] {
			seen[k] = true
			keys = append(keys, k)
			vals = append(vals, v)
		}
	}
	r := b.named(ir.OpRecord, JoinKeys(keys), pos, vals...)
	for ; i < len(entries); i++ {
		v := b.expr(entries[i].X)
		if entries[i].Spread {
			r = b.add(ir.OpSpreadRecord, entries[i].X.Span().Start, r, v)
			seen = map[string]bool{}
			continue
		}
		if k := entries[i].Key.Text; !seen[k] {
			seen[k] = true
			r = b.named(ir.OpSetField, k, entries[i].Key.Start, r, v)
		}
	}
	return r
}

// JoinKeys is how the keys of an OpRecord are kept in its Name.
func JoinKeys(keys []string) string { return strings.Join(keys, "\x00") }

// assign builds target = value. The value is evaluated first, then the indexes
// of the target from left to right; a change below the first level makes each
// level on the way its own before it changes the innermost.
func (b *builder) assign(target syntax.Expr, value func() *ir.Value) {
	x := value()
	if b.cur != nil {
		b.store(target, x)
	}
}

// step is one index or field on the way to a target.
type step struct {
	index *ir.Value // nil: a field
	field string
	pos   source.Pos
}

func (b *builder) store(target syntax.Expr, x *ir.Value) {
	var path []syntax.Expr
	root := target
	for {
		switch t := root.(type) {
		case *syntax.Index:
			path = append(path, t)
			root = t.X
			continue
		case *syntax.Field:
			if u := b.p.Members[t]; u != nil {
				panic("build: assignment to a member of a module")
			}
			path = append(path, t)
			root = t.X
			continue
		case *syntax.Paren:
			root = t.X
			continue
		}
		break
	}
	id := root.(*syntax.Ident)
	u := b.p.Uses[id]
	v := u.Local
	if v == nil {
		v = u.Global
	}
	if len(path) == 0 {
		b.write(v, x, id.Start)
		return
	}
	steps := make([]step, len(path))
	for i := range path {
		switch t := path[len(path)-1-i].(type) {
		case *syntax.Index:
			steps[i] = step{index: b.expr(t.I), pos: t.Start}
		case *syntax.Field:
			steps[i] = step{field: t.Key.Text, pos: t.Key.Start}
		}
	}
	if b.cur == nil {
		return
	}
	base := b.variable(u, id.Name, id.Start)
	b.write(v, b.change(base, steps, x), id.Start)
}

// change returns base with the place that steps lead to set to x.
func (b *builder) change(base *ir.Value, steps []step, x *ir.Value) *ir.Value {
	s := steps[0]
	if len(steps) == 1 {
		if s.index != nil {
			return b.add(ir.OpSetIndex, s.pos, base, s.index, x)
		}
		return b.named(ir.OpSetField, s.field, s.pos, base, x)
	}
	if s.index != nil {
		own := b.add(ir.OpOwnIndex, s.pos, base, s.index)
		child := b.change(b.add(ir.OpGetOwned, s.pos, own, s.index), steps[1:], x)
		return b.add(ir.OpSetIndex, s.pos, own, s.index, child)
	}
	own := b.named(ir.OpOwnField, s.field, s.pos, base)
	child := b.change(b.named(ir.OpGetOwnedField, s.field, s.pos, own), steps[1:], x)
	return b.named(ir.OpSetField, s.field, s.pos, own, child)
}

// destructure sets the targets of p from x, from left to right.
func (b *builder) destructure(p syntax.Pattern, x *ir.Value) {
	pos := p.Span().Start
	switch p := p.(type) {
	case *syntax.ListPattern:
		b.builtin("pattern_list", pos, x, b.number(int64(len(p.Items)), pos))
		for i, it := range p.Items {
			if !ignored(it) {
				b.destructure(it, b.add(ir.OpGetIndex, it.Span().Start, x, b.number(int64(i), pos)))
			}
		}
	case *syntax.RecordPattern:
		for _, f := range p.Fields {
			b.destructure(f.Item, b.named(ir.OpGetField, f.Key.Text, f.Key.Start, x))
		}
	case *syntax.ItemTarget:
		if !ignored(p) {
			b.store(p.Target, x)
		}
	}
}

// ignored reports whether p is the target _.
func ignored(p syntax.Pattern) bool {
	t, ok := p.(*syntax.ItemTarget)
	if !ok {
		return false
	}
	id, ok := t.Target.(*syntax.Ident)
	return ok && id.Name == "_"
}
