package code_test

import (
	"strings"
	"testing"

	"etamil/internal/code"
	"etamil/internal/code/codetest"
	"etamil/internal/value"
)

// sample has an instruction of nearly every shape of operands.
const sample = `globals total
window request
builtins len print
class "name" "price"
func "main" regs=6 top
  loadk R0, "வணக்கம்"
  loadk R1, 2.50
  newrec R2, R0, C0
  setg R2, %total
  getw R3, %request
  jeqk R3, nil, L1
  callb R0, $len, 1
L1:
  loadk R4, $print
  loadi R4, -7
L2:
  forltk R4, 10, L2, 1
  closure R3, R0, @adder, 2
  callv R3, 1
  call R0, @twice, 1
L3:
  halt
func "twice" params=2 min=1 regs=4 caches=2
  getf R2, R0, "price", x1
  addf R0, "price", R2, x2
L1:
  try R1, R2
L2:
  loadnil R3
  ret R0
L3:
  throw R3
  handler L1, L2, L3, R3
func "adder" params=1 regs=2 captures=2 task
  getc R1, 1
  add R0, R0, R1
  retnil
`

func TestDisassembleAssembles(t *testing.T) {
	p := codetest.Must(sample)
	if err := code.Verify(p); err != nil {
		t.Fatal(err)
	}
	var first strings.Builder
	if err := code.Disassemble(&first, p); err != nil {
		t.Fatal(err)
	}
	q := codetest.Must(first.String())
	var second strings.Builder
	if err := code.Disassemble(&second, q); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Errorf("assembling what was disassembled gives something else:\n%s\n%s", first.String(), second.String())
	}
	for i, f := range p.Funcs {
		for pc, in := range f.Code {
			if q.Funcs[i].Code[pc] != in {
				t.Errorf("%s, instruction %d: %#x became %#x", f.Name, pc, in, q.Funcs[i].Code[pc])
			}
		}
	}
}

