package serve

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// layers has middleware of every kind before handlers of every kind.
const layers = `
பணி சுற்றி(request, next) {
    r = next(request);
    r.headers["X-Outer"] = r.status;
    திரும்பு r;
}
பணி பிடி(request, next) {
    முயல் {
        திரும்பு next(request);
    } பிழை(e) {
        (e.code == "teapot") எனில் { திரும்பு response(418, {"caught": e.message}); }
        எறி e;
    }
}
செயல் காவல்(கோரிக்கை, அடுத்து) {
    யார் = கோரிக்கை.தலைப்புகள்.பெறு("x-user");
    (யார் == இன்மை) எனில் { திரும்பு பதில்(401, {"error": "யார்?"}, {"WWW-Authenticate": "X"}); }
    கோரிக்கை.வை("user", {"name": யார்});
    கோரிக்கை.set("n", [1, 2]);
    விடை = அடுத்து(கோரிக்கை);
    விடை.தலைப்புகள்["X-User"] = யார்;
    (விடை.நிலை == 204) எனில் { விடை.நிலை = 299; }
    திரும்பு விடை;
}

api = server.group("/api");
api.on("GET", "/me", செயல்(r) { திரும்பு {"me": r.user.name, "n": r.பெறு("n"), "none": r.get("none", "d"), "nil": r.get("none")}; });
api.on("GET", "/nil", செயல்() { });
api.on("GET", "/text", செயல்() { திரும்பு "உரை"; });
api.on("GET", "/ok", செயல்(r) { திரும்பு சரி([1.50]); });
api.on("GET", "/fail", செயல்(r) { திரும்பு தவறு({"code": "conflict", "message": "முரண்"}); });
api.on("GET", "/fail500", செயல்(r) { திரும்பு தவறு({"code": "unavailable", "message": "ரகசியம்"}); });
api.on("GET", "/teapot", செயல்(r) { எறி பிழை_ஆக்கு("teapot", "தேநீர்"); });
api.on("GET", "/boom", செயல்(r) { திரும்பு 1 / 0; });
api.on("GET", "", செயல்(r) { திரும்பு "root"; });
api.use(காவல்);

v2 = api.group("/v2/:who", {"timeout": "5s"});
v2.use(பணி(request, next) {
    உறங்கு("1ms");
    r = next();
    உறங்கு("1ms");
    r.body = {"v2": r.body};
    திரும்பு r;
});
v2.on("GET", "/x", செயல்(r) { திரும்பு r.parameters.get("who"); });

வழி பெறு, "/block" { பதில் 201, {"அ": 1.50}, {"X-B": "1", "Set-Cookie": ["a=1", "b=2"]}; }
வழி பெறு, "/block/text" { பதில் 200, "வெறும்"; }
வழி பெறு, "/block/json" { ஜேசான்_உரை "[1, 2]", 203; }
வழி பெறு, "/block/silent" { x = 1; }
வழி பெறு, "/block/return" { திரும்பு [7]; }
வழி பெறு, "/block/twice" { பதில் 500, {"a": 1}; பதில் 200, {"s": response_status, "b": response_body}; }
வழி பெறு, "/block/fail" { x = தவறு("அய்யோ")?; }
server.on("GET", "/said", செயல்(r) { பதில் 202, "said"; });

server.use(சுற்றி);
server.use(பிடி);
`

