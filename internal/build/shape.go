package build

import (
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// filled is a shape's literal, or a call of a name with the record.
func (b *builder) filled(x *syntax.Filled) *ir.Value {
	sh := b.p.Fills[x]
	if sh == nil {
		rec := b.record(x.Entries, x.Start)
		return b.callIdent(x.Name, func() []*ir.Value { return []*ir.Value{rec} }, x.Start)
	}
	given := map[string]*ir.Value{}
	var spread *ir.Value
	for _, e := range x.Entries {
		v := b.expr(e.X)
		if e.Spread {
			spread = v
		} else if given[e.Key.Text] == nil {
			given[e.Key.Text] = v
		}
	}
	var args []*ir.Value
	for _, f := range sh.Fields {
		v := given[f.Name.Text]
		switch {
		case v != nil:
		case spread != nil:
			v = b.fromSpread(f, spread, x.Start)
		default:
			v = b.fieldDefault(f, x.Start)
		}
		args = append(args, v)
	}
	r := b.add(ir.OpShapeRecord, x.Start, args...)
	r.Int = int64(sh.Index)
	return r
}

// fieldDefault is what a field holds that nobody gave.
func (b *builder) fieldDefault(f *syntax.ShapeField, pos source.Pos) *ir.Value {
	if f.Default != nil {
		return b.expr(f.Default)
	}
	return b.nil(pos)
}

// fromSpread takes a field out of the record behind "..", which must have it unless it
// can be left out.
func (b *builder) fromSpread(f *syntax.ShapeField, spread *ir.Value, pos source.Pos) *ir.Value {
	if f.Default == nil && !f.Optional {
		return b.named(ir.OpGetField, f.Name.Text, pos, spread)
	}
	return b.either(b.lacks(spread, f.Name.Text, pos), ir.TAny, pos,
		func() *ir.Value { return b.fieldDefault(f, pos) },
		func() *ir.Value { return b.named(ir.OpGetField, f.Name.Text, pos, spread) })
}

// lacks is true when x is a record without a field.
func (b *builder) lacks(x *ir.Value, field string, pos source.Pos) *ir.Value {
	return b.add(ir.OpEq, pos, b.builtin("shape_has", pos, x, b.text(field, pos)), b.bool(false, pos))
}

// fromRecord is S(x): x with its defaults, as a result.
func (b *builder) fromRecord(s *check.Shape, x *ir.Value, pos source.Pos) *ir.Value {
	if s.Fill != nil {
		x = b.callStatic(&check.Use{Func: s.Fill}, s.Name, []*ir.Value{x}, pos)
	}
	r := b.add(ir.OpToShape, pos, x)
	r.Int = int64(s.Index)
	return r
}

// shapeFunc is the body of a function that the checker made for a shape.
func (b *builder) shapeFunc() {
	s, v := b.fn.Shape, b.fn.Params[0]
	pos := s.Decl.Start
	if b.fn == s.From {
		b.ret(b.fromRecord(s, b.read(v, pos), pos), pos)
		return
	}
	b.write(v, b.builtin("shape_plain", pos, b.read(v, pos)), pos)
	for i, f := range s.Fields {
		if f.Default != nil {
			yes, done := b.block(), b.block()
			b.branch(b.lacks(b.read(v, pos), f.Name.Text, pos), yes, done, pos)
			b.ssa.seal(yes)
			b.cur = yes
			if x := b.expr(f.Default); b.cur != nil {
				b.write(v, b.named(ir.OpSetField, f.Name.Text, pos, b.read(v, pos), x), pos)
			}
			b.jump(done)
			b.at(done)
		}
		if in := s.Of[i]; in.Shape != nil && in.Shape.Fill != nil {
			yes, done := b.block(), b.block()
			b.branch(b.builtin("shape_has", pos, b.read(v, pos), b.text(f.Name.Text, pos)), yes, done, pos)
			b.ssa.seal(yes)
			b.cur = yes
			x := b.fillInside(in, b.named(ir.OpGetField, f.Name.Text, pos, b.read(v, pos)), pos)
			b.write(v, b.named(ir.OpSetField, f.Name.Text, pos, b.read(v, pos), x), pos)
			b.jump(done)
			b.at(done)
		}
	}
	if b.cur != nil {
		b.ret(b.read(v, pos), pos)
	}
}

// fillInside fills the record x, or the records in the list x.
func (b *builder) fillInside(in check.Inner, x *ir.Value, pos source.Pos) *ir.Value {
	if in.Lists == 0 {
		return b.callStatic(&check.Use{Func: in.Shape.Fill}, in.Shape.Name, []*ir.Value{x}, pos)
	}
	each := b.constant(ir.Const{Kind: ir.ConstFunc, Func: in.Shape.Fill.Index}, pos)
	args := []*ir.Value{x, each, b.number(int64(in.Lists), pos)}
	return b.callStatic(&check.Use{Func: b.prelude("shapeFill", len(args))}, "shapeFill", args, pos)
}
