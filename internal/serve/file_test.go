package serve

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// folderOf makes a folder with files.
func folderOf(t testing.TB, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.ToSlash(root)
}

// openFiles is how many descriptors this process has.
func openFiles(t testing.TB) int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

const anOldDay = "Tue, 02 Jan 2024 03:04:05 GMT"

func TestFolder(t *testing.T) {
	big := strings.Repeat("0123456789abcdef", 200_000)
	root := folderOf(t, map[string]string{
		"public/index.html": "<p>முகப்பு</p>", "public/படம்.svg": "<svg/>", "public/a b.txt": "AB",
		"public/sub/index.html": "SUB", "public/big.bin": big, "secret.txt": "S",
		"public/app.js": "long long text", "public/app.js.br": "BR", "public/app.js.gz": "GZ", "public/.env": "KEY=1",
	})
	if err := os.Symlink("../secret.txt", filepath.Join(root, "public/link.txt")); err != nil {
		t.Fatal(err)
	}
	before := openFiles(t)
	s := open(t, fmt.Sprintf(`
server.files("/", "%[1]s/public");
வழங்கி.கோப்புகள்("/old/", "%[1]s/public", {ஆயுள்: "1h", மாற்று: "index.html", "index": பொய்});
பணி காவல்(கோரிக்கை, அடுத்து) {
    a = அடுத்து(கோரிக்கை);
    a.headers["X-Mine"] = "1";
    திரும்பு a;
}
g = server.group("/g");
g.use(காவல்);
g.files("", "%[1]s/public");
server.on("GET", "/one", செயல்() { திரும்பு file("%[1]s/secret.txt", {"Content-Type": "text/x-own"}); });
server.on("GET", "/missing", செயல்() { திரும்பு கோப்பாக("%[1]s/none"); });
`, root), settings{})
	for _, c := range []struct {
		path   string
		status int
		body   string
		kind   string
	}{
		{"/", 200, "<p>முகப்பு</p>", "text/html; charset=utf-8"},
		{"/index.html", 200, "<p>முகப்பு</p>", "text/html; charset=utf-8"},
		{"/%E0%AE%AA%E0%AE%9F%E0%AE%AE%E0%AF%8D.svg", 200, "<svg/>", "image/svg+xml"},
		{"/a%20b.txt", 200, "AB", "text/plain; charset=utf-8"},
		{"/sub/", 200, "SUB", "text/html; charset=utf-8"},
		{"/big.bin", 200, big, "application/octet-stream"},
		{"/g/sub/", 200, "SUB", "text/html; charset=utf-8"},
		{"/old/none/at/all", 200, "<p>முகப்பு</p>", "text/html; charset=utf-8"},
		{"/one", 200, "S", "text/x-own"},
	} {
		for range 2 { // the second time from those that are open
			r := s.get(c.path)
			if r.status != c.status || r.body != c.body || r.header.Get("Content-Type") != c.kind {
				t.Errorf("%s: %d %v, %d bytes", c.path, r.status, r.header, len(r.body))
			}
			if r.header.Get("Last-Modified") != anOldDay || r.header.Get("ETag") == "" || r.header.Get("Accept-Ranges") != "bytes" {
				t.Errorf("%s: %v", c.path, r.header)
			}
			h := s.send("HEAD", c.path, "")
			if h.status != 200 || h.body != "" || h.header.Get("Content-Length") != fmt.Sprint(len(c.body)) {
				t.Errorf("HEAD %s: %d %v", c.path, h.status, h.header)
			}
		}
	}
	for _, path := range []string{"/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/sub/%2e%2e%2f%2e%2e%2fsecret.txt",
		"/%252e%252e/secret.txt", "/link.txt", "/.env", "/sub/../../secret.txt", "//etc/passwd", "/%2Fetc%2Fpasswd", "/..%5csecret.txt", "/a%00b", "/none"} {
		if r := s.get(path); r.status != 404 && r.status != 400 || strings.Contains(r.body, "root:") {
			t.Errorf("%s: %d %q", path, r.status, r.body)
		}
	}
	s.wantCode(s.get("/none"), 404, "not_found")
	s.wantCode(s.get("/missing"), 404, "not_found")
	if r := s.get("/sub?x=1"); r.status != 308 || r.header.Get("Location") != "/sub/?x=1" {
		t.Errorf("a folder without '/': %d %v", r.status, r.header)
	}
	if r := s.get("/g/index.html"); r.header.Get("X-Mine") != "1" || r.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("middleware around a file: %v", r.header)
	}
	if r := s.get("/old/index.html"); r.header.Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("%v", r.header)
	}
	if r := s.send("POST", "/index.html", "x"); r.status != 405 {
		t.Errorf("POST: %d", r.status)
	}
	// Conditions and parts.
	tag := s.get("/big.bin").header.Get("ETag")
	for _, c := range []struct {
		header string
		status int
		body   string
	}{
		{"If-None-Match: " + tag, 304, ""},
		{"If-None-Match: W/" + tag, 304, ""},
		{"If-Modified-Since: " + anOldDay, 304, ""},
		{"If-Match: \"x\"", 412, "problem"},
		{"Range: bytes=1-3", 206, "123"},
		{"Range: bytes=-4", 206, "cdef"},
		{"Range: bytes=3200000-", 416, "problem"},
		{"Range: bytes=0-3199999", 206, big},
		{"Range: bytes=1-3\r\nIf-Range: \"x\"", 200, big},
	} {
		r := s.get("/big.bin", c.header)
		if r.status != c.status || c.body != "problem" && r.body != c.body {
			t.Errorf("%s: %d, %d bytes", c.header, r.status, len(r.body))
		}
	}
	if r := s.get("/big.bin", "Range: bytes=1-3"); r.header.Get("Content-Range") != "bytes 1-3/3200000" {
		t.Errorf("%v", r.header)
	}
	// What was packed beforehand.
	for accepts, want := range map[string]string{"br, gzip": "BR", "gzip": "GZ", "gzip;q=0": "long long text", "zstd": "long long text"} {
		r := s.get("/app.js", "Accept-Encoding: "+accepts)
		coding := map[string]string{"BR": "br", "GZ": "gzip"}[want]
		if r.body != want || r.header.Get("Content-Encoding") != coding || r.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %q %v", accepts, r.body, r.header)
		}
	}
	if s.get("/app.js").header.Get("ETag") == s.get("/app.js", "Accept-Encoding: br").header.Get("ETag") {
		t.Error("two codings have one tag")
	}
	s.stop()
	if after := openFiles(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}

