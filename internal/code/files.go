package code

import (
	"fmt"
	"strings"
)

// Files returns the files that are made from Table, by their path from the
// repository's root. A test compares them with what stands there.
func Files() map[string][]byte {
	return map[string][]byte{"docs/reference/opcodes.md": opcodes()}
}

// groups gives the page its headings; each begins at the instruction named.
var groups = []struct {
	first Op
	title string
}{
	{OpHalt, "Registers and constants"},
	{OpCheck, "Names"},
	{OpAdd, "Arithmetic and text"},
	{OpEq, "Comparison and truth"},
	{OpJump, "Jumps"},
	{OpLoopT, "Loops"},
	{OpNewList, "Lists and records"},
	{OpClosure, "Functions"},
	{OpTry, "Results and errors"},
	{OpIter, "Iteration"},
}

func opcodes() []byte {
	var b strings.Builder
	b.WriteString(`# Instructions

This page is made from the table in ` + "`internal/code/ops.go`" + ` by its test; change the table and run ` + "`go test ./internal/code -update`" + `.

An instruction is 64 bits: its number in bits 0-7, operand D in 8-15, A in 16-31, B in 32-47, C in 48-63; "BC" is one signed operand in B and C.
R[x] is a register of the running function's window, K[x] one of its constants, pc the place of the next instruction. Registers, constants and
globals are kept multiplied by 16, their size in bytes. A lower-case letter in a meaning is the operand of that field. "Operands" says what each
field holds: `)
	for i, s := range shapeNames {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "`%c` %s", s.shape, s.name)
	}
	b.WriteString(".\n")
	g := 0
	for op := range NumOps {
		row := &Table[op]
		if g < len(groups) && groups[g].first == op {
			fmt.Fprintf(&b, "\n## %s\n\n| number | name | operands | meaning | raises an error when |\n|---|---|---|---|---|\n", groups[g].title)
			g++
		}
		meaning := row.Meaning
		if row.Window != "" {
			meaning += "; uses " + windows[row.Window]
		}
		fmt.Fprintf(&b, "| %d | `%s` | %s | %s | %s |\n", op, row.Name, operandText(row), cell(meaning), cell(row.Traps))
	}
	return []byte(b.String())
}

var shapeNames = []struct {
	shape byte
	name  string
}{
	{'r', "a register read"}, {'h', "a register below 256, read"}, {'w', "a register written"}, {'u', "a register read and written"}, {'k', "a constant"},
	{'n', "a count"}, {'i', "a signed number"}, {'j', "a jump in instructions from the next one"}, {'f', "a function"}, {'b', "a builtin"},
	{'g', "a global or a name of the request's window"}, {'l', "a class"}, {'s', "a shape"}, {'x', "an inline cache, 0 for none"},
}

func operandText(row *Row) string {
	var parts []string
	add := func(field string, shape byte) {
		if shape != '-' && shape != 0 {
			parts = append(parts, fmt.Sprintf("%s:`%c`", field, shape))
		}
	}
	add("A", row.A)
	add("B", row.B)
	add("C", row.C)
	add("BC", row.BC)
	add("D", row.D)
	return strings.Join(parts, " ")
}

// cell makes text fit for a table's cell: a bar would end it.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
