package serve

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/compress"
	"etamil/internal/config"
	"etamil/internal/etag"
	"etamil/internal/std/db"

	"github.com/klauspost/compress/zstd"
)

// get sends a GET as bytes, so that nothing is added to it or taken from its answer.
func (s *site) get(path string, header ...string) reply {
	s.Helper()
	return s.send("GET", path, "", header...)
}

func (s *site) send(method, path, body string, header ...string) reply {
	s.Helper()
	lines := strings.Join(header, "\r\n")
	if lines != "" {
		lines += "\r\n"
	}
	if body != "" {
		lines += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return s.raw(method+" "+path+" HTTP/1.1\r\nHost: a\r\n"+lines+"\r\n"+body, method)[0]
}

// unpacked is the body of an answer without its coding.
func (s *site) unpacked(r reply) string {
	s.Helper()
	switch coding := r.header.Get("Content-Encoding"); coding {
	case "gzip":
		z, err := gzip.NewReader(strings.NewReader(r.body))
		if err != nil {
			s.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil {
			s.Fatal(err)
		}
		return string(b)
	case "zstd":
		z, err := zstd.NewReader(strings.NewReader(r.body), zstd.WithDecoderConcurrency(1))
		if err != nil {
			s.Fatal(err)
		}
		defer z.Close()
		b, err := io.ReadAll(z)
		if err != nil {
			s.Fatal(err)
		}
		return string(b)
	case "":
		return r.body
	default:
		s.Fatalf("Content-Encoding is %q", coding)
		return ""
	}
}

// bodies is a program whose answers have sizes, types and headers of all kinds.
const bodies = `
சொல்_பல = _repeat("வணக்கம் உலகம் ", 200);
பெரியது = _repeat("0123456789abcdef", 40000);
server.on("GET", "/text", செயல்() { திரும்பு சொல்_பல; });
server.on("GET", "/json", செயல்() { திரும்பு {"அ": சொல்_பல}; });
server.on("GET", "/large", செயல்() { திரும்பு பெரியது; });
server.on("GET", "/large/json", செயல்() { திரும்பு {"a": பெரியது}; });
வழி பெறு, "/large/said" { பதில் 200, {"a": பெரியது}; }
server.on("GET", "/small", செயல்() { திரும்பு "சிறியது"; });
server.on("GET", "/png", செயல்() { திரும்பு response(200, சொல்_பல, {"Content-Type": "image/png"}); });
server.on("GET", "/packed", செயல்() { திரும்பு response(200, சொல்_பல, {"Content-Encoding": "br"}); });
server.on("GET", "/untouched", செயல்() { திரும்பு response(200, சொல்_பல, {"Cache-Control": "private, no-transform"}); });
server.on("GET", "/tagged", செயல்() { திரும்பு response(200, சொல்_பல, {"X-A": "1", "ETag": "\"v1\"", "X-B": "2"}); });
server.on("GET", "/weak", செயல்() { திரும்பு response(200, சொல்_பல, {"ETag": "W/\"v1\""}); });
server.on("GET", "/dated", செயல்() { திரும்பு response(200, "0123456789", {"Last-Modified": "Wed, 21 Oct 2015 07:28:00 GMT", "Set-Cookie": ["a=1", "b=2"]}); });
server.on("GET", "/ranges", செயல்() { திரும்பு response(200, "0123456789", {"Accept-Ranges": "bytes"}); });
server.on("GET", "/noranges", செயல்() { திரும்பு response(200, "0123456789", {"Accept-Ranges": "none", "ETag": "\"a\""}); });
server.on("GET", "/nostore", செயல்() { திரும்பு response(200, சொல்_பல, {"Cache-Control": "no-store"}); });
server.on("GET", "/created", செயல்() { திரும்பு response(201, சொல்_பல); });
server.on("GET", "/empty", செயல்() { திரும்பு ""; });
server.on("GET", "/none", செயல்() { திரும்பு nil; });
server.on("POST", "/text", செயல்() { திரும்பு சொல்_பல; });
server.on("GET", "/own", செயல்() { திரும்பு response(200, "x", {"X-Frame-Options": "DENY", "X-Request-Id": "mine"}); });
server.on("GET", "/id", செயல்(r) { திரும்பு r.id; });
server.on("GET", "/ip", செயல்(r) { திரும்பு r.ip; });
server.on("POST", "/length", செயல்(r) { திரும்பு {"n": நீளம்(r.body), "coding": r.headers.get("content-encoding")}; });
server.on("POST", "/echo", செயல்(r) { திரும்பு r.json(); });
server.on("GET", "/throw/:code", செயல்(r) { எறி பிழை_ஆக்கு(r.parameters.get("code"), "செய்தி"); });
`

func TestCompression(t *testing.T) {
	s := open(t, bodies, settings{})
	for _, path := range []string{"/text", "/json", "/large", "/large/json", "/large/said", "/created"} {
		plain := s.get(path)
		if plain.header.Get("Content-Encoding") != "" || plain.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s for who does not ask: %v", path, plain.header)
		}
		for accepts, want := range map[string]string{"gzip": "gzip", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "gzip;q=1, zstd;q=0.1": "gzip", "br": "", "gzip;q=0": ""} {
			r := s.get(path, "Accept-Encoding: "+accepts)
			if r.status != plain.status || r.header.Get("Content-Encoding") != want || s.unpacked(r) != plain.body || r.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s with %q: %d %v, %d bytes", path, accepts, r.status, r.header, len(r.body))
			}
			if want != "" && len(r.body)*2 > len(plain.body) {
				t.Errorf("%s with %q: %d bytes of %d", path, accepts, len(r.body), len(plain.body))
			}
			h := s.send("HEAD", path, "", "Accept-Encoding: "+accepts)
			if h.status != r.status || h.body != "" || h.header.Get("Content-Length") != r.header.Get("Content-Length") || h.header.Get("ETag") != r.header.Get("ETag") || h.header.Get("Content-Encoding") != want {
				t.Errorf("HEAD %s is not as GET: %v and %v", path, h.header, r.header)
			}
		}
	}
	for _, path := range []string{"/small", "/png", "/packed", "/untouched", "/none", "/empty"} {
		if r := s.get(path, "Accept-Encoding: gzip"); r.header.Get("Content-Encoding") == "gzip" || r.header.Get("Vary") != "" {
			t.Errorf("%s: %v", path, r.header)
		}
	}
	off := open(t, bodies, settings{flags: map[string]string{"compression": "off"}})
	if r := off.get("/text", "Accept-Encoding: gzip"); r.header.Get("Content-Encoding") != "" || r.header.Get("Vary") != "" {
		t.Errorf("off: %v", r.header)
	}
	tiny := open(t, bodies, settings{flags: map[string]string{"compression-min": "1"}})
	if r := tiny.get("/small", "Accept-Encoding: gzip"); r.header.Get("Content-Encoding") != "" || r.body != "சிறியது" || r.header.Get("Vary") == "" {
		t.Errorf("what would become longer: %v %q", r.header, r.body)
	}
}

