package serve

import (
	"fmt"
	"testing"
)

// TestHeadersSaidBefore: what a record of headers became before is never taken for what
// another says: other texts, other names, other kinds of values, and texts that together are
// the same bytes.
func TestHeadersSaidBefore(t *testing.T) {
	s := open(t, `
வழி பெறு, "/said/:a/:b" { பதில் 200, "x", {"X-A": path_params.a, "X-B": path_params.b}; }
வழி பெறு, "/other/:a/:b" { பதில் 200, "x", {"X-B": path_params.a, "X-A": path_params.b}; }
வழி பெறு, "/typed/:a/:b" { பதில் 200, "x", {"Content-Type": f"text/{path_params.a}", "X-B": path_params.b}; }
வழி பெறு, "/number/:a<எண்>/:b" { பதில் 200, "x", {"X-A": path_params.a, "X-B": path_params.b}; }
வழி பெறு, "/bad/:a/:b" { பதில் 200, "x", {"X-A": f"{path_params.a}\n", "X-B": path_params.b}; }
server.on("GET", "/response/:a/:b", செயல்(request) { திரும்பு response(200, "x", {"X-A": request.parameters.get("a"), "X-B": request.parameters.get("b")}); });
`, settings{flags: map[string]string{"workers": "1"}})
	pairs := [][2]string{{"1", "2"}, {"12", "3"}, {"1", "23"}, {"1", "2"}, {"a", "b"}}
	for i := range 120 {
		p := pairs[i/40] // long enough to be remembered, then others by turns
		if i >= 80 {
			p = pairs[i%len(pairs)]
		}
		for _, path := range []string{"said", "other", "typed", "number", "response", "bad"} {
			if path == "number" && p[0] == "a" {
				continue
			}
			r := s.get(fmt.Sprintf("/%s/%s/%s", path, p[0], p[1]))
			a, b, kind, status := p[0], p[1], r.header.Get("Content-Type"), 200
			switch path {
			case "other":
				a, b = b, a
			case "typed":
				a, kind = "", "text/"+p[0]
			case "bad":
				a, b, status = "", "", 500
			}
			if r.status != status || r.header.Get("X-A") != a || r.header.Get("X-B") != b || r.header.Get("Content-Type") != kind {
				t.Fatalf("%d: %s %v: %d %v", i, path, p, r.status, r.header)
			}
		}
	}
}

// TestPathsAskedBefore: a path that has led to a route leads there only with its method and
// only as it is.
func TestPathsAskedBefore(t *testing.T) {
	s := open(t, `
வழி பெறு, "/ab" { பதில் 200, "get ab"; }
வழி இடு, "/ab" { பதில் 200, "put ab"; }
வழி பெறு, "/ba" { பதில் 200, "get ba"; }
வழி பெறு, "/:x" { பதில் 200, f"get {path_params.x}"; }
`, settings{flags: map[string]string{"workers": "1"}})
	for range 3 {
		for _, c := range []struct {
			method, path string
			status       int
			body         string
		}{
			{"GET", "/ab", 200, "get ab"}, {"PUT", "/ab", 200, "put ab"}, {"HEAD", "/ab", 200, ""}, {"GET", "/ba", 200, "get ba"},
			{"GET", "/%61b", 200, "get ab"}, {"GET", "/ab?x=1", 200, "get ab"}, {"GET", "/aab", 200, "get aab"}, {"POST", "/ab", 405, "*"},
			{"GET", "/ab/", 404, "*"}, {"GET", "/./ab", 200, "get ab"}, {"GET", "/xb", 200, "get xb"},
		} {
			if r := s.send(c.method, c.path, ""); r.status != c.status || c.body != "*" && r.body != c.body {
				t.Errorf("%s %s: %d %q", c.method, c.path, r.status, r.body)
			}
		}
	}
}
