package db

import "math"

// Kind is the kind of a cell.
type Kind uint8

// The kinds of cells.
const (
	Null    Kind = iota
	Integer      // N
	Real         // the bits in N
	Bool         // N is 0 or 1
	Text         // a number for the program if it is written as one
	Chars        // text always
	Blob
	JSON // text that is a JSON value; the program gets the value
)

// Cell is one value on its way between a fiber and a database. N is the integer, the
// bits of the real, or where the text begins in its table.
type Cell struct {
	N    int64
	Size int32
	Kind Kind
}

// RealCell is the cell of a float.
func RealCell(f float64) Cell { return Cell{Kind: Real, N: int64(math.Float64bits(f))} }

// Real is the float of a cell of that kind.
func (c *Cell) Real() float64 { return math.Float64frombits(uint64(c.N)) }

// cellBytes is what a cell takes on a fiber's heap at least.
const cellBytes = 16

// MaxText bounds one text or blob, in bytes.
const MaxText = 512 << 20

// Table is the rows of a query outside any fiber: len(Names) cells for each. One goroutine
// uses it at a time.
type Table struct {
	Names []string
	Kinds []Kind // of text in each column, where the column decides
	Cells []Cell
	bytes []byte // the text of all cells
}

// Add appends a cell without text.
func (t *Table) Add(c Cell) { t.Cells = append(t.Cells, c) }

// AddText appends a cell with text, which is copied.
func (t *Table) AddText(kind Kind, b []byte) {
	t.Cells = append(t.Cells, Cell{Kind: kind, N: int64(len(t.bytes)), Size: int32(len(b))})
	t.bytes = append(t.bytes, b...)
}

// TextOf is the text of a cell: a view.
func (t *Table) TextOf(c *Cell) []byte { return t.bytes[c.N : c.N+int64(c.Size)] }

// Size is about what the table takes, in bytes.
func (t *Table) Size() int { return len(t.Cells)*cellBytes + len(t.bytes) }

// Len is how many rows there are.
func (t *Table) Len() int {
	if len(t.Names) == 0 {
		return 0
	}
	return len(t.Cells) / len(t.Names)
}

// Params are the parameters of a statement: a list in order, or by name.
type Params struct {
	Cells []Cell
	Texts []string
	Names map[string]int // nil for a list
}

// Add appends a parameter and its text, "" where its cell says all.
func (p *Params) Add(c Cell, text string) {
	p.Cells = append(p.Cells, c)
	p.Texts = append(p.Texts, text)
}
