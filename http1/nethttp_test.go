package http1

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"regexp"
	"strings"
	"testing"
)

// compareWithNetHTTP reads the requests of stream one after the other, here and
// with net/http. Being stricter is allowed; what is accepted here must be
// accepted there, with the same method, target, fields, body, trailers, length
// and fate of the connection.
//
// Exceptions, where net/http is stricter than the RFCs:
//   - empty lines before the request line, which RFC 9112, 2.2, asks to skip
//   - percent escapes and IPvFuture in the host of a target that has one: its
//     URL parser refuses or decodes them
//   - space between a chunk size and the ';' of its extension, which RFC 9112,
//     7.1.1, makes a recipient take
func compareWithNetHTTP(stream []byte) error {
	start, e := skipEmptyLines(stream)
	if e != nil || start < 0 {
		return nil
	}
	stream = stream[start:]
	var r Request
	n, err := r.Parse(stream, 0, &DefaultLimits)
	if n == 0 || err != nil {
		return nil
	}
	var body Body
	if body.Start(&r, &DefaultLimits) != nil {
		return nil
	}
	content, m, done, err := body.Decode(nil, stream[n:])
	if !done || err != nil {
		return nil
	}
	in := bufio.NewReader(bytes.NewReader(stream))
	theirs, err := http.ReadRequest(in)
	if err != nil {
		if r.Form != FormOrigin && r.Form != FormAsterisk && bytes.ContainsAny(r.Host, "%[") {
			return nil
		}
		return fmt.Errorf("net/http refuses: %w", err)
	}
	if theirs.Method != string(r.MethodText) {
		return fmt.Errorf("method %q, net/http %q", r.MethodText, theirs.Method)
	}
	if theirs.RequestURI != string(r.Target) {
		return fmt.Errorf("target %q, net/http %q", r.Target, theirs.RequestURI)
	}
	if theirs.Host != string(r.Host) && !(r.Form == FormAbsolute && bytes.IndexByte(r.Host, '%') >= 0) {
		return fmt.Errorf("host %q, net/http %q", r.Host, theirs.Host)
	}
	if theirs.ProtoMinor != int(r.Minor) && (r.Minor != 1 || theirs.ProtoMinor < 1) {
		return fmt.Errorf("minor version %d, net/http %d", r.Minor, theirs.ProtoMinor)
	}
	if err := compareFields(&r, theirs.Header); err != nil {
		return err
	}
	theirContent, err := io.ReadAll(theirs.Body)
	if err != nil {
		if r.Chunked && spaceInChunkLine.Match(stream[n:]) {
			return nil
		}
		return fmt.Errorf("net/http refuses the body: %w", err)
	}
	if !bytes.Equal(content, theirContent) {
		return fmt.Errorf("body %q, net/http %q", content, theirContent)
	}
	rest, _ := io.ReadAll(in)
	if left := stream[n+m:]; !bytes.Equal(left, rest) {
		return fmt.Errorf("the next request begins with %q, for net/http with %q", left, rest)
	}
	if theirs.Close == r.KeepAlive {
		return fmt.Errorf("keep alive is %v, for net/http it isn't", r.KeepAlive)
	}
	if err := compareTrailers(body.Trailers(), theirs.Trailer); err != nil {
		return err
	}
	return compareWithNetHTTP(stream[n+m:])
}

// compareTrailers wants those that are kept here to be there.
func compareTrailers(ours []Field, theirs http.Header) error {
	kept := http.Header{}
	for _, f := range ours {
		kept.Add(string(f.Name), string(f.Value))
	}
	for name, values := range kept {
		if strings.Join(values, "\n") != strings.Join(theirs[name], "\n") {
			return fmt.Errorf("trailer %s %q, net/http %q", name, values, theirs[name])
		}
	}
	return nil
}

var spaceInChunkLine = regexp.MustCompile(`(?i)[0-9a-f][ \t]+;`)

// compareFields wants the same values in the same order under each name. net/http
// takes some fields out of its map and puts them elsewhere.
func compareFields(r *Request, theirs http.Header) error {
	ours := map[string][]string{}
	for _, f := range r.Fields {
		name := textproto.CanonicalMIMEHeaderKey(string(f.Name))
		ours[name] = append(ours[name], string(f.Value))
	}
	for _, name := range []string{"Host", "Transfer-Encoding", "Trailer"} {
		delete(ours, name)
		theirs.Del(name)
	}
	if len(ours) != len(theirs) {
		// Pragma: no-cache makes net/http add a Cache-Control.
		if _, ok := ours["Pragma"]; !ok {
			return fmt.Errorf("fields %q, net/http %q", ours, theirs)
		}
	}
	for name, values := range ours {
		if strings.Join(values, "\n") != strings.Join(theirs[name], "\n") {
			return fmt.Errorf("field %s %q, net/http %q", name, values, theirs[name])
		}
	}
	return nil
}

func TestSameAsNetHTTP(t *testing.T) {
	for _, s := range allSamples(t) {
		if err := compareWithNetHTTP(s.Stream); err != nil {
			t.Errorf("%s: %v", s.Title, err)
		}
	}
}

// TestReadsWhatNetHTTPWrites takes requests that net/http's client would send.
func TestReadsWhatNetHTTPWrites(t *testing.T) {
	for _, size := range []int64{0, 1, 1000, -1} {
		content := strings.Repeat("x", int(max(size, 0)))
		body := io.Reader(strings.NewReader(content))
		if size < 0 {
			content = "in chunks"
			body = io.MultiReader(strings.NewReader("in "), strings.NewReader("chunks"))
		}
		req, err := http.NewRequest("POST", "http://example.org/a%20b?q=1", body)
		if err != nil {
			t.Fatal(err)
		}
		var wire bytes.Buffer
		if err := req.Write(&wire); err != nil {
			t.Fatal(err)
		}
		var r Request
		n, err := r.Parse(wire.Bytes(), 0, &DefaultLimits)
		if n == 0 || err != nil {
			t.Fatalf("size %d: Parse = %d, %v", size, n, err)
		}
		var b Body
		if err := b.Start(&r, &DefaultLimits); err != nil {
			t.Fatal(err)
		}
		got, m, done, err := b.Decode(nil, wire.Bytes()[n:])
		if string(got) != content || !done || err != nil || n+m != wire.Len() {
			t.Errorf("size %d: body %q, took %d of %d, done %v, %v", size, got, n+m, wire.Len(), done, err)
		}
		if want := max(size, -1); r.ContentLength > 0 && r.ContentLength != want {
			t.Errorf("size %d: length %d", size, r.ContentLength)
		}
	}
}
