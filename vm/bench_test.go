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

func benchRun(b *testing.B, text, fn string, n int) {
	img, err := NewLinker().Link(codetest.Must(text))
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
