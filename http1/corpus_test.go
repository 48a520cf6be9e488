package http1

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// A sample is one case of the corpus: what a client sends on a connection,
// and what is understood. In testdata/*.txt it looks like this:
//
//	== title
//	GET / HTTP/1.1\r\n
//	Host: a\r\n
//	\r\n
//	=> GET / 1.1 host="a" keep
//
// Line ends of the file count for nothing; those of the request are written
// as \r and \n, and other bytes as \x00. *N after a line repeats it N times.
type sample struct {
	title  string
	source []string // lines as they stand in the file
	stream []byte
	want   []string
}

func readCorpus(t testing.TB, file string) (samples []sample) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			samples = append(samples, sample{title: title})
			continue
		}
		if len(samples) == 0 {
			continue // what the file is about
		}
		s := &samples[len(samples)-1]
		if want, ok := strings.CutPrefix(line, "=> "); ok {
			s.want = append(s.want, want)
			continue
		}
		s.source = append(s.source, line)
		times := 1
		if text, count, ok := cutLast(line, " *"); ok {
			if n, err := strconv.Atoi(count); err == nil {
				line, times = text, n
			}
		}
		bytes, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, i+1, err)
		}
		for range times {
			s.stream = append(s.stream, bytes...)
		}
	}
	return samples
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func corpusFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	return files
}

func allSamples(t testing.TB) (samples []sample) {
	for _, file := range corpusFiles(t) {
		samples = append(samples, readCorpus(t, file)...)
	}
	return samples
}

// reader does what a connection does with the bytes that arrive, and writes
// down what it understands.
type reader struct {
	lim     *Limits
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
		n, err := c.request.Parse(c.buf, c.seen, c.lim)
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
	for _, file := range corpusFiles(t) {
		samples := readCorpus(t, file)
		var out strings.Builder
		text, _ := os.ReadFile(file)
		intro, _, _ := strings.Cut(string(text), "== ")
		out.WriteString(intro)
		refused := strings.HasPrefix(filepath.Base(file), "refused")
		titles := map[string]bool{}
		for _, s := range samples {
			got := whole(s.stream, &DefaultLimits)
			fmt.Fprintf(&out, "== %s\n%s\n", s.title, strings.Join(s.source, "\n"))
			for _, line := range strings.Split(got, "\n") {
				out.WriteString("=> " + line + "\n")
			}
			if titles[s.title] {
				t.Errorf("%s: two samples are called %q", file, s.title)
			}
			titles[s.title] = true
			if want := strings.Join(s.want, "\n"); got != want && !*update {
				t.Errorf("%s: %s\ngot  %s\nwant %s", file, s.title, got, want)
			}
			last := got[strings.LastIndex(got, "\n")+1:]
			if isError := isDigit(last[0]); isError != refused {
				t.Errorf("%s: %s: ends in %q", file, s.title, last)
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
		want := whole(s.stream, &DefaultLimits)
		if got := byByte(s.stream, &DefaultLimits); got != want {
			t.Errorf("%s: byte by byte\n%s\nwhole\n%s", s.title, got, want)
		}
		step := 1
		if len(s.stream) > 1000 {
			step = len(s.stream)/100 | 1 // these are long in one place
		}
		for at := 0; at < len(s.stream); at += step {
			if got := inTwo(s.stream, at, &DefaultLimits); got != want {
				t.Errorf("%s: cut at %d\n%s\nwhole\n%s", s.title, at, got, want)
				break
			}
		}
	}
}

// TestCutsAtLimits does the same with limits so small that most samples meet
// one, at every size, so that each limit falls on every byte.
func TestCutsAtLimits(t *testing.T) {
	for _, s := range allSamples(t) {
		if len(s.stream) > 400 {
			continue
		}
		for size := 1; size < 60; size++ {
			for which := range 9 {
				lim := DefaultLimits
				*[]*int{&lim.Method, &lim.Target, &lim.FieldName, &lim.HeaderBytes, &lim.HeaderCount,
					&lim.BodyBytes, &lim.ChunkLine, &lim.ChunkExtra, &lim.TrailerBytes}[which] = size
				want := whole(s.stream, &lim)
				if got := byByte(s.stream, &lim); got != want {
					t.Fatalf("%s: limit %d = %d\nbyte by byte\n%s\nwhole\n%s", s.title, which, size, got, want)
				}
			}
		}
	}
}

// oddBytes are the bytes that mean something somewhere in a message.
const oddBytes = "\x00\t\n\v\r \"#%,-/01:;=?@AaxZ[\\]{\x7f\x80\xff"

// mutants calls f with every stream that differs from stream in one byte
// changed to an odd one, taken out, or doubled. f must not keep it.
func mutants(stream []byte, f func([]byte)) {
	buf := make([]byte, 0, len(stream)+1)
	for i := range stream {
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
// that depends on delivery, nor one that net/http reads differently.
func TestMutants(t *testing.T) {
	for _, s := range allSamples(t) {
		if len(s.stream) > 400 {
			continue
		}
		mutants(s.stream, func(m []byte) {
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