func TestMiddleware(t *testing.T) {
	s := open(t, layers, settings{})
	for _, c := range []struct {
		path   string
		status int
		want   string
		header string // "Name: value"
	}{
		{"/api/me", 200, `{"me":"கமலா","n":[1,2],"nil":null,"none":"d"}`, "X-User: கமலா"},
		{"/api/nil", 299, ``, "X-Outer: 299"},
		{"/api/text", 200, `உரை`, "Content-Type: " + typeText},
		{"/api", 200, `root`, "Content-Type: " + typeText},
		{"/api/ok", 200, `[1.50]`, "Content-Type: application/json"},
		{"/api/teapot", 418, `{"caught":"தேநீர்"}`, "X-Outer: 418"},
		{"/api/v2/me/x", 200, `{"v2":"me"}`, "X-User: கமலா"},
		{"/block", 201, `{"அ":1.50}`, "X-B: 1"},
		{"/block/text", 200, `வெறும்`, "Content-Type: application/json"},
		{"/block/json", 203, `[1, 2]`, "Content-Type: application/json"},
		{"/block/silent", 200, executed, "Content-Type: " + typeText},
		{"/block/return", 200, `[7]`, "X-Outer: 200"},
		{"/block/twice", 200, `{"b":"{\"a\":1}","s":500}`, ""},
		{"/said", 202, `said`, "Content-Type: application/json"},
		{"/health", 200, `{"status":"ok"}`, "X-Outer: "},
	} {
		r := s.ask("GET", c.path, "", "X-User: கமலா")
		s.want(r, c.status, c.want)
		name, v, _ := strings.Cut(c.header, ": ")
		if name != "" && r.header.Get(name) != v {
			t.Errorf("%s: %s is %q, want %q", c.path, name, r.header.Get(name), v)
		}
	}
	if got := s.ask("GET", "/block", "").header.Values("Set-Cookie"); len(got) != 2 {
		t.Errorf("cookies are %q", got)
	}
	s.want(s.ask("GET", "/api/me", ""), 401, `{"error":"யார்?"}`)
	for _, c := range []struct {
		method, path string
		status       int
		code, outer  string
	}{
		{"GET", "/none", 404, "not_found", "404"},
		{"GET", "/api/none", 404, "not_found", "404"},
		{"DELETE", "/block", 405, "", "405"},
		{"GET", "/api/fail", 409, "conflict", "409"},
		{"GET", "/api/fail500", 503, "unavailable", ""},
		{"GET", "/api/boom", 500, "internal", ""},
		{"GET", "/block/fail", 400, "", "400"},
	} {
		r := s.ask(c.method, c.path, "", "X-User: a")
		s.wantCode(r, c.status, c.code)
		if got := r.header.Get("X-Outer"); got != c.outer {
			t.Errorf("%s: X-Outer is %q, want %q", c.path, got, c.outer)
		}
		if strings.Contains(r.body, "ரகசியம்") {
			t.Errorf("%s tells what is inside", c.path)
		}
	}
	if r := s.ask("DELETE", "/block", ""); r.header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("Allow is %q", r.header.Get("Allow"))
	}
	if r := s.ask("OPTIONS", "/block", ""); r.status != 204 || r.header.Get("Allow") != "GET, HEAD, OPTIONS" || r.header.Get("X-Outer") != "204" {
		t.Errorf("OPTIONS: %v", r)
	}
	if r := s.ask("HEAD", "/block", ""); r.status != 201 || r.header.Get("X-Outer") != "201" || r.body != "" {
		t.Errorf("HEAD: %v", r)
	}
}

// TestMiddlewareOrder: the server's first, then the groups' from the outside in, each in
// the order of declaration, wherever the routes stand.
func TestMiddlewareOrder(t *testing.T) {
	s := open(t, `
செயல் குறி_இடு(பெயர்) {
    திரும்பு செயல்(request, next) {
        request.set("in", request.get("in", "") & பெயர்);
        r = next(request);
        r.body = r.body & பெயர்;
        திரும்பு r;
    };
}
g = server.group("/g");
h = g.group("/h");
h.on("GET", "/x", செயல்(r) { திரும்பு r.get("in") & "-"; });
h.use(குறி_இடு("e"));
h.use(குறி_இடு("f"));
server.use(குறி_இடு("a"));
g.use(குறி_இடு("c"));
server.use(குறி_இடு("b"));
g.use(குறி_இடு("d"));
server.on("GET", "/x", செயல்(r) { திரும்பு r.get("in") & "-"; });
g.on("GET", "/x", செயல்(r) { திரும்பு r.get("in") & "-"; });
other = server.group("");
other.use(குறி_இடு("z"));
other.on("GET", "/z", செயல்(r) { திரும்பு r.get("in") & "-"; });
`, settings{})
	for path, want := range map[string]string{"/x": "ab-ba", "/g/x": "abcd-dcba", "/g/h/x": "abcdef-fedcba", "/z": "abz-zba"} {
		s.want(s.ask("GET", path, ""), 200, want)
	}
}

