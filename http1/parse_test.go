package http1

import (
	"bytes"
	"strings"
	"testing"
)

func TestSeenMayBeAnything(t *testing.T) {
	// A caller that loses count must not get another answer.
	for _, s := range allSamples(t) {
		if len(s.Stream) > 400 {
			continue
		}
		var whole Request
		n, err := whole.Parse(s.Stream, 0, &DefaultLimits)
		for length := range s.Stream {
			var r Request
			if n, err := r.Parse(s.Stream[:length], 0, &DefaultLimits); n != 0 || err != nil {
				break
			}
			got, gotErr := r.Parse(s.Stream, length, &DefaultLimits)
			if got != n || gotErr != err {
				t.Fatalf("%s: seen %d: %d, %v; want %d, %v", s.Title, length, got, gotErr, n, err)
			}
			if n > 0 && describe(&r) != describe(&whole) {
				t.Fatalf("%s: seen %d:\n%s\n%s", s.Title, length, describe(&r), describe(&whole))
			}
		}
		var r Request
		if got, gotErr := r.Parse(s.Stream, len(s.Stream)+100, &DefaultLimits); got != n || gotErr != err {
			t.Errorf("%s: seen beyond the end: %d, %v; want %d, %v", s.Title, got, gotErr, n, err)
		}
	}
}

