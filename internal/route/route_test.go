package route

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// plain is the obvious matcher: every route is tried, and the best one kept.
func plain(t *Table, name, path string) (route int, values []string, ok bool) {
	best := ""
	for i, r := range t.routes {
		if r.Method != name {
			continue
		}
		rank, vals, fits := fit(r.Pattern, path)
		if fits && (!ok || rank < best) {
			route, values, best, ok = i, vals, rank, true
		}
	}
	return route, values, ok
}

// fit says whether a pattern fits a path, and how specific it is: one letter for each
// piece, of which the least in byte order is the most specific.
func fit(pattern, path string) (rank string, values []string, ok bool) {
	ps, xs := strings.Split(pattern[1:], "/"), strings.Split(path[1:], "/")
	for i, p := range ps {
		switch {
		case strings.HasPrefix(p, "*"):
			if i >= len(xs) {
				return "", nil, false
			}
			return rank + "e", append(values, strings.Join(xs[i:], "/")), true
		case i >= len(xs):
			return "", nil, false
		case strings.HasPrefix(p, ":"):
			_, typ, _ := strings.Cut(strings.TrimSuffix(p, ">"), "<")
			if k := Types[typ]; !k.reads(xs[i]) {
				return "", nil, false
			} else {
				rank += string(rune('b' + k.rank()))
			}
			values = append(values, xs[i])
		case p != xs[i]:
			return "", nil, false
		default:
			rank += "a"
		}
	}
	return rank, values, len(ps) == len(xs)
}

// all are the sequences of one to three pieces.
func all(pieces []string) (paths []string) {
	for _, a := range pieces {
		paths = append(paths, "/"+a)
		for _, b := range pieces {
			paths = append(paths, "/"+a+"/"+b)
			for _, c := range pieces {
				paths = append(paths, "/"+a+"/"+b+"/"+c)
			}
		}
	}
	return paths
}

