package http1

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/http1/http1test"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// corpus is where the samples lie; http1test says what they look like.
const corpus = "testdata"

func allSamples(t testing.TB) []http1test.Sample { return http1test.All(t, corpus) }

// reader does what a connection does with the bytes that arrive, and writes
// down what it understands.
type reader struct {
	lim     *Limits
	known   *Repeats
	request Request
	body    Body
	content []byte
	buf     []byte
	seen    int
	inBody  bool
	failed  bool
	log     []string
}

// feed takes the next read of the connection.
func (c *reader) feed(piece []byte) {
	if c.failed {
		return
	}
	c.buf = append(c.buf, piece...)
	for {
		if c.inBody {
			content, n, done, err := c.body.Decode(c.content, c.buf)
			c.content = content
			if err != nil {
				c.fail(err)
				return
			}
			c.buf = c.buf[n:]
			if !done {
				if len(c.buf) != 0 {
					c.log = append(c.log, "Decode left bytes of an unfinished body")
					c.failed = true
				}
				return
			}
			c.end()
		}
		n, err := c.request.ParseRepeated(c.buf, c.seen, c.lim, c.known)
		if err != nil {
			c.fail(err)
			return
		}
		if n == 0 {
			c.seen = len(c.buf)
			return
		}
		c.log = append(c.log, describe(&c.request))
		c.buf, c.seen = c.buf[n:], 0
		if err := c.body.Start(&c.request, c.lim); err != nil {
			c.fail(err)
			return
		}
		c.inBody, c.content = true, c.content[:0]
	}
}

func (c *reader) end() {
	c.inBody = false
	last := &c.log[len(c.log)-1]
	if len(c.content) > 64 {
		*last += fmt.Sprintf(" body=%d bytes", len(c.content))
	} else if len(c.content) > 0 {
		*last += fmt.Sprintf(" body=%q", c.content)
	}
	for _, f := range c.body.Trailers() {
		*last += fmt.Sprintf(" trailer %s=%q", f.Name, f.Value)
	}
}

func (c *reader) fail(err error) {
	c.failed = true
	e := err.(*Error)
	line := fmt.Sprintf("%d %s", e.Status, e.Reason)
	if !e.Close {
		line += " (stays open)"
	}
	c.log = append(c.log, line)
}

// result ends the connection.
func (c *reader) result() string {
	if !c.failed && (c.inBody || len(c.buf) > 0) {
		c.log = append(c.log, "more")
	}
	return strings.Join(c.log, "\n")
}

func describe(r *Request) string {
	var b strings.Builder
	target := string(r.Target)
	if len(target) > 64 {
		target = fmt.Sprintf("(%d bytes)", len(target))
	}
	fmt.Fprintf(&b, "%s %s 1.%d", r.MethodText, target, r.Minor)
	if r.Method == MethodOther {
		b.WriteString(" unknown-method")
	}
	if r.Form != FormOrigin {
		fmt.Fprintf(&b, " path=%q", r.Path)
	} else if path, err := AppendPath(nil, r.Path); err != nil {
		fmt.Fprintf(&b, " path: %v", err)
	} else if !bytes.Equal(path, r.Path) {
		fmt.Fprintf(&b, " path=%q", path)
	}
	if r.Query != nil {
		fmt.Fprintf(&b, " query=%q", r.Query)
	}
	if r.Host != nil {
		fmt.Fprintf(&b, " host=%q", r.Host)
	}
	for _, f := range r.Fields {
		switch strings.ToLower(string(f.Name)) {
		case "host", "content-length", "transfer-encoding":
		default:
			if len(r.Fields) < 8 && len(f.Value) < 64 {
				fmt.Fprintf(&b, " %s=%q", f.Name, f.Value)
			}
		}
	}
	for _, flag := range []struct {
		on   bool
		name string
	}{{r.KeepAlive, "keep"}, {r.ExpectContinue, "expect"}, {r.Upgrade, "upgrade"}, {r.Chunked, "chunked"}} {
		if flag.on {
			b.WriteString(" " + flag.name)
		}
	}
	if r.ContentLength >= 0 {
		fmt.Fprintf(&b, " length=%d", r.ContentLength)
	}
	return b.String()
}

// whole and byByte are the two extremes of delivery.
func whole(stream []byte, lim *Limits) string {
	c := reader{lim: lim}
	c.feed(stream)
	return c.result()
}

func byByte(stream []byte, lim *Limits) string {
	c := reader{lim: lim}
	for i := range stream {
		c.feed(stream[i : i+1])
	}
	return c.result()
}

func inTwo(stream []byte, at int, lim *Limits) string {
	c := reader{lim: lim}
	c.feed(stream[:at])
	c.feed(stream[at:])
	return c.result()
}

