package testrun

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"etamil/loop"
)

// field is one header line.
type field struct{ name, value string }

// question is a request as the client sends it.
type question struct {
	method, target string // as they stand on the line
	fields         []field
	body           []byte
	hasBody        bool
}

// answer is what came back.
type answer struct {
	status int
	fields []field
	body   []byte
}

// get returns the values of a field; the case of its name doesn't matter.
func (a *answer) get(name string) (values []string) {
	for _, f := range a.fields {
		if strings.EqualFold(f.name, name) {
			values = append(values, f.value)
		}
	}
	return values
}

// maxAnswer bounds the body of an answer, in bytes.
const maxAnswer = 64 << 20

// line is a connection that is used for one question after the other.
type line struct {
	dial func() (*loop.Client, error)
	conn *loop.Client
	r    *bufio.Reader
}

// ask sends q and waits for its answer, or until ctx is done.
func (l *line) ask(ctx context.Context, q *question) (*answer, error) {
	again := l.conn != nil
	a, err := l.once(ctx, q)
	if again && errors.Is(err, errNothing) && ctx.Err() == nil {
		// The server has closed a connection that was not in use, as it may.
		a, err = l.once(ctx, q)
	}
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return a, err
}

// errNothing says that the connection was closed without an answer.
var errNothing = errors.New("the connection was closed without an answer")

func (l *line) once(ctx context.Context, q *question) (*answer, error) {
	if l.conn == nil {
		conn, err := l.dial()
		if err != nil {
			return nil, err
		}
		l.conn, l.r = conn, bufio.NewReader(conn)
	}
	conn := l.conn
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if _, err := conn.Write(q.bytes()); err != nil {
		l.close()
		return nil, errNothing
	}
	a, open, err := readAnswer(l.r, q.method)
	if err != nil || !open {
		l.close()
	}
	return a, err
}

func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}

// bytes is q as it is sent.
func (q *question) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", q.method, q.target)
	if !q.has("host") {
		b.WriteString("Host: localhost\r\n")
	}
	for _, f := range q.fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.name, f.value)
	}
	if q.hasBody {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(q.body))
	}
	b.WriteString("\r\n")
	b.Write(q.body)
	return b.Bytes()
}

func (q *question) has(name string) bool {
	for _, f := range q.fields {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// readAnswer reads the answer to a request of that method, past those that only say to go
// on. open tells whether the connection can be used again.
func readAnswer(r *bufio.Reader, method string) (a *answer, open bool, err error) {
	for {
		if a, err = readHead(r); err != nil {
			return nil, false, err
		}
		if a.status >= 200 || a.status == 101 {
			break
		}
	}
	open = true
	for _, v := range a.get("connection") {
		if strings.EqualFold(v, "close") {
			open = false
		}
	}
	lengths := a.get("content-length")
	switch {
	case method == "HEAD" || a.status == 204 || a.status == 304 || a.status == 101:
	case len(a.get("transfer-encoding")) > 0:
		a.body, err = readChunks(r)
	case len(lengths) > 0:
		n, e := strconv.ParseUint(lengths[0], 10, 63)
		if e != nil || len(lengths) > 1 || n > maxAnswer {
			return nil, false, fmt.Errorf("the answer's length %q makes no sense", lengths)
		}
		a.body = make([]byte, n)
		_, err = io.ReadFull(r, a.body)
	default:
		open = false
		a.body, err = readRest(r)
	}
	return a, open, err
}

// readHead reads a status line and the fields after it.
func readHead(r *bufio.Reader) (*answer, error) {
	first, err := readLine(r)
	if err != nil {
		if first == "" {
			return nil, errNothing
		}
		return nil, err
	}
	version, rest, _ := strings.Cut(first, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if version != "HTTP/1.1" || err != nil || len(code) != 3 {
		return nil, fmt.Errorf("the answer begins with %q", first)
	}
	a := &answer{status: status}
	for {
		text, err := readLine(r)
		if err != nil {
			return nil, err
		}
		if text == "" {
			return a, nil
		}
		name, v, ok := strings.Cut(text, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("the answer has the header line %q", text)
		}
		a.fields = append(a.fields, field{name, strings.Trim(v, " \t")})
	}
}

// readLine reads a line, which must end with CR and LF, without them.
func readLine(r *bufio.Reader) (string, error) {
	s, err := r.ReadString('\n')
	if err != nil {
		return s, err
	}
	text, ok := strings.CutSuffix(s, "\r\n")
	if !ok {
		return s, fmt.Errorf("the answer's line %q does not end with CR LF", s)
	}
	return text, nil
}

// readChunks reads a chunked body and the trailers after it, which nobody asks for.
func readChunks(r *bufio.Reader) (body []byte, err error) {
	for {
		text, err := readLine(r)
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(text, ";")
		n, err := strconv.ParseUint(size, 16, 63)
		if err != nil || uint64(len(body))+n > maxAnswer {
			return nil, fmt.Errorf("the answer has a chunk of size %q", size)
		}
		if n == 0 {
			break
		}
		body = append(body, make([]byte, n)...)
		if _, err := io.ReadFull(r, body[uint64(len(body))-n:]); err != nil {
			return nil, err
		}
		if end, err := readLine(r); err != nil || end != "" {
			return nil, fmt.Errorf("a chunk of the answer is followed by %q", end)
		}
	}
	for {
		if text, err := readLine(r); err != nil || text == "" {
			return body, err
		}
	}
}

// readRest reads until the end of the connection.
func readRest(r *bufio.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if err == nil && len(b) > maxAnswer {
		err = errors.New("the answer is too large")
	}
	return b, err
}