// TestAgainstPlain compares the tree with the obvious matcher: some pairs of
// small patterns, and everything together, on every small path.
func TestAgainstPlain(t *testing.T) {
	patterns := slices.DeleteFunc(all([]string{"", "a", "7", ":x", ":y<எண்>", ":y<முழுஎண்>", "*z"}), func(p string) bool {
		i := strings.IndexByte(p, '*')
		return i >= 0 && strings.Contains(p[i:], "/") || strings.Count(p, ":x") > 1 || strings.Count(p, ":y") > 1
	})
	paths := all([]string{"", "a", "7", "7.5", "b"})
	check := func(table *Table, path string) {
		var m Match
		want, values, ok := plain(table, "GET", path)
		got := table.Lookup("GET", path, &m)
		if ok != (got == Found) || ok && m.Route != want {
			t.Fatalf("%s among %v: %v %d, want %v %d", path, table.routes, got, m.Route, ok, want)
		}
		for i, v := range values {
			if m.Value(i) != v {
				t.Fatalf("%s by %s: value %d is %q, want %q", path, table.routes[want].Pattern, i, m.Value(i), v)
			}
		}
	}
	add := func(table *Table, p string) {
		if err := table.Add("GET", p, p); err != nil {
			t.Fatal(err)
		}
	}
	var forward, backward Table
	for i := range patterns {
		add(&forward, patterns[i])
		add(&backward, patterns[len(patterns)-1-i])
	}
	for _, path := range paths {
		check(&forward, path)
		check(&backward, path)
	}
	for i, p := range patterns {
		for j, q := range patterns {
			if p == q || (i+j)%16 != 0 { // all of them would take a minute
				continue
			}
			var table Table
			add(&table, p)
			add(&table, q)
			for _, path := range paths {
				check(&table, path)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	var table Table
	for _, r := range []struct{ method, pattern string }{
		{"GET", "/"}, {"GET", "/p/:id<எண்>"}, {"GET", "/p/:slug"}, {"POST", "/p"}, {"DELETE", "/p/:id"},
		{"GET", "/f/*path"}, {"HEAD", "/own"}, {"GET", "/own"}, {"OPTIONS", "/cors"}, {"GET", "/cors"},
		{"PROPFIND", "/dav"}, {"GET", "/d/:a<தேதி>"}, {"GET", "/b/:a<ஈர்ம>"}, {"GET", "/பொருள்/:பெயர்"},
		{"GET", "/w/:n<முழுஎண்>"}, {"GET", "/w/:n<number>"}, {"GET", "/u/:id<uuid>"},
	} {
		if err := table.Add(r.method, r.pattern, "x:1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		method, path string
		want         Outcome
		route        int
		value, allow string
	}{
		{"GET", "/", Found, 0, "", ""},
		{"HEAD", "/", Found, 0, "", ""},
		{"POST", "/", NotAllowed, 0, "", "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/", Options, 0, "", "GET, HEAD, OPTIONS"},
		{"GET", "/p/7", Found, 1, "7", ""},
		{"GET", "/w/7", Found, 14, "7", ""},
		{"GET", "/w/-07", Found, 14, "-07", ""},
		{"GET", "/w/7.0", Found, 15, "7.0", ""},
		{"GET", "/w/7x", NotFound, 0, "", ""},
		{"GET", "/w/", NotFound, 0, "", ""},
		{"GET", "/w/-", NotFound, 0, "", ""},
		{"GET", "/u/0197B3C4-5d6e-7f80-91a2-b3c4d5e6f708", Found, 16, "0197B3C4-5d6e-7f80-91a2-b3c4d5e6f708", ""},
		{"GET", "/u/0197b3c4-5d6e-7f80-91a2-b3c4d5e6f70g", NotFound, 0, "", ""},
		{"GET", "/u/0197b3c45-d6e-7f80-91a2-b3c4d5e6f708", NotFound, 0, "", ""},
		{"GET", "/p/-7.50", Found, 1, "-7.50", ""},
		{"GET", "/p/7.", Found, 2, "7.", ""},
		{"GET", "/p/1e5", Found, 2, "1e5", ""},
		{"GET", "/p/" + strings.Repeat("9", 28), Found, 1, strings.Repeat("9", 28), ""},
		{"GET", "/p/" + strings.Repeat("9", 29), Found, 2, strings.Repeat("9", 29), ""},
		{"GET", "/p/", NotFound, 0, "", ""},
		{"PATCH", "/p/7", NotAllowed, 0, "", "GET, HEAD, DELETE, OPTIONS"},
		{"GET", "/p", NotAllowed, 0, "", "POST, OPTIONS"},
		{"HEAD", "/p", NotAllowed, 0, "", "POST, OPTIONS"},
		{"GET", "/f/", Found, 5, "", ""},
		{"GET", "/f", NotFound, 0, "", ""},
		{"GET", "/f/a//b/", Found, 5, "a//b/", ""},
		{"HEAD", "/own", Found, 6, "", ""},
		{"PUT", "/own", NotAllowed, 0, "", "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/cors", Found, 8, "", ""},
		{"PUT", "/cors", NotAllowed, 0, "", "GET, HEAD, OPTIONS"},
		{"PROPFIND", "/dav", Found, 10, "", ""},
		{"GET", "/d/2024-02-29", Found, 11, "2024-02-29", ""},
		{"GET", "/d/2023-02-29", NotFound, 0, "", ""},
		{"GET", "/b/மெய்", Found, 12, "மெய்", ""},
		{"GET", "/b/maybe", NotFound, 0, "", ""},
		{"GET", "/பொருள்/அரிசி", Found, 13, "அரிசி", ""},
		{"GET", "", NotFound, 0, "", ""},
		{"GET", "p/7", NotFound, 0, "", ""},
	} {
		var m Match
		got := table.Lookup(c.method, c.path, &m)
		if got != c.want || got == Found && (m.Route != c.route || m.Value(0) != c.value) {
			t.Errorf("%s %s: %v %d %q", c.method, c.path, got, m.Route, m.Value(0))
		}
		if c.allow == "" {
			continue
		}
		methods := strings.Split(c.allow, ", ")
		allow := strings.Split(string(table.AppendAllow(nil, c.path)), ", ")
		slices.Sort(allow)
		slices.Sort(methods)
		if !slices.Equal(allow, methods) {
			t.Errorf("%s: Allow is %v, want %v", c.path, allow, methods)
		}
	}
	if !table.Knows("PROPFIND") || table.Knows("MKCOL") {
		t.Error("Knows is wrong about PROPFIND or MKCOL")
	}
	if n := len(strings.Split(string(table.AppendAllow(nil, "*")), ", ")); n != 6 {
		t.Errorf("the whole server allows %d methods: %s", n, table.AppendAllow(nil, "*"))
	}
}

func TestBadPatterns(t *testing.T) {
	many := strings.Builder{}
	for i := range MaxParams + 1 {
		fmt.Fprintf(&many, "/:p%d", i)
	}
	for pattern, says := range map[string]string{
		"":              "begin with '/'",
		"a":             "begin with '/'",
		"/:":            "a name must follow",
		"/*":            "a name must follow",
		"/*a/b":         "the last piece only",
		"/:a/:a":        "stands there twice",
		"/:a/*a":        "stands there twice",
		"/:a<பொருள்>":   "is not known",
		"/:a<எண்":       "is not known",
		"/:<எண்>":       "a name must follow",
		"/*a<எண்>":      "is not known",
		many.String():   "too many names",
		"/x/:b":         "fits the same paths as /x/:a at one:1",
		"/x/:b<சொல்>":   "fits the same paths as /x/:a at one:1",
		"/n/:b<_float>": "fits the same paths as /n/:a<எண்> at one:2",
		"/r/*b":         "fits the same paths as /r/*a at one:3",
		"/":             "fits the same paths as / at one:4",
	} {
		var table Table
		for i, p := range []string{"/x/:a", "/n/:a<எண்>", "/r/*a", "/"} {
			if err := table.Add("GET", p, fmt.Sprintf("one:%d", i+1)); err != nil {
				t.Fatal(err)
			}
		}
		err := table.Add("GET", pattern, "two:1")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want …%s…", pattern, err, says)
			continue
		}
		if e := err.(*Error); e.Tamil == "" || e.Before != "" != strings.Contains(says, "fits") {
			t.Errorf("%q: %+v", pattern, e)
		}
		if table.Len() != 4 {
			t.Errorf("%q: %d routes afterwards", pattern, table.Len())
		}
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	var table Table
	for i := range 40 {
		if err := table.Add("GET", fmt.Sprintf("/v%d/:id<எண்>/x/*rest", i), ""); err != nil {
			t.Fatal(err)
		}
	}
	var m Match
	if n := testing.AllocsPerRun(100, func() {
		if table.Lookup("GET", "/v39/12/x/a/b", &m) != Found || m.Value(1) != "a/b" {
			t.Fatal(m.Route)
		}
		table.Lookup("POST", "/v39/12/x/a/b", &m)
		table.Lookup("GET", "/none", &m)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzLookup makes a table of the patterns in a text, one a line, in both orders, and
// compares what it finds with the obvious matcher.
func FuzzLookup(f *testing.F) {
	f.Add("/a\n/:x\n/*y", "/a/b")
	f.Add("/p/:id<எண்>/x\n/p/:id<முழுஎண்>/y\n/p/7\n/p/:any/*rest", "/p/7/y")
	f.Add("/:a/:b/:c\n/:a/b/:c\n/a/:b/c\n/*r", "/a/b/c")
	f.Add("/\n//\n/a//b\n/a/*x", "/a//b")
	f.Add("/:u<uuid>\n/:d<தேதி>\n/:t<ஈர்ம>", "/0197B3C4-5d6e-7f80-91a2-b3c4d5e6f708")
	f.Add("/x/:n<எண்>\n/x/:n<முழுஎண்>\n/x/:n", "/x/-7")
	f.Fuzz(func(t *testing.T, text, path string) {
		if len(text) > 1000 || len(path) > 200 || !strings.HasPrefix(path, "/") {
			return
		}
		var tables [2]Table
		lines := strings.Split(text, "\n")
		for order := range tables {
			for _, pattern := range lines {
				if err := tables[order].Add("GET", pattern, ""); err != nil && err.(*Error).Tamil == "" {
					t.Fatalf("%q: no Tamil", pattern)
				}
			}
			slices.Reverse(lines)
		}
		for order := range tables {
			table := &tables[order]
			var m Match
			want, values, ok := plain(table, "GET", path)
			got := table.Lookup("GET", path, &m)
			if ok != (got == Found) || ok && m.Route != want {
				t.Fatalf("%q among %q: %v %d, want %v %d", path, text, got, m.Route, ok, want)
			}
			for i, v := range values {
				if m.Value(i) != v {
					t.Fatalf("%q: value %d is %q, want %q", path, i, m.Value(i), v)
				}
			}
			if other := table.Lookup("POST", path, &m); ok != (other == NotAllowed) {
				t.Fatalf("%q among %q: POST is %v", path, text, other)
			}
		}
	})
}

// thousand is a table like that of a large program: 1,000 routes of 50 kinds of thing.
func thousand(t testing.TB) *Table {
	var table Table
	for i := range 50 {
		thing := fmt.Sprintf("/api/v1/thing%02d", i)
		for j, p := range []string{"", "/:id", "/:id<எண்>", "/new", "/:id/edit", "/:id/parts", "/:id/parts/:part", "/search/*rest", "/:id/history", "/stats"} {
			for _, method := range []string{"GET", "POST"} {
				if err := table.Add(method, thing+p, fmt.Sprint(i, j)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if table.Len() != 1000 {
		t.Fatal(table.Len())
	}
	return &table
}

// TestLookupIsBounded: a path that fits nearly everything and then nothing looks at each
// node once.
func TestLookupIsBounded(t *testing.T) {
	var table Table
	for i := range 1 << 10 {
		pattern := ""
		for bit := range 10 {
			pattern += "/" + [2]string{"a", ":p" + fmt.Sprint(bit)}[i>>bit&1]
		}
		if err := table.Add("GET", pattern+"/end", ""); err != nil {
			t.Fatal(err)
		}
	}
	var m Match
	start := time.Now()
	for range 100 {
		if got := table.Lookup("GET", strings.Repeat("/a", 10)+"/no", &m); got != NotFound {
			t.Fatal(got)
		}
	}
	if d := time.Since(start) / 100; d > 100*time.Millisecond {
		t.Errorf("a lookup takes %v", d)
	}
}

func BenchmarkLookup(b *testing.B) {
	var table Table
	for _, p := range []string{"/", "/json", "/tax", "/api/users", "/api/users/:id", "/api/orders/:id/items"} {
		if err := table.Add("GET", p, ""); err != nil {
			b.Fatal(err)
		}
	}
	for _, path := range []string{"/json", "/api/users/42"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				if table.Lookup("GET", path, &m) != Found {
					b.Fatal(path)
				}
			}
		})
	}
}

func BenchmarkLookupAmongThousand(b *testing.B) {
	table := thousand(b)
	for _, path := range []string{"/api/v1/thing37", "/api/v1/thing37/42", "/api/v1/thing37/x/parts/9", "/api/v1/thing99"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				table.Lookup("GET", path, &m)
			}
		})
	}
}
