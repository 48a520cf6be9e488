package http1

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

var testDate = AppendDate(nil, 784111777)

func field(name, value string) Field { return Field{Name: []byte(name), Value: []byte(value)} }

func TestAppendHead(t *testing.T) {
	const date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	for _, c := range []struct {
		name    string
		h       Response
		want    string
		framing Framing
		open    bool
	}{
		{"plain", Response{Status: 200, Minor: 1, KeepAlive: true, Length: 5, ContentType: "text/plain"},
			"HTTP/1.1 200 OK\r\n" + date + "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n", FramingLength, true},
		{"last", Response{Status: 404, Minor: 1, Length: 0},
			"HTTP/1.1 404 Not Found\r\n" + date + "Content-Length: 0\r\nConnection: close\r\n\r\n", FramingLength, false},
		{"1.0", Response{Status: 200, Length: 5},
			"HTTP/1.1 200 OK\r\n" + date + "Content-Length: 5\r\nConnection: close\r\n\r\n", FramingLength, false},
		{"1.0 kept", Response{Status: 200, Length: 5, KeepAlive: true},
			"HTTP/1.1 200 OK\r\n" + date + "Content-Length: 5\r\nConnection: keep-alive\r\n\r\n", FramingLength, true},
		{"stream", Response{Status: 200, Minor: 1, KeepAlive: true, Length: UnknownLength},
			"HTTP/1.1 200 OK\r\n" + date + "Transfer-Encoding: chunked\r\n\r\n", FramingChunked, true},
		{"stream to 1.0", Response{Status: 200, KeepAlive: true, Length: UnknownLength},
			"HTTP/1.1 200 OK\r\n" + date + "Connection: close\r\n\r\n", FramingClose, false},
		{"head", Response{Status: 200, Minor: 1, Head: true, KeepAlive: true, Length: 100},
			"HTTP/1.1 200 OK\r\n" + date + "Content-Length: 100\r\n\r\n", FramingNone, true},
		{"head of a stream", Response{Status: 200, Minor: 1, Head: true, KeepAlive: true, Length: UnknownLength},
			"HTTP/1.1 200 OK\r\n" + date + "Transfer-Encoding: chunked\r\n\r\n", FramingNone, true},
		{"head of a stream to 1.0", Response{Status: 200, Head: true, KeepAlive: true, Length: UnknownLength},
			"HTTP/1.1 200 OK\r\n" + date + "Connection: keep-alive\r\n\r\n", FramingNone, true},
		{"no content", Response{Status: 204, Minor: 1, KeepAlive: true, Length: 3},
			"HTTP/1.1 204 No Content\r\n" + date + "\r\n", FramingNone, true},
		{"not modified", Response{Status: 304, Minor: 1, KeepAlive: true, Length: UnknownLength, Fields: []Field{field("ETag", `"x"`)}},
			"HTTP/1.1 304 Not Modified\r\n" + date + "ETag: \"x\"\r\n\r\n", FramingNone, true},
		{"early hints", Response{Status: 103, Minor: 1, Fields: []Field{field("Link", "</a>; rel=preload")}},
			"HTTP/1.1 103 Early Hints\r\n" + date + "Link: </a>; rel=preload\r\n\r\n", FramingNone, false},
		{"switching", Response{Status: 101, Minor: 1, Upgrade: "websocket"},
			"HTTP/1.1 101 Switching Protocols\r\n" + date + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", FramingNone, false},
		{"unregistered", Response{Status: 599, Minor: 1, KeepAlive: true, Fixed: []byte("Server: x\r\n"), Fields: []Field{field("X", "a\tb\xff"), field("Y", "")}},
			"HTTP/1.1 599 \r\n" + date + "Server: x\r\nX: a\tb\xff\r\nY: \r\nContent-Length: 0\r\n\r\n", FramingLength, true},
	} {
		c.h.Date = testDate
		got, err := c.h.AppendHead([]byte("before"))
		if string(got) != "before"+c.want || err != nil {
			t.Errorf("%s: %v\n%q\nwant\n%q", c.name, err, got, "before"+c.want)
		}
		if c.h.Framing() != c.framing || c.h.StaysOpen() != c.open {
			t.Errorf("%s: framing %d, stays open %v", c.name, c.h.Framing(), c.h.StaysOpen())
		}
	}
}

// TestNothingSplitsAnAnswer tries every byte in every place a handler fills.
func TestNothingSplitsAnAnswer(t *testing.T) {
	for c := range 256 {
		b := byte(c)
		with := "a" + string([]byte{b}) + "b"
		inValue := b >= 0x20 && b != 0x7f || b == '\t'
		token := classToken.has(b)
		for _, try := range []struct {
			place string
			h     Response
			ok    bool
		}{
			{"content type", Response{ContentType: with}, inValue},
			{"value", Response{Fields: []Field{field("X", with)}}, inValue},
			{"name", Response{Fields: []Field{field(with, "x")}}, token},
			{"upgrade", Response{Status: 101, Upgrade: with}, inValue},
		} {
			h := try.h
			h.Date = testDate
			if h.Status == 0 {
				h.Status = 200
			}
			got, err := h.AppendHead([]byte("before"))
			if (err == nil) != try.ok {
				t.Errorf("%s with %q: %v", try.place, b, err)
			}
			if err != nil && string(got) != "before" {
				t.Errorf("%s with %q: left %q", try.place, b, got)
			}
			if lines := bytes.Count(got, []byte("\n")); err == nil && bytes.Count(got, []byte("\r\n")) != lines {
				t.Errorf("%s with %q: bare line end in %q", try.place, b, got)
			}
		}
	}
}

func TestRefusedAnswers(t *testing.T) {
	good := Response{Status: 200, Date: testDate}
	for _, c := range []struct {
		change func(*Response)
		want   error
	}{
		{func(h *Response) { h.Status = 99 }, ErrStatusToWrite},
		{func(h *Response) { h.Status = 600 }, ErrStatusToWrite},
		{func(h *Response) { h.Status = -1 }, ErrStatusToWrite},
		{func(h *Response) { h.Date = nil }, ErrDateToWrite},
		{func(h *Response) { h.Status = 101 }, ErrFieldToWrite},
		{func(h *Response) { h.Fields = []Field{field("", "x")} }, ErrFieldToWrite},
		{func(h *Response) { h.Fields = []Field{field("X", " x")} }, ErrFieldToWrite},
		{func(h *Response) { h.Fields = []Field{field("X", "x\t")} }, ErrFieldToWrite},
		{func(h *Response) { h.Fields = []Field{field("content-LENGTH", "1")} }, ErrReservedToWrite},
		{func(h *Response) { h.Fields = []Field{field("Transfer-Encoding", "chunked")} }, ErrReservedToWrite},
		{func(h *Response) { h.Fields = []Field{field("Connection", "close")} }, ErrReservedToWrite},
		{func(h *Response) { h.Fields = []Field{field("Date", "now")} }, ErrReservedToWrite},
	} {
		h := good
		c.change(&h)
		if got, err := h.AppendHead([]byte("before")); err != c.want || string(got) != "before" {
			t.Errorf("%+v: %q, %v; want %v", h, got, err, c.want)
		}
	}
	if got, err := AppendLastChunk([]byte("x"), []Field{field("Content-Type", "a")}); err != ErrReservedToWrite || string(got) != "x" {
		t.Errorf("forbidden trailer: %q, %v", got, err)
	}
	if got, err := ErrTarget.Append([]byte("x"), 1, nil); err != ErrDateToWrite || string(got) != "x" {
		t.Errorf("no date: %q, %v", got, err)
	}
	if got, err := AppendLastChunk([]byte("x"), []Field{field("A", "\n")}); err != ErrFieldToWrite || string(got) != "x" {
		t.Errorf("bad trailer: %q, %v", got, err)
	}
}

func TestReserved(t *testing.T) {
	for _, name := range []string{"Connection", "CONTENT-LENGTH", "date", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade"} {
		if !Reserved([]byte(name)) {
			t.Errorf("%s isn't reserved", name)
		}
	}
	for _, name := range []string{"", "Content-Type", "Etag", "Dates", "X-Upgrade", "Set-Cookie", "Trailer"} {
		if Reserved([]byte(name)) {
			t.Errorf("%s is reserved", name)
		}
	}
}

// TestNetHTTPReadsAnswers writes answers of all framings in a row and lets
// net/http's client side read them.
func TestNetHTTPReadsAnswers(t *testing.T) {
	get, _ := http.NewRequest("GET", "http://a/", nil)
	head, _ := http.NewRequest("HEAD", "http://a/", nil)
	var wire []byte
	add := func(h Response) {
		var err error
		h.Date, h.KeepAlive = testDate, true
		if wire, err = h.AppendHead(wire); err != nil {
			t.Fatal(err)
		}
	}
	add(Response{Status: 200, Minor: 1, Length: 5})
	wire = append(wire, "hello"...)
	add(Response{Status: 200, Minor: 1, Length: 5, Head: true})
	add(Response{Status: 204, Minor: 1, Length: 5})
	add(Response{Status: 304, Minor: 1, Length: 5})
	add(Response{Status: 200, Minor: 1, Length: UnknownLength})
	wire = AppendChunk(wire, []byte("hel"))
	wire = AppendChunk(wire, nil)
	wire = AppendChunk(wire, bytes.Repeat([]byte("x"), 300))
	wire, err := AppendLastChunk(wire, []Field{field("Digest", "d")})
	if err != nil {
		t.Fatal(err)
	}
	if wire, err = ErrTargetTooLong.Append(wire, 1, testDate); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(bytes.NewReader(wire))
	for i, want := range []struct {
		request *http.Request
		status  string
		body    string
	}{
		{get, "200 OK", "hello"},
		{head, "200 OK", ""},
		{get, "204 No Content", ""},
		{get, "304 Not Modified", ""},
		{get, "200 OK", "hel" + strings.Repeat("x", 300)},
		{get, "414 URI Too Long", "request target too long\n"},
	} {
		answer, err := http.ReadResponse(in, want.request)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		body, err := io.ReadAll(answer.Body)
		if string(body) != want.body || err != nil || answer.Status != want.status {
			t.Errorf("answer %d: %s %q, %v", i, answer.Status, body, err)
		}
		if i == 4 && answer.Trailer.Get("Digest") != "d" {
			t.Errorf("trailer %v", answer.Trailer)
		}
		if answer.Close != (i == 5) {
			t.Errorf("answer %d: close %v", i, answer.Close)
		}
	}
	if rest, _ := io.ReadAll(in); len(rest) != 0 {
		t.Errorf("left over: %q", rest)
	}
}

// TestReasons holds the phrases against net/http's, apart from those that RFC
// 9110 has renamed since.
func TestReasons(t *testing.T) {
	renamed := map[int]string{413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}
	for status := range 700 {
		want := http.StatusText(status)
		if name, ok := renamed[status]; ok {
			want = name
		}
		if got := ReasonOf(status); got != want {
			t.Errorf("%d %q, want %q", status, got, want)
		}
	}
}

func TestAppendDate(t *testing.T) {
	check := func(unix int64) {
		t.Helper()
		want := time.Unix(unix, 0).UTC().Format(http.TimeFormat)
		if got := string(AppendDate(nil, unix)); got != want {
			t.Fatalf("%d: %s, want %s", unix, got, want)
		}
	}
	for day := int64(-800000); day < 2932896; day += 97 { // years 0 to 9999, all weekdays and months
		unix := day*86400 + (day*7919%86400+86400)%86400
		if unix >= -62135596800 {
			check(unix)
		}
	}
	for _, unix := range []int64{0, -1, -86400, 86399, 951782400, 951868799, 1709164800, 4107542400, -62135596800, 253402300799} {
		check(unix)
	}
	for _, unix := range []int64{-1 << 63, 1<<63 - 1, -62135596801, 253402300800} {
		if got := AppendDate(nil, unix); len(got) != DateLen {
			t.Errorf("%d: %s", unix, got)
		}
	}
}

func TestWritingDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 4096)
	fields := []Field{field("ETag", `"abc"`), field("Cache-Control", "no-store")}
	body := []byte("hello")
	n := testing.AllocsPerRun(100, func() {
		h := Response{Status: 200, Minor: 1, KeepAlive: true, Length: 5, Date: testDate, ContentType: "text/plain", Fields: fields}
		out, _ := h.AppendHead(buf[:0])
		out = AppendChunk(out, body)
		out, _ = AppendLastChunk(out, fields[:1])
		out = AppendContinue(out)
		out = AppendDate(out, 784111777)
		out, _ = ErrTarget.Append(out, 1, testDate)
		if len(out) == 0 {
			t.Fatal("nothing written")
		}
	})
	if n != 0 {
		t.Errorf("writing allocates %v times", n)
	}
}

func BenchmarkAppendHead(b *testing.B) {
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		h := Response{Status: 200, Minor: 1, KeepAlive: true, Length: 1234, Date: testDate, ContentType: "application/json"}
		if _, err := h.AppendHead(buf[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendDate(b *testing.B) {
	buf := make([]byte, 0, 64)
	for b.Loop() {
		AppendDate(buf, 1795632000)
	}
}
