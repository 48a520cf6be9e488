package cors

import (
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

func policy(t *testing.T, o Options) *Policy {
	t.Helper()
	p, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAllows(t *testing.T) {
	p := policy(t, Options{Origins: []string{"https://shop.example", "http://localhost:3000", "https://*.tamil.example"}})
	for origin, want := range map[string]bool{
		"https://shop.example": true, "http://localhost:3000": true, "https://a.tamil.example": true, "https://a.b.tamil.example": true,
		"http://shop.example": false, "https://shop.example:444": false, "https://shop.example.evil.example": false, "https://evilshop.example": false,
		"https://tamil.example": false, "https://.tamil.example": false, "http://a.tamil.example": false, "https://eviltamil.example": false,
		"https://evil.example/.tamil.example": false, "https://evil.example:1.tamil.example": false, "https://evil@.tamil.example": false,
		"null": false, "": false, "*": false, "HTTPS://SHOP.EXAMPLE": false,
	} {
		if p.Allows([]byte(origin)) != want {
			t.Errorf("%q: %v", origin, !want)
		}
	}
}

func TestLines(t *testing.T) {
	p := policy(t, Options{Origins: []string{"https://shop.example"}, Credentials: true, Expose: []string{"X-Total"}, MaxAge: time.Hour})
	for _, c := range []struct{ got, want string }{
		{string(p.AppendAnswer(nil, []byte("https://shop.example"))),
			"Vary: Origin\nAccess-Control-Allow-Origin: https://shop.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Expose-Headers: X-Total\n"},
		{string(p.AppendPreflight(nil, []byte("https://shop.example"))),
			"Vary: Origin\nAccess-Control-Allow-Origin: https://shop.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE\nAccess-Control-Allow-Headers: Content-Type, Authorization\nAccess-Control-Max-Age: 3600\n"},
		{string(p.AppendAnswer(nil, []byte("https://evil.example"))), "Vary: Origin\n"},
		{string(p.AppendPreflight(nil, []byte("https://evil.example"))), "Vary: Origin\n"},
		{string(p.AppendAnswer(nil, nil)), "Vary: Origin\n"},
		{string(policy(t, Options{Origins: []string{"*"}}).AppendAnswer(nil, []byte("https://a.example"))), "Access-Control-Allow-Origin: *\n"},
	} {
		if got := strings.ReplaceAll(c.got, "\r\n", "\n"); got != c.want {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		o    Options
		says string
	}{
		{Options{}, "needs origins"},
		{Options{Origins: []string{"*"}, Credentials: true}, "name the origins"},
		{Options{Origins: []string{"*", "https://a.example"}}, "stands alone"},
		{Options{Origins: []string{"https://a.example/"}}, "→ https://a.example?"},
		{Options{Origins: []string{"https://A.example"}}, "→ https://a.example?"},
		{Options{Origins: []string{"a.example"}}, "is no origin"},
		{Options{Origins: []string{"null"}}, "is no origin"},
		{Options{Origins: []string{"https://*"}}, "is no origin"},
		{Options{Origins: []string{"https://a.*.example"}}, "is no origin"},
		{Options{Origins: []string{"https://u@a.example"}}, "is no origin"},
		{Options{Origins: []string{"https://a.example\r\nX: y"}}, "is no origin"},
		{Options{Origins: []string{"https://a.example"}, Headers: []string{"a\r\nb"}}, "does not fit"},
		{Options{Origins: []string{"https://a.example"}, Methods: []string{"GET POST"}}, "does not fit"},
		{Options{Origins: []string{"https://a.example"}, Credentials: true, Headers: []string{"*"}}, "does not fit"},
	} {
		if _, err := New(c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v, want %q", c.o, err, c.says)
		}
	}
}

func TestPreflight(t *testing.T) {
	for text, want := range map[string]string{
		"OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n": "https://a.example PUT",
		"OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n\r\n":                                       "",
		"OPTIONS / HTTP/1.1\r\nHost: a\r\nAccess-Control-Request-Method: PUT\r\n\r\n":                              "",
		"PUT / HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n":     "",
	} {
		var r http1.Request
		if n, err := r.Parse([]byte(text), 0, &http1.DefaultLimits); n != len(text) || err != nil {
			t.Fatalf("%q: %d %v", text, n, err)
		}
		origin, method, ok := Preflight(&r)
		if got := strings.TrimSpace(string(origin) + " " + string(method)); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	p := policy(t, Options{Origins: []string{"https://shop.example", "https://*.tamil.example"}})
	dst, origin := make([]byte, 0, 1024), []byte("https://a.tamil.example")
	if n := testing.AllocsPerRun(100, func() { dst = p.AppendAnswer(dst[:0], origin) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
