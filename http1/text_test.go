package http1

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// plainPath is AppendPath by the book: decode, split, resolve.
func plainPath(raw string) (string, error) {
	if raw == "*" {
		return raw, nil
	}
	if !strings.HasPrefix(raw, "/") {
		return "", ErrTarget
	}
	decoded, err := url.PathUnescape(raw)
	if err != nil || strings.Contains(decoded, "\x00") {
		return "", ErrEscape
	}
	var out []string
	segments := strings.Split(decoded[1:], "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." && len(out) > 0 {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return "/" + strings.Join(out, "/"), nil
}

func checkPath(t *testing.T, raw string) {
	t.Helper()
	got, err := AppendPath([]byte("before"), []byte(raw))
	want, wantErr := plainPath(raw)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("AppendPath(%q): %v, want %v", raw, err, wantErr)
	}
	if string(got) != "before"+want {
		t.Fatalf("AppendPath(%q) = %q, want %q", raw, got, "before"+want)
	}
	if err != nil {
		if IsCleanPath([]byte(raw)) {
			t.Fatalf("%q is clean, but %v", raw, err)
		}
		return
	}
	if IsCleanPath([]byte(raw)) && want != raw {
		t.Fatalf("%q is clean, but means %q", raw, want)
	}
	for _, s := range strings.Split(want, "/") {
		if s == "." || s == ".." {
			t.Fatalf("AppendPath(%q) = %q has a dot segment", raw, want)
		}
	}
}

// TestAppendPath tries all paths of up to six pieces that matter.
func TestAppendPath(t *testing.T) {
	pieces := []string{"/", ".", "%2e", "%2F", "a", "%00", "%", "%25"}
	var walk func(path string, left int)
	walk = func(path string, left int) {
		checkPath(t, path)
		if left > 0 {
			for _, p := range pieces {
				walk(path+p, left-1)
			}
		}
	}
	walk("/", 5)
	for _, raw := range []string{"", "*", "a", "**", "a/../b", "/\x00", "/a/b/c/d/../../../../../e/./f/.."} {
		checkPath(t, raw)
	}
}

func TestPairs(t *testing.T) {
	var got []string
	for p := PairsOf([]byte("a=1&&b=2=3&c&=d&e=&%41+=x")); p.Next(); {
		got = append(got, fmt.Sprintf("%s:%s:%v", p.Key, p.Value, p.Value == nil))
	}
	if s := strings.Join(got, " "); s != "a:1:false b:2=3:false c::true :d:false e::false %41+:x:false" {
		t.Error(s)
	}
	if p := PairsOf(nil); p.Next() {
		t.Error("a pair in nothing")
	}
}

func TestAppendQueryDecoded(t *testing.T) {
	for _, raw := range []string{"", "a", "a+b%20c%2B", "%E0%AE%95", "%00", "%", "%4", "%4g", "%g4", "%%41", "100%25"} {
		got, err := AppendQueryDecoded([]byte("x"), []byte(raw))
		want, wantErr := url.QueryUnescape(raw)
		if (err == nil) != (wantErr == nil) || string(got) != "x"+want {
			t.Errorf("%q: %q, %v; want %q, %v", raw, got, err, want, wantErr)
		}
		if IsPlainQuery([]byte(raw)) && want != raw {
			t.Errorf("%q isn't plain", raw)
		}
	}
}

func TestCookies(t *testing.T) {
	r := Request{Fields: []Field{
		field("Cookie", `a=1; b="two";c=x=y; ; broken; =z; e=; f g=1;`),
		field("Accept", "d=4"),
		field("cookie", "\ta = 5 "),
	}}
	var got []string
	for c := CookiesOf(&r); c.Next(); {
		got = append(got, fmt.Sprintf("%s=%s", c.Name, c.Value))
	}
	if s := strings.Join(got, "|"); s != "a=1|b=two|c=x=y|e=|a=5" {
		t.Error(s)
	}
	if v, ok := r.Cookie("b"); string(v) != "two" || !ok {
		t.Errorf("b = %q, %v", v, ok)
	}
	if _, ok := r.Cookie("B"); ok {
		t.Error("cookie names are case-sensitive")
	}
}

func TestSetCookie(t *testing.T) {
	for _, c := range []struct {
		cookie SetCookie
		want   string // "" for refused
	}{
		{SetCookie{Name: "a", Value: "b"}, "a=b"},
		{SetCookie{Name: "a", MaxAge: -1}, "a=; Max-Age=0"},
		{SetCookie{Name: "s", Value: "v", Path: "/x", Domain: "a.org", MaxAge: 60, Secure: true, HTTPOnly: true, SameSite: SameSiteNone, Partitioned: true},
			"s=v; Path=/x; Domain=a.org; Max-Age=60; Secure; HttpOnly; SameSite=None; Partitioned"},
		{SetCookie{Name: "a", SameSite: SameSiteLax}, "a=; SameSite=Lax"},
		{SetCookie{Name: "a", SameSite: SameSiteStrict}, "a=; SameSite=Strict"},
		{SetCookie{Name: "__Host-a", Secure: true, Path: "/"}, "__Host-a=; Path=/; Secure"},
		{SetCookie{Name: "__Host-a", Secure: true}, ""},
		{SetCookie{Name: "__HOST-a", Path: "/"}, ""},
		{SetCookie{Name: "__Secure-a"}, ""},
		{SetCookie{Name: "a", SameSite: SameSiteNone}, ""},
		{SetCookie{Name: "a", Partitioned: true}, ""},
		{SetCookie{}, ""},
		{SetCookie{Name: "a b"}, ""},
		{SetCookie{Name: "a", Value: "b;Path=/"}, ""},
		{SetCookie{Name: "a", Value: "b c"}, ""},
		{SetCookie{Name: "a", Value: "b\r\nX: y"}, ""},
		{SetCookie{Name: "a", Value: "க"}, ""},
		{SetCookie{Name: "a", Path: "/;x"}, ""},
		{SetCookie{Name: "a", Domain: "x\n"}, ""},
	} {
		got, err := c.cookie.AppendValue([]byte("before "))
		if string(got) != "before "+c.want || (err == nil) != (c.want != "") {
			t.Errorf("%+v: %q, %v", c.cookie, got, err)
		}
		if err == nil {
			if _, err := http.ParseSetCookie(c.want); err != nil {
				t.Errorf("net/http can't read %q: %v", c.want, err)
			}
		}
	}
}

func TestAcceptsCoding(t *testing.T) {
	for _, c := range []struct {
		header, coding string
		want           Quality
	}{
		{"gzip, br", "br", 1000},
		{"GZIP;q=0.5", "gzip", 500},
		{"gzip; Q=0.125 ,x", "gzip", 125},
		{"gzip;q=0", "gzip", 0},
		{"*;q=0.1", "br", 100},
		{"gzip;q=0, *", "gzip", 0},
		{"x-gzip", "gzip", 1000},
		{"br", "gzip", 0},
		{"", "gzip", 0},
		{"", "identity", 1000},
		{"gzip", "identity", 1000},
		{"*;q=0", "identity", 0},
		{"identity;q=0.0", "identity", 0},
		{"gzip;q=2", "gzip", 1000},
		{"gzip;q=0.1234", "gzip", 1000},
		{"gzip;q=", "gzip", 1000},
		{", ,gzip", "gzip", 1000},
	} {
		if got := AcceptsCoding([]byte(c.header), c.coding); got != c.want {
			t.Errorf("%q for %s: %d, want %d", c.header, c.coding, got, c.want)
		}
	}
}

func TestChooseLanguage(t *testing.T) {
	for header, want := range map[string]int{
		"ta":                              0,
		"en":                              1,
		"EN-GB":                           1,
		"ta-IN, en;q=0.5":                 0,
		"en-US,en;q=0.9,ta;q=0.8":         1,
		"en;q=0.4, ta-LK;q=0.6":           0,
		"fr, *;q=0.1":                     0,
		"ta;q=0, *":                       1,
		"en;q=0.1, *":                     0,
		"en-US;q=0.1, en;q=0.9, ta;q=0.5": 1,
		"fr":                              -1,
		"english":                         -1,
		"":                                -1,
	} {
		if got := ChooseLanguage([]byte(header), "ta", "en"); got != want {
			t.Errorf("%q: %d, want %d", header, got, want)
		}
	}
	if ChooseLanguage(nil, "ta", "en") != 0 || ChooseLanguage(nil) != -1 {
		t.Error("without the field the first offer is right")
	}
}

func TestChooseType(t *testing.T) {
	offers := []string{"application/json", "text/html", "text/plain"}
	for header, want := range map[string]int{
		"*/*":                             0,
		"text/*":                          1,
		"text/plain":                      2,
		"TEXT/HTML":                       1,
		"text/*, text/html;q=0.5":         2,
		"text/html;q=0.2, */*;q=0.1":      1,
		"image/png":                       -1,
		"*/*;q=0":                         -1,
		"":                                -1,
		`text/html;a=",";q=0.1, text/*`:   2,
		`text/html;a="\",", image/png`:    1,
		"application/json;q=0, */*;q=0.5": 1,
		"textual/*":                       -1,
	} {
		if got := ChooseType([]byte(header), offers...); got != want {
			t.Errorf("%q: %d, want %d", header, got, want)
		}
	}
	if ChooseType(nil, offers...) != 0 || ChooseType(nil) != -1 {
		t.Error("without the field the first offer is right")
	}
}
