package testrun

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadAnswer(t *testing.T) {
	for _, c := range []struct {
		method, bytes string
		want          string // status, body and whether the connection stays open, or an error
	}{
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "200 ab true"},
		{"GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "200 ab true"},
		{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "200  true"},
		{"GET", "HTTP/1.1 204 No Content\r\n\r\n", "204  true"},
		{"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nrest", "200 rest false"},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX: y\r\n\r\n", "200 abcde true"},
		{"GET", "HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", "503  true"},
		{"GET", "", "error"},
		{"GET", "HTTP/1.0 200 OK\r\n\r\n", "error"},
		{"GET", "HTTP/1.1 20 OK\r\n\r\n", "error"},
		{"GET", "HTTP/1.1 200 OK\nContent-Length: 2\n\nab", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nA B: 1\r\n\r\n", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "error"},
		{"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff\r\nab", "error"},
	} {
		for _, r := range []*bufio.Reader{bufio.NewReader(strings.NewReader(c.bytes)), bufio.NewReader(iotest.OneByteReader(strings.NewReader(c.bytes)))} {
			a, open, err := readAnswer(r, c.method)
			got := "error"
			if err == nil {
				got = fmt.Sprint(a.status, " ", string(a.body), " ", open)
			}
			if got != c.want {
				t.Errorf("%q is read as %s, %v; want %s", c.bytes, got, err, c.want)
			}
		}
	}
}

func TestCookies(t *testing.T) {
	var c cookies
	for _, s := range []string{
		"a=1", "b=2; Path=/", "c=3; path=/x/y; HttpOnly; Secure", "d=4; Max-Age=0", "=5", "nothing",
		"b=6; Path=/; Max-Age=60", "e=7; Path=/", "e=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "f=8; Path=relative",
	} {
		c.set(s, "/x/page")
	}
	for path, want := range map[string]string{
		"/": "b=6", "/x": "a=1; b=6; f=8", "/x/page": "a=1; b=6; f=8", "/xy": "b=6", "/x/y": "a=1; c=3; b=6; f=8", "/x/y/z": "a=1; c=3; b=6; f=8",
	} {
		if got := c.of(path); got != want {
			t.Errorf("%s gets %q, want %q", path, got, want)
		}
	}
}