// TestMiddlewareMistakes: what programs get wrong when a request comes.
func TestMiddlewareMistakes(t *testing.T) {
	s := open(t, `
செயல் வரவேற்பு(r) { திரும்பு "ok"; }
செயல் இருமுறை(request, next) { next(request); திரும்பு next(request); }
செயல் மறந்தது(request, next) { next(request); }
செயல் வேறு(request, next) { திரும்பு next(5); }
செயல் சொல்லும்(request, next) { பதில் 401, {"a": 1}; }
செயல் கேட்டபின்(request, next) { next(request); பதில் 202, [1]; }
செயல் பதிலல்ல(request, next) { next(request); திரும்பு next; }
a = server.group("/twice"); a.use(இருமுறை); a.on("GET", "", வரவேற்பு);
b = server.group("/nothing"); b.use(மறந்தது); b.on("GET", "", வரவேற்பு);
c = server.group("/other"); c.use(வேறு); c.on("GET", "", வரவேற்பு);
d = server.group("/says"); d.use(சொல்லும்); d.on("GET", "", வரவேற்பு);
e = server.group("/after"); e.use(கேட்டபின்); e.on("GET", "", வரவேற்பு);
z = server.group("/anonymous"); z.use(செயல்(request, next) { next(); next(); }); z.on("GET", "", வரவேற்பு);
f = server.group("/function"); f.use(பதிலல்ல); f.on("GET", "", வரவேற்பு);
`, settings{flags: map[string]string{"mode": "development"}})
	for path, says := range map[string]string{
		"/twice":    "'இருமுறை' has called next a second time",
		"/nothing":  "'மறந்தது' has returned nothing; end it with `return next(request);`",
		"/other":    "next",
		"/function": "a function can't be sent as an answer",
	} {
		if r := s.ask("GET", path, ""); r.status != 500 || !strings.Contains(r.body, says) || strings.ContainsRune(r.body, 0x1f) || strings.Contains(r.body, "u001f") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	if r := s.ask("GET", "/anonymous", ""); !strings.Contains(r.body, "'செயல் (செயலி.qmz:") || !strings.Contains(r.body, `"at":"செயலி.qmz:`) || strings.Contains(r.body, "<prelude>") {
		t.Errorf("the place is not the program's: %s", r.body)
	}
	s.want(s.ask("GET", "/says", ""), 401, `{"a":1}`)
	s.want(s.ask("GET", "/after", ""), 202, `[1]`)
}

// TestDeclaringMistakes: what the top level gets wrong is told with its place.
func TestDeclaringMistakes(t *testing.T) {
	for text, says := range map[string]string{
		`server.use(5);`: "",
		"செயல் m(r) { திரும்பு r; }\nserver.use(m);":       "'m' must take (request, next) to be middleware; it takes 1",
		"செயல் m(a, b, c) { திரும்பு a; }\nserver.use(m);": "'m' must take (request, next) to be middleware; it takes 3",
		"g = server.group(\"api\");":                                 "must begin with '/' and not end with it",
		"g = server.group(\"/api/\");":                               "must begin with '/' and not end with it",
		"g = server.group(5);":                                       "",
		"g = server.group(\"/a\", {\"timout\": 5});":                 "a route has no option 'timout'; did you mean 'timeout'?",
		"g = server.group(\"/a\");\ng.start(\":0\");":                "start",
		"server.on(\"GET\", \"/a\", செயல்() { }, {\"timeout\": 0});": "timeout must be more than 0",
		"server.on(\"GET\", \"/a/:x\", செயல்() { });\nserver.group(\"/a\").on(\"GET\", \"/:y\", செயல்() { });": "GET /a/:y fits the same paths as /a/:x at செயலி.qmz:1:",
	} {
		b, img, serves := image(t, text, nil)
		app := New(b, img, Options{Config: defaults(t, map[string]string{"port": "0"}), Host: quiet(), Whole: !serves})
		err := app.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "செயலி.qmz:") || strings.ContainsRune(err.Error(), 0x1f) {
			t.Errorf("%s: %v, want …%s…", text, err, says)
		}
	}
}

