package ir

import (
	"strings"
	"testing"
)

// parse reads one function.
func parse(t *testing.T, text string) *Func {
	t.Helper()
	funcs, err := Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if len(funcs) != 1 {
		t.Fatalf("%d functions", len(funcs))
	}
	return funcs[0]
}

// try is a function with a handler, to be damaged by the tests.
const tryFunc = `func 0 "f" slots=1 {
b0(v0 any):
	v1 = add v0, v0
	try b1 catch b2
b1(): handler=b2
	v2 = mul v1, v0
	jump b3
b2(v3 any):
	slotset #0 v3
	return v1
b3(): handler=b2
	v4 = iter v0
	jump b4(v2)
b4(v5 any):
	next v4 b5 else b6
b5(v6 any):
	v7 = add v5, v6
	jump b4(v7)
b6():
	return v5
}
`

func TestVerifyAccepts(t *testing.T) {
	if err := Verify(parse(t, tryFunc)); err != nil {
		t.Error(err)
	}
}

// Each mistake is made by putting other text into the good function.
func TestVerifyRefusesText(t *testing.T) {
	for _, c := range []struct{ old, put, want string }{
		{"jump b4(v7)", "jump b0(v7)", "the entry has predecessors"},
		{"b0(v0 any):", "b0(v0 any): handler=b2", "the entry has a handler"},
		{"slots=1", "slots=1 min=2", "2 of 1 arguments"},
		{"v1 = add v0, v0", "v1 = add v0", "1 operands"},
		{"v1 = add v0, v0", "v1 = not v0, v0", "2 operands"},
		{"v1 = add v0, v0", "v1 = record \"a\\x00b\" v0", "1 operands"},
		{"v1 = add v0, v0", "v1 = record \"\" v0, v0", "2 operands"},
		{"v1 = add v0, v0", "v1 = builtin \"isOk\" v0, v0", "2 operands"},
		{"v1 = add v0, v0", "v1 = capture #0", "capture 0 of 0"},
		{"slotset #0", "slotset #1", "slot 1 of 1"},
		{"v1 = add v0, v0", "v1 = slotget #2", "slot 2 of 1"},
		{"v2 = mul v1, v0", "v2 = mul v4, v0", "v4 is used where it may not be defined"},
		{"v2 = mul v1, v0", "v2 = mul v2, v0", "v2 is used where it may not be defined"},
		{"return v1", "return v2", "v2 is used where it may not be defined"},
		{"return v1", "halt", "a function halts"},
		{"slots=1", "slots=1 top", "the top level returns"},
		{"jump b4(v7)", "jump b4(v5, v7)", "edge to b4 gives 2 arguments for 1 parameters"},
		{"jump b4(v7)", "jump b4", "edge to b4 gives 0 arguments for 1 parameters"},
		{"return v5", "return v9\nb7():\n\tv9 = add v0, v0\n\tjump b6", "v9 is used but stands in no block that can be reached"},
		{"jump b4(v7)", "if v7 b5 else b5", "the body b5 of a next has 3 ways in"},
		{"next v4 b5", "next2 v4 b5", "edge to b5 gives 2 arguments for 1 parameters"},
		{"v4 = iter v0", "v4 = add v0, v0", "next over v4, which is no iterator"},
		{"b2(v3 any):\n\tslotset #0 v3", "b2():", "edge to b2 gives 1 arguments for 0 parameters"},
		{"try b1 catch b2", "try b1 catch b2(v1)", "edge to b2 gives 2 arguments for 1 parameters"},
		{"try b1 catch b2\nb1(): handler=b2", "try b1 catch b7\nb7(v9 any):\n\ttry b1 catch b2\nb1(): handler=b2", "b1: can be reached without the try in b7"},
		{"jump b4(v7)", "jump b2(v7)", "handler b2 has 1 parameters and 2 ways in"},
		{"b1(): handler=b2", "b1(): handler=b6", "handler b6 isn't entered by a try"},
		{"b4(v5 any):", "b4(v5 any): handler=b5", "handler b5 isn't entered by a try"},
		{"try b1 catch b2", "if v0 b1 else b7\nb7():\n\ttry b1 catch b2", "b1: can be reached without the try in b7"},
	} {
		text := strings.Replace(tryFunc, c.old, c.put, 1)
		if text == tryFunc {
			t.Fatalf("no %q to replace", c.old)
		}
		err := Verify(parse(t, text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, not %q", c.put, c.old, err, c.want)
		}
	}
}

// Mistakes that have no text.
func TestVerifyRefusesGraphs(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(f *Func)
		want   string
	}{
		"none":               {func(f *Func) { f.Blocks = nil }, "no blocks"},
		"no end":             {func(f *Func) { f.Blocks[1].Term = Term{} }, "b1 doesn't end"},
		"ways":               {func(f *Func) { f.Blocks[1].Term.Succs = nil }, "0 ways out, not 1"},
		"no value":           {func(f *Func) { f.Blocks[2].Term.Value = nil }, "return without a value"},
		"value":              {func(f *Func) { f.Blocks[1].Term.Value = f.Blocks[0].Params[0] }, "jump with a value"},
		"key":                {func(f *Func) { f.Blocks[1].Term.Keyed = true }, "jump with a key"},
		"block twice":        {func(f *Func) { f.Blocks = append(f.Blocks, f.Blocks[1]) }, "b1 stands twice"},
		"block number":       {func(f *Func) { f.Blocks[1].ID = 2 }, "b2: number taken"},
		"block range":        {func(f *Func) { f.Blocks[1].ID = 99 }, "b99: number taken or out of range"},
		"other function":     {func(f *Func) { f.Blocks[1].Func = NewFunc("g", 1) }, "another function"},
		"handler nowhere":    {func(f *Func) { f.Blocks[1].Handler = &Block{ID: 8} }, "handler b8 stands nowhere"},
		"target nowhere":     {func(f *Func) { f.Blocks[1].Term.Succs[0].To = &Block{ID: 8} }, "leads to b8, which stands nowhere"},
		"parameter":          {func(f *Func) { f.Blocks[2].Params[0].Op = OpNot }, "v3 is no parameter"},
		"parameter inside":   {func(f *Func) { f.Blocks[1].Instrs[0].Op = OpParam }, "not an instruction"},
		"invalid":            {func(f *Func) { f.Blocks[1].Instrs[0].Op = OpInvalid }, "not an instruction"},
		"constant":           {func(f *Func) { v := f.Blocks[1].Instrs[0]; v.Op, v.Args, v.Const.Kind = OpConst, nil, 99 }, "no such constant"},
		"builtin":            {func(f *Func) { f.Blocks[1].Instrs[0].Op = OpBuiltin }, "no builtin"},
		"value twice":        {func(f *Func) { f.Blocks[3].Instrs = append(f.Blocks[3].Instrs, f.Blocks[1].Instrs[0]) }, "v2 stands twice"},
		"value's block":      {func(f *Func) { f.Blocks[1].Instrs[0].Block = f.Blocks[2] }, "another block"},
		"value's number":     {func(f *Func) { f.Blocks[1].Instrs[0].ID = 0 }, "v0: number taken"},
		"value out of range": {func(f *Func) { f.Blocks[1].Instrs[0].ID = 1000 }, "v1000: number taken or out of range"},
		"parameters":         {func(f *Func) { f.Params = 2 }, "the entry has 1 parameters, the function 2"},
		"use of nothing":     {func(f *Func) { f.Blocks[2].Term.Value = f.Blocks[2].Instrs[0] }, "is used but gives nothing"},
	} {
		f := parse(t, tryFunc)
		c.damage(f)
		if err := Verify(f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %q", name, err, c.want)
		}
	}
}

const program = `func 0 "main" top {
b0():
	v0 = const nil
	v1 = call #1 v0, v0
	v2 = closure #2 v1
	v3 = const func#1
	halt
}
func 1 "two" {
b0(v0 any, v1 any):
	return v0
}
func 2 "closed" captures=1 {
b0():
	v0 = capture #0
	return v0
}
`

func TestVerifyProgram(t *testing.T) {
	check := func(text string) error {
		funcs, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return VerifyProgram(funcs)
	}
	if err := check(program); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ old, put, want string }{
		{"call #1 v0, v0", "call #1 v0", "two takes 2, not 1"},
		{"call #1 v0, v0", "call #2", "closed has captures"},
		{"call #1 v0, v0", "call #3 v0, v0", "there is no function 3"},
		{"call #1 v0, v0", "call #0", "the top level is no function"},
		{"closure #2 v1", "closure #2", "closed takes 1, not 0"},
		{"func#1", "func#2", "closed takes 1, not 0"},
		{"func#1", "func#9", "there is no function 9"},
		{"func 2", "func 3", "function 3 stands at 2"},
	} {
		err := check(strings.Replace(program, c.old, c.put, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, not %q", c.put, c.old, err, c.want)
		}
	}
}
