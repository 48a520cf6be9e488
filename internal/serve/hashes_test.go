package serve

import (
	"strings"
	"testing"

	"etamil/internal/etag"
)

// uncopied bodies: constants, which are never copied, and text of a request's own, which
// is not once the handler has ended.
const uncopiedBodies = `
நிலை நூறு = மீண்டும்_மீண்டும்("0123456789abcdef", 6400);
நிலை மேலும் = மீண்டும்_மீண்டும்("0123456789abcdef", 20000);
வழி பெறு, "/said" { பதில் 200, நூறு, {"Content-Type": "text/plain"}; }
வழி பெறு, "/said/more" { பதில் 200, மேலும், {"Content-Type": "text/plain"}; }
வழி பெறு, "/said/own" {
    சொந்தம் = மீண்டும்_மீண்டும்("0123456789abcdef", 6400);
    பதில் 200, சொந்தம், {"Content-Type": "text/plain"};
    சொந்தம் = மீண்டும்_மீண்டும்("x", 200000);
}
server.on("GET", "/value", செயல்() { திரும்பு நூறு; });
server.on("GET", "/value/more", செயல்() { திரும்பு மேலும்; });
server.on("GET", "/value/own", செயல்() { திரும்பு மீண்டும்_மீண்டும்("0123456789abcdef", 6400); });
server.on("GET", "/response", செயல்() { திரும்பு response(200, நூறு, {"X-A": "1"}); });
வழி பெறு, "/small" { பதில் 200, "சிறியது", {"Content-Type": "text/plain"}; }
`

func TestUncopiedBodies(t *testing.T) {
	s := open(t, uncopiedBodies, settings{flags: map[string]string{"workers": "1"}})
	hundred := strings.Repeat("0123456789abcdef", 6400)
	more := strings.Repeat("0123456789abcdef", 20000)
	for range 3 { // the second time, tags are known
		for path, want := range map[string]string{
			"/said": hundred, "/said/own": hundred, "/value": hundred, "/value/own": hundred, "/response": hundred,
			"/said/more": more, "/value/more": more, "/small": "சிறியது",
		} {
			r := s.get(path)
			if r.status != 200 || r.body != want {
				t.Fatalf("%s: %d, %d bytes", path, r.status, len(r.body))
			}
			tag := string(etag.Append(nil, etag.Hash([]byte(want))))
			if len(want) < tagMin {
				tag = ""
			}
			if got := r.header.Get("ETag"); got != tag {
				t.Errorf("%s: tag %q, not %q", path, got, tag)
			}
			if tag == "" {
				continue
			}
			if r := s.get(path, "If-None-Match: "+tag); r.status != 304 || r.body != "" {
				t.Errorf("%s: %d, %d bytes, where nothing has changed", path, r.status, len(r.body))
			}
			if r := s.get(path, "Range: bytes=16-31"); r.status != 206 || r.body != "0123456789abcdef" {
				t.Errorf("%s: a part of it: %d %q", path, r.status, r.body)
			}
			if r := s.get(path, "Accept-Encoding: gzip"); r.header.Get("Content-Encoding") != "gzip" || len(r.body) > len(want)/10 || r.header.Get("ETag") != "W/"+tag {
				t.Errorf("%s: compressed: %v, %d bytes", path, r.header, len(r.body))
			}
		}
	}
}