// TestMiddlewareWaits: middleware waits before and behind its handler, collects in between,
// and many requests do so at once without seeing each other's values.
func TestMiddlewareWaits(t *testing.T) {
	s := open(t, `
server.use(பணி(request, next) {
    request.set("rows", query_async("SELECT 1", [request.parameters.get("id")]));
    r = next(request);
    query_async("SELECT 2");
    r.headers["X-Id"] = request.get("rows")[0].id;
    திரும்பு r;
});
வழி பெறு, "/row/:id" {
    குப்பை = [];
    ஒவ்வொரு i இல் வீச்சு(1, 2000) { குப்பை = இணை(குப்பை, "குப்பை " & i & param_id); }
    query_async("SELECT 3");
    பதில் 200, {"id": param_id, "n": நீளம்(குப்பை)};
}
`, settings{bind: fakeQuery})
	var all sync.WaitGroup
	for i := range 100 { // more than there were once allowed to compute at a time
		all.Go(func() {
			r, err := s.try("GET", fmt.Sprintf("/row/%d", i), "")
			if err != nil || r.status != 200 || r.body != fmt.Sprintf(`{"id":"%d","n":2000}`, i) || r.header.Get("X-Id") != fmt.Sprint(i) {
				t.Errorf("%d: %v %v", i, r, err)
			}
		})
	}
	all.Wait()
}

// TestTimeoutsOfGroups: a group's routes inherit its time, may have another, and middleware
// counts.
func TestTimeoutsOfGroups(t *testing.T) {
	s := open(t, `
g = server.group("/g", {"காலக்கெடு": "30ms"});
g.on("GET", "/slow", செயல்() { உறங்கு(60); });
g.on("GET", "/own", செயல்() { உறங்கு("100ms"); திரும்பு "own"; }, {"timeout": 30});
m = server.group("/m", {"timeout": "30ms"});
m.use(பணி(request, next) { உறங்கு(60); திரும்பு next(request); });
m.on("GET", "/slow", செயல்() { திரும்பு "never"; });
`, settings{})
	start := time.Now()
	s.wantCode(s.ask("GET", "/g/slow", ""), 504, "timeout")
	s.wantCode(s.ask("GET", "/m/slow", ""), 504, "timeout")
	s.want(s.ask("GET", "/g/own", ""), 200, "own")
	if d := time.Since(start); d > 50*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestLooseSlash: what is declared as it stands wins; else a '/' more or less is the same.
func TestLooseSlash(t *testing.T) {
	const text = `
server.on("GET", "/a", செயல்(r) { திரும்பு "a " & r.path; });
server.on("GET", "/b/", செயல்(r) { திரும்பு "b " & r.path; });
server.on("GET", "/both", செயல்() { திரும்பு "without"; });
server.on("GET", "/both/", செயல்() { திரும்பு "with"; });
server.on("POST", "/a/", செயல்() { திரும்பு "post"; });
server.on("GET", "/p/:x", செயல்(r) { திரும்பு r.parameters.get("x"); });
server.on("GET", "/f/*rest", செயல்(r) { திரும்பு "f" & r.parameters.get("rest"); });
`
	s := open(t, text, settings{flags: map[string]string{"trailing-slash": "loose"}})
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/a", "a /a"}, {"GET", "/a/", "a /a"}, {"GET", "/b", "b /b/"}, {"GET", "/b/", "b /b/"},
		{"GET", "/both", "without"}, {"GET", "/both/", "with"}, {"POST", "/a", "post"}, {"POST", "/a/", "post"},
		{"GET", "/p/%E0%AE%85/", "அ"}, {"GET", "/f/x/", "fx/"}, {"GET", "/f", "f"},
	} {
		s.want(s.ask(c.method, c.path, ""), 200, c.want)
	}
	s.wantCode(s.ask("GET", "/p/x//", ""), 404, "not_found")
	s.wantCode(s.ask("GET", "/", ""), 404, "not_found")
	s.wantCode(s.ask("GET", "/p/", ""), 404, "not_found")
	if r := s.ask("DELETE", "/b", ""); r.status != 405 || r.header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("%d %v", r.status, r.header)
	}
	strict := open(t, text, settings{})
	strict.wantCode(strict.ask("GET", "/a/", ""), 405, "")
	strict.wantCode(strict.ask("GET", "/b", ""), 404, "not_found")
}

