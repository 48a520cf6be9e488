package vm

import (
	"syscall"
	"testing"

	"etamil/internal/code/codetest"
	"etamil/internal/value"
)

// Programs of the benchmarks, in the form in which the compiler should give them.
const (
	fibText = `
func "main" top regs=1
  halt
func "fib" params=1 regs=4
  jnltk R0, 2, go
  ret R0
go:
  subk R1, R0, 1
  call R1, @fib, 1
  subk R2, R0, 2
  call R2, @fib, 1
  add R0, R1, R2
  ret R0
`
	loopText = `
func "main" top regs=1
  halt
func "loop" params=1 regs=6
  loadi R1, 0
  loadi R2, 0
again:
  mulk R3, R2, 2
  modk R3, R3, 7
  add R1, R1, R3
  forlt R2, R0, again, 1
  ret R1
`
	taxText = `
func "main" top regs=1
  halt
func "tax" params=1 regs=8
  loadk R1, 0.0000
  loadk R3, 0.00
  loadi R2, 0
again:
  loadk R4, 0.0000
  move R6, R3
  jngtk R6, 1000000.00, a
  subk R5, R6, 1000000.00
  mulk R5, R5, 0.30
  add R4, R4, R5
  loadk R6, 1000000.00
a:
  jngtk R6, 500000.00, b
  subk R5, R6, 500000.00
  mulk R5, R5, 0.20
  add R4, R4, R5
  loadk R6, 500000.00
b:
  jngtk R6, 250000.00, c
  subk R5, R6, 250000.00
  mulk R5, R5, 0.05
  add R4, R4, R5
c:
  mulk R5, R4, 0.04
  mulk R4, R4, 1.00
  add R4, R4, R5
  add R1, R1, R4
  addk R3, R3, 1.37
  forlt R2, R0, again, 1
  ret R1
`
	recText = `
class "name" "balance" "count" "rate"
func "main" top regs=1
  halt
func "rec" params=1 regs=8 caches=8
  loadk R3, "acc"
  loadi R4, 0
  loadi R5, 0
  loadi R6, 3
  newrec R2, R3, C0
  loadi R1, 0
again:
  getf R3, R2, "rate", x1
  mul R3, R3, R1
  addf R2, "balance", R3, x2
  loadi R4, 1
  addf R2, "count", R4, x3
  getf R4, R2, "balance", x4
  jngtk R4, 1000000, small
  getf R4, R2, "balance", x5
  subk R4, R4, 1000000
  setf R2, "balance", R4, x6
small:
  forlt R1, R0, again, 1
  getf R3, R2, "balance", x7
  getf R4, R2, "count", x8
  add R3, R3, R4
  ret R3
`
)

const (
	listText = `
func "list" params=1 regs=6
  newlist R1, R1, 0
  loadi R2, 0
A:
  append R1, R2
  forlt R2, R0, A, 1
  loadi R3, 0
  loadi R2, 0
B:
  geti R4, R1, R2
  add R3, R3, R4
  forlt R2, R0, B, 1
  iter R2, R1
C:
  next R2, R4, E
  add R3, R3, R4
  loop C
E:
  ret R3
` + mainText
	treeText = `
class "name" "val" "kids"
func "tree" params=1 regs=4
  move R1, R0
  loadi R2, 1
  call R1, @build, 2
  call R1, @walk, 1
  ret R1
func "build" params=2 regs=12
  newlist R4, R4, 0
  jnltk R0, 1, node
  loadk R2, "leaf"
  move R3, R1
  newrec R5, R2, C0
  ret R5
node:
  subk R5, R0, 1
  mulk R6, R1, 2
  call R5, @build, 2
  append R4, R5
  subk R5, R0, 1
  mulk R6, R1, 2
  addk R6, R6, 1
  call R5, @build, 2
  append R4, R5
  loadk R2, "node"
  move R3, R1
  newrec R5, R2, C0
  ret R5
func "walk" params=1 regs=12 caches=3
  getf R1, R0, "val", x1
  getf R2, R0, "kids", x2
  len R4, R2
  loadi R3, 0
  jnlt R3, R4, done
again:
  geti R5, R2, R3
  call R5, @walk, 1
  add R1, R1, R5
  forlt R3, R4, again, 1
done:
  getf R5, R0, "name", x3
  jnek R5, "leaf", end
  addk R1, R1, 1
end:
  ret R1
` + mainText
	closureText = `
func "closure" params=1 regs=8
  loadi R1, 0
  loadi R2, 0
  loadi R4, 3
  call R4, @adder, 1
  move R3, R4
again:
  copy R4, R3
  move R5, R1
  callv R4, 1
  move R1, R4
  modk R4, R2, 4
  jnltk R4, 3, no
  modk R4, R2, 5
  call R4, @adder, 1
  move R3, R4
no:
  forlt R2, R0, again, 1
  ret R1
func "adder" params=1 regs=3
  closure R1, R0, @added, 1
  ret R1
func "added" params=1 regs=2 captures=1
  getc R1, 0
  add R0, R0, R1
  ret R0
` + mainText
	textText = `
func "text" params=1 regs=6
  loadk R1, ""
  loadi R2, 0
again:
  loadk R3, "item"
  concat R3, R3, R2
  move R4, R3
  move R3, R1
  loadk R5, ","
  concatn R1, R3, 3
  forlt R2, R0, again, 1
  len R1, R1
  ret R1
` + mainText
	methodText = `
shape "P" x:number add=@plus
func "method" params=1 regs=6 caches=1
  loadi R1, 0
  newshape R1, R1, S0
  loadi R2, 0
again:
  copy R3, R1
  move R4, R2
  callm R3, "add", x1, 1
  forlt R2, R0, again, 1
  ret R3
func "plus" params=2 regs=3 caches=1
  getf R2, R0, "x", x1
  add R0, R2, R1
  ret R0
` + mainText
	churnText = `
class "sku" "qty"
class "id" "currency" "status" "total" "customer" "items"
func "churn" params=1 regs=16 caches=1
  loadi R12, 0
  loadi R1, 0
  loadi R4, 10
again:
  newlist R2, R2, 0
  loadi R3, 0
item:
  loadk R5, "INR"
  move R6, R3
  newrec R5, R5, C0
  append R2, R5
  forlt R3, R4, item, 1
  move R5, R1
  loadk R6, "INR"
  loadk R7, "paid"
  move R8, R3
  move R9, R1
  move R10, R2
  newrec R5, R5, C1
  getf R6, R5, "total", x1
  add R12, R12, R6
  forlt R1, R0, again, 1
  ret R12
` + mainText
	mixedText = `
func "mixed" params=1 regs=6
  loadi R1, 0
  loadi R2, 0
again:
  mulk R3, R2, 0.3
  mulk R4, R2, 0.05
  loadi R5, 0
  add R5, R5, R3
  add R5, R5, R4
  add R1, R1, R5
  jngtk R1, 5, on
on:
  forlt R2, R0, again, 1
  ret R1
` + mainText
	errorText = `
func "errors" params=1 regs=6
  loadi R1, 0
again:
  loadi R2, 0
A:
  div R2, R2, R2
B:
  jump on
H:
on:
  forlt R1, R0, again, 1
  ret R1
  handler A, B, H, R3
` + mainText
	mainText = `
func "main" top regs=1
  halt
`
)

