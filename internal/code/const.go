package code

import (
	"strconv"

	"etamil/internal/value"
)

// constant reports whether v may stand among a function's constants: it must mean the
// same in every fiber, so what it refers to is frozen, or a builtin of the program.
func (p *Program) constant(v *value.Value) bool {
	switch v.Kind() {
	case value.KindBuiltin:
		return v.N < uint64(len(p.Builtins))
	case value.KindBool, value.KindNil, value.KindUndef:
		return true
	case value.KindText:
		return value.IsFrozen(v)
	}
	return v.IsNumber()
}

// Constant is a constant as the disassembler shows it.
func Constant(v value.Value) string {
	switch {
	case v.IsNumber():
		return string(v.Decimal().AppendStored(nil))
	case v.IsText():
		return strconv.Quote(v.Str())
	case v.IsBool():
		return strconv.FormatBool(v.Truth())
	case v.IsNil():
		return "nil"
	case v.Kind() == value.KindBuiltin:
		return "$" + strconv.FormatUint(v.N, 10)
	}
	return "undef"
}
