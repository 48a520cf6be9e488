package serve

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/http1"
	"etamil/internal/cache"
	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/metrics"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/vm"
)

// site is a program that is being served.
type site struct {
	testing.TB
	app   *App
	url   string
	addr  string
	out   *syncBuffer
	logs  *syncBuffer
	ended chan error
	err   error
	once  sync.Once
}

// syncBuffer is a bytes.Buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// settings are what a test changes.
type settings struct {
	flags  map[string]string
	bind   func(*vm.Linker)
	checks []Check
	tls    *tls.Config
	cache  cache.Store
	shared bool // other instances see the same cache
	in     io.Reader

	lastWait time.Duration // see App; 0: a minute

	metrics *metrics.Set
}

// image compiles and links a program.
func image(t testing.TB, text string, bind func(*vm.Linker)) (*Binding, *vm.Image, bool) {
	t.Helper()
	r, err := compile.Program(load.File{Name: "செயலி.qmz", Key: "test", Text: text}, load.NewFinder("", "", nil), compile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		for _, m := range r.Messages {
			t.Errorf("%v: %s", r.Set.Place(m.Span.Start), m.Both())
		}
		t.FailNow()
	}
	l := vm.NewLinker()
	all.Bind(l)
	b := Bind(l)
	if bind != nil {
		bind(l)
	}
	img, err := l.Link(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	return b, img, r.Checked.Serves
}

// open serves a program on a free port. The server is stopped at the test's end, and
// must leave nothing behind.
func open(t testing.TB, text string, s settings) *site {
	t.Helper()
	spool := t.TempDir()
	t.Setenv("TMPDIR", spool)
	before, files := len(ours()), openFiles(t)
	if s.cache != nil { // the test's own, with connections of its own
		files = math.MaxInt
	}
	st := launch(t, text, s)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections() // a drain gives them a second
		st.stop()
		st.leavesNothing(spool, files)
		for end := time.Now().Add(time.Minute); len(ours()) > before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("goroutines are left:\n%s", strings.Join(ours(), "\n\n"))
			}
		}
	})
	return st
}

// leavesNothing holds a server that has stopped to having given back all that its requests
// had: tasks, locks, followers of topics, temporary files, and descriptors, of which there
// were so many before.
func (s *site) leavesNothing(spool string, files int) {
	s.Helper()
	first := s.app
	for _, left := range []struct {
		what string
		n    int
	}{
		{"locks are held", first.shared.Locks()},
		{"tasks apart run", int(first.apart.Load())},
		{"streams follow topics", int(first.forms.events.Load())},
		{"subscriptions are open", int(first.forms.channels.Load())},
	} {
		if left.n != 0 {
			s.Errorf("%d %s after the end", left.n, left.what)
		}
	}
	for _, g := range first.generations() {
		for _, w := range g.ownWorkers() {
			if w.jobs != nil || w.sockets != nil || w.streams != nil || len(w.topics) > 0 {
				s.Errorf("a worker is left with work: a job %v, a socket %v, a stream %v, %d topics", w.jobs != nil, w.sockets != nil, w.streams != nil, len(w.topics))
			}
		}
	}
	for end := time.Now().Add(time.Minute); openFiles(s) > files; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.Errorf("%d descriptors, and %d before", openFiles(s), files)
			break
		}
	}
	list, err := os.ReadDir(spool)
	if err != nil {
		s.Error(err)
	}
	for _, f := range list {
		if !f.IsDir() { // those are the test's own
			s.Errorf("%s is left in the folder for temporary files", f.Name())
		}
	}
}

// ours are the stacks of goroutines that the server has started. A loop is one of them also in the
// moments in which gnet has it, and nothing of ours stands there.
func ours() (list []string) {
	buf := make([]byte, 4<<20)
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "gnet/v2.(*eventloop).run") || strings.Contains(g, "etamil/") && !strings.Contains(g, "testing.tRunner") && !strings.Contains(g, "testing.(*B)") {
			list = append(list, g)
		}
	}
	return list
}