// TestFolderChanges: what is changed is seen soon, and a file that is being sent is sent
// as it was.
func TestFolderChanges(t *testing.T) {
	root := folderOf(t, map[string]string{"a.txt": "one"})
	s := open(t, fmt.Sprintf(`server.files("/", "%s");`, root), settings{})
	s.want(s.get("/a.txt"), 200, "one")
	if err := os.WriteFile(filepath.Join(root, "new"), []byte("two"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(root, "new"), filepath.Join(root, "a.txt")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new file", func() bool { return s.get("/a.txt").body == "two" })
	if err := os.Remove(filepath.Join(root, "a.txt")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no file", func() bool { return s.get("/a.txt").status == 404 })
}

// TestFilesToSlowClients: clients that take nothing of a file, or go in the middle, leave
// no descriptor behind.
func TestFilesToSlowClients(t *testing.T) {
	root := folderOf(t, map[string]string{"big.bin": strings.Repeat("x", 16<<20)})
	before := openFiles(t)
	s := open(t, fmt.Sprintf(`server.files("/", "%s");`, root), settings{flags: map[string]string{"write-timeout": "20s"}})
	var all []net.Conn
	for i := range 20 {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
		if _, err := io.WriteString(c, "GET /big.bin HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			if _, err := io.CopyN(io.Discard, c, 100_000); err != nil {
				t.Fatal(err)
			}
			c.Close()
		}
	}
	var one bytes.Buffer
	r := s.get("/big.bin")
	one.WriteString(r.body)
	if one.Len() != 16<<20 {
		t.Errorf("%d bytes for who reads", one.Len())
	}
	eventually(t, "descriptors", func() bool { return openFiles(t) <= before+len(all)+20 })
	for _, c := range all {
		c.Close()
	}
	s.stop()
	eventually(t, "descriptors at the end", func() bool { return openFiles(t) <= before+1 })
}

// TestDocumentedFiles runs what live.md shows, and holds its table to the options.
func TestDocumentedFiles(t *testing.T) {
	wantRows(t, "live.md", folderOptions)
	text := exampleOf(t, "live.md", "Files")
	t.Chdir(folderOf(t, map[string]string{"public/index.html": "I", "patangkal/a.png": "P", "raciqugaL/7.pdf": "R"}))
	s := open(t, text, settings{})
	s.want(s.get("/"), 200, "I")
	r := s.get("/patangkal/a.png")
	s.want(r, 200, "P")
	if got := r.header.Get("Cache-Control"); got != "public, max-age=2592000" {
		t.Errorf("Cache-Control: %s", got)
	}
	r = s.get("/raciqu/7")
	s.want(r, 200, "R")
	if r.header.Get("Content-Type") != "application/pdf" || r.header.Get("Content-Disposition") != "attachment" {
		t.Errorf("%v", r.header)
	}
	s.wantCode(s.get("/raciqu/8"), 404, "not_found")
}

// wantRows demands a row of a page's table for each option.
func wantRows[T spelt](t *testing.T, name string, options []T) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", name))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		names := o.spellings()
		if row := fmt.Sprintf("| `%s` · `%s` |", names[0], names[2]); !strings.Contains(string(page), row) {
			t.Errorf("%s has no row %s", name, row)
		}
	}
}
