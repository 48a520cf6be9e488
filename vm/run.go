package vm

import (
	"math/bits"
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/value"
)

// run executes the fiber until its status is no longer Running.
//
// What every instruction touches is in local variables: R, the base of the
// running function's window; K, the base of its constants; pc; and fuel, the
// steps left of this slice. Everything else is on the fiber.
//
// The rule that makes this function fast: nothing but f may live across a call.
// A local that did would be spilled where it is defined, which for these four is
// the dispatch of every instruction (measured: 1.6 to 2 times the time of the
// whole program). So there is one way out of the fast path: slow, which puts the
// locals back on the fiber, calls one method that takes nothing but the
// instruction, and loads them again. That method may have entered or left a
// function, moved the stack, collected, raised an error, or made the fiber stop;
// this loop need not know. A fiber stops by running the halt instruction that the
// method has put at its pc.
//
// Each case says in a line what code.Table says at length. TestDispatch keeps the
// machine code of the dispatch free of spills.
//
//go:noinline
func (f *Fiber) run() {
	var R, pc, K unsafe.Pointer
	var fuel int
	var in code.Instr
	goto reload
mixed:
	f.pc, f.fuel = uintptr(pc), fuel
	f.mix(in)
	goto reload
native:
	f.pc, f.fuel = uintptr(pc), fuel
	f.native(in)
	goto reload
slow:
	f.pc, f.fuel = uintptr(pc), fuel
	f.slow(in)
reload:
	R, pc, fuel = pointer(&f.r), pointer(&f.pc), f.fuel
	K = pointer(&(*function)(pointer(&f.fn)).k)
	for {
		in = *(*code.Instr)(pc)
		pc = unsafe.Add(pc, 8)
		if profiling {
			f.count(in)
		}
		switch in.Op() {
		case code.OpHalt:
			f.pc, f.fuel = uintptr(pc), fuel
			return
		case code.OpMove: // R[a] = R[b]
			set(at(R, fieldA(in)), at(R, fieldB(in)))
		case code.OpCopy: // R[a] = R[b], marked shared
			x := at(R, fieldB(in))
			if x.meta&refBit != 0 {
				share(objectOf(x))
			}
			set(at(R, fieldA(in)), x)
		case code.OpShare: // mark R[a] shared
			if x := at(R, fieldA(in)); x.meta&refBit != 0 {
				share(objectOf(x))
			}
		case code.OpLoadK: // R[a] = K[bc]
			set(at(R, fieldA(in)), at(K, fieldBC(in)))
		case code.OpLoadI: // R[a] = bc
			d := at(R, fieldA(in))
			d.n, d.meta = int64(int32(in>>32)), 0
		case code.OpLoadNil: // R[a] = nil
			d := at(R, fieldA(in))
			d.n, d.meta = 0, kindNil
		case code.OpUndef: // R[a] = not set
			d := at(R, fieldA(in))
			d.n, d.meta = 0, kindUndef
		case code.OpCheck: // R[a] must be set
			if at(R, fieldA(in)).meta == kindUndef {
				goto slow
			}
		case code.OpGetG: // R[a] = global bc
			x := at(pointer(&f.globals), fieldBC(in))
			if x.meta == kindUndef {
				goto slow
			}
			set(at(R, fieldA(in)), x)
		case code.OpGetW: // R[a] = window bc
			x := at(pointer(&f.window), fieldBC(in))
			if x.meta == kindUndef {
				goto slow
			}
			set(at(R, fieldA(in)), x)
		case code.OpGetGU: // R[a] = global bc, set or not
			set(at(R, fieldA(in)), at(pointer(&f.globals), fieldBC(in)))
		case code.OpGetWU: // R[a] = window bc, set or not
			set(at(R, fieldA(in)), at(pointer(&f.window), fieldBC(in)))
		case code.OpSetG: // global bc = R[a]
			if f.frozen {
				goto slow
			}
			set(at(pointer(&f.globals), fieldBC(in)), at(R, fieldA(in)))
		case code.OpSetW: // window bc = R[a]
			set(at(pointer(&f.window), fieldBC(in)), at(R, fieldA(in)))
		case code.OpOrG: // unless R[a] is set: R[a] = global bc
			if d := at(R, fieldA(in)); d.meta == kindUndef {
				x := at(pointer(&f.globals), fieldBC(in))
				if x.meta == kindUndef {
					goto slow
				}
				set(d, x)
			}
		case code.OpOrW: // unless R[a] is set: R[a] = window bc
			if d := at(R, fieldA(in)); d.meta == kindUndef {
				x := at(pointer(&f.window), fieldBC(in))
				if x.meta == kindUndef {
					goto slow
				}
				set(d, x)
			}
		case code.OpIsSet: // R[a] = R[b] is set
			setBool(at(R, fieldA(in)), at(R, fieldB(in)).meta != kindUndef)
		case code.OpNilUndef: // R[a] = R[b], or nil
			x := at(R, fieldB(in))
			n, m := x.n, x.meta
			if m == kindUndef {
				n, m = 0, kindNil
			}
			d := at(R, fieldA(in))
			d.n, d.meta = n, m
		case code.OpAdd: // R[a] = R[b] + R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			m := x.meta
			s := x.n + y.n
			if m != y.meta || m >= kindWide || (x.n^s)&(y.n^s) < 0 {
				switch { // a sum often begins with 0, and lines of accounts have one on one side
				case y.n == 0 && y.meta < m && m < kindWide:
					set(at(R, fieldA(in)), x)
					continue
				case x.n == 0 && m < y.meta && y.meta < kindWide:
					set(at(R, fieldA(in)), y)
					continue
				}
				goto mixed
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
		case code.OpAddK: // R[a] = R[b] + K[c]
			x, y := at(R, fieldB(in)), at(K, fieldC(in))
			m := x.meta
			s := x.n + y.n
			if m != y.meta || (x.n^s)&(y.n^s) < 0 {
				goto mixed
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
		case code.OpSub: // R[a] = R[b] - R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			m := x.meta
			s := x.n - y.n
			if m != y.meta || m >= kindWide || (x.n^y.n)&(x.n^s) < 0 {
				if y.n == 0 && y.meta < m && m < kindWide {
					set(at(R, fieldA(in)), x)
					continue
				}
				goto mixed
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
		case code.OpSubK: // R[a] = R[b] - K[c]
			x, y := at(R, fieldB(in)), at(K, fieldC(in))
			m := x.meta
			s := x.n - y.n
			if m != y.meta || (x.n^y.n)&(x.n^s) < 0 {
				goto mixed
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
		case code.OpRSubK: // R[a] = K[c] - R[b]
			x, y := at(K, fieldC(in)), at(R, fieldB(in))
			m := x.meta
			s := x.n - y.n
			if m != y.meta || (x.n^y.n)&(x.n^s) < 0 {
				goto mixed
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
		case code.OpMul: // R[a] = R[b] * R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			m := x.meta + y.meta
			hi, lo := bits.Mul64(uint64(x.n), uint64(y.n))
			if x.meta >= kindWide || m >= kindWide || int64(hi)-(x.n>>63)&y.n-(y.n>>63)&x.n != int64(lo)>>63 {
				goto slow
			}
			d := at(R, fieldA(in))
			d.n, d.meta = int64(lo), m
		case code.OpMulK: // R[a] = R[b] * K[c]
			x, y := at(R, fieldB(in)), at(K, fieldC(in))
			m := x.meta + y.meta
			hi, lo := bits.Mul64(uint64(x.n), uint64(y.n))
			if x.meta >= kindWide || m >= kindWide || int64(hi)-(x.n>>63)&y.n-(y.n>>63)&x.n != int64(lo)>>63 {
				goto slow
			}
			d := at(R, fieldA(in))
			d.n, d.meta = int64(lo), m
		case code.OpMulAdd: // R[a] = R[d] + R[b] * R[c], if that is as simple as it looks; pc += 2
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			m := x.meta + y.meta
			hi, lo := bits.Mul64(uint64(x.n), uint64(y.n))
			if x.meta >= kindWide || m >= kindWide || int64(hi)-(x.n>>63)&y.n-(y.n>>63)&x.n != int64(lo)>>63 {
				continue
			}
			y = at(R, lowD(in))
			s := y.n + int64(lo)
			if m != y.meta || (y.n^s)&(int64(lo)^s) < 0 {
				continue
			}
			d := at(R, fieldA(in))
			d.n, d.meta = s, m
			pc = unsafe.Add(pc, 16)
		case code.OpMod: // R[a] = remainder of R[b] / R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			xn, yn := x.n, y.n
			if x.meta|y.meta != 0 || yn <= 0 {
				goto slow
			}
			var n int64
			if uint64(xn|yn)>>32 == 0 {
				n = int64(uint32(xn) % uint32(yn)) // the fast division of the processor
			} else {
				if n = xn % yn; n < 0 {
					n += yn
				}
			}
			d := at(R, fieldA(in))
			d.n, d.meta = n, 0
		case code.OpModK: // R[a] = remainder of R[b] / K[c]
			x, r := at(R, fieldB(in)), reciprocalAt(K, fieldC(in))
			xn, m := x.n, uint64(r.n)
			if x.meta != 0 || m == 0 {
				goto slow
			}
			sign := xn >> 63
			hi, _ := bits.Mul64(uint64(xn^sign), m)
			n := xn - (int64(hi>>(r.meta&63))^sign)*at(K, fieldC(in)).n
			d := at(R, fieldA(in))
			d.n, d.meta = n, 0
		case code.OpIDiv: // R[a] = R[b] / R[c], rounded down
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			xn, yn := x.n, y.n
			if x.meta|y.meta != 0 || yn <= 0 {
				goto slow
			}
			var n int64
			if uint64(xn|yn)>>32 == 0 {
				n = int64(uint32(xn) / uint32(yn)) // the fast division of the processor
			} else {
				if n = xn / yn; n*yn > xn {
					n--
				}
			}
			d := at(R, fieldA(in))
			d.n, d.meta = n, 0
		case code.OpIDivK: // R[a] = R[b] / K[c], rounded down
			x, r := at(R, fieldB(in)), reciprocalAt(K, fieldC(in))
			xn, m := x.n, uint64(r.n)
			if x.meta != 0 || m == 0 {
				goto slow
			}
			sign := xn >> 63
			hi, _ := bits.Mul64(uint64(xn^sign), m)
			d := at(R, fieldA(in))
			d.n, d.meta = int64(hi>>(r.meta&63))^sign, 0
		case code.OpEq: // R[a] = R[b] == R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			setBool(at(R, fieldA(in)), x.n == y.n)
		case code.OpNe: // R[a] = R[b] != R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			setBool(at(R, fieldA(in)), x.n != y.n)
		case code.OpLt: // R[a] = R[b] < R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			setBool(at(R, fieldA(in)), x.n < y.n)
		case code.OpLe: // R[a] = R[b] <= R[c]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			setBool(at(R, fieldA(in)), x.n <= y.n)
		case code.OpNot: // R[a] = not R[b]
			x := at(R, fieldB(in))
			if x.meta != kindBool {
				goto slow
			}
			d := at(R, fieldA(in))
			d.n, d.meta = x.n^1, kindBool
		case code.OpTruth: // R[a] = R[b] is true
			x := at(R, fieldB(in))
			if x.meta != kindBool {
				goto slow
			}
			set(at(R, fieldA(in)), x)
		case code.OpJump: // pc += bc
			pc = unsafe.Add(pc, jumpBC(in))
		case code.OpLoop: // pc += bc, one step
			if fuel--; fuel < 0 {
				goto slow
			}
			pc = unsafe.Add(pc, jumpBC(in))
		case code.OpJT: // if R[a]: pc += bc
			x := at(R, fieldA(in))
			if x.meta != kindBool {
				goto slow
			}
			if x.n != 0 {
				pc = unsafe.Add(pc, jumpBC(in))
			}
		case code.OpJF: // if not R[a]: pc += bc
			x := at(R, fieldA(in))
			if x.meta != kindBool {
				goto slow
			}
			if x.n == 0 {
				pc = unsafe.Add(pc, jumpBC(in))
			}
		case code.OpJEq: // if R[a] == R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n == y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNe: // if R[a] != R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n != y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJLt: // if R[a] < R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n < y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNLt: // if not R[a] < R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n >= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJLe: // if R[a] <= R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n <= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNLe: // if not R[a] <= R[b]: pc += c
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n > y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJEqK: // if R[a] == K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || y.meta >= kindWide) || x.meta >= kindWide {
				goto mixed
			}
			if x.n == y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNeK: // if R[a] != K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || y.meta >= kindWide) || x.meta >= kindWide {
				goto mixed
			}
			if x.n != y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJLtK: // if R[a] < K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n < y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNLtK: // if not R[a] < K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n >= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJLeK: // if R[a] <= K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n <= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNLeK: // if not R[a] <= K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n > y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJGtK: // if R[a] > K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n > y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNGtK: // if not R[a] > K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n <= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJGeK: // if R[a] >= K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n >= y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpJNGeK: // if not R[a] >= K[b]: pc += c
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n < y.n {
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopT: // if R[a]: pc += bc, one step
			x := at(R, fieldA(in))
			if x.meta != kindBool {
				goto slow
			}
			if x.n != 0 {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpBC(in))
			}
		case code.OpLoopF: // if not R[a]: pc += bc, one step
			x := at(R, fieldA(in))
			if x.meta != kindBool {
				goto slow
			}
			if x.n == 0 {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpBC(in))
			}
		case code.OpLoopLt: // if R[a] < R[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n < y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopLe: // if R[a] <= R[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != y.meta || x.meta >= kindWide {
				goto mixed
			}
			if x.n <= y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopLtK: // if R[a] < K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n < y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopLeK: // if R[a] <= K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n <= y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopGtK: // if R[a] > K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n > y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpLoopGeK: // if R[a] >= K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			if x.meta != y.meta && (y.n != 0 || x.meta >= kindWide) { // 0 is 0 in every scale
				goto mixed
			}
			if x.n >= y.n {
				if fuel--; fuel < 0 {
					goto slow
				}
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpForLt: // R[a] += d; if R[a] < R[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			step := int64(int8(in >> 8))
			n := x.n + step
			if x.meta|y.meta != 0 || (x.n^n)&(step^n) < 0 || fuel <= 0 {
				goto slow
			}
			x.n = n
			if n < y.n {
				fuel--
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpForLe: // R[a] += d; if R[a] <= R[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			step := int64(int8(in >> 8))
			n := x.n + step
			if x.meta|y.meta != 0 || (x.n^n)&(step^n) < 0 || fuel <= 0 {
				goto slow
			}
			x.n = n
			if n <= y.n {
				fuel--
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpForLtK: // R[a] += d; if R[a] < K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			step := int64(int8(in >> 8))
			n := x.n + step
			if x.meta|y.meta != 0 || (x.n^n)&(step^n) < 0 || fuel <= 0 {
				goto slow
			}
			x.n = n
			if n < y.n {
				fuel--
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpForLeK: // R[a] += d; if R[a] <= K[b]: pc += c, one step
			x, y := at(R, fieldA(in)), at(K, fieldB(in))
			step := int64(int8(in >> 8))
			n := x.n + step
			if x.meta|y.meta != 0 || (x.n^n)&(step^n) < 0 || fuel <= 0 {
				goto slow
			}
			x.n = n
			if n <= y.n {
				fuel--
				pc = unsafe.Add(pc, jumpC(in))
			}
		case code.OpNewList: // R[a] = [R[b], …, R[b+c-1]]
			n := fieldC(in) << 4
			m := f.heap.Front()
			if n == 0 || n > mostNewList || m.End-m.Next < n+listBytes || value.Invariants {
				goto slow
			}
			l := (*list)(pointer(&m.Next))
			m.Next += listBytes
			*(*uint64)(unsafe.Pointer(l)) = listHead | uint64(in)>>48<<lenShift
			l.data = m.Next
			l.cap = uint32(in >> 48)
			m.Next += n
			from := unsafe.Add(R, fieldB(in))
			for n > 0 {
				n -= slotSize
				set(at(unsafe.Pointer(l), n+listBytes), at(from, n))
			}
			d := at(R, fieldA(in))
			d.n, d.meta = int64(uintptr(unsafe.Pointer(l))), kindList
		case code.OpNewRecord: // R[a] = a record of class c, its fields from R[b] on
			q := (*form)(unsafe.Add(pointer(&f.forms), fieldC(in)<<formShift))
			m := f.heap.Front()
			p, n := m.Next, q.bytes
			if m.End-p < n || value.Invariants {
				goto slow
			}
			o := (*object)(pointer(&m.Next))
			m.Next = p + n
			*(*uint64)(unsafe.Pointer(o)) = q.head
			o.word = q.class
			from := unsafe.Add(R, fieldB(in))
			for n -= slotsOffset; n > 0; {
				n -= slotSize
				set(slotAt(o, slotsOffset+n), at(from, n))
			}
			d := at(R, fieldA(in))
			d.n, d.meta = int64(p), kindRecord
		case code.OpOk: // R[a] = success of R[b]
			m := f.heap.Front()
			p := m.Next
			if m.End-p < slotsOffset+slotSize || value.Invariants {
				goto slow
			}
			o := (*object)(pointer(&m.Next))
			m.Next = p + slotsOffset + slotSize
			*(*uint64)(unsafe.Pointer(o)) = okHead
			o.word = 0
			set(slotAt(o, slotsOffset), at(R, fieldB(in)))
			d := at(R, fieldA(in))
			d.n, d.meta = int64(p), kindOk
		case code.OpTry, code.OpTryThrow: // R[a] = what the success R[b] holds
			x := at(R, fieldB(in))
			if x.meta != kindOk {
				goto slow
			}
			o := objectOf(x)
			y := slotAt(o, slotsOffset)
			if o.shared != 0 && y.meta&refBit != 0 {
				share(objectOf(y))
			}
			set(at(R, fieldA(in)), y)
		case code.OpGetF: // R[a] = R[b].K[c]
			x, c := at(R, fieldB(in)), cacheAt(pointer(&f.caches), in)
			if x.meta != kindRecord {
				goto slow
			}
			r := objectOf(x)
			if r.word != c.class {
				goto slow
			}
			set(at(R, fieldA(in)), slotAt(r, c.found))
		case code.OpSetF: // R[a].K[b] = R[c]
			x, c := at(R, fieldA(in)), cacheAt(pointer(&f.caches), in)
			if x.meta != kindRecord {
				goto slow
			}
			r := objectOf(x)
			if r.word != c.class || r.shared != 0 {
				goto slow
			}
			set(slotAt(r, c.found), at(R, fieldC(in)))
		case code.OpAddF: // R[a].K[b] += R[c]
			x, c := at(R, fieldA(in)), cacheAt(pointer(&f.caches), in)
			if x.meta != kindRecord {
				goto slow
			}
			r := objectOf(x)
			if r.word != c.class || r.shared != 0 {
				goto slow
			}
			d, y := slotAt(r, c.found), at(R, fieldC(in))
			s := d.n + y.n
			if d.meta != y.meta || d.meta >= kindWide || (d.n^s)&(y.n^s) < 0 {
				goto slow
			}
			d.n = s
		case code.OpSubF: // R[a].K[b] -= R[c]
			x, c := at(R, fieldA(in)), cacheAt(pointer(&f.caches), in)
			if x.meta != kindRecord {
				goto slow
			}
			r := objectOf(x)
			if r.word != c.class || r.shared != 0 {
				goto slow
			}
			d, y := slotAt(r, c.found), at(R, fieldC(in))
			s := d.n - y.n
			if d.meta != y.meta || d.meta >= kindWide || (d.n^y.n)&(d.n^s) < 0 {
				goto slow
			}
			d.n = s
		case code.OpGetI: // R[a] = R[b][R[c]]
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != kindList || y.meta != 0 {
				goto slow
			}
			l := listOf(x)
			if uint64(y.n) >= uint64(l.len) {
				goto slow
			}
			set(at(R, fieldA(in)), itemAt(l, uintptr(y.n)))
		case code.OpGetIK: // R[a] = R[b][c]
			x := at(R, fieldB(in))
			i := int64(in) >> 48
			if x.meta != kindList {
				goto slow
			}
			l := listOf(x)
			if uint64(i) >= uint64(l.len) {
				goto slow
			}
			set(at(R, fieldA(in)), itemAt(l, uintptr(i)))
		case code.OpGetII: // R[a] = R[b][R[c]][R[d]], if that is as simple as it looks; pc += 2
			x, y := at(R, fieldB(in)), at(R, fieldC(in))
			if x.meta != kindList || y.meta != 0 {
				continue
			}
			l := listOf(x)
			if uint64(y.n) >= uint64(l.len) {
				continue
			}
			x, y = itemAt(l, uintptr(y.n)), at(R, lowD(in))
			if x.meta != kindList || y.meta != 0 {
				continue
			}
			l = listOf(x)
			if uint64(y.n) >= uint64(l.len) {
				continue
			}
			set(at(R, fieldA(in)), itemAt(l, uintptr(y.n)))
			pc = unsafe.Add(pc, 16)
		case code.OpSetI: // R[a][R[b]] = R[c]
			x, y := at(R, fieldA(in)), at(R, fieldB(in))
			if x.meta != kindList || y.meta != 0 {
				goto slow
			}
			l := listOf(x)
			if uint64(y.n) >= uint64(l.len) || l.shared != 0 {
				goto slow
			}
			set(itemAt(l, uintptr(y.n)), at(R, fieldC(in)))
		case code.OpAppend: // append R[b] to R[a]
			x := at(R, fieldA(in))
			if x.meta != kindList {
				goto slow
			}
			l := listOf(x)
			n := l.len
			if l.shared != 0 || n >= l.cap {
				goto slow
			}
			l.len = n + 1
			set(itemAt(l, uintptr(n)), at(R, fieldB(in)))
		case code.OpLen: // R[a] = length of R[b]
			x := at(R, fieldB(in))
			if x.meta != kindList {
				goto slow
			}
			d := at(R, fieldA(in))
			d.n, d.meta = int64(listOf(x).len), 0
		case code.OpGetC: // R[a] = capture bc
			x := (*slot)(unsafe.Add(R, -16))
			set(at(R, fieldA(in)), slotAt(objectOf(x), slotsOffset+uintptr(int32(in>>32))<<4))
		case code.OpCall: // R[a] = f[b](R[a], …)
			q := (*function)(unsafe.Add(pointer(&f.funcs), uintptr(uint16(in>>32))<<functionShift))
			w := unsafe.Add(R, fieldA(in))
			if uint32(uint8(in>>8)) != q.params || f.ftop >= f.fend || uintptr(w)+q.regs > f.limit || fuel <= 0 {
				goto slow
			}
			fuel--
			fr := (*frame)(pointer(&f.ftop))
			fr.pc, fr.base, fr.fn, fr.result = uintptr(pc), uintptr(R), f.fn, 0
			f.ftop += frameSize
			R, f.r = w, uintptr(w)
			f.fn, f.caches = uintptr(unsafe.Pointer(q)), q.caches
			K, pc = pointer(&q.k), pointer(&q.entry)
		case code.OpCallV: // R[a] = R[a](R[a+1], …)
			x := at(R, fieldA(in))
			i := uintptr(x.n)
			if x.meta == kindClosure {
				i = objectOf(x).word
			} else if x.meta != kindFunc {
				goto slow
			}
			q := (*function)(unsafe.Add(pointer(&f.funcs), i<<functionShift))
			w := unsafe.Add(R, fieldA(in)+16)
			if uint32(uint8(in>>8)) != q.params || f.ftop >= f.fend || uintptr(w)+q.regs > f.limit || fuel <= 0 {
				goto slow
			}
			fuel--
			fr := (*frame)(pointer(&f.ftop))
			fr.pc, fr.base, fr.fn, fr.result = uintptr(pc), uintptr(R), f.fn, -16
			f.ftop += frameSize
			R, f.r = w, uintptr(w)
			f.fn, f.caches = uintptr(unsafe.Pointer(q)), q.caches
			K, pc = pointer(&q.k), pointer(&q.entry)
		case code.OpCallM: // R[a] = R[a].K[b](R[a+1], …)
			x, c := at(R, fieldA(in)), callCacheAt(pointer(&f.caches), in)
			if x.meta != kindRecord || objectOf(x).word != c.class {
				goto slow
			}
			q := (*function)(pointer(&c.found))
			w := unsafe.Add(R, fieldA(in))
			if uint32(uint8(in>>8))+1 != q.params || f.ftop >= f.fend || uintptr(w)+q.regs > f.limit || fuel <= 0 {
				goto slow
			}
			fuel--
			fr := (*frame)(pointer(&f.ftop))
			fr.pc, fr.base, fr.fn, fr.result = uintptr(pc), uintptr(R), f.fn, 0
			f.ftop += frameSize
			R, f.r = w, uintptr(w)
			f.fn, f.caches = uintptr(unsafe.Pointer(q)), q.caches
			K, pc = pointer(&q.k), pointer(&q.entry)
		case code.OpRet: // return R[a]
			x := at(R, fieldA(in))
			f.ftop -= frameSize
			fr := (*frame)(pointer(&f.ftop))
			set((*slot)(unsafe.Add(R, fr.result)), x)
			R, pc = pointer(&fr.base), pointer(&fr.pc)
			f.r = uintptr(R)
			if fr.fn != f.fn {
				f.fn = fr.fn
				q := (*function)(pointer(&fr.fn))
				K, f.caches = pointer(&q.k), q.caches
			}
		case code.OpRetNil: // return nil
			f.ftop -= frameSize
			fr := (*frame)(pointer(&f.ftop))
			d := (*slot)(unsafe.Add(R, fr.result))
			d.n, d.meta = 0, kindNil
			R, pc = pointer(&fr.base), pointer(&fr.pc)
			f.r = uintptr(R)
			if fr.fn != f.fn {
				f.fn = fr.fn
				q := (*function)(pointer(&fr.fn))
				K, f.caches = pointer(&q.k), q.caches
			}
		case code.OpCallB: // R[a] = builtin b(R[a], …)
			goto native
		case code.OpIter: // R[a] = an iterator over R[b]
			x := at(R, fieldB(in))
			if x.meta != kindList {
				goto slow
			}
			n := x.n
			d := at(R, fieldA(in))
			d.n, d.meta = n, uint64(walkMeta)
		case code.OpNext: // R[b] = next value of the iterator R[a], else pc += c
			x := at(R, fieldA(in))
			if uint32(x.meta) != walkMeta {
				goto slow
			}
			l, i := listOf(x), uintptr(x.meta>>walkShift)
			if i >= uintptr(l.len) {
				pc = unsafe.Add(pc, jumpC(in))
				continue
			}
			x.meta += 1 << walkShift
			set(at(R, fieldB(in)), itemAt(l, i))
		case code.OpNext2: // R[b], R[b+1] = next key and value of the iterator R[a], else pc += c
			x := at(R, fieldA(in))
			if uint32(x.meta) != walkMeta {
				goto slow
			}
			l, i := listOf(x), uintptr(x.meta>>walkShift)
			if i >= uintptr(l.len) {
				pc = unsafe.Add(pc, jumpC(in))
				continue
			}
			x.meta += 1 << walkShift
			d := at(R, fieldB(in))
			d.n, d.meta = int64(i), 0
			set(at(R, fieldB(in)+16), itemAt(l, i))
		case code.OpLoopNext: // if R[a] has a next value: R[b] = it; pc += c, one step
			x := at(R, fieldA(in))
			if uint32(x.meta) != walkMeta {
				goto slow
			}
			l, i := listOf(x), uintptr(x.meta>>walkShift)
			if i >= uintptr(l.len) {
				continue
			}
			if fuel <= 0 {
				goto slow
			}
			fuel--
			x.meta += 1 << walkShift
			pc = unsafe.Add(pc, jumpC(in))
			set(at(R, fieldB(in)), itemAt(l, i))
		case code.OpLoopNext2: // if R[a] has a next key and value: R[b], R[b+1] = them; pc += c, one step
			x := at(R, fieldA(in))
			if uint32(x.meta) != walkMeta {
				goto slow
			}
			l, i := listOf(x), uintptr(x.meta>>walkShift)
			if i >= uintptr(l.len) {
				continue
			}
			if fuel <= 0 {
				goto slow
			}
			fuel--
			x.meta += 1 << walkShift
			pc = unsafe.Add(pc, jumpC(in))
			d := at(R, fieldB(in))
			d.n, d.meta = int64(i), 0
			set(at(R, fieldB(in)+16), itemAt(l, i))
		default:
			goto slow
		}
	}
}
