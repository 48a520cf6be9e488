package http1

import (
	"net/http"
	"testing"
	"time"
)

// requestWith makes a request of one method with fields given as name, value.
func requestWith(method Method, fields ...string) *Request {
	r := &Request{Method: method}
	for i := 0; i < len(fields); i += 2 {
		r.Fields = append(r.Fields, field(fields[i], fields[i+1]))
	}
	return r
}

const (
	then    = "Sun, 06 Nov 1994 08:49:37 GMT"
	thenIs  = 784111777
	earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
)

func TestPrecondition(t *testing.T) {
	get, put := MethodGet, MethodPut
	for _, c := range []struct {
		r    *Request
		want int
	}{
		{requestWith(get), 0},
		{requestWith(get, "If-None-Match", `"a"`), 304},
		{requestWith(MethodHead, "If-None-Match", `"a"`), 304},
		{requestWith(put, "If-None-Match", `"a"`), 412},
		{requestWith(get, "If-None-Match", `W/"a"`), 304},
		{requestWith(get, "If-None-Match", `"b", "c,d" ,"a"`), 304},
		{requestWith(get, "If-None-Match", `"b"`, "if-none-match", `"a"`), 304},
		{requestWith(get, "If-None-Match", `*`), 304},
		{requestWith(put, "If-None-Match", `*`), 412},
		{requestWith(get, "If-None-Match", `"b"`), 0},
		{requestWith(get, "If-None-Match", `a`), 0},
		{requestWith(get, "If-None-Match", `"a`), 0},
		{requestWith(get, "If-None-Match", ``), 0},
		{requestWith(get, "If-None-Match", `"b"`, "If-Modified-Since", then), 0},
		{requestWith(get, "If-Modified-Since", then), 304},
		{requestWith(get, "If-Modified-Since", earlier), 0},
		{requestWith(put, "If-Modified-Since", then), 0},
		{requestWith(get, "If-Modified-Since", "yesterday"), 0},
		{requestWith(get, "If-Modified-Since", then, "If-Modified-Since", then), 0},
		{requestWith(put, "If-Match", `"a"`), 0},
		{requestWith(put, "If-Match", `*`), 0},
		{requestWith(put, "If-Match", `W/"a"`), 412},
		{requestWith(put, "If-Match", `"b"`), 412},
		{requestWith(put, "If-Match", `"a"`, "If-Unmodified-Since", earlier), 0},
		{requestWith(put, "If-Unmodified-Since", earlier), 412},
		{requestWith(put, "If-Unmodified-Since", then), 0},
		{requestWith(get, "If-Match", `"a"`, "If-None-Match", `"a"`), 304},
	} {
		if got := Precondition(c.r, true, []byte(`"a"`), thenIs); got != c.want {
			t.Errorf("%d %s: %d, want %d", c.r.Method, c.r.Fields, got, c.want)
		}
	}
	if got := Precondition(requestWith(put, "If-Match", "*"), false, nil, 0); got != 412 {
		t.Errorf("If-Match: * for nothing: %d", got)
	}
	if got := Precondition(requestWith(put, "If-None-Match", "*"), false, nil, 0); got != 0 {
		t.Errorf("If-None-Match: * for nothing: %d", got)
	}
	if got := Precondition(requestWith(put, "If-Match", `W/"a"`), true, []byte(`W/"a"`), 0); got != 412 {
		t.Errorf("a weak tag is no strong match: %d", got)
	}
}

func TestRange(t *testing.T) {
	for _, c := range []struct {
		value         string
		first, length int64
		status        int
	}{
		{"bytes=0-0", 0, 1, 206},
		{"bytes=0-9", 0, 10, 206},
		{"BYTES=2-5", 2, 4, 206},
		{"bytes=2-", 2, 8, 206},
		{"bytes=2-100", 2, 8, 206},
		{"bytes=2-99999999999999999999999", 2, 8, 206},
		{"bytes=-3", 7, 3, 206},
		{"bytes=-100", 0, 10, 206},
		{"bytes=-0", 0, 0, 416},
		{"bytes=10-", 0, 0, 416},
		{"bytes=99999999999999999999999-", 0, 0, 416},
		{"bytes=5-4", 0, 10, 200},
		{"bytes=0-1,3-4", 0, 10, 200},
		{"bytes=", 0, 10, 200},
		{"bytes=-", 0, 10, 200},
		{"bytes=a-b", 0, 10, 200},
		{"bytes=1--2", 0, 10, 200},
		{"bytes 1-2", 0, 10, 200},
		{"lines=1-2", 0, 10, 200},
		{"", 0, 10, 200},
	} {
		r := requestWith(MethodGet, "Range", c.value)
		first, length, status := Range(r, nil, 0, 10)
		if first != c.first || length != c.length || status != c.status {
			t.Errorf("%q: %d, %d, %d; want %d, %d, %d", c.value, first, length, status, c.first, c.length, c.status)
		}
	}
	for _, c := range []struct {
		value  string
		status int
	}{
		{`"a"`, 206}, {`"b"`, 200}, {`W/"a"`, 200}, {then, 206}, {earlier, 200}, {"", 200},
	} {
		r := requestWith(MethodGet, "Range", "bytes=1-2", "If-Range", c.value)
		if _, _, status := Range(r, []byte(`"a"`), thenIs, 10); status != c.status {
			t.Errorf("If-Range %q: %d, want %d", c.value, status, c.status)
		}
	}
	if _, length, status := Range(requestWith(MethodHead, "Range", "bytes=1-2"), nil, 0, 10); length != 10 || status != 200 {
		t.Errorf("HEAD: %d, %d", length, status)
	}
	if _, _, status := Range(requestWith(MethodGet, "Range", "bytes=-1"), nil, 0, 0); status != 416 {
		t.Errorf("the end of nothing: %d", status)
	}
	if got := string(AppendContentRange(nil, 2, 3, 10)); got != "bytes 2-4/10" {
		t.Error(got)
	}
	if got := string(AppendContentRange(nil, 0, 0, 10)); got != "bytes */10" {
		t.Error(got)
	}
}

func TestParseDate(t *testing.T) {
	for day := int64(-719162); day < 2932896; day += 89 {
		unix := day*86400 + (day*7919%86400+86400)%86400
		when := time.Unix(unix, 0).UTC()
		texts := []string{when.Format(http.TimeFormat), when.Format(time.ANSIC)}
		if y := when.Year(); y >= 1970 && y < 2069 {
			texts = append(texts, when.Format("Monday, 02-Jan-06 15:04:05 GMT"))
		}
		for _, text := range texts {
			if got, ok := ParseDate([]byte(text)); got != unix || !ok {
				t.Fatalf("%s: %d, %v; want %d", text, got, ok, unix)
			}
		}
	}
	if got, ok := ParseDate([]byte("Sat, 01 Jan 0000 00:00:00 GMT")); got != -62167219200 || !ok {
		t.Errorf("the year 0: %d, %v", got, ok)
	}
	for _, text := range []string{
		"", "Sun", "Someday, 06-Nov-94 08:49:3 GMT", "Nov6  6 08:49:37 1994", "Sun Nov  x 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Noc 1994 08:49:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1995 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
		"Sun, +6 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06/Nov-94 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT ", "Sun Nov  6 08:49:37 94", "Sun Nov 006 08:49:37 1994", "784111777",
	} {
		if got, ok := ParseDate([]byte(text)); ok {
			t.Errorf("%q: %d", text, got)
		}
	}
	if n := testing.AllocsPerRun(100, func() { ParseDate(testDate) }); n != 0 {
		t.Errorf("allocates %v times", n)
	}
}
