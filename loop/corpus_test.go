package loop

import (
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etamil/http1"
	"etamil/http1/http1test"
)

// The corpus of package http1, whose tests say what each of its streams means,
// sent to connections: which answers come, in which order, and what becomes of
// the connection.

// outcome is what a client must see.
type outcome struct {
	answers []string // status and body
	methods []string // of the requests they answer
	closed  bool     // the connection ends with the last of them
	more    bool     // and the stream goes on, though that one asked for the end
	partial bool     // the stream ends inside a request
}

// tellAll answers with all that it understood of a request.
var tellAll = handlerFunc(func(l *Loop, x *Exchange) {
	h := http1.Response{Status: tellStatus(&x.Req), ContentType: "text/plain"}
	if err := x.Reply(&h, []byte(tellText(&x.Req, x.Body))); err != nil {
		panic(err)
	}
})

func tellStatus(r *http1.Request) int {
	switch r.Method {
	case http1.MethodOther:
		return 501
	case http1.MethodConnect: // 200 would mean a tunnel
		return 405
	}
	return 200
}

func tellText(r *http1.Request, body []byte) string {
	if len(body) > 100 {
		return fmt.Sprintf("%s %s, %d bytes with the sum %x", r.MethodText, r.Path, len(body), crc32.ChecksumIEEE(body))
	}
	return fmt.Sprintf("%s %s %q %q %q 1.%d %d fields, body %q", r.MethodText, r.Target, r.Path, r.Query, r.Host, r.Minor, len(r.Fields), body)
}

// meant is what must come of a stream, read with http1 alone.
func meant(stream []byte) (o outcome) {
	refused := func(err error) outcome {
		e := err.(*http1.Error)
		o.answers = append(o.answers, fmt.Sprintf("%d %s\n", e.Status, e.Reason))
		o.methods = append(o.methods, "")
		o.closed = true
		return o
	}
	for len(stream) > 0 {
		var r http1.Request
		n, err := r.Parse(stream, 0, &http1.DefaultLimits)
		if err != nil {
			return refused(err)
		}
		if n == 0 {
			o.partial = true
			return o
		}
		var b http1.Body
		if err := b.Start(&r, &http1.DefaultLimits); err != nil {
			o = refused(err)
			o.methods[len(o.methods)-1] = string(r.MethodText)
			return o
		}
		body, m, done, err := b.Decode(nil, stream[n:])
		if err != nil {
			o = refused(err)
			o.methods[len(o.methods)-1] = string(r.MethodText)
			return o
		}
		if !done {
			o.partial = true
			return o
		}
		stream = stream[n+m:]
		o.answers = append(o.answers, fmt.Sprint(tellStatus(&r), " ", tellText(&r, body)))
		o.methods = append(o.methods, string(r.MethodText))
		if !r.KeepAlive {
			o.closed, o.more = true, len(stream) > 0
			return o
		}
	}
	return o
}

// readOutcome reads the answers that o promises and checks what every answer
// has. It does not read further.
func readOutcome(in *bufio.Reader, o outcome) error {
	for i, want := range o.answers {
		var res *http.Response
		for {
			var err error
			if res, err = http.ReadResponse(in, &http.Request{Method: o.methods[i]}); err != nil {
				return fmt.Errorf("answer %d: %w; want %.80q", i, err, want)
			}
			if res.StatusCode != 100 {
				break
			}
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return fmt.Errorf("answer %d: %w", i, err)
		}
		got := fmt.Sprint(res.StatusCode, " ", string(body))
		if o.methods[i] == "HEAD" {
			want = want[:len("200 ")]
		}
		if got != want {
			return fmt.Errorf("answer %d is %q, want %q", i, got, want)
		}
		last := o.closed && i == len(o.answers)-1
		switch {
		case res.Close != last:
			return fmt.Errorf("answer %d: closing is %v", i, res.Close)
		case res.Proto != "HTTP/1.1":
			return fmt.Errorf("answer %d speaks %s", i, res.Proto)
		case res.ContentLength < 0:
			return fmt.Errorf("answer %d has no length", i)
		}
		if _, err := http.ParseTime(res.Header.Get("Date")); err != nil {
			return fmt.Errorf("answer %d: Date: %w", i, err)
		}
	}
	return nil
}

// TestCorpusOnConnections delivers every stream whole, byte by byte, and cut
// at every position.
func TestCorpusOnConnections(t *testing.T) { corpusOnConnections(t, Config{}, tellAll) }

// TestCorpusTakenAsItComes: the same, for a handler that takes bodies as they come.
func TestCorpusTakenAsItComes(t *testing.T) {
	corpusOnConnections(t, Config{Bodies: takeAll}, tellTaken)
}

// takeAll has all bodies taken as they come.
func takeAll(*http1.Request) (*http1.Limits, bool) { return nil, true }

// tellTaken is tellAll of bodies that come.
var tellTaken = handlerFunc(func(l *Loop, x *Exchange) {
	if !x.Incoming() {
		tellAll(l, x)
		return
	}
	k := &taking{x: x}
	x.Data, x.OnBody, x.OnCancel = k, k, k
	k.RunOnLoop(l)
})

// taking is a body that is taken whole, and then told of.
type taking struct {
	x    *Exchange
	body []byte
}

func (k *taking) BodyCame(x *Exchange) { x.Post(k) }