func TestConditions(t *testing.T) {
	s := open(t, bodies, settings{})
	r := s.get("/text")
	tag := r.header.Get("ETag")
	if tag != string(etag.Append(nil, etag.Hash([]byte(r.body)))) {
		t.Fatalf("the tag is %q", tag)
	}
	if got := s.get("/large").header.Get("ETag"); got != string(etag.Append(nil, etag.Hash([]byte(strings.Repeat("0123456789abcdef", 40000))))) {
		t.Errorf("a large body's tag is %q", got)
	}
	packed := s.get("/text", "Accept-Encoding: gzip").header.Get("ETag")
	if packed != "W/"+tag {
		t.Errorf("compressed it is %q", packed)
	}
	old, new := "Tue, 20 Oct 2015 07:28:00 GMT", "Thu, 22 Oct 2015 07:28:00 GMT"
	for _, c := range []struct {
		path, header string
		status       int
	}{
		{"/text", "If-None-Match: " + tag, 304},
		{"/text", "If-None-Match: W/" + tag, 304},
		{"/text", `If-None-Match: "x", ` + tag, 304},
		{"/text", "If-None-Match: *", 304},
		{"/text", `If-None-Match: "x"`, 200},
		{"/text", "if-none-match: " + tag, 304},
		{"/text", "If-Match: " + tag, 200},
		{"/text", `If-Match: "x"`, 412},
		{"/text", "If-Match: W/" + tag, 412},
		{"/text", "If-Modified-Since: " + new, 200},
		{"/large", `If-None-Match: *`, 304},
		{"/large/json", `If-None-Match: "x"`, 200},
		{"/tagged", `If-None-Match: "v1"`, 304},
		{"/tagged", "If-None-Match: " + tag, 200},
		{"/weak", `If-None-Match: "v1"`, 304},
		{"/weak", `If-Match: "v1"`, 412},
		{"/dated", "If-Modified-Since: " + new, 304},
		{"/dated", "If-Modified-Since: " + old, 200},
		{"/dated", "If-Unmodified-Since: " + old, 412},
		{"/dated", "If-Unmodified-Since: " + new, 200},
		{"/dated", "If-Modified-Since: yesterday", 200},
		{"/small", "If-None-Match: *", 200},
		{"/nostore", "If-None-Match: *", 200},
		{"/created", "If-None-Match: *", 201},
	} {
		r := s.get(c.path, c.header)
		if r.status != c.status {
			t.Errorf("%s with %s: %d, want %d", c.path, c.header, r.status, c.status)
		}
		if h := s.send("HEAD", c.path, "", c.header); h.status != c.status {
			t.Errorf("HEAD %s with %s: %d, want %d", c.path, c.header, h.status, c.status)
		}
		if r.status == 304 && (r.body != "" || r.header.Get("Content-Type") != "" || r.header.Get("Content-Length") != "" || r.header.Get("ETag") == "" && r.header.Get("Last-Modified") == "") {
			t.Errorf("%s with %s: %v %q", c.path, c.header, r.header, r.body)
		}
		if r.status == 412 {
			s.wantCode(r, 412, "")
		}
	}
	r = s.get("/text", "If-None-Match: "+packed, "Accept-Encoding: gzip")
	if h := r.header; r.status != 304 || h.Get("ETag") != packed || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Encoding") != "" {
		t.Errorf("a compressed copy that is still good: %d %v", r.status, h)
	}
	if r := s.get("/tagged", "Accept-Encoding: gzip"); r.header.Get("ETag") != `W/"v1"` || r.header.Get("X-A") != "1" || r.header.Get("X-B") != "2" || len(r.header.Values("ETag")) != 1 {
		t.Errorf("a handler's tag, compressed: %v", r.header)
	}
	if r := s.send("POST", "/text", "a", "If-None-Match: *"); r.status != 200 || r.header.Get("ETag") != "" {
		t.Errorf("a POST is judged: %d %v", r.status, r.header)
	}
	if r := s.get("/dated", "If-Modified-Since: "+new); len(r.header.Values("Set-Cookie")) != 2 {
		t.Errorf("304 has lost the handler's headers: %v", r.header)
	}
	off := open(t, bodies, settings{flags: map[string]string{"etag": "off"}})
	if r := off.get("/text", "If-None-Match: *"); r.status != 200 || r.header.Get("ETag") != "" {
		t.Errorf("off: %d %v", r.status, r.header)
	}
	if r := off.get("/tagged", `If-None-Match: "v1"`); r.status != 304 {
		t.Errorf("off, but the handler has a tag: %d", r.status)
	}
}