// TestCorpus checks what is understood of every sample, and that every
// sample's file says whether it is to be refused: refused-*.txt.
func TestCorpus(t *testing.T) {
	for _, file := range http1test.Files(t, corpus) {
		samples := http1test.Read(t, file)
		var out strings.Builder
		text, _ := os.ReadFile(file)
		intro, _, _ := strings.Cut(string(text), "== ")
		out.WriteString(intro)
		refused := strings.HasPrefix(filepath.Base(file), "refused")
		titles := map[string]bool{}
		for _, s := range samples {
			got := whole(s.Stream, &DefaultLimits)
			fmt.Fprintf(&out, "== %s\n%s\n", s.Title, strings.Join(s.Source, "\n"))
			for _, line := range strings.Split(got, "\n") {
				out.WriteString("=> " + line + "\n")
			}
			if titles[s.Title] {
				t.Errorf("%s: two samples are called %q", file, s.Title)
			}
			titles[s.Title] = true
			if want := strings.Join(s.Want, "\n"); got != want && !*update {
				t.Errorf("%s: %s\ngot  %s\nwant %s", file, s.Title, got, want)
			}
			last := got[strings.LastIndex(got, "\n")+1:]
			if isError := last != "" && isDigit(last[0]); isError != refused {
				t.Errorf("%s: %s: ends in %q", file, s.Title, last)
			}
		}
		if *update {
			if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCuts delivers every sample whole, byte by byte, and in two reads cut at
// every position.
func TestCuts(t *testing.T) {
	for _, s := range allSamples(t) {
		want := whole(s.Stream, &DefaultLimits)
		if got := byByte(s.Stream, &DefaultLimits); got != want {
			t.Errorf("%s: byte by byte\n%s\nwhole\n%s", s.Title, got, want)
		}
		step := 1
		if len(s.Stream) > 1000 {
			step = len(s.Stream)/100 | 1 // these are long in one place
		}
		for at := 0; at < len(s.Stream); at += step {
			if got := inTwo(s.Stream, at, &DefaultLimits); got != want {
				t.Errorf("%s: cut at %d\n%s\nwhole\n%s", s.Title, at, got, want)
				break
			}
		}
	}
}

// TestCutsAtLimits does the same with limits so small that most samples meet
// one, at every size, so that each limit falls on every byte.
func TestCutsAtLimits(t *testing.T) {
	step := 1
	if testing.Short() {
		step = 7 // what it calls is one goroutine's: the race detector has nothing to find
	}
	for _, s := range allSamples(t) {
		if len(s.Stream) > 400 {
			continue
		}
		for size := 1; size < 60; size += step {
			for which := range 9 {
				lim := DefaultLimits
				*[]*int{&lim.Method, &lim.Target, &lim.FieldName, &lim.HeaderBytes, &lim.HeaderCount,
					&lim.BodyBytes, &lim.ChunkLine, &lim.ChunkExtra, &lim.TrailerBytes}[which] = size
				want := whole(s.Stream, &lim)
				if got := byByte(s.Stream, &lim); got != want {
					t.Fatalf("%s: limit %d = %d\nbyte by byte\n%s\nwhole\n%s", s.Title, which, size, got, want)
				}
			}
		}
	}
}

// oddBytes are the bytes that mean something somewhere in a message.
const oddBytes = "\x00\t\n\v\r \"#%,-/01:;=?@AaxZ[\\]{\x7f\x80\xff"

// mutants calls f with every stream that differs from stream in one byte at
// from, from+step and so on changed to an odd one, taken out, or doubled. f
// must not keep it.
func mutants(stream []byte, from, step int, f func([]byte)) {
	buf := make([]byte, 0, len(stream)+1)
	for i := from; i < len(stream); i += step {
		for k := range len(oddBytes) {
			buf = append(buf[:0], stream...)
			buf[i] = oddBytes[k]
			f(buf)
		}
		buf = append(append(buf[:0], stream[:i]...), stream[i+1:]...)
		f(buf)
		buf = append(append(buf[:0], stream[:i+1]...), stream[i:]...)
		f(buf)
	}
}

// TestMutants checks that no change of one byte makes a panic, nor an answer
// that depends on delivery, nor one that net/http reads differently. A fifth
// of the positions are tried, elsewhere in each sample; all of them when tests
// may take long, fewer when they must be short.
func TestMutants(t *testing.T) {
	step := 5
	switch {
	case os.Getenv("ETAMIL_LONG") != "":
		step = 1
	case testing.Short():
		step = 29
	}
	for i, s := range allSamples(t) {
		if len(s.Stream) > 400 {
			continue
		}
		mutants(s.Stream, i%step, step, func(m []byte) {
			want := whole(m, &DefaultLimits)
			if got := byByte(m, &DefaultLimits); got != want {
				t.Fatalf("%q: byte by byte\n%s\nwhole\n%s", m, got, want)
			}
			if err := compareWithNetHTTP(m); err != nil {
				t.Fatalf("%q: %v", m, err)
			}
		})
	}
}
