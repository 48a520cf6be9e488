package http1

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"
)

// wholeKnowing is whole with what was read before.
func wholeKnowing(stream []byte, known *Repeats) string {
	c := reader{lim: &DefaultLimits, known: known}
	c.feed(stream)
	return c.result()
}

// TestRepeats: whatever was read before, a stream is understood as it would be alone. Each
// sample comes often enough to be remembered, and then with each byte changed.
func TestRepeats(t *testing.T) {
	var known Repeats
	for i, s := range allSamples(t) {
		want := whole(s.Stream, &DefaultLimits)
		for range 2 {
			if got := wholeKnowing(s.Stream, &known); got != want {
				t.Fatalf("%s: with what is known\n%s\nalone\n%s", s.Title, got, want)
			}
		}
		var own Repeats
		for range 3 {
			wholeKnowing(s.Stream, &own)
		}
		if len(s.Stream) > 400 {
			continue
		}
		mutants(s.Stream, i%5, 5, func(m []byte) {
			want := whole(m, &DefaultLimits)
			for range 2 {
				if got := wholeKnowing(m, &own); got != want {
					t.Fatalf("%q: with what is known\n%s\nalone\n%s", m, got, want)
				}
			}
		})
	}
	if known.known[repeatsKnown-1] == nil {
		t.Error("nothing was remembered")
	}
}

// TestRepeatsStay: what a request says stays when the bytes that it was read from are gone,
// and when others have taken the place of what was remembered.
func TestRepeatsStay(t *testing.T) {
	var known Repeats
	read := func(i int) Request {
		text := fmt.Appendf(nil, "GET /%d?q=%d HTTP/1.1\r\nHost: h%d.example\r\nX-A: %d\r\n\r\n", i, i, i, i)
		var r Request
		if n, err := r.ParseRepeated(text, 0, &DefaultLimits, &known); n != len(text) || err != nil {
			t.Fatal(n, err)
		}
		r.Rebase(text, bytes.Clone(text))
		clear(text)
		return r
	}
	remembered := 0
	for i := range 200 {
		var kept []Request
		for range 3 {
			kept = append(kept, read(i))
		}
		for j := range 100 {
			read(1000 + j%10)
		}
		for _, r := range kept {
			a, _ := r.Lookup("x-a")
			got := fmt.Sprintf("%s %s %s %s %d", r.Path, r.Query, r.Host, a, len(r.Fields))
			if want := fmt.Sprintf("/%d q=%d h%d.example %d 2", i, i, i, i); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
			if r.remembered {
				remembered++
			}
		}
	}
	if remembered < 5 {
		t.Errorf("only %d requests had lines that were remembered", remembered)
	}
}

// TestRepeatsAllocateLittle: neither lines that are known nor lines that are always new.
func TestRepeatsAllocateLittle(t *testing.T) {
	var known Repeats
	var r Request
	same := []byte(plainGet)
	buf := make([]byte, 0, 256)
	i := 0
	for name, next := range map[string]func() []byte{
		"the same": func() []byte { return same },
		"always new": func() []byte {
			i++
			return numbered(buf, i)
		},
		"each twice": func() []byte {
			i++
			return numbered(buf, i/2)
		},
	} {
		got := testing.AllocsPerRun(1000, func() {
			if _, err := r.ParseRepeated(next(), 0, &DefaultLimits, &known); err != nil {
				t.Fatal(err)
			}
		})
		if got > 0.5 {
			t.Errorf("%s: %v allocations each", name, got)
		}
	}
}

func numbered(buf []byte, i int) []byte {
	buf = append(buf[:0], "GET / HTTP/1.1\r\nHost: example.org\r\nX-Number: "...)
	return append(strconv.AppendInt(buf, int64(i), 10), "\r\n\r\n"...)
}

func BenchmarkRepeats(b *testing.B) {
	for name, text := range map[string]string{"get4": plainGet, "get10": tenFields} {
		b.Run(name, func(b *testing.B) {
			buf := []byte(text)
			var r Request
			var known Repeats
			b.ReportAllocs()
			for b.Loop() {
				if n, err := r.ParseRepeated(buf, 0, &DefaultLimits, &known); n != len(buf) || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}