func launch(t testing.TB, text string, s settings) *site {
	t.Helper()
	b, img, serves := image(t, text, s.bind)
	// What isn't tested has the time that a busy machine needs.
	flags := map[string]string{"port": "0", "workers": "2", "host": "127.0.0.1",
		"header-timeout": "10m", "body-timeout": "10m", "idle-timeout": "10m", "handler-timeout": "10m", "write-timeout": "10m", "drain-timeout": "10m"}
	for k, v := range s.flags {
		flags[k] = v
	}
	cfg, err := config.Load(config.Given{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	st := &site{TB: t, out: &syncBuffer{}, logs: &syncBuffer{}, ended: make(chan error, 1)}
	log := logs.New(st.logs, logs.Options{JSON: true, Context: RequestContext})
	h := host.New(log, true)
	h.Out = host.NewOutput(st.out, true)
	if s.in != nil {
		h.In = host.NewInput(s.in)
	}
	ready := make(chan Info, 1)
	var keep func() (cache.Store, error)
	if s.cache != nil {
		keep = func() (cache.Store, error) { return s.cache, nil }
	}
	var common func() (cache.Store, error)
	if s.shared {
		common = keep
	}
	st.app = New(b, img, Options{
		Cache: keep, Shared: s.shared, Common: common, Metrics: s.metrics,
		Config: cfg, Host: h, Listen: true, Whole: !serves, Checks: s.checks, TLS: s.tls,
		Log:   log,
		Ready: func(i Info) { ready <- i },
	})
	if s.checks != nil {
		st.app.dependencies.time, st.app.dependencies.good = time.Minute, time.Hour
	}
	st.app.lastWait = cmp.Or(s.lastWait, time.Minute)
	go func() { st.ended <- st.app.Run(context.Background()) }()
	select {
	case i := <-ready:
		st.addr = i.Addr.String()
		st.url = "http://" + st.addr
	case err := <-st.ended:
		st.err = err
		st.once.Do(func() {})
		t.Fatalf("the program has ended: %v\n%s", err, st.logs)
	case <-time.After(time.Minute):
		t.Fatal("the server is not ready")
	}
	return st
}

// stop shuts the server down and returns what Run answered.
func (s *site) stop() error {
	s.once.Do(func() {
		s.app.Shutdown()
		select {
		case s.err = <-s.ended:
		case <-time.After(time.Minute):
			buf := make([]byte, 1<<20)
			s.Fatalf("Run does not return:\n%s", buf[:runtime.Stack(buf, true)])
		}
	})
	return s.err
}

// reply is an answer that was read.
type reply struct {
	status int
	body   string
	header http.Header
}

// ask sends one request; body may be "". header is "Name: value" lines.
func (s *site) ask(method, path, body string, header ...string) reply {
	s.Helper()
	r, err := s.try(method, path, body, header...)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

func (s *site) try(method, path, body string, header ...string) (reply, error) {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	q, err := http.NewRequest(method, s.url+path, in)
	if err != nil {
		return reply{}, err
	}
	for _, h := range header {
		k, v, _ := strings.Cut(h, ": ")
		q.Header.Add(k, v)
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return reply{}, err
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	return reply{a.StatusCode, string(b), a.Header}, err
}

// want checks an answer.
func (s *site) want(r reply, status int, body string) {
	s.Helper()
	if r.status != status || r.body != body {
		s.Errorf("got %d %s\nwant %d %s\n%s", r.status, r.body, status, body, s.logs)
	}
}

// wantCode checks that an answer is a problem with this status and code, and tells
// nothing of the inside.
func (s *site) wantCode(r reply, status int, code string) {
	s.Helper()
	var p struct {
		Error, Title, Code, ID string
		Status                 int
	}
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		s.Errorf("%d %q is no JSON: %v", r.status, r.body, err)
		return
	}
	if r.status != status || p.Status != status || p.Code != code || p.Title != http1.ReasonOf(status) && (p.Title != titles[status] || r.header.Get("Content-Language") != "ta") {
		s.Errorf("got %d %s, want %d with code %q", r.status, r.body, status, code)
	}
	if strings.Contains(r.body, ".qmz") {
		s.Errorf("%s tells where", r.body)
	}
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		s.Errorf("Content-Type is %q", got)
	}
}

// raw sends bytes on a connection of their own and reads so many answers.
func (s *site) raw(bytes string, methods ...string) []reply {
	s.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(c, bytes); err != nil {
		s.Fatal(err)
	}
	var list []reply
	in := bufio.NewReader(c)
	for _, m := range methods {
		a, err := http.ReadResponse(in, &http.Request{Method: m})
		if err != nil {
			s.Fatalf("answer %d: %v", len(list)+1, err)
		}
		b, err := io.ReadAll(a.Body)
		if err != nil {
			s.Fatal(err)
		}
		list = append(list, reply{a.StatusCode, string(b), a.Header})
	}
	return list
}

// fakeQuery binds query_async to a task that waits a little and answers with a row.
func fakeQuery(l *vm.Linker) {
	l.Bind("query_async", 1, 3, func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		id := "?"
		if len(args) > 1 && args[1].IsList() && args[1].List().Len() > 0 {
			id = host.Copy(f, args[1].List().At(0))
		}
		return host.Do(f, func(ctx context.Context) (string, error) {
			if id == "bad" {
				return "", fmt.Errorf("no such table: users")
			}
			select {
			case <-time.After(5 * time.Millisecond):
				return id, nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}, func(f *vm.Fiber, id string, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, host.Raise("db.failed", "வினா முடியவில்லை", err.Error())
			}
			h := f.Heap()
			row := h.NewRecord(value.ClassOf("id", "name"), []value.Value{h.NewText(id), h.NewText("கண்ணன்")})
			return h.NewListOf([]value.Value{row}), nil
		})
	})
}

// The first program of the document that this project began with, to the letter.
//
//go:embed testdata/example1.qmz
var seedProgram string

func TestSeedProgram(t *testing.T) {
	s := open(t, seedProgram, settings{bind: fakeQuery})
	s.want(s.ask("GET", "/api/users/42", ""), 200, `[{"id":"42","name":"கண்ணன்"}]`)
	r := s.ask("GET", "/api/users/bad", "")
	if r.status != 500 || !strings.Contains(r.body, `"error":"வினா முடியவில்லை  (no such table: users)"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			id := fmt.Sprint(i)
			if r, err := s.try("GET", "/api/users/"+id, ""); err != nil || r.status != 200 || !strings.Contains(r.body, `"id":"`+id+`"`) {
				t.Errorf("user %s: %v %v", id, r, err)
			}
		})
	}
	all.Wait()
}

// shop has both forms of route, and what they can read and answer.
const shop = `
நிலை வரி_வீதம் = 0.18;
கடை = {"பெயர்": "கடை", "பொருள்கள்": [{"id": 1, "விலை": 10.50}, {"id": 2, "விலை": 0.1}]};
எண்ணிக்கை = 0;

செயல் வரி(தொகை) { திரும்பு தொகை * வரி_வீதம்; }

வழி பெறு, "/vari/:qokY<எண்>" {
    பதில் 200, {"தொகை": path_params.qokY, "வரி": வரி(param_qokY)};
}
வழி பெறு, "/vari/:x" { பதில் 400, "எண் வேண்டும்", {"Content-Type": "text/plain; charset=utf-8", "X-Why": param_x}; }
வழி பதி, "/kUttu" {
    உள்ளீடு = ஜேசான்_படி(request_body)?;
    பதில் 201, {"கூடுதல்": உள்ளீடு.a + உள்ளீடு.b};
}
வழி பெறு, "/window" {
    எண்ணிக்கை = எண்ணிக்கை + 1;
    பதில் 200, எண்ணிக்கை;
}
வழி பெறு, "/silent" { x = 1; }
வழி பெறு, "/return" { திரும்பு [1, 2.50]; }
வழி பெறு, "/all" {
    பதில் 200, {m: request_method, p: request_path, q: query_params, a: headers.accept, f: request_fields, n: நீளம்(request_files)};
}
வழி பதி, "/form" { பதில் 200, {f: request_fields, files: request_files}; }
வழி பெறு, "/twice" { பதில் 500, "a"; பதில் 200, {s: response_status, b: response_body}; }

server.on("GET", "/shop", செயல்(request) { திரும்பு கடை; });
server.on("GET", "/text", செயல்() { திரும்பு "வணக்கம்"; });
server.on("GET", "/nil", செயல்(r) { });
server.on("GET", "/ok", செயல்(r) { திரும்பு சரி({a: 1}); });
server.on("GET", "/fail", செயல்(r) { திரும்பு தவறு("இல்லை"); });
server.on("GET", "/fail/code", செயல்(r) { திரும்பு தவறு({code: "conflict", message: "முரண்"}); });
server.on("GET", "/throw/:code", செயல்(r) { எறி பிழை_ஆக்கு(r.parameters.get("code"), "செய்தி"); });
server.on("GET", "/boom", செயல்(r) { திரும்பு 1 / 0; });
server.on("GET", "/response", செயல்(r) { திரும்பு response(418, "தேநீர்", {"X-A": "1", "Set-Cookie": ["a=1", "b=2"], "X-N": 2.50, "X-Nil": nil}); });
server.on("GET", "/badheader", செயல்(r) { திரும்பு response(200, "x", {"X-A": "1\r\nX-B: 2"}); });
server.on("GET", "/length", செயல்(r) { திரும்பு response(200, "x", {"Content-Length": "100"}); });
server.on("GET", "/status", செயல்(r) { திரும்பு response(99, "x"); });
server.on("GET", "/function", செயல்(r) { திரும்பு வரி; });
server.on("GET", "/number", செயல்(r) { திரும்பு 1.10; });
server.on("POST", "/json", செயல்(r) { திரும்பு r.json(); });
server.on("POST", "/bytes", செயல்(r) { திரும்பு r.bytes; });
server.on("GET", "/files/*rest", செயல்(r) { திரும்பு r.parameters.get("rest"); });
server.on("GET", "/request", செயல்(r) {
    திரும்பு {
        method: r.method, path: r.path, q: r.query.get("q"), all: r.query.all("q"), none: r.query.get("none"), def: r.query.get("none", [1]),
        h: r.headers.get("x-tEST"), hs: r.headers.all("X-Test"), c: r.cookies.get("sid"), ip: r.ip, id: நீளம்(r.id) > 3, tamil: r.கோரிக்கை_இல்லை_தானே(1)
    };
});
`

func TestShop(t *testing.T) {
	text := strings.Replace(shop, ", tamil: r.கோரிக்கை_இல்லை_தானே(1)", ", tamil: r.வினா.பெறு(\"q\") == r.query.get(\"q\")", 1)
	s := open(t, text, settings{})
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/vari/100.50", "", 200, `{"தொகை":100.50,"வரி":18.0900}`},
		{"GET", "/vari/abc", "", 400, "எண் வேண்டும்"},
		{"POST", "/kUttu", `{"a": 0.1, "b": 0.2}`, 201, `{"கூடுதல்":0.3}`},
		{"GET", "/window", "", 200, "1"},
		{"GET", "/window", "", 200, "1"},
		{"GET", "/silent", "", 200, "Handler executed successfully"},
		{"GET", "/return", "", 200, "[1,2.50]"},
		{"GET", "/twice", "", 200, `{"b":"a","s":500}`},
		{"GET", "/shop", "", 200, `{"பெயர்":"கடை","பொருள்கள்":[{"id":1,"விலை":10.50},{"id":2,"விலை":0.1}]}`},
		{"GET", "/text", "", 200, "வணக்கம்"},
		{"GET", "/nil", "", 204, ""},
		{"GET", "/ok", "", 200, `{"a":1}`},
		{"GET", "/number", "", 200, "1.10"},
		{"GET", "/response", "", 418, "தேநீர்"},
		{"POST", "/json", `{"b": [1.0, null, "அ"], "a": 12345678901234567890.123}`, 200, `{"a":12345678901234567890.123,"b":[1.0,null,"அ"]}`},
		{"POST", "/bytes", "அ", 200, "[224,174,133]"},
		{"GET", "/files/a/../b%2Fc", "", 200, "b/c"},
		{"GET", "/files/%E0%AE%85", "", 200, "அ"},
		{"GET", "/health", "", 200, `{"status":"ok"}`},
		{"GET", "/ready", "", 200, `{"status":"ok"}`},
		{"HEAD", "/shop", "", 200, ""},
		{"OPTIONS", "/shop", "", 204, ""},
	} {
		r := s.ask(c.method, c.path, c.body)
		s.want(r, c.status, c.want)
		if t.Failed() {
			t.Fatalf("at %s %s", c.method, c.path)
		}
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		code, says         string
	}{
		{"GET", "/none", "", 404, "not_found", `"error":"Not Found"`},
		{"GET", "/shop/", "", 404, "not_found", ""},
		{"PUT", "/shop", "", 405, "", ""},
		{"PROPFIND", "/shop", "", 501, "", ""},
		{"GET", "/files/%zz", "", 400, "", ""},
		{"GET", "/fail", "", 400, "", `"error":"இல்லை"`},
		{"GET", "/fail/code", "", 409, "conflict", `"error":"முரண்"`},
		{"GET", "/throw/not_found", "", 404, "not_found", `"error":"செய்தி"`},
		{"GET", "/throw/unauthorized", "", 401, "unauthorized", ""},
		{"GET", "/throw/forbidden", "", 403, "forbidden", ""},
		{"GET", "/throw/invalid", "", 422, "invalid", ""},
		{"GET", "/throw/too_many", "", 429, "too_many", ""},
		{"GET", "/throw/timeout", "", 504, "timeout", `"error":"Gateway Timeout"`},
		{"GET", "/throw/unavailable", "", 503, "unavailable", ""},
		{"GET", "/throw/made_up", "", 500, "internal", `"error":"Internal Server Error"`},
		{"GET", "/boom", "", 500, "internal", `"error":"Internal Server Error"`},
		{"GET", "/badheader", "", 500, "internal", ""},
		{"GET", "/length", "", 500, "internal", ""},
		{"GET", "/status", "", 500, "internal", ""},
		{"GET", "/function", "", 500, "internal", ""},
		{"POST", "/json", "{", 400, "bad_request", ""},
		{"POST", "/json", "", 400, "bad_request", ""},
		{"POST", "/kUttu", "nope", 400, "", ""},
	} {
		if c.path == "/files/%zz" {
			s.wantCode(s.raw("GET /files/%zz HTTP/1.1\r\nHost: a\r\n\r\n", "GET")[0], 400, "bad_request")
			continue
		}
		r := s.ask(c.method, c.path, c.body)
		s.wantCode(r, c.status, c.code)
		if !strings.Contains(r.body, c.says) {
			t.Errorf("%s %s: %s says nothing of %s", c.method, c.path, r.body, c.says)
		}
		if t.Failed() {
			t.Fatalf("at %s %s\n%s", c.method, c.path, s.logs)
		}
	}
	if got := s.ask("PUT", "/shop", "").header.Get("Allow"); got != "GET, HEAD, OPTIONS" {
		t.Errorf("Allow is %q", got)
	}
	if got := s.ask("OPTIONS", "/shop", "").header.Get("Allow"); got != "GET, HEAD, OPTIONS" {
		t.Errorf("Allow is %q", got)
	}
	r := s.ask("GET", "/response", "")
	if h := r.header; h.Get("X-A") != "1" || !slices.Equal(h.Values("Set-Cookie"), []string{"a=1", "b=2"}) || h.Get("X-N") != "2.5" || h.Get("X-Nil") != "" || h.Get("Content-Type") != typeText {
		t.Errorf("%v", h)
	}
	if h := s.ask("GET", "/vari/abc", "").header; h.Get("X-Why") != "abc" || h.Get("Content-Type") != typeText {
		t.Errorf("%v", h)
	}
	if h := s.ask("HEAD", "/shop", "").header; h.Get("Content-Length") == "" || h.Get("Content-Type") != typeJSON {
		t.Errorf("%v", h)
	}
	if r := s.ask("GET", "/boom", ""); r.header.Get("X-Request-Id") == "" || !strings.Contains(s.logs.String(), r.header.Get("X-Request-Id")) {
		t.Errorf("the request's id %q is not in the log:\n%s", r.header.Get("X-Request-Id"), s.logs)
	}
	for _, says := range []string{`"code":"division_by_zero"`, `"route":"/boom"`, `"file":"செயலி.qmz"`, `"stack":"`, `"status":500`} {
		if !strings.Contains(s.logs.String(), says) {
			t.Errorf("the log says nothing of %s:\n%s", says, s.logs)
		}
	}
}

func TestRequest(t *testing.T) {
	s := open(t, strings.Replace(shop, ", tamil: r.கோரிக்கை_இல்லை_தானே(1)", ", tamil: r.வினா.பெறு(\"q\")", 1), settings{})
	r := s.ask("GET", "/request?q=%E0%AE%85+b&q=%25zz&e&q=", "", "X-Test: 1", "X-Test: 2", "Cookie: a=b; sid=xyz")
	s.want(r, 200, `{"all":["அ b","%zz",""],"c":"xyz","def":[1],"h":"1","hs":["1","2"],"id":true,"ip":"127.0.0.1","method":"GET","none":null,"path":"/request","q":"அ b","tamil":"அ b"}`)
	r = s.ask("GET", "/all?a=1&b=%20&c&a=2", "", "Accept: x/y")
	s.want(r, 200, `{"a":"x/y","f":{},"m":"GET","n":0,"p":"/all","q":{"a":"2","b":" "}}`)
	r = s.ask("POST", "/form", "a=1&b=%E0%AE%85", "Content-Type: application/x-www-form-urlencoded")
	s.want(r, 200, `{"f":{"a":"1","b":"அ"},"files":[]}`)
	multi := "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B--\r\n"
	r = s.ask("POST", "/form", multi, "Content-Type: multipart/form-data; boundary=B")
	s.want(r, 200, `{"f":{"a":"1"},"files":[{"அளவு":5,"குறியீடு":0,"கோப்புப்_பெயர்":"x.txt","பெயர்":"f","வகை":"text/plain"}]}`)
	s.wantCode(s.ask("POST", "/form", multi[:60], "Content-Type: multipart/form-data; boundary=B"), 400, "bad_request")
	s.wantCode(s.ask("POST", "/form", multi, "Content-Type: multipart/form-data"), 400, "bad_request")
	r = s.ask("POST", "/kUttu", "{\"a\": 1, \"b\": \"\xff\"}")
	if r.status >= 500 {
		t.Errorf("invalid UTF-8 gives %d", r.status)
	}
}

func TestPipelining(t *testing.T) {
	s := open(t, `
server.on("GET", "/slow", செயல்() { உறங்கு("30ms"); திரும்பு "slow"; });
server.on("GET", "/fast/:n", செயல்(r) { திரும்பு r.parameters.get("n"); });
`, settings{})
	var in strings.Builder
	var methods []string
	var want []string
	for i := range 20 {
		path := fmt.Sprintf("/fast/%d", i)
		if i%5 == 1 {
			path = "/slow"
		}
		fmt.Fprintf(&in, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		methods = append(methods, "GET")
		want = append(want, strings.TrimPrefix(strings.TrimPrefix(path, "/fast/"), "/"))
	}
	for i, r := range s.raw(in.String(), methods...) {
		if r.status != 200 || r.body != want[i] {
			t.Errorf("answer %d is %d %q, want %q", i, r.status, r.body, want[i])
		}
	}
}

func defaults(t testing.TB, flags map[string]string) *config.Config {
	t.Helper()
	c, err := config.Load(config.Given{Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func quiet() *host.Host {
	h := host.New(nil, true)
	h.Out = outputTo(io.Discard)
	return h
}

func outputTo(w io.Writer) *host.Output { return host.NewOutput(w, true) }