func TestRequestIsReused(t *testing.T) {
	var r Request
	first := []byte("POST http://b:1/x?y HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
	if n, err := r.Parse(first, 0, &DefaultLimits); n != len(first) || err != nil {
		t.Fatal(n, err)
	}
	if r.Form != FormAbsolute || !r.Upgrade || !r.ExpectContinue || r.ContentLength != 5 || r.Query == nil {
		t.Fatalf("got %+v", r)
	}
	second := []byte("GET / HTTP/1.0\r\n\r\n")
	if n, err := r.Parse(second, 0, &DefaultLimits); n != len(second) || err != nil {
		t.Fatal(n, err)
	}
	if got := describe(&r); got != "GET / 1.0" || r.ContentLength != -1 {
		t.Errorf("second request has remains of the first: %s", got)
	}
}

func TestLookup(t *testing.T) {
	var r Request
	buf := []byte("GET / HTTP/1.1\r\nHost: a\r\nAccept: 1\r\nX-Empty:\r\nACCEPT: 2\r\n\r\n")
	if n, err := r.Parse(buf, 0, &DefaultLimits); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	var all []string
	for i := r.Index("accept", 0); i >= 0; i = r.Index("accept", i+1) {
		all = append(all, string(r.Fields[i].Value))
	}
	if got := strings.Join(all, " "); got != "1 2" {
		t.Errorf("repeated field: %q", got)
	}
	if v, ok := r.Lookup("x-empty"); v == nil || len(v) != 0 || !ok {
		t.Errorf("empty field: %q, %v", v, ok)
	}
	if v, ok := r.Lookup("x-none"); v != nil || ok {
		t.Errorf("missing field: %q, %v", v, ok)
	}
}

// TestRebase moves every request of the corpus and destroys the old buffer.
func TestRebase(t *testing.T) {
	for _, s := range allSamples(t) {
		var r Request
		old := append(make([]byte, 0, len(s.Stream)+7), s.Stream...)
		n, _ := r.Parse(old, 0, &DefaultLimits)
		if n == 0 {
			continue
		}
		want := describe(&r)
		moved := append([]byte(nil), old[:n]...)
		r.Rebase(old, moved)
		for i := range old {
			old[i] = 0xCC
		}
		if got := describe(&r); got != want {
			t.Errorf("%s:\n%s\nbefore it was moved\n%s", s.Title, got, want)
		}
	}
}

// TestErrorsAreComplete holds every error against the corpus: each must have
// been seen, so that no check is there without a sample.
func TestErrorsAreComplete(t *testing.T) {
	var corpus strings.Builder
	for _, s := range allSamples(t) {
		corpus.WriteString(strings.Join(s.Want, "\n") + "\n")
	}
	for _, e := range []*Error{
		ErrEmptyLines, ErrMethod, ErrMethodTooLong, ErrTarget, ErrEscape, ErrTargetForm, ErrTargetTooLong,
		ErrVersion, ErrOtherVersion, ErrLineEnd, ErrFieldName, ErrFieldValue, ErrHeaderTooLarge,
		ErrTooManyFields, ErrNoHost, ErrManyHosts, ErrHost, ErrLength, ErrManyLengths, ErrLengthAndCoding,
		ErrCoding, ErrUnknownCoding, ErrOldCoding, ErrExpectation, ErrBodyTooLarge, ErrChunkSize,
		ErrChunkExtension, ErrChunkLine, ErrChunkEnd, ErrTrailerTooLarge,
	} {
		if !strings.Contains(corpus.String(), " "+e.Reason+"\n") {
			t.Errorf("no sample for %q", e.Reason)
		}
		if !e.Close || ReasonOf(e.Status) == "" {
			t.Errorf("%+v", e)
		}
	}
}

func TestValidHost(t *testing.T) {
	for s, want := range map[string]bool{
		"":                         true,
		"a":                        true,
		"a:0":                      true,
		"a:65535":                  true,
		"a:00000000000080":         true,
		"%41":                      true,
		"[::]":                     true,
		"[::1]":                    true,
		"[1::]":                    true,
		"[1:2:3:4:5:6:7:8]":        true,
		"[1:2:3:4:5:6:7::]":        true,
		"[::2:3:4:5:6:7:8]":        true,
		"[1:2:3:4:5:6:1.2.3.4]":    true,
		"[::1.2.3.255]":            true,
		"[v1f.a:b]":                true,
		"a:99999999999999999999":   false,
		"%4":                       false,
		"%":                        false,
		"[]":                       false,
		"[:]":                      false,
		"[:1]":                     false,
		"[1:]":                     false,
		"[:::]":                    false,
		"[1:2:3:4:5:6:7]":          false,
		"[1:2:3:4:5:6:7:8::]":      false,
		"[1::2:3:4:5:6:7:8]":       false,
		"[12345::]":                false,
		"[g::]":                    false,
		"[::1.2.3]":                false,
		"[::1.2.3.4.5]":            false,
		"[::1.2.3.256]":            false,
		"[::1.2.3.04]":             false,
		"[::1.2.3.4:5]":            false,
		"[1:2:3:4:5:6:7:1.2.3.4]":  false,
		"[1:2:3:4:5::6:7.8.9.1:2]": false,
		"[v.a]":                    false,
		"[v1.]":                    false,
		"[v1]":                     false,
		"[::1]:":                   true,
		"[::1]80":                  false,
		"::1":                      false,
	} {
		if got := validHost([]byte(s), false); got != want {
			t.Errorf("validHost(%q) = %v", s, got)
		}
	}
}

func TestMethodOf(t *testing.T) {
	for m := MethodGet; m <= MethodPatch; m++ {
		if got := MethodOf([]byte(m.String())); got != m || m.String() == "" {
			t.Errorf("MethodOf(%q) = %d, want %d", m, got, m)
		}
	}
	if MethodOf([]byte("Get")) != MethodOther || MethodOther.String() != "" || Method(200).String() != "" {
		t.Error("other methods have no name")
	}
}

// TestBodyTellsHowMuchIsLeft follows Done and Remaining through both framings.
func TestBodyTellsHowMuchIsLeft(t *testing.T) {
	var b Body
	if !b.Done() || b.Remaining() != 0 {
		t.Error("the zero Body is complete")
	}
	check := func(src string, remaining int64) {
		t.Helper()
		if _, _, _, err := b.Decode(nil, []byte(src)); err != nil {
			t.Fatal(err)
		}
		if b.Remaining() != remaining || b.Done() != (remaining == 0) {
			t.Errorf("after %q: remaining %d, done %v", src, b.Remaining(), b.Done())
		}
	}
	b.Start(&Request{ContentLength: 5}, &DefaultLimits)
	check("", 5)
	check("abc", 2)
	check("de", 0)
	b.Start(&Request{ContentLength: -1, Chunked: true}, &DefaultLimits)
	check("1\r\n", -1)
	check("a\r\n0\r\n\r", -1)
	check("\n", 0)
	if err := b.Start(&Request{ContentLength: 1 << 40}, &DefaultLimits); err != ErrBodyTooLarge {
		t.Errorf("a length over the limit: %v", err)
	}
	if got := ErrBodyTooLarge.Error(); got != "http1: body too large" {
		t.Errorf("error text %q", got)
	}
}

// valueEnd against the plain loop: every byte at every place of a word.
func TestValueEnd(t *testing.T) {
	slow := func(b []byte, i int) int {
		for i < len(b) && classValue.has(b[i]) {
			i++
		}
		return i
	}
	for length := range 20 {
		for at := range length {
			for c := range 256 {
				b := bytes.Repeat([]byte{'x'}, length)
				b[at] = byte(c)
				if length > 3 {
					b[(at*7+c)%length] ^= 0x80 // neighbours that borrow
				}
				for from := range 3 {
					from = min(from, length)
					if got, want := valueEnd(b, from), slow(b, from); got != want {
						t.Fatalf("valueEnd(%q, %d) = %d, want %d", b, from, got, want)
					}
				}
			}
		}
	}
}

// TestParseDoesNotAllocate is the hot path's budget.
func TestParseDoesNotAllocate(t *testing.T) {
	good := []byte(tenFields)
	bad := []byte("GET /%zz HTTP/1.1\r\n\r\n")
	chunked := []byte("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n")
	var r Request
	var body Body
	content := make([]byte, 0, 64)
	moved := make([]byte, len(good))
	path := make([]byte, 0, 64)
	check := func(what string, f func()) {
		t.Helper()
		f() // grow what is reused
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %v times", what, n)
		}
	}
	check("Parse", func() { r.Parse(good, 0, &DefaultLimits) })
	check("Parse in two", func() {
		r.Parse(good[:100], 0, &DefaultLimits)
		r.Parse(good, 100, &DefaultLimits)
	})
	check("Rebase", func() {
		r.Parse(good, 0, &DefaultLimits)
		copy(moved, good)
		r.Rebase(good, moved)
	})
	check("refusing", func() { r.Parse(bad, 0, &DefaultLimits) })
	check("Decode", func() {
		n, _ := r.Parse(chunked, 0, &DefaultLimits)
		body.Start(&r, &DefaultLimits)
		content, _, _, _ = body.Decode(content[:0], chunked[n:])
	})
	check("Lookup", func() { r.Lookup("x-none") })
	check("AppendPath", func() { path, _ = AppendPath(path[:0], []byte("/a/%2e%2e/b/../c%20d")) })
	check("Cookie", func() {
		r.Parse(good, 0, &DefaultLimits)
		if _, ok := r.Cookie("theme"); !ok {
			t.Error("no cookie")
		}
	})
}

// BenchmarkDrip is a sender of one byte at a time with one long line.
func BenchmarkDrip(b *testing.B) {
	head := []byte("GET / HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("y", 30000) + "\r\n\r\n")
	var r Request
	b.SetBytes(int64(len(head)))
	for b.Loop() {
		for n := range head {
			if _, err := r.Parse(head[:n], n-1, &DefaultLimits); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRebase(b *testing.B) {
	from, to := []byte(tenFields), []byte(tenFields)
	var r Request
	r.Parse(from, 0, &DefaultLimits)
	for b.Loop() {
		r.Rebase(from, to)
		from, to = to, from
	}
}