func TestParts(t *testing.T) {
	s := open(t, bodies, settings{})
	tag := s.get("/text").header.Get("ETag")
	whole := s.get("/text").body
	for _, c := range []struct {
		path   string
		header []string
		status int
		body   string
		part   string
	}{
		{"/ranges", []string{"Range: bytes=0-0"}, 206, "0", "bytes 0-0/10"},
		{"/ranges", []string{"Range: bytes=2-4"}, 206, "234", "bytes 2-4/10"},
		{"/ranges", []string{"Range: bytes=7-"}, 206, "789", "bytes 7-9/10"},
		{"/ranges", []string{"Range: bytes=-3"}, 206, "789", "bytes 7-9/10"},
		{"/ranges", []string{"Range: bytes=5-99"}, 206, "56789", "bytes 5-9/10"},
		{"/ranges", []string{"Range: bytes=10-"}, 416, "", "bytes */10"},
		{"/ranges", []string{"Range: bytes=-0"}, 416, "", "bytes */10"},
		{"/ranges", []string{"Range: bytes=0-1,3-4"}, 200, "0123456789", ""},
		{"/ranges", []string{"Range: bytes=4-2"}, 200, "0123456789", ""},
		{"/ranges", []string{"Range: lines=1-2"}, 200, "0123456789", ""},
		{"/ranges", []string{"Range: bytes=0-1", "Range: bytes=3-4"}, 200, "0123456789", ""},
		{"/noranges", []string{"Range: bytes=0-0"}, 200, "0123456789", ""},
		{"/small", []string{"Range: bytes=0-0"}, 200, "சிறியது", ""},
		{"/dated", []string{"Range: bytes=0-0", "If-Range: Wed, 21 Oct 2015 07:28:00 GMT"}, 206, "0", "bytes 0-0/10"},
		{"/dated", []string{"Range: bytes=0-0", "If-Range: Thu, 22 Oct 2015 07:28:00 GMT"}, 200, "0123456789", ""},
		{"/text", []string{"Range: bytes=0-2", "If-Range: " + tag}, 206, whole[:3], fmt.Sprintf("bytes 0-2/%d", len(whole))},
		{"/text", []string{"Range: bytes=0-2", "If-Range: W/" + tag}, 200, whole, ""},
		{"/text", []string{"Range: bytes=0-2", "Accept-Encoding: gzip"}, 206, whole[:3], fmt.Sprintf("bytes 0-2/%d", len(whole))},
		{"/large", []string{"Range: bytes=16-31", "Accept-Encoding: gzip"}, 206, "0123456789abcdef", "bytes 16-31/640000"},
		{"/text", []string{"Range: bytes=0-2", "If-None-Match: " + tag}, 304, "", ""},
	} {
		r := s.get(c.path, c.header...)
		if r.status != c.status || r.header.Get("Content-Range") != c.part || c.status < 400 && r.body != c.body || r.header.Get("Content-Encoding") != "" {
			t.Errorf("%s with %q: %d %v, %d bytes", c.path, c.header, r.status, r.header, len(r.body))
		}
		if c.status == 416 {
			s.wantCode(r, 416, "")
		}
	}
	if r := s.send("HEAD", "/ranges", "", "Range: bytes=0-0"); r.status != 200 || r.header.Get("Content-Length") != "10" {
		t.Errorf("Range means something with HEAD: %d %v", r.status, r.header)
	}
}

