package code

import "fmt"

// Scale is how many bytes a register or a constant takes. A and B and C hold
// numbers of registers and constants multiplied by it.
const Scale = 16

// The places of the operands in the word.
const (
	shiftD = 8
	shiftA = 16
	shiftB = 32
	shiftC = 48
)

// Op returns the instruction's number; it may be one that Table doesn't have.
func (i Instr) Op() Op { return Op(i) }

// RawD, RawA, RawB and RawC return operands as they stand in the word.
func (i Instr) RawD() uint8  { return uint8(i >> shiftD) }
func (i Instr) RawA() uint16 { return uint16(i >> shiftA) }
func (i Instr) RawB() uint16 { return uint16(i >> shiftB) }
func (i Instr) RawC() uint16 { return uint16(i >> shiftC) }

// RawBC returns B and C as one signed number.
func (i Instr) RawBC() int32 { return int32(i >> shiftB) }

// String returns the name of an instruction as Table has it.
func (op Op) String() string {
	if op < NumOps {
		return Table[op].Name
	}
	return fmt.Sprintf("op%d", uint8(op))
}

// Operands are an instruction's operands as numbers of registers, constants,
// functions and so on, without the scaling of the word. BC is set where the
// row has one operand there, else B and C are.
type Operands struct{ D, A, B, C, BC int }

// scaled reports whether operands of this shape are kept multiplied by Scale.
func scaled(shape byte) bool {
	switch shape {
	case 'r', 'w', 'u', 'k', 'g':
		return true
	}
	return false
}

// signed reports whether operands of this shape can be negative.
func signed(shape byte) bool { return shape == 'i' || shape == 'j' }

// Make returns the instruction op with these operands, given as numbers of
// registers, constants … as the rows of Table name them; unused ones are 0. It
// panics when an operand doesn't fit into its field, which the caller has to
// prevent (MaxRegs, MaxSmallK, the reach of a short jump).
func Make(op Op, d, a, b, c int) Instr {
	row := &Table[op]
	if row.BC != 0 {
		panic("code: " + row.Name + " takes one operand in B and C: use MakeBC")
	}
	return Instr(op) | Instr(field(row, row.D, d, 8))<<shiftD | Instr(field(row, row.A, a, 16))<<shiftA |
		Instr(field(row, row.B, b, 16))<<shiftB | Instr(field(row, row.C, c, 16))<<shiftC
}

// MakeBC is Make for instructions that keep one operand in B and C.
func MakeBC(op Op, a, bc int) Instr {
	row := &Table[op]
	if row.BC == 0 {
		panic("code: " + row.Name + " has operands B and C: use Make")
	}
	return Instr(op) | Instr(field(row, row.A, a, 16))<<shiftA | Instr(field(row, row.BC, bc, 32))<<shiftB
}

// field returns v as it is kept in a field of the given width.
func field(row *Row, shape byte, v, bits int) uint64 {
	x := int64(v)
	if scaled(shape) {
		x *= Scale
	}
	lo, hi := int64(0), int64(1)<<bits-1
	if signed(shape) {
		lo, hi = -1<<(bits-1), 1<<(bits-1)-1
	} else if bits == 32 {
		hi = 1<<31 - 1 // so that every reader may take it as signed
	}
	if shape == '-' {
		hi = 0
	}
	if x < lo || x > hi {
		panic(fmt.Sprintf("code: operand %d of %s is out of range", v, row.Name))
	}
	return uint64(x) & (1<<bits - 1)
}

// Fits reports whether a relative jump can be kept in the 16 bits of a
// conditional jump.
func Fits(jump int) bool { return jump >= -1<<15 && jump < 1<<15 }

// Operands takes the instruction apart. ok is false when the number of the
// instruction is unknown, an unused field isn't zero, or a scaled field isn't a
// multiple of Scale.
func (i Instr) Operands() (o Operands, ok bool) {
	if i.Op() >= NumOps {
		return o, false
	}
	row := &Table[i.Op()]
	ok = true
	get := func(shape byte, raw, bits int) int {
		v := int64(raw)
		if signed(shape) {
			v = v << (64 - bits) >> (64 - bits)
		}
		switch {
		case shape == '-' && v != 0:
			ok = false
		case scaled(shape):
			ok = ok && v%Scale == 0
			v /= Scale
		}
		return int(v)
	}
	o.D = get(row.D, int(i.RawD()), 8)
	o.A = get(row.A, int(i.RawA()), 16)
	if row.BC != 0 {
		o.BC = get(row.BC, int(uint32(i.RawBC())), 32)
	} else {
		o.B = get(row.B, int(i.RawB()), 16)
		o.C = get(row.C, int(i.RawC()), 16)
	}
	return o, ok
}

// Jump returns the jump that the instruction holds, in instructions from the
// next one; ok is false when it holds none.
func (i Instr) Jump() (offset int, ok bool) {
	o, valid := i.Operands()
	if !valid {
		return 0, false
	}
	switch row := &Table[i.Op()]; {
	case row.BC == 'j':
		return o.BC, true
	case row.C == 'j':
		return o.C, true
	}
	return 0, false
}

// WithJump returns the instruction with another jump: for filling in a target
// that wasn't known. It panics as Make does.
func (i Instr) WithJump(offset int) Instr {
	o, _ := i.Operands()
	if Table[i.Op()].BC == 'j' {
		return MakeBC(i.Op(), o.A, offset)
	}
	return Make(i.Op(), o.D, o.A, o.B, offset)
}
