package text_test

import (
	"testing"

	"etamil/internal/std/host/hosttest"
	"etamil/internal/std/text"
)

func bench(b *testing.B, id string, args ...any) {
	k := hosttest.New(b)
	vals := k.Values(args...)
	for i := range vals {
		vals[i] = k.Keep(vals[i])
	}
	run := text.Native(id)
	n := 0
	for b.Loop() {
		if _, err := run(k.F, vals); err != nil {
			b.Fatal(err)
		}
		if n++; n%1000 == 0 {
			k.F.Reset()
		}
	}
}

func BenchmarkFormat(b *testing.B)   { bench(b, "format", "{:,.2}", hosttest.Number("1234567.5")) }
func BenchmarkSplit(b *testing.B)    { bench(b, "split", "a,b,c,d", ",") }
func BenchmarkContains(b *testing.B) { bench(b, "contains", "hello world, this is text", "this") }
func BenchmarkUpper(b *testing.B)    { bench(b, "upper", "வணக்கம் abc") }
func BenchmarkReplace(b *testing.B)  { bench(b, "replace", "aXbXc", "X", "--") }