// TestFilesHaveDates: a file that is an answer can be asked for again, and in parts.
func TestFilesHaveDates(t *testing.T) {
	file := filepath.ToSlash(filepath.Join(t.TempDir(), "a.txt"))
	changed := time.Date(2015, 10, 21, 7, 28, 0, 500, time.UTC)
	if err := os.WriteFile(file, []byte("0123456789"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, changed, changed); err != nil {
		t.Fatal(err)
	}
	s := open(t, fmt.Sprintf(`
வழி பெறு, "/file" { r = பதில்_கோப்பு(200, "%s", {"X-A": "1"}); }
வழி பெறு, "/own" { r = பதில்_கோப்பு(200, "%s", {"Last-Modified": "Mon, 19 Oct 2015 07:28:00 GMT"}); }
வழி பெறு, "/none" { r = பதில்_கோப்பு(200, "%s.none", {})?; }
`, file, file, file), settings{})
	const date = "Wed, 21 Oct 2015 07:28:00 GMT"
	r := s.get("/file")
	if r.status != 200 || r.header.Get("Last-Modified") != date || r.header.Get("X-A") != "1" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := s.get("/file", "If-Modified-Since: "+date); r.status != 304 || r.header.Get("X-A") != "1" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if r := s.get("/file", "Range: bytes=3-5", "If-Range: "+date); r.status != 206 || r.body != "345" {
		t.Errorf("%d %q", r.status, r.body)
	}
	if r := s.get("/own"); len(r.header.Values("Last-Modified")) != 1 || r.header.Get("Last-Modified") == date {
		t.Errorf("%v", r.header)
	}
	if r := s.get("/none"); r.status != 400 || strings.Contains(r.body, "a.txt") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for setting, want := range map[string]map[string]string{
		"basic":  {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": ""},
		"strict": {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer"},
		"off":    {"X-Content-Type-Options": "", "X-Frame-Options": ""},
	} {
		s := open(t, bodies, settings{flags: map[string]string{"security-headers": setting}})
		for _, path := range []string{"/small", "/nowhere", "/health", "/throw/invalid", "/throw/boom", "/none"} {
			r := s.get(path)
			for name, v := range want {
				if got := r.header.Values(name); len(got) > 1 || r.header.Get(name) != v {
					t.Errorf("%s: %s has %s %q", setting, path, name, got)
				}
			}
		}
		if r := s.get("/own"); len(r.header.Values("X-Frame-Options")) != 1 || r.header.Get("X-Frame-Options") != "DENY" || r.header.Get("X-Content-Type-Options") != want["X-Content-Type-Options"] {
			t.Errorf("%s: a handler's own: %v", setting, r.header)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	s := open(t, bodies, settings{})
	seen := map[string]bool{}
	bad := s.raw("GET /x HTTP/1.1\r\n\r\n", "GET")[0]
	if id := bad.header.Get("X-Request-Id"); bad.status != 400 || len(id) != 16 || !strings.Contains(bad.body, `"id":"`+id+`"`) || bad.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a malformed request: %d %s %v", bad.status, bad.body, bad.header)
	}
	for _, path := range []string{"/id", "/id", "/nowhere", "/health", "/throw/boom", "/none"} {
		r := s.get(path)
		id := r.header.Get("X-Request-Id")
		if !regexp.MustCompile(`^[0-9a-v]{16}$`).MatchString(id) || seen[id] {
			t.Errorf("%s: the id is %q", path, id)
		}
		seen[id] = true
		if path == "/id" && r.body != id || r.status >= 400 && !strings.Contains(r.body, `"id":"`+id+`"`) {
			t.Errorf("%s: %s is not about %s", path, r.body, id)
		}
		if r.status == 500 && !strings.Contains(s.logs.String(), id) {
			t.Errorf("the log has no %s", id)
		}
	}
	if r := s.get("/own"); len(r.header.Values("X-Request-Id")) != 1 || r.header.Get("X-Request-Id") != "mine" {
		t.Errorf("a handler's own: %v", r.header)
	}
	if r := s.get("/id", "X-Request-Id: forged"); r.body == "forged" {
		t.Error("an id is taken over from anybody")
	}
	behind := open(t, bodies, settings{flags: map[string]string{"trusted-proxies": "loopback"}})
	for given, taken := range map[string]bool{"abc-123_X.y": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "a b": false, `a"b`: false, "அ": false, "": false} {
		if r := behind.get("/id", "X-Request-Id: "+given); (r.body == given) != taken {
			t.Errorf("%q becomes %q", given, r.body)
		}
	}
	if r := open(t, bodies, settings{flags: map[string]string{"request-ids": "off"}}).get("/id"); r.header.Get("X-Request-Id") != "" || len(r.body) != 16 {
		t.Errorf("off: %v %q", r.header, r.body)
	}
}

// TestIDsCount: the next id is another one, also where digits carry.
func TestIDsCount(t *testing.T) {
	var s ids
	copy(s.last[:], "000000000000009v")
	for _, want := range []string{"00000000000000a0", "00000000000000a1"} {
		if got := string(s.next()[:]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	copy(s.last[:], "vvvvvvvvvvvvvvvv")
	if got := string(s.next()[:]); got != "0000000000000000" {
		t.Errorf("after the last: %s", got)
	}
}

func TestClientBehindProxies(t *testing.T) {
	s := open(t, bodies, settings{})
	s.want(s.get("/ip", "X-Forwarded-For: 192.0.2.1"), 200, "127.0.0.1")
	behind := open(t, bodies, settings{flags: map[string]string{"trusted-proxies": "loopback, 10.0.0.0/8"}})
	behind.want(behind.get("/ip", "X-Forwarded-For: 6.6.6.6, 192.0.2.1, 10.1.2.3"), 200, "192.0.2.1")
	behind.want(behind.get("/ip"), 200, "127.0.0.1")
}

func TestCORS(t *testing.T) {
	s := open(t, bodies+`
server.on("GET", "/open", செயல்() { திரும்பு "x"; }, {cors: "*"});
server.on("GET", "/closed", செயல்() { திரும்பு "x"; }, {cors: "off"});
server.on("OPTIONS", "/options", செயல்() { திரும்பு "mine"; });
`, settings{flags: map[string]string{"cors-origins": "https://a.example, https://*.b.example", "cors-credentials": "on", "cors-expose": "X-Total"}})
	allowed := func(r reply) string { return r.header.Get("Access-Control-Allow-Origin") }
	for _, c := range []struct{ path, origin, want, vary string }{
		{"/small", "https://a.example", "https://a.example", "Origin"},
		{"/small", "https://x.b.example", "https://x.b.example", "Origin"},
		{"/small", "https://evil.example", "", "Origin"},
		{"/small", "null", "", "Origin"},
		{"/small", "", "", "Origin"},
		{"/nowhere", "https://a.example", "https://a.example", "Origin"},
		{"/throw/boom", "https://a.example", "https://a.example", "Origin"},
		{"/open", "https://evil.example", "*", ""},
		{"/closed", "https://a.example", "", ""},
	} {
		var header []string
		if c.origin != "" {
			header = append(header, "Origin: "+c.origin)
		}
		r := s.get(c.path, header...)
		if allowed(r) != c.want || r.header.Get("Vary") != c.vary {
			t.Errorf("%s from %q: %v", c.path, c.origin, r.header)
		}
		if c := r.header.Get("Access-Control-Allow-Credentials"); (c == "true") != (allowed(r) != "" && allowed(r) != "*") {
			t.Errorf("credentials: %v", r.header)
		}
	}
	asks := "Access-Control-Request-Method: PUT"
	r := s.send("OPTIONS", "/small", "", "Origin: https://a.example", asks)
	if h := r.header; r.status != 204 || allowed(r) != "https://a.example" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), "PUT") || h.Get("Access-Control-Max-Age") != "3600" || h.Get("Vary") != "Origin" || len(h.Values("Vary")) != 1 {
		t.Errorf("a preflight: %d %v", r.status, h)
	}
	if r := s.send("OPTIONS", "/small", "", "Origin: https://evil.example", asks); r.status != 204 || allowed(r) != "" || r.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("a preflight from elsewhere: %d %v", r.status, r.header)
	}
	if r := s.send("OPTIONS", "/open", "", "Origin: https://evil.example", "Access-Control-Request-Method: GET"); r.status != 204 || allowed(r) != "*" {
		t.Errorf("a preflight of an open route: %d %v", r.status, r.header)
	}
	if r := s.send("OPTIONS", "/closed", "", "Origin: https://a.example", "Access-Control-Request-Method: GET"); r.status != 204 || allowed(r) != "" || r.header.Get("Allow") == "" {
		t.Errorf("a preflight of a closed route: %d %v", r.status, r.header)
	}
	s.want(s.send("OPTIONS", "/options", "", "Origin: https://a.example"), 200, "mine") // no preflight
	if r := s.send("OPTIONS", "/options", "", "Origin: https://a.example", asks); r.status != 204 {
		t.Errorf("a preflight goes to a handler: %d", r.status)
	}
	none := open(t, bodies, settings{})
	if r := none.get("/small", "Origin: https://a.example"); allowed(r) != "" || r.header.Get("Vary") != "" {
		t.Errorf("without CORS: %v", r.header)
	}
	if r := none.send("OPTIONS", "/small", "", "Origin: https://a.example", asks); r.status != 204 || allowed(r) != "" || r.header.Get("Allow") == "" {
		t.Errorf("a preflight without CORS: %d %v", r.status, r.header)
	}
}

func TestRates(t *testing.T) {
	s := open(t, bodies+`
server.on("GET", "/strict", செயல்() { திரும்பு "x"; }, {limit: {rate: "1/h", burst: 1}});
server.on("GET", "/free", செயல்() { திரும்பு "x"; }, {limit: "off"});
server.on("GET", "/away", செயல்() { எறி பிழை_ஆக்கு("unavailable", "x"); });
server.on("GET", "/often", செயல்() { எறி பிழை_ஆக்கு("too_many", "x"); });
`, settings{flags: map[string]string{"rate": "3/h", "trusted-proxies": "loopback"}})
	from := func(path, client string) reply { return s.get(path, "X-Forwarded-For: "+client) }
	for i := range 3 {
		r := from("/small", "192.0.2.1")
		if r.status != 200 || r.header.Get("RateLimit-Policy") != `"default";q=3;w=3600` || !strings.HasPrefix(r.header.Get("RateLimit"), fmt.Sprintf(`"default";r=%d;t=`, 2-i)) || r.header.Get("Retry-After") != "" {
			t.Errorf("request %d: %d %v", i, r.status, r.header)
		}
	}
	r := from("/small", "192.0.2.1")
	s.wantCode(r, 429, "too_many")
	if wait := r.header.Values("Retry-After"); len(wait) != 1 || len(wait[0]) != 4 || !strings.HasPrefix(r.header.Get("RateLimit"), `"default";r=0;`) {
		t.Errorf("beyond: %v", r.header)
	}
	s.wantCode(from("/nowhere", "192.0.2.1"), 429, "too_many")
	s.want(from("/small", "192.0.2.2"), 200, "சிறியது")
	for range 5 {
		s.want(from("/health", "192.0.2.1"), 200, `{"status":"ok"}`)
		s.want(from("/ready", "192.0.2.1"), 200, `{"status":"ok"}`)
		s.want(from("/free", "192.0.2.1"), 200, "x")
	}
	s.want(from("/strict", "192.0.2.1"), 200, "x")
	s.wantCode(from("/strict", "192.0.2.1"), 429, "too_many")
	for path, status := range map[string]int{"/away": 503, "/often": 429} { // the program's own, within the rate
		if r := from(path, "192.0.2.3"); r.status != status || r.header.Get("Retry-After") != "1" || r.header.Get("RateLimit") == "" {
			t.Errorf("%s: %d %v", path, r.status, r.header)
		}
	}
	if r := open(t, bodies, settings{}).get("/small"); r.header.Get("RateLimit") != "" {
		t.Errorf("off: %v", r.header)
	}
}

// pack is a body in a coding.
func pack(c compress.Coding, body string) string {
	var e compress.Encoder
	return string(e.Append(nil, []byte(body), c))
}

func TestCompressedRequests(t *testing.T) {
	s := open(t, bodies, settings{flags: map[string]string{"body-limit": "1MiB"}})
	text := strings.Repeat(`{"வணக்கம்": 1.50}, `, 1000)
	for name, c := range map[string]compress.Coding{"gzip": compress.Gzip, "x-gzip": compress.Gzip, "ZSTD": compress.Zstd} {
		s.want(s.send("POST", "/length", pack(c, text), "Content-Encoding: "+name), 200, `{"coding":null,"n":17000}`)
		s.want(s.send("POST", "/echo", pack(c, `[1.0, "அ"]`), "Content-Encoding: "+name), 200, `[1.0,"அ"]`)
	}
	s.want(s.send("POST", "/length", "abc", "Content-Encoding: identity"), 200, `{"coding":"identity","n":3}`)
	for _, name := range []string{"br", "deflate", "gzip, gzip", "x"} {
		r := s.send("POST", "/length", "abc", "Content-Encoding: "+name)
		s.wantCode(r, 415, "unknown_coding")
		if r.header.Get("Accept-Encoding") != "gzip, zstd" {
			t.Errorf("%s: %v", name, r.header)
		}
	}
	s.wantCode(s.send("POST", "/length", "abc", "Content-Encoding: gzip", "Content-Encoding: gzip"), 415, "unknown_coding")
	for _, c := range []compress.Coding{compress.Gzip, compress.Zstd} {
		coding := "Content-Encoding: " + c.String()
		s.wantCode(s.send("POST", "/length", "not compressed", coding), 400, "bad_request")
		s.wantCode(s.send("POST", "/length", pack(c, text)[:40], coding), 400, "bad_request")
		s.wantCode(s.send("POST", "/length", pack(c, strings.Repeat(text, 100)), coding), 413, "too_large")    // beyond the limit
		s.wantCode(s.send("POST", "/length", pack(c, strings.Repeat("a", 900_000)), coding), 413, "too_large") // within, but by a ratio that nothing honest has
		s.want(s.send("POST", "/length", pack(c, strings.Repeat("a", 60_000)), coding), 200, `{"coding":null,"n":60000}`)
	}
	var numbers strings.Builder
	for i := range 40_000 {
		fmt.Fprintln(&numbers, i*i)
	}
	large := numbers.String()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			r, err := s.try("POST", "/length", pack(compress.Gzip, large), "Content-Encoding: gzip")
			if err != nil || r.status != 200 || r.body != fmt.Sprintf(`{"coding":null,"n":%d}`, len(large)) {
				t.Errorf("a body that is decoded beside the loop: %v %v", r, err)
			}
		})
	}
	all.Wait()
	eventually(t, "the budget is whole again", func() bool { return s.app.answers.decoded.used.Load() == 0 })
}