func benchRun(b *testing.B, text, fn string, n int) {
	p := codetest.Must(text)
	p.Main = p.ByName["main"]
	img, err := NewLinker().Link(p)
	if err != nil {
		b.Fatal(err)
	}
	m := NewMachine(img, Limits{})
	f := m.NewFiber()
	b.ReportAllocs()
	begin := cpuTime(b)
	for b.Loop() {
		f.Start(value.Func(img.program.ByName[fn]), value.Int(n))
		for f.Run(1<<30) == Spent {
		}
		if f.Status() != Done {
			b.Fatal(f.Err())
		}
		f.Reset()
	}
	b.ReportMetric(float64(cpuTime(b)-begin)/1e6/float64(b.N), "cpu-ms/op")
}

// cpuTime is the time that the processors gave to this process, in nanoseconds: on a
// shared machine the only time that says something.
func cpuTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func BenchmarkFib32(b *testing.B)   { benchRun(b, fibText, "fib", 32) }
func BenchmarkLoop10M(b *testing.B) { benchRun(b, loopText, "loop", 10_000_000) }
func BenchmarkTax1M(b *testing.B)   { benchRun(b, taxText, "tax", 1_000_000) }
func BenchmarkRec2M(b *testing.B)   { benchRun(b, recText, "rec", 2_000_000) }

func BenchmarkMixed1M(b *testing.B)    { benchRun(b, mixedText, "mixed", 1_000_000) }
func BenchmarkList1M(b *testing.B)     { benchRun(b, listText, "list", 1_000_000) }
func BenchmarkTree16(b *testing.B)     { benchRun(b, treeText, "tree", 16) }
func BenchmarkClosure2M(b *testing.B)  { benchRun(b, closureText, "closure", 2_000_000) }
func BenchmarkText200k(b *testing.B)   { benchRun(b, textText, "text", 200_000) }
func BenchmarkMethod1M(b *testing.B)   { benchRun(b, methodText, "method", 1_000_000) }
func BenchmarkChurn200k(b *testing.B)  { benchRun(b, churnText, "churn", 200_000) }
func BenchmarkErrors100k(b *testing.B) { benchRun(b, errorText, "errors", 100_000) }

// BenchmarkRequest is a fiber's whole life around a function that does next to nothing.
func BenchmarkRequest(b *testing.B) {
	p := codetest.Must("func \"f\" params=1 regs=2\n  addk R0, R0, 1\n  ret R0\n" + mainText)
	p.Main = p.ByName["main"]
	img, err := NewLinker().Link(p)
	if err != nil {
		b.Fatal(err)
	}
	m := NewMachine(img, Limits{})
	top := m.NewFiber()
	top.StartMain()
	top.Run(100)
	m.Use(Freeze(top))
	fn := value.Func(p.ByName["f"])
	b.ReportAllocs()
	for b.Loop() {
		f := m.NewFiber()
		f.Start(fn, value.One)
		f.Run(1000)
		f.Release()
	}
}