func TestDisassembleShowsLines(t *testing.T) {
	p := codetest.Must("func \"main\" regs=1 top\n  line 3\n  loadi R0, 1\n  line 4\n  halt\n")
	var b strings.Builder
	if err := code.Disassemble(&b, p); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"loadi R0, 1", "; test.qmz:3:1", "; test.qmz:4:1"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

// TestVerifyRefuses changes one thing of a good program at a time.
func TestVerifyRefuses(t *testing.T) {
	main := func(body string) string { return "func \"main\" regs=2 top\n" + body + "\n  halt\n" }
	other := "func \"f\" params=1 regs=2\n  ret R0\n"
	for _, c := range []struct{ name, text, want string }{
		{"no code", "func \"main\" regs=1 top\n", "0 instructions"},
		{"falls off", "func \"main\" regs=1 top\n  loadi R0, 1\n", "ends after it"},
		{"conditional jump last", "func \"main\" regs=1 top\nL:\n  loadi R0, 1\n  loopt R0, L\n", "ends after it"},
		{"skips too far", "func \"main\" regs=1 top\n  muladd R0, R0, R0, R0\n  mul R0, R0, R0\n  halt\n", "ends after it"},
		{"low register outside", main("  getii R0, R0, R1, R2\n  geti R0, R0, R1\n  geti R0, R0, R1"), "2 of 2"},
		{"register outside", main("  move R0, R2"), "2 of 2"},
		{"register written outside", main("  loadi R7, 1"), "7 of 2"},
		{"window outside", main("  newlist R0, R1, 2"), "touches register 2 of 2"},
		{"record's window outside", "class \"a\" \"b\" \"c\"\n" + main("  newrec R0, R0, C0"), "touches register 2 of 2"},
		{"captures' window outside", main("  closure R0, R1, @g, 2") + "func \"g\" captures=2 regs=1\n  retnil\n", "touches register 2 of 2"},
		{"call's window outside", main("  callv R0, 2"), "touches register 2 of 2"},
		{"next2's pair outside", main("  next2 R0, R1, E\nE:"), "touches register 2 of 2"},
		{"no such builtin", main("  callb R0, $0, 0"), "0 of 0"},
		{"no such global", main("  getg R0, %0"), "0 of 0"},
		{"no such window name", "globals a\n" + main("  getw R0, %0"), "0 of 0"},
		{"no such class", main("  newrec R0, R0, C0"), "0 of 0"},
		{"no such shape", main("  newshape R0, R0, S0"), "0 of 0"},
		{"no such kind", "shape \"S\" x:colour\n" + main(""), "S.x: no kind \"colour\""},
		{"no such kind of item", "shape \"S\" x:list<colour>\n" + main(""), "S.x: no kind \"colour\""},
		{"a rule that can't be", "shape \"S\" x:number~2~1\n" + main(""), "S.x: rule: the range begins above its end"},
		{"no such function", main("  call R0, @9, 0"), "9 of 1"},
		{"too few arguments", main("  call R0, @f, 0") + other, "0 arguments for f, which takes 1 to 1"},
		{"too many arguments", main("  call R0, @f, 2") + other, "2 arguments for f"},
		{"top level called", main("  call R0, @main, 0"), "cannot be called by its number"},
		{"captures missing", main("  call R0, @g, 0") + "func \"g\" captures=1 regs=1\n  retnil\n", "cannot be called by its number"},
		{"closure with other captures", main("  closure R0, R0, @g, 2") + "func \"g\" captures=1 regs=1\n  retnil\n", "2 captures for g, which has 1"},
		{"no such capture", main("  closure R0, R0, @g, 1") + "func \"g\" captures=1 regs=1\n  getc R0, 1\n  retnil\n", "capture 1 of 1"},
		{"negative capture", main("  closure R0, R0, @g, 1") + "func \"g\" captures=1 regs=1\n  getc R0, -1\n  retnil\n", "capture -1 of 1"},
		{"return at the top", main("  ret R0"), "at the top level"},
		{"jump back for nothing", main("L:\n  jump L"), "without spending a step"},
		{"branch back for nothing", main("L:\n  jltk R0, 1, L"), "without spending a step"},
		{"walk back for nothing", main("L:\n  next R0, R1, L"), "without spending a step"},
		{"text in arithmetic", main("  addk R0, R0, \"a\""), "must be a small number"},
		{"wide number in arithmetic", main("  addk R0, R0, 79228162514264337593543950335"), "must be a small number"},
		{"wide number compared", main("  jltk R0, 79228162514264337593543950335, E\nE:"), "must be a small number"},
		{"division by zero", main("  divk R0, R0, 0.00"), "not zero"},
		{"remainder by zero", main("  modk R0, R0, 0"), "not zero"},
		{"no such builtin as a constant", main("  loadk R0, $7"), "constant 0 is neither"},
		{"number as a name", main("  check R0, 1"), "must be text"},
		{"no such cache", main("  getf R0, R0, \"a\", x1"), "1 of 1"},
		{"shared cache", "func \"main\" regs=2 top caches=1\n  getf R0, R0, \"a\", x1\n  setf R0, \"a\", R1, x1\n  halt\n", "belongs to another instruction"},
		{"unknown instruction", main("  word 0xff"), "no instruction"},
		{"rubbish in an unused field", main("  word 0xffff000000000000"), "no instruction"},
		{"operand between registers", main("  word 0x80001"), "no instruction"},
		{"handler's register", main("L:\n  loadi R0, 1\nM:\n  handler L, M, M, R2"), "handler's register 2"},
		{"main with parameters", "func \"main\" params=1 regs=1\n  retnil\n", "main function takes 1"},
		{"too few registers", "func \"main\" regs=0 top\n  halt\n", "a window of 0 registers"},
		{"more needed than taken", main("") + "func \"f\" params=1 min=2 regs=2\n  ret R0\n", "2 to 1 arguments"},
	} {
		p, err := codetest.Assemble(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err := code.Verify(p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want something about %q", c.name, err, c.want)
		}
	}
}

// TestVerifyRefusesTables changes what no text can say.
func TestVerifyRefusesTables(t *testing.T) {
	for name, spoil := range map[string]func(p *code.Program){
		"main outside":        func(p *code.Program) { p.Main = 9 },
		"index":               func(p *code.Program) { p.Funcs[1].Index = 0 },
		"nil function":        func(p *code.Program) { p.Funcs[1] = nil },
		"handler outside":     func(p *code.Program) { p.Funcs[1].Handlers[0].Target = 99 },
		"handler's range":     func(p *code.Program) { p.Funcs[1].Handlers[0].End = 99 },
		"handler turned":      func(p *code.Program) { p.Funcs[1].Handlers[0].Start = 4 },
		"lines out of order":  func(p *code.Program) { p.Funcs[0].Lines = []code.Line{{PC: 2}, {PC: 1}} },
		"line outside":        func(p *code.Program) { p.Funcs[0].Lines = []code.Line{{PC: 99}} },
		"name outside":        func(p *code.Program) { p.ByName["x"] = -1 },
		"captures negative":   func(p *code.Program) { p.Funcs[1].Captures = -1 },
		"too many parameters": func(p *code.Program) { p.Funcs[1].Params, p.Funcs[1].Regs = 300, 300 },
		"jump outside":        func(p *code.Program) { p.Funcs[0].Code[5] = p.Funcs[0].Code[5].WithJump(999) },
		"jump before":         func(p *code.Program) { p.Funcs[0].Code[8] = p.Funcs[0].Code[9].WithJump(-11) },
		"field of no shape": func(p *code.Program) {
			class := value.NewShapeClass(&value.Shape{Name: "s"}, "x")
			p.Shapes = []*code.Shape{{Name: "s", Class: class, Fields: []code.ShapeField{{Name: "x", Type: code.FieldType{Kind: "shape", Shape: 1}}}}}
		},
		"shape without class": func(p *code.Program) { p.Shapes = []*code.Shape{{Name: "s"}} },
	} {
		p := codetest.Must(sample)
		spoil(p)
		if code.Verify(p) == nil {
			t.Errorf("%s: nothing was refused", name)
		}
	}
}
