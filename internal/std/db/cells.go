package db

import "math"

// kind of a cell.
const (
	null uint8 = iota
	integer
	real
	text  // a number for the program if it is written as one
	chars // text always
	blob
)

// cell is one value on its way between a fiber and SQLite. n is the integer, the
// bits of the real, or where the text begins in its table.
type cell struct {
	n    int64
	size int32
	kind uint8
}

func realCell(f float64) cell { return cell{kind: real, n: int64(math.Float64bits(f))} }

func (c *cell) real() float64 { return math.Float64frombits(uint64(c.n)) }

// cellBytes is what a cell takes on a fiber's heap at least.
const cellBytes = 16

// maxText bounds one text or blob, well within SQLite's own bound.
const maxText = 512 << 20

// table is the rows of a query outside any fiber: len(names) cells for each.
type table struct {
	names []string
	kinds []uint8 // of text in each column: text or chars
	cells []cell
	bytes []byte // the text of all cells
}

// text appends a cell with text.
func (t *table) text(kind uint8, b []byte) {
	t.cells = append(t.cells, cell{kind: kind, n: int64(len(t.bytes)), size: int32(len(b))})
	t.bytes = append(t.bytes, b...)
}

// textOf is the text of a cell: a view.
func (t *table) textOf(c *cell) []byte { return t.bytes[c.n : c.n+int64(c.size)] }

// size is about what the table takes, in bytes.
func (t *table) size() int { return len(t.cells)*cellBytes + len(t.bytes) }

// len is how many rows there are.
func (t *table) len() int {
	if len(t.names) == 0 {
		return 0
	}
	return len(t.cells) / len(t.names)
}

// params are the parameters of a statement: a list in order, or by name.
type params struct {
	cells []cell
	texts []string
	names map[string]int // nil for a list
}

func (p *params) add(c cell, text string) {
	p.cells = append(p.cells, c)
	p.texts = append(p.texts, text)
}
