package build

import (
	"strconv"

	"etamil/internal/builtin"
	"etamil/internal/check"
	"etamil/internal/diag"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// maxArgs is how many arguments the instruction's count can hold.
const maxArgs = 250

// direct lists the builtins that are instructions.
var direct = map[string]ir.Op{
	"append": ir.OpAppend, "length": ir.OpLen, "ok": ir.OpOk, "err": ir.OpErr, "mod": ir.OpMod, "div": ir.OpIDiv,
}

func (b *builder) args(list []syntax.Expr) []*ir.Value {
	var args []*ir.Value
	for _, x := range list {
		args = append(args, b.expr(x))
	}
	return args
}

func (b *builder) call(x *syntax.Call) *ir.Value {
	args := func() []*ir.Value { return b.args(x.Args) }
	fun := x.Fun
	for {
		p, ok := fun.(*syntax.Paren)
		if !ok {
			break
		}
		fun = p.X
	}
	switch f := fun.(type) {
	case *syntax.Ident:
		return b.callIdent(f, args, x.Start)
	case *syntax.Field:
		if u := b.p.Members[f]; u != nil {
			return b.callUse(u, f.Key.Text, args, f.Key.Start)
		}
		self := b.expr(f.X)
		return b.named(ir.OpCallMember, f.Key.Text, f.Key.Start, append([]*ir.Value{self}, args()...)...)
	}
	v := b.expr(fun)
	return b.add(ir.OpCallValue, x.Start, append([]*ir.Value{v}, args()...)...)
}

func (b *builder) callIdent(id *syntax.Ident, args func() []*ir.Value, pos source.Pos) *ir.Value {
	return b.callUse(b.p.Uses[id], id.Name, args, pos)
}

// callUse calls what a name means: a variable that holds a function wins, then
// a function of the program, then a builtin.
func (b *builder) callUse(u *check.Use, name string, args func() []*ir.Value, pos source.Pos) *ir.Value {
	if u == nil {
		u = &check.Use{}
	}
	if u.Local == nil && u.Global == nil {
		return b.callStatic(u, name, args(), pos)
	}
	f := b.maybe(u, pos)
	if u.Func == nil && u.Builtin == nil && u.Shape == nil {
		return b.callValue(f, name, args(), pos)
	}
	// The choice is made before the arguments are evaluated, as the name is
	// what stands first.
	given := args()
	if b.cur == nil {
		return f
	}
	return b.either(b.add(ir.OpIsFunc, pos, f), ir.TAny, pos,
		func() *ir.Value { return b.callValue(f, name, given, pos) },
		func() *ir.Value { return b.callStatic(u, name, given, pos) })
}

func (b *builder) callValue(f *ir.Value, name string, args []*ir.Value, pos source.Pos) *ir.Value {
	v := b.named(ir.OpCallValue, name, pos, append([]*ir.Value{f}, args...)...)
	return v
}

func (b *builder) callStatic(u *check.Use, name string, args []*ir.Value, pos source.Pos) *ir.Value {
	if b.cur == nil {
		return b.f.NewValue(ir.OpConst, ir.TNil) // never looked at
	}
	switch {
	case u.Func != nil:
		f := u.Func
		if len(args) > len(f.Params) || len(args) < f.MinArgs() || len(args) > maxArgs {
			// The machine says so when the call is reached.
			return b.callValue(b.constant(ir.Const{Kind: ir.ConstFunc, Func: f.Index}, pos), name, args, pos)
		}
		for len(args) < len(f.Params) {
			args = append(args, b.constant(ir.Const{Kind: ir.ConstUndef}, pos))
		}
		v := b.named(ir.OpCall, name, pos, args...)
		v.Int = int64(f.Index)
		return v
	case u.Builtin != nil:
		return b.callBuiltin(u.Builtin, name, args, pos)
	case u.Shape != nil:
		if len(args) == 1 {
			return b.fromRecord(u.Shape, args[0], pos)
		}
	}
	return b.fail(diag.RunUnknownFunction, name, pos)
}

func (b *builder) callBuiltin(s *builtin.Spec, name string, args []*ir.Value, pos source.Pos) *ir.Value {
	if len(args) < s.Min || s.Max >= 0 && len(args) > s.Max || len(args) > maxArgs {
		return b.callValue(b.constant(ir.Const{Kind: ir.ConstBuiltin, Text: s.ID}, pos), name, args, pos)
	}
	if f := b.prelude(s.ID, len(args)); f != nil {
		return b.callStatic(&check.Use{Func: f}, name, args, pos)
	}
	if op, ok := direct[s.ID]; ok && len(args) == op.Info().MinArgs {
		return b.add(op, pos, args...)
	}
	v := b.cur.Add(ir.OpBuiltin, pos, args...)
	v.Spec = s
	return v
}

// prelude returns the function of the prelude that is a builtin with n
// arguments: one that calls a function it is given, and so is written in
// eTamil. The prelude's function sort_2 is the builtin sort with two arguments.
func (b *builder) prelude(id string, n int) *check.Func {
	name := id + "_" + strconv.Itoa(n)
	b.wants = b.wants || b.p.Prelude == nil && b.p.Written[name]
	return b.p.Prelude[name]
}

// fail raises a run-time mistake where it is reached, and gives nil.
func (b *builder) fail(c diag.Code, about string, pos source.Pos) *ir.Value {
	v := b.named(ir.OpFail, diag.RunName(c), pos)
	v.Const = ir.Const{Kind: ir.ConstText, Text: about}
	return b.nil(pos)
}