func (k *taking) CancelExchange(x *Exchange, _ Reason) {
	k.x = nil
	x.Abort()
}

func (k *taking) RunOnLoop(l *Loop) {
	for k.x != nil {
		p, err := k.x.Take()
		k.body = append(k.body, p...)
		switch e := err.(type) {
		case *http1.Error:
			k.x.Refuse(e.Status, e.Reason)
			return
		case nil:
			if len(p) == 0 {
				return
			}
		default: // io.EOF
			k.x.Body = k.body
			tellAll(l, k.x)
			return
		}
	}
}

func corpusOnConnections(t *testing.T, cfg Config, h Handler) {
	samples := http1test.All(t, "../http1/testdata")
	if len(samples) < 400 {
		t.Errorf("%d samples", len(samples))
	}
	for _, s := range samples {
		o := meant(s.Stream)
		r := newRig(t, cfg, h)
		life := func(how string, cuts ...int) (sent string) {
			f := r.connect()
			last := 0
			for _, at := range append(cuts, len(s.Stream)) {
				if at > last && !f.closed && f.reading {
					f.in(string(s.Stream[last:at]))
					for range 1 + (at-last)/(bodyAhead/2) { // a large piece is taken in many turns
						r.run()
					}
				}
				last = at
			}
			if ended := f.closed || f.ended; ended != o.closed {
				t.Fatalf("%s: %s, %s: ended: %v", s.File, s.Title, how, ended)
			}
			if !f.closed {
				f.Close()
			}
			// Whether a client is told to continue depends on whether it waits.
			return strings.ReplaceAll(f.sent(), "HTTP/1.1 100 Continue\r\n\r\n", "")
		}
		whole := life("whole")
		in := bufio.NewReader(strings.NewReader(whole))
		if err := readOutcome(in, o); err != nil {
			t.Fatalf("%s: %s: %v", s.File, s.Title, err)
		}
		if rest, _ := io.ReadAll(in); len(rest) > 0 {
			t.Fatalf("%s: %s: more was sent: %q", s.File, s.Title, rest)
		}
		same := func(how, sent string) {
			if sent != whole {
				t.Fatalf("%s: %s, %s:\n%q\nwhole:\n%q", s.File, s.Title, how, sent, whole)
			}
		}
		step := 1
		if len(s.Stream) > 1000 {
			step = len(s.Stream)/50 | 1 // these are long in one place
		}
		var all []int
		for at := 1; at < len(s.Stream); at += step {
			all = append(all, at)
			how := fmt.Sprint("cut at ", at)
			same(how, life(how, at))
		}
		same("byte by byte", life("byte by byte", all...))
		if n := r.s.bodies.used.Load(); n != 0 {
			t.Errorf("%s: %s: %d bytes still count", s.File, s.Title, n)
		}
	}
}

// TestCorpusOverSockets sends every stream to a server, whole, in single bytes
// and in a few pieces. Where the connection goes on, another request is
// answered on it; where it ends, it does so by itself.
func TestCorpusOverSockets(t *testing.T) { corpusOver(t, Config{}, net.Dial) }

func corpusOver(t *testing.T, cfg Config, dial func(network, addr string) (net.Conn, error)) {
	s := start(t, cfg, tellAll)
	samples := http1test.All(t, "../http1/testdata")
	queue := make(chan http1test.Sample)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for c := range queue {
				for _, pieces := range []int{1, 3, len(c.Stream)} {
					if err := overSocket(s, dial, c.Stream, pieces); err != nil {
						t.Errorf("%s: %s, in %d pieces: %v", c.File, c.Title, pieces, err)
					}
				}
			}
		})
	}
	for _, c := range samples {
		if len(c.Stream) < 4000 {
			queue <- c
		} else if err := overSocket(s, dial, c.Stream, 7); err != nil {
			t.Errorf("%s: %s: %v", c.File, c.Title, err)
		}
	}
	close(queue)
	all.Wait()
}

func overSocket(s *Server, dial func(network, addr string) (net.Conn, error), stream []byte, pieces int) error {
	o := meant(stream)
	c, err := dial("tcp", s.Addr().String())
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	sent := make(chan bool)
	go func() {
		defer close(sent)
		for p := range slices.Chunk(stream, (len(stream)+pieces-1)/pieces) {
			if _, err := c.Write(p); err != nil {
				return // it has been refused
			}
			if pieces > 1 && pieces < 10 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	in := bufio.NewReader(c)
	if err := readOutcome(in, o); err != nil {
		return err
	}
	<-sent
	switch {
	case o.closed:
	case o.partial:
		if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			return err
		}
	default:
		if _, err := io.WriteString(c, "GET /still/there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
			return err
		}
		if err := readOutcome(in, meant([]byte("GET /still/there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))); err != nil {
			return fmt.Errorf("another request: %w", err)
		}
	}
	rest, err := io.ReadAll(in)
	if o.more && errors.Is(err, syscall.ECONNRESET) {
		err = nil // what it sent behind a request that was the last by its own words came when that was answered, and closed
	}
	if err != nil {
		return fmt.Errorf("the end: %w", err)
	}
	if got := strings.TrimPrefix(string(rest), "HTTP/1.1 100 Continue\r\n\r\n"); got != "" {
		return fmt.Errorf("more was sent: %q", got)
	}
	return nil
}