// TestUnpackingIsCancelled: whoever goes away while a body is decoded beside the loop, or
// waits too long, leaves nothing behind.
func TestUnpackingIsCancelled(t *testing.T) {
	s := open(t, bodies, settings{flags: map[string]string{"body-limit": "64MiB", "workers": "1", "handler-timeout": "2s"}})
	var numbers strings.Builder
	for i := range 40_000 {
		fmt.Fprintln(&numbers, i*i)
	}
	packed := pack(compress.Gzip, numbers.String())
	request := fmt.Sprintf("POST /length HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(packed), packed)
	// Whoever holds all decoders makes the rest wait.
	hold := make(chan struct{})
	var held sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		held.Add(1)
		go s.app.answers.unpackers.Use(func(*compress.Decoder) {
			held.Done()
			<-hold
		})
	}
	held.Wait()
	gone, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(gone, request); err != nil {
		t.Fatal(err)
	}
	r := s.raw(request, "POST")[0]
	s.wantCode(r, 504, "timeout")
	gone.Close()
	s.want(s.get("/small"), 200, "சிறியது")
	close(hold)
	var last reply
	eventually(t, "it is decoded in time again", func() bool {
		last = s.raw(request, "POST")[0]
		return last.status != 504
	})
	s.want(last, 200, fmt.Sprintf(`{"coding":null,"n":%d}`, numbers.Len()))
	eventually(t, "the budget is whole again", func() bool { return s.app.answers.decoded.used.Load() == 0 })
}

