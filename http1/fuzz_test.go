package http1

import (
	"testing"
)

// FuzzParse holds three properties for any bytes a client may send: the
// answer does not depend on how they are cut, nor on where, and net/http
// reads what is accepted in the same way.
func FuzzParse(f *testing.F) {
	for _, s := range allSamples(f) {
		if len(s.Stream) < 1000 {
			f.Add(s.Stream, uint16(len(s.Stream)/2))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte, at uint16) {
		want := whole(stream, &DefaultLimits)
		if got := byByte(stream, &DefaultLimits); got != want {
			t.Fatalf("byte by byte\n%s\nwhole\n%s", got, want)
		}
		cut := min(int(at), len(stream))
		if got := inTwo(stream, cut, &DefaultLimits); got != want {
			t.Fatalf("cut at %d\n%s\nwhole\n%s", cut, got, want)
		}
		if err := compareWithNetHTTP(stream); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzBody does the same for what follows a chunked head, with limits that
// the fuzzer can reach.
func FuzzBody(f *testing.F) {
	const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	lim := DefaultLimits
	lim.BodyBytes, lim.ChunkLine, lim.ChunkExtra, lim.TrailerBytes, lim.FieldName = 300, 40, 60, 80, 30
	for _, s := range allSamples(f) {
		if len(s.Stream) > len(head) && len(s.Stream) < 1000 && string(s.Stream[:len(head)]) == head {
			f.Add(s.Stream[len(head):])
		}
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		stream := append([]byte(head), rest...)
		want := whole(stream, &lim)
		if got := byByte(stream, &lim); got != want {
			t.Fatalf("byte by byte\n%s\nwhole\n%s", got, want)
		}
		if err := compareWithNetHTTP(stream); err != nil {
			t.Fatal(err)
		}
		// In place means the same.
		var body Body
		if err := body.Start(&Request{Chunked: true}, &lim); err != nil {
			t.Fatal(err)
		}
		apart, n, done, err := body.Decode(nil, rest)
		body.Start(&Request{Chunked: true}, &lim)
		inPlace, n2, done2, err2 := body.Decode(rest[:0], rest)
		if string(apart) != string(inPlace) || n != n2 || done != done2 || err != err2 {
			t.Fatalf("in place %q, apart %q", inPlace, apart)
		}
	})
}

// FuzzPath holds AppendPath against the same rules written plainly.
func FuzzPath(f *testing.F) {
	for _, raw := range []string{"/", "/a/../b", "/%2e%2e/%2e", "/a%2f..%2fb", "*", "/a/.", "/%25", "//..//"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) { checkPath(t, raw) })
}
