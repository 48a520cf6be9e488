package vm

import (
	"math/bits"
	"unsafe"

	"etamil/internal/code"
)

// mix says how run does an instruction on two numbers of different scales, once they have
// been brought to one scale. The zero mix is that of the other instructions, which don't ask.
type mix struct {
	x, y     uint8 // where the instruction names the operands: bits to shift it by
	constant bool  // y is a constant
	do       mixDo
	// Whether a comparison holds:
	less, equal, greater bool
	_                    bool
}

type mixDo uint8

const (
	mixJump    mixDo = iota // compare, and jump if it holds
	mixLoop                 // and spend a step
	mixCompare              // R[a] = whether it holds
	mixSum                  // R[a] = x + y; this and those behind it compute
	mixLess                 // x - y
	mixReverse              // y - x
)

// Where instructions name things.
const (
	inA = 16
	inB = 32
	inC = 48
)

var mixes = [256]mix{
	code.OpAdd:     {x: inB, y: inC, do: mixSum},
	code.OpAddK:    {x: inB, y: inC, do: mixSum, constant: true},
	code.OpSub:     {x: inB, y: inC, do: mixLess},
	code.OpSubK:    {x: inB, y: inC, do: mixLess, constant: true},
	code.OpRSubK:   {x: inB, y: inC, do: mixReverse, constant: true},
	code.OpEq:      {x: inB, y: inC, do: mixCompare, equal: true},
	code.OpJEq:     {x: inA, y: inB, equal: true},
	code.OpJEqK:    {x: inA, y: inB, constant: true, equal: true},
	code.OpNe:      {x: inB, y: inC, do: mixCompare, less: true, greater: true},
	code.OpJNe:     {x: inA, y: inB, less: true, greater: true},
	code.OpJNeK:    {x: inA, y: inB, constant: true, less: true, greater: true},
	code.OpLt:      {x: inB, y: inC, do: mixCompare, less: true},
	code.OpJLt:     {x: inA, y: inB, less: true},
	code.OpJLtK:    {x: inA, y: inB, constant: true, less: true},
	code.OpJNGeK:   {x: inA, y: inB, constant: true, less: true},
	code.OpLoopLt:  {x: inA, y: inB, do: mixLoop, less: true},
	code.OpLoopLtK: {x: inA, y: inB, do: mixLoop, constant: true, less: true},
	code.OpLe:      {x: inB, y: inC, do: mixCompare, less: true, equal: true},
	code.OpJLe:     {x: inA, y: inB, less: true, equal: true},
	code.OpJLeK:    {x: inA, y: inB, constant: true, less: true, equal: true},
	code.OpJNGtK:   {x: inA, y: inB, constant: true, less: true, equal: true},
	code.OpLoopLe:  {x: inA, y: inB, do: mixLoop, less: true, equal: true},
	code.OpLoopLeK: {x: inA, y: inB, do: mixLoop, constant: true, less: true, equal: true},
	code.OpJNLe:    {x: inA, y: inB, greater: true},
	code.OpJGtK:    {x: inA, y: inB, constant: true, greater: true},
	code.OpJNLeK:   {x: inA, y: inB, constant: true, greater: true},
	code.OpLoopGtK: {x: inA, y: inB, do: mixLoop, constant: true, greater: true},
	code.OpJNLt:    {x: inA, y: inB, equal: true, greater: true},
	code.OpJGeK:    {x: inA, y: inB, constant: true, equal: true, greater: true},
	code.OpJNLtK:   {x: inA, y: inB, constant: true, equal: true, greater: true},
	code.OpLoopGeK: {x: inA, y: inB, do: mixLoop, constant: true, equal: true, greater: true},
}

// mix does the instruction before pc if it computes with, or compares, two small numbers of
// different scales, as total + 1 does where total is money: it brings them to the greater
// scale. Everything else that comes here is left to slow.
//
//go:noinline
func (f *Fiber) mix(in code.Instr) {
	how := &mixes[uint8(in.Op())]
	R := pointer(&f.r)
	x, y := at(R, uintptr(uint16(in>>how.x))), at(R, uintptr(uint16(in>>how.y)))
	if how.constant {
		y = at(pointer(&(*function)(pointer(&f.fn)).k), uintptr(uint16(in>>how.y)))
	}
	xn, yn, m := x.n, y.n, y.meta
	if x.meta >= kindWide || m >= kindWide || x.meta == m {
		f.slow(in)
		return
	}
	ok := false
	if x.meta < m {
		xn, ok = scaleUp(xn, m-x.meta)
	} else {
		yn, ok = scaleUp(yn, x.meta-m)
		m = x.meta
	}
	if !ok {
		f.slow(in)
		return
	}
	if how.do >= mixSum {
		var s int64
		switch how.do {
		case mixSum:
			s = xn + yn
			ok = (xn^s)&(yn^s) >= 0
		case mixLess:
			s = xn - yn
			ok = (xn^yn)&(xn^s) >= 0
		default:
			s = yn - xn
			ok = (xn^yn)&(yn^s) >= 0
		}
		if !ok {
			f.slow(in)
			return
		}
		d := at(R, fieldA(in))
		d.n, d.meta = s, m
		return
	}
	holds := how.equal
	if xn < yn {
		holds = how.less
	} else if xn > yn {
		holds = how.greater
	}
	switch {
	case how.do == mixCompare:
		setBool(at(R, fieldA(in)), holds)
	case !holds:
	case how.do == mixLoop:
		f.back(jumpC(in))
	default:
		f.pc += uintptr(jumpC(in))
	}
}

// powers of ten that an int64 holds.
var powers = [32]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

// scaleUp is n with k more fractional digits; false if that doesn't fit.
func scaleUp(n int64, k uint64) (int64, bool) {
	p := powers[k&31]
	hi, lo := bits.Mul64(uint64(n), p)
	return int64(lo), p != 0 && int64(hi)-(n>>63)&int64(p) == int64(lo)>>63
}

var _ = [1]struct{}{}[unsafe.Sizeof(mix{})-8]