func TestProblems(t *testing.T) {
	s := open(t, bodies+`
server.on("GET", "/both", செயல்() { எறி பிழை_ஆக்கு("invalid", "தவறு  (wrong)"); });
`, settings{})
	type problem struct {
		Error, Type, Title, Detail, Instance, Code, ID string
		Status                                         int
	}
	for _, c := range []struct {
		path, language string
		want           problem
	}{
		{"/throw/not_found?secret=1", "", problem{Error: "செய்தி", Type: "about:blank", Title: "Not Found", Detail: "செய்தி", Instance: "/throw/not_found", Code: "not_found", Status: 404}},
		{"/throw/boom", "", problem{Error: "Internal Server Error", Type: "about:blank", Title: "Internal Server Error", Instance: "/throw/boom", Code: "internal", Status: 500}},
		{"/throw/boom", "ta", problem{Error: "வழங்கியின் உட்பிழை", Type: "about:blank", Title: "வழங்கியின் உட்பிழை", Instance: "/throw/boom", Code: "internal", Status: 500}},
		{"/nowhere/%E0%AE%85", "en-GB, ta;q=0.5", problem{Error: "Not Found", Type: "about:blank", Title: "Not Found", Instance: "/nowhere/%E0%AE%85", Code: "not_found", Status: 404}},
		{"/both", "ta-IN", problem{Error: "தவறு", Type: "about:blank", Title: "செயலாக்க முடியாத உள்ளடக்கம்", Detail: "தவறு", Instance: "/both", Code: "invalid", Status: 422}},
		{"/both", "en", problem{Error: "wrong", Type: "about:blank", Title: "Unprocessable Content", Detail: "wrong", Instance: "/both", Code: "invalid", Status: 422}},
		{"/both", "", problem{Error: "தவறு  (wrong)", Type: "about:blank", Title: "Unprocessable Content", Detail: "தவறு  (wrong)", Instance: "/both", Code: "invalid", Status: 422}},
	} {
		var header []string
		if c.language != "" {
			header = append(header, "Accept-Language: "+c.language)
		}
		r := s.get(c.path, header...)
		var got problem
		if err := json.Unmarshal([]byte(r.body), &got); err != nil {
			t.Errorf("%s: %v", r.body, err)
		}
		c.want.ID = r.header.Get("X-Request-Id")
		if got != c.want || r.header.Get("Content-Type") != typeProblem {
			t.Errorf("%s in %q:\n got %+v\nwant %+v", c.path, c.language, got, c.want)
		}
		if (r.header.Get("Vary") == "Accept-Language") != (c.language != "") {
			t.Errorf("%s in %q: %v", c.path, c.language, r.header)
		}
	}
}