// TestBodyLimits: a route's own limit, smaller or larger than the server's, with the length
// told or in chunks; a group's is its routes'.
func TestBodyLimits(t *testing.T) {
	s := open(t, `
செயல் அளவு(r) { திரும்பு நீளம்(r.body); }
server.on("POST", "/usual", அளவு);
server.on("POST", "/small", அளவு, {"body": 10});
g = server.group("/g", {"உடல்": "64KiB"});
g.on("POST", "/large/:x<எண்>", அளவு);
g.on("POST", "/tiny", அளவு, {"body": 3});
`, settings{flags: map[string]string{"body-limit": "1000"}})
	for _, c := range []struct {
		path   string
		n      int
		status int
	}{
		{"/usual", 1000, 200}, {"/usual", 1001, 413}, {"/small", 10, 200}, {"/small", 11, 413},
		{"/g/large/1", 65536, 200}, {"/g/large/1", 65537, 413}, {"/g/large/x", 1001, 413}, {"/g/tiny", 3, 200}, {"/g/tiny", 4, 413},
	} {
		body := strings.Repeat("a", c.n)
		for _, head := range []string{fmt.Sprintf("Content-Length: %d\r\n\r\n%s", c.n, body), fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", c.n, body)} {
			r := s.raw("POST "+c.path+" HTTP/1.1\r\nHost: a\r\n"+head, "POST")[0]
			if r.status != c.status || c.status == 200 && r.body != fmt.Sprint(c.n) {
				t.Errorf("%s with %d bytes: %d %s", c.path, c.n, r.status, r.body)
			}
		}
	}
}

// TestOptionsAreDocumented: each is in the page that users read, in Tamil and English.
func TestOptionsAreDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", "serving.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range RouteOptions {
		row := fmt.Sprintf("| `%s` · `%s` |", o.Spellings[0], o.Spellings[2])
		if !strings.Contains(string(page), row) {
			t.Errorf("serving.md has no row %s", row)
		}
		if len(o.Spellings) != 3 || o.Tamil == "" || o.English == "" {
			t.Errorf("%v is not whole", o)
		}
	}
}

// TestForms: fields and files of both kinds of form.
func TestForms(t *testing.T) {
	dir := t.TempDir()
	s := open(t, `
server.on("POST", "/form", செயல்(r) {
    கோப்புகள் = [];
    ஒவ்வொரு u இல் r.files {
        x = u.save("`+filepath.ToSlash(dir)+`/" & u.field)?;
        கோப்புகள் = இணை(கோப்புகள், {f: u.புலம், n: u.பெயர், t: u.வகை, s: u.அளவு, b: u.உடல், first: u.bytes[0], saved: x});
    }
    திரும்பு {a: r.form().a, all: r.fields.all("a"), one: r.புலங்கள்.பெறு("a"), none: r.fields.get("z", "-"), files: கோப்புகள், again: நீளம்(r.கோப்புகள்)};
});
server.on("GET", "/left", செயல்(r) { a = r.deadline; உறங்கு("300ms"); திரும்பு [a, r.காலக்கெடு < a, r.deadline > 300]; }, {"timeout": 500});
server.on("GET", "/left/default", செயல்(r) { திரும்பு r.deadline; });
`, settings{})
	r := s.ask("POST", "/form", "a=1&b=2&a=%E0%AE%85+x", "Content-Type: application/x-www-form-urlencoded; charset=utf-8")
	s.want(r, 200, `{"a":"அ x","again":0,"all":["1","அ x"],"files":[],"none":"-","one":"1"}`)
	multi := "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n2\r\n" +
		"--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--\r\n"
	r = s.ask("POST", "/form", multi, "Content-Type: multipart/form-data; boundary=B")
	s.want(r, 200, `{"a":"2","again":1,"all":["1","2"],"files":[{"b":"hello","f":"f","first":104,"n":"x.txt","s":5,"saved":5,"t":"text/plain"}],"none":"-","one":"1"}`)
	if b, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(b) != "hello" {
		t.Errorf("saved %q %v", b, err)
	}
	s.wantCode(s.ask("POST", "/form", multi[:60], "Content-Type: multipart/form-data; boundary=B"), 400, "bad_request")
	s.want(s.ask("GET", "/left", ""), 200, `[500,true,true]`)
	s.want(s.ask("GET", "/left/default", ""), 200, `600`)
}