// TestNothingInsideIsTold: whatever way a program fails, the answer in production has no
// place, table or stack; the log has, under the answer's id.
func TestNothingInsideIsTold(t *testing.T) {
	databases := db.New()
	defer databases.Close()
	program := `
தளம்_இணை சீகுலைட், ":memory:";
செயல் ஆழம்(n) { திரும்பு 1 + ஆழம்(n + 1); }
குறி.செய்("CREATE TABLE IF NOT EXISTS secret_names (a INTEGER PRIMARY KEY)");
server.on("GET", "/twice", செயல்() { குறி.செய்("INSERT INTO secret_names VALUES (1), (1)"); });
server.on("GET", "/thrown", செயல்() { திரும்பு query_async("SELECT x FROM secret_table", []); });
server.on("GET", "/failed", செயல்() { திரும்பு _tryQuery("SELECT x FROM secret_table", []); });
server.on("GET", "/question", செயல்() { x = _tryQuery("SELECT x FROM secret_table", [])?; திரும்பு x; });
server.on("GET", "/cause", செயல்() { முயல் { query_async("SELECT x FROM secret_table", []); } பிழை(e) { எறி பிழை_ஆக்கு("conflict", "முரண்", {"why": e}); } });
server.on("GET", "/index", செயல்() { secret_list = [1]; திரும்பு secret_list[7]; });
server.on("GET", "/deep", செயல்() { திரும்பு ஆழம்(0); });
server.on("GET", "/native", செயல்() { திரும்பு response(200, 1, {"secret_header ": "x"}); });
வழி பெறு, "/block" { x = _tryQuery("SELECT x FROM secret_table", [])?; பதில் 200, x; }
`
	for _, middleware := range []string{"", "server.use(செயல்(r, next) { திரும்பு next(r); });\n"} {
		s := open(t, program+middleware, settings{bind: databases.Bind})
		for path, status := range map[string]int{"/twice": 409, "/thrown": 500, "/failed": 400, "/question": 400, "/cause": 409, "/index": 500, "/deep": 500, "/native": 500, "/block": 400} {
			r := s.get(path)
			if r.status != status || strings.Contains(r.body, "secret") || strings.Contains(r.body, ".qmz") || strings.Contains(r.body, "stack") {
				t.Errorf("%s: %d %s", path, r.status, r.body)
			}
			if path != "/cause" && !strings.Contains(s.logs.String(), r.header.Get("X-Request-Id")) {
				t.Errorf("%s: the log says nothing of %s", path, r.header.Get("X-Request-Id"))
			}
		}
		if r := s.get("/twice"); !strings.Contains(r.body, `"detail":"அது ஏற்கெனவே உள்ளது  (that is there already)"`) {
			t.Errorf("a conflict: %s", r.body)
		}
		if !strings.Contains(s.logs.String(), "secret_table") {
			t.Errorf("the log does not say which table:\n%s", s.logs)
		}
	}
	s := open(t, program, settings{bind: databases.Bind, flags: map[string]string{"mode": "development"}})
	for _, path := range []string{"/thrown", "/failed", "/question", "/block"} {
		if r := s.get(path); !strings.Contains(r.body, "secret_table") {
			t.Errorf("in development %s says only %s", path, r.body)
		}
	}
}

func TestAccessLog(t *testing.T) {
	s := open(t, bodies, settings{flags: map[string]string{"access-log": "all"}})
	r := s.get("/throw/not_found")
	s.get("/small?a=1")
	s.get("/nowhere/%22,%22forged%22:%22")
	s.get("/health")
	s.raw("GET /x\x7f HTTP/1.1\r\nHost: a\r\n\r\n", "GET")
	type line struct {
		Event, ID, IP, Method, Path, Route string
		Status, Bytes                      int
		Seconds                            float64
	}
	var lines []line
	for text := range strings.Lines(s.logs.String()) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if l.Event == "request" {
			lines = append(lines, l)
		}
	}
	if len(lines) != 5 || lines[4].Status != 400 || lines[4].IP != "127.0.0.1" || lines[4].ID == "" {
		t.Fatalf("%d lines:\n%s", len(lines), s.logs)
	}
	if l := lines[0]; l.ID != r.header.Get("X-Request-Id") || l.IP != "127.0.0.1" || l.Method != "GET" || l.Path != "/throw/not_found" || l.Route != "/throw/:code" || l.Status != 404 || l.Bytes != len(r.body) || l.Seconds <= 0 || l.Seconds > 10 {
		t.Errorf("%+v", l)
	}
	if l := lines[1]; l.Path != "/small" || l.Status != 200 {
		t.Errorf("%+v", l)
	}
	if l := lines[2]; l.Path != "/nowhere/%22,%22forged%22:%22" || l.Route != "" {
		t.Errorf("%+v", l)
	}
	errors := open(t, bodies, settings{flags: map[string]string{"access-log": "errors"}})
	errors.get("/small")
	errors.get("/nowhere")
	if got := strings.Count(errors.logs.String(), `"event":"request"`); got != 1 {
		t.Errorf("%d lines of errors", got)
	}
}

// TestNoAllocationWithEverything: ids, CORS, rates, compression and the access log cost
// no garbage either.
func TestNoAllocationWithEverything(t *testing.T) {
	s := open(t, bodies, settings{flags: map[string]string{"workers": "1", "cors-origins": "https://a.example", "rate": "1000000/s", "trusted-proxies": "loopback", "access-log": "all", "security-headers": "strict"}})
	c := s.client("/small")
	c.request = []byte("GET /text HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccept-Encoding: gzip\r\nX-Forwarded-For: 192.0.2.1\r\nX-Request-Id: abc\r\nIf-None-Match: \"x\"\r\n\r\n")
	if _, err := c.c.Write(c.request); err != nil {
		t.Fatal(err)
	}
	n, err := c.c.Read(c.buf)
	if err != nil || !bytes.Contains(c.buf[:n], []byte("\r\nContent-Encoding: gzip\r\n")) {
		t.Fatalf("%q %v", c.buf[:n], err)
	}
	// Some numbers in the head grow shorter or longer; the same answer is counted by its end.
	ask := func() {
		if _, err := c.c.Write(c.request); err != nil {
			t.Fatal(err)
		}
		if n, err := c.c.Read(c.buf); err != nil || n < 500 {
			t.Fatalf("%d bytes, %v", n, err)
		}
	}
	for range 200 {
		ask()
	}
	const rounds = 1000
	s.logs.mu.Lock()
	s.logs.b.Reset()
	s.logs.b.Grow(rounds * 600) // the test's own buffer
	s.logs.mu.Unlock()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		ask()
	}
	runtime.ReadMemStats(&after)
	if got := float64(after.Mallocs-before.Mallocs) / rounds; got > 0.1+poolLoss {
		t.Errorf("%.2f allocations a request", got)
	}
}

func TestWrongSettings(t *testing.T) {
	for _, c := range []struct {
		flags map[string]string
		says  string
	}{
		{map[string]string{"cors-origins": "https://a.example/"}, "→ https://a.example?"},
		{map[string]string{"cors-origins": "*", "cors-credentials": "on"}, "name the origins"},
		{map[string]string{"rate": "100"}, "100/s"},
		{map[string]string{"trusted-proxies": "proxy.example"}, "10.0.0.0/8"},
		{map[string]string{"security-headers": "strikt"}, "→ strict?"},
		{map[string]string{"access-log": "error"}, "→ errors?"},
		{map[string]string{"compresion": "on"}, "→ --compression?"},
		{map[string]string{"etag": "maybe"}, "true or false"},
	} {
		_, err := config.Load(config.Given{Flags: c.flags})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v, want %q", c.flags, err, c.says)
		}
	}
	for option, says := range map[string]string{
		`{cors: "https://a.example/"}`:                "did you mean 'https://a.example'?",
		`{cors: {origins: ["*"], credentials: மெய்}}`: "name the origins",
		`{cors: {orgins: ["*"]}}`:                     "did you mean 'origins'?",
		`{limit: "often"}`:                            "limit must be a rate",
		`{cache: 0}`:                                  "cache must be a time",
		`{cache: "x"}`:                                "not a length of time",
		`{cache: {vary: []}}`:                         "cache must be a time",
		`{cache: {ttl: 5, vary: ["a b"]}}`:            "cache must be a time",
		`{cache: {ttl: 5, tag: []}}`:                  "did you mean 'tags'?",
		`{limit: {rate: "1/s", brust: 3}}`:            "did you mean 'burst'?",
		`{compress: "no"}`:                            "true or false",
		`{compres: பொய்}`:                             "did you mean 'compress'?",
	} {
		b, img, _ := image(t, `server.on("GET", "/", செயல்() { திரும்பு 1; }, `+option+`);`, nil)
		err := New(b, img, Options{Config: defaults(t, map[string]string{"port": "0"}), Host: quiet(), Listen: true}).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", option, err, says)
		}
	}
}

func TestCookies(t *testing.T) {
	s := open(t, `
server.on("GET", "/set", செயல்() { திரும்பு response(200, "x", {"Set-Cookie": [cookie("a", "1"), நினைவி("b", "2", {"ஆயுள்": "2h", "பாதை": "/x", secure: பொய்}), cookie("gone", "", {max_age: 0})]}); });
server.on("GET", "/get", செயல்(r) { திரும்பு [r.cookies.get("a"), r.cookies.all("b"), r.cookies.get("none", "-")]; });
server.on("GET", "/bad/:i<எண்>", செயல்(r) {
    i = r.parameters.get("i");
    (i == 0) எனில் { திரும்பு cookie("a", "1\r\nSet-Cookie: b=2"); }
    (i == 1) எனில் { திரும்பு cookie("a b", "1"); }
    (i == 2) எனில் { திரும்பு cookie("a", "வணக்கம்"); }
    (i == 3) எனில் { திரும்பு cookie("a", "1", {path: "/; Domain=evil.example"}); }
    (i == 4) எனில் { திரும்பு cookie("a", "1", {same_site: "None", secure: பொய்}); }
    (i == 5) எனில் { திரும்பு cookie("__Host-a", "1", {domain: "a.example"}); }
    (i == 6) எனில் { திரும்பு cookie("a", "1", {scure: பொய்}); }
    (i == 7) எனில் { திரும்பு cookie("a", "1;2"); }
    (i == 8) எனில் { திரும்பு cookie("a", "1", {same_site: "lax"}); }
    திரும்பு cookie("a", "1", {max_age: "soon"});
});
`, settings{})
	want := []string{"a=1; Path=/; Secure; HttpOnly; SameSite=Lax", "b=2; Path=/x; Max-Age=7200; HttpOnly; SameSite=Lax", "gone=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"}
	if got := s.get("/set").header.Values("Set-Cookie"); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
	s.want(s.get("/get", `Cookie: a=1; b=2; b="3"`), 200, `["1",["2","3"],"-"]`)
	for i, says := range []string{"the value of a cookie", "the name of a cookie", "_urlEncode", "the path or domain", "browsers would drop it", "browsers would drop it", "did you mean 'secure'?", "the value of a cookie", "Lax, Strict or None", ""} {
		if r := s.get(fmt.Sprintf("/bad/%d", i)); r.status != 500 || !strings.Contains(s.logs.String(), says) {
			t.Errorf("%d: %d %s\n%s", i, r.status, r.body, s.logs)
		}
	}
}