// TestMiddlewareComputes: what computes for long leaves the loop, in middleware and in the
// handler behind it, and both still read the request, keep values and answer.
func TestMiddlewareComputes(t *testing.T) {
	s := open(t, `
செயல் சுழல்(n) { x = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { x = x + மீதி(i, 7); } திரும்பு x; }
server.use(பணி(request, next) {
    சுழல்(30000);
    request.set("q", request.query.get("q"));
    r = next(request);
    சுழல்(30000);
    r.headers["X-Q"] = request.get("q");
    திரும்பு r;
});
server.on("GET", "/f/:x", செயல்(r) { சுழல்(30000); query_async("SELECT"); திரும்பு {"x": r.parameters.get("x"), "q": r.get("q")}; });
வழி பெறு, "/b/:x" { சுழல்(30000); பதில் 200, {"x": param_x, "q": query_params.q}; }
`, settings{bind: fakeQuery})
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			path := fmt.Sprintf("/%c/%d?q=%d", "fb"[i%2], i, i)
			if i%8 == 7 {
				path = fmt.Sprintf("/none?q=%d", i)
			}
			r, err := s.try("GET", path, "")
			if err != nil || r.header.Get("X-Q") != fmt.Sprint(i) {
				t.Errorf("%s: %v %v", path, r, err)
				return
			}
			if i%8 == 7 {
				s.wantCode(r, 404, "not_found")
				return
			}
			s.want(r, 200, fmt.Sprintf(`{"q":"%d","x":"%d"}`, i, i))
		})
	}
	all.Wait()
}

// TestMiddlewareIsCancelled: a client that goes away ends what middleware waits for, with
// its finally blocks; a middleware can't swallow it.
func TestMiddlewareIsCancelled(t *testing.T) {
	s := open(t, `
server.use(பணி(request, next) {
    முயல் {
        முயல் { திரும்பு next(request); } பிழை(e) { அச்சு "caught " & e.code; எறி e; }
    } இறுதியில் {
        அச்சு "finally";
    }
});
server.on("GET", "/slow", செயல்() { log_info("begun"); உறங்கு(30); அச்சு "never"; });
`, settings{})
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
	eventually(t, "the handler waits", func() bool { return strings.Contains(s.logs.String(), "begun") })
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
	for end := time.Now().Add(time.Minute); !strings.Contains(s.out.String(), "finally"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the middleware still runs: %q %s", s.out.String(), s.logs)
		}
	}
	if got := s.out.String(); got != "caught cancelled\nfinally\n" {
		t.Errorf("printed %q", got)
	}
}

// example is the first program behind a heading of serving.md.
func example(t *testing.T, heading string) string { return exampleOf(t, "serving.md", heading) }

// exampleOf is the first program behind a heading of a page on the language.
func exampleOf(t *testing.T, name, heading string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "language", name))
	if err != nil {
		t.Fatal(err)
	}
	_, text, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	_, text, is := strings.Cut(text, "```etamil\n")
	text, _, ends := strings.Cut(text, "```\n")
	if !ok || !is || !ends {
		t.Fatalf("%s has no program behind %q", name, heading)
	}
	return text
}

// TestDocumentedPrograms runs what serving.md shows.
func TestDocumentedPrograms(t *testing.T) {
	groups := open(t, example(t, "Groups"), settings{})
	groups.want(groups.ask("GET", "/api/status", ""), 200, `{"status":"ok"}`)
	groups.want(groups.ask("GET", "/kadai/%E0%AE%85", ""), 200, `{"கடை":"அ"}`)
	s := open(t, example(t, "Middleware"), settings{})
	s.want(s.ask("GET", "/eZ/peyar", ""), 401, `{"error":"யார் நீங்கள்?"}`)
	r := s.ask("GET", "/eZ/peyar", "", "X-User: கமலா")
	s.want(r, 200, "கமலா")
	if got := r.header.Get("Server-Timing"); !strings.HasPrefix(got, "app;dur=") {
		t.Errorf("Server-Timing is %q", got)
	}
	if r := s.ask("GET", "/none", ""); r.status != 404 || r.header.Get("Server-Timing") == "" {
		t.Errorf("%d %v", r.status, r.header)
	}
}

// TestHealthIsNotAPage: "/health" beats patterns that fit more, but not the program's own.
func TestHealthIsNotAPage(t *testing.T) {
	s := open(t, `
server.on("GET", "/*rest", செயல்() { திரும்பு "page"; });
server.on("POST", "/:x", செயல்() { திரும்பு "posted"; });
server.on("GET", "/ready", செயல்() { திரும்பு "own"; });
`, settings{})
	s.want(s.ask("GET", "/health", ""), 200, `{"status":"ok"}`)
	s.want(s.ask("GET", "/ready", ""), 200, "own")
	s.want(s.ask("POST", "/health", ""), 200, "posted")
	s.want(s.ask("GET", "/healthy", ""), 200, "page")
}
