package testrun

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etamil/internal/config"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/value"
	"etamil/vm"
)

// options are those for the files of a folder, whose program is main.qmz there.
func options(t testing.TB, dir string) Options {
	t.Helper()
	files, err := Find([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Files: files, Timeout: time.Minute, Finder: load.NewFinder("", "", nil),
		Env: func(name string) (string, bool) { return "postgres://elsewhere", name == "DATABASE_URL" },
		App: func(dir string) (string, string) {
			file := filepath.Join(dir, "main.qmz")
			if _, err := os.Stat(file); err != nil {
				return "", dir
			}
			return file, dir
		},
		Config: func(string) (*config.Config, error) {
			return config.Load(config.Given{Flags: map[string]string{"steps": "1000000"}})
		},
	}
}

// folder writes files, which follow each other as name and text.
func folder(t testing.TB, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		name := filepath.Join(dir, files[i])
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(files[i+1]), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run runs the tests of files.
func run(t testing.TB, files ...string) *Report {
	t.Helper()
	return Run(t.Context(), options(t, folder(t, files...)))
}

// outcomes is a line for each test: its name, and what is said of a failure.
func outcomes(r *Report) string {
	var b strings.Builder
	for _, x := range r.Results {
		switch f := x.Failure; {
		case f == nil:
			fmt.Fprintf(&b, "%s: ok\n", x.Name)
		case f.Error != nil:
			fmt.Fprintf(&b, "%s: %s %s\n", x.Name, f.Stage, f.Error.Code)
		case f.Bug != "":
			fmt.Fprintf(&b, "%s: bug\n", x.Name)
		default:
			fmt.Fprintf(&b, "%s: %s timeout=%v\n", x.Name, f.Stage, f.Timeout)
		}
	}
	return b.String()
}

// said is everything that a report says, for messages.
func said(r *Report) string {
	var b strings.Builder
	p := NewPrinter(&b, Style{Verbose: true})
	for _, x := range r.Results {
		p.Result(x)
	}
	for _, f := range r.Files {
		for _, m := range f.Messages {
			b.WriteString(m.Both() + "\n")
		}
	}
	return b.String()
}

func TestOutcomes(t *testing.T) {
	const routes = `
		server.on("GET", "/n", செயல்(r) { உறங்கு(0.002); திரும்பு {a: 1}; });
		server.on("POST", "/echo", செயல்(r) { திரும்பு response(201, r.body, {"content-type": r.headers.get("content-type", "none"), "x-two": "2"}); });
		server.on("GET", "/in", செயல்(r) { திரும்பு response(200, "in", {"set-cookie": "id=7; Path=/"}); });
		server.on("GET", "/who", செயல்(r) { திரும்பு r.cookies.get("id", "nobody"); });
		server.on("GET", "/bad", செயல்(r) { திரும்பு 1 / 0; });
		server.on("GET", "/long", செயல்(r) { n = 0; ஒவ்வொரு i இல் வீச்சு(1, 300000) { n = n + i; } திரும்பு "" & n; });
		server.on("GET", "/அ ஆ/:x", செயல்(r) { திரும்பு r.parameters.get("x") & r.query.get("கே"); });
	`
	for _, c := range []struct {
		name, text, want string
	}{
		{"assertions", `
			சோதனை "a" { சமமாகும்(1 + 1, 2); உறுதிப்படுத்து(மெய்); பிழையாகும்(செயல்() { எறி "x"; }); }
			சோதனை "b" { சமமாகும்(1, 2); }
			சோதனை "c" { திரும்பு 1 / 0; }
			_test "d" { }
			அளவீடு "bench" { எறி "not run"; }`,
			"a: ok\nb: test assert\nc: test division_by_zero\nd: ok\n"},
		{"failures that nobody takes", `
			சோதனை "a" { x = தவறு("p")?; }
			சோதனை "b" { x = தவறு({code: "not_found"})?; }
			சோதனை "c" { திரும்பு தவறு("p"); }
			சோதனை "d" { முயல் { x = தவறு("p")?; } பிழை(e) { சமமாகும்(e.code, "unhandled"); } திரும்பு சரி(1); }
			சோதனை "g" { y = தவறு("p")?; சோதனை "h" { } }
			சோதனை "i" { முன்(செயல்() { x = தவறு("p")?; }); சோதனை "j" { } }`,
			"a: test unhandled\nb: test not_found\nc: test unhandled\nd: ok\ng › h: group unhandled\ni › j: before unhandled\n"},
		{"own names for each", `
			n = [];
			செயல் f() { திரும்பு நீளம்(n); }
			சோதனை "a" { சமமாகும்(f(), 0); n = [1]; }
			சோதனை "b" { சமமாகும்(f(), 0); }`,
			"a: ok\nb: ok\n"},
		{"groups", `
			சோதனை "g" {
				x = 1;
				சோதனை "a" { சமமாகும்(x, 1); x = 2; }
				x = 3;
				சோதனை "h" { சோதனை "b" { சமமாகும்(x, 3); } }
				சோதனை "c" { சமமாகும்(x, 4); }
				சோதனை "d" { எறி "no"; }
			}
			சோதனை "bad" { எறி பிழை_ஆக்கு("early"); சோதனை "never" { } }`,
			"g › a: ok\ng › h › b: ok\ng › c: test assert\ng › d: test thrown\nbad › never: group early\n"},
		{"before and after", `
			முன்(செயல்() { குறி.செய்("CREATE TABLE t (n INTEGER)"); });
			முன்(செயல்() { குறி.செய்("INSERT INTO t VALUES (1)"); });
			பின்(செயல்() { சமமாகும்(குறி.ஒன்று("SELECT count(*) AS n FROM t").n, 1, "last"); });
			பின்(செயல்() { குறி.செய்("DELETE FROM t WHERE n > 1"); });
			சோதனை "a" { குறி.செய்("INSERT INTO t VALUES (2)"); }
			சோதனை "b" { குறி.செய்("INSERT INTO t VALUES (1)"); }
			சோதனை "c" { குறி.செய்("INSERT INTO t VALUES (1)"); எறி "first"; }
			சோதனை "g" { பின்(செயல்() { குறி.செய்("DELETE FROM t"); }); சோதனை "d" { } }`,
			"a: ok\nb: after assert\nc: test thrown\ng › d: after assert\n"},
		{"top level", `
			சோதனை "a" { }
			எறி பிழை_ஆக்கு("top");
			சோதனை "b" { }`,
			"a: top level top\nb: top level top\n"},
		{"exit", `சோதனை "a" { வெளியேறு(0); }`, "a: test timeout=false\n"},
		{"endless", `சோதனை "a" { ஒவ்வொரு i இல் வீச்சு(1, 100000000000) { x = i; } }`, "a: test out_of_steps\n"},
		{"client", routes + `
			சோதனை "json" { r = client.get("/n"); சமமாகும்([r.status, r.json(), r.headers.get("Content-Type")], [200, {a: 1}, "application/json"]); }
			சோதனை "bodies" {
				r = வாங்கி.இடு("/echo", {அ: 1.50});
				சமமாகும்([r.நிலை, r.உடல், r.தலைப்புகள்.பெறு("X-TWO"), r.headers.get("x-none"), r.headers.get("x-none", 5)], [201, "{\"அ\":1.50}", "2", இன்மை, 5]);
				சமமாகும்(r.headers.all("x-two"), ["2"]);
				சமமாகும்(client.post("/echo", "சொல்").headers.get("content-type"), "text/plain; charset=utf-8");
				சமமாகும்(client.post("/echo").body, "");
				சமமாகும்(client.post("/echo", "a=1", {"content-type": "text/x"}).headers.get("content-type"), "text/x");
			}
			சோதனை "cookies" { சமமாகும்(client.get("/who").body, "nobody"); client.get("/in"); சமமாகும்(client.get("/who").body, "7"); }
			சோதனை "fresh" { சமமாகும்(client.get("/who").body, "nobody"); }
			சோதனை "statuses" {
				சமமாகும்([client.get("/none").status, client.delete("/n").status, client.get("/bad").status, client.head("/n").body, client.options("/n").status],
					[404, 405, 500, "", 204]);
			}
			சோதனை "long" { சமமாகும்(client.get("/long").body, "45000150000"); }
			சோதனை "odd paths" { சமமாகும்(client.get("/அ ஆ/இ?கே=ஈ உ#x").body, "இஈ உ"); }
			சோதனை "not json" { client.get("/who").json(); }
			சோதனை "no path" { client.get("who"); }
			சோதனை "bad header" { client.get("/who", {"a": "1\r\nb: 2"}); }
			சோதனை "bad method" { client.request("A B", "/"); }`,
			"json: ok\nbodies: ok\ncookies: ok\nfresh: ok\nstatuses: ok\nlong: ok\nodd paths: ok\nnot json: test json\nno path: test argument\nbad header: test argument\nbad method: test argument\n"},
		{"nothing to ask", `சோதனை "a" { client.get("/"); } சோதனை "b" { }`, "a: test no_server\nb: ok\n"},
		{"started by itself", `
			x = 1;
			server.on("GET", "/", செயல்(r) { திரும்பு "" & x; });
			server.start("0.0.0.0:80");
			x = 2;
			சோதனை "a" { சமமாகும்(client.get("/").body, "1"); சமமாகும்(x, 2); }`,
			"a: ok\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, "a_test.qmz", c.text)
			if got := outcomes(r); got != c.want {
				t.Errorf("got\n%swant\n%s%s", got, c.want, said(r))
			}
		})
	}
}

// TestProgramOfFolder holds that tests ask the program beside them, afresh for each, on a
// database that they share with it and with nobody else.
func TestProgramOfFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	r := run(t, "main.qmz", `
		தளம்_இணை சீகுலைட், "shop.db";
		தளம்_செய் "CREATE TABLE t (n INTEGER)", [];
		server.on("POST", "/t", செயல்(r) { குறி.செய்("INSERT INTO t VALUES (?)", [r.json().n]); திரும்பு response(201, சூழல்("DATABASE_URL", "none")); });
		server.on("GET", "/t", செயல்(r) { திரும்பு குறி.வினா("SELECT n FROM t"); });
		server.start("127.0.0.1:1");`,
		"a_test.qmz", `
		சோதனை "a" {
			சமமாகும்(client.post("/t", {n: 1}).body, "none");
			சமமாகும்(client.get("/t").json(), [{n: 1}]);
			சமமாகும்(குறி.ஒன்று("SELECT n FROM t"), {n: 1});
		}
		சோதனை "b" { சமமாகும்(client.get("/t").json(), []); }`,
		"b_test.qmz", `சோதனை "c" { சமமாகும்(client.get("/t").json(), []); }`)
	if got := outcomes(r); got != "a: ok\nb: ok\nc: ok\n" {
		t.Errorf("%s%s", got, said(r))
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("tests have left %v", left)
	}
}

// TestProgramThatFails holds that what is wrong with the program that is asked fails the
// tests that ask, and no others.
func TestProgramThatFails(t *testing.T) {
	for _, c := range []struct{ main, want, text string }{
		{"எறி பிழை_ஆக்கு(\"early\"); server.on(\"GET\", \"/\", செயல்(r) { });", "a: program early\n", "main.qmz:1:1"},
		{"x = ;", "a: program timeout=false\n", "main.qmz:1:5"},
		{"அச்சு தெரியாதது;", "a: program timeout=false\n", "main.qmz:1:7"},
		{"server.on(\"GET\", \"/\", செயல்(r) { }); வெளியேறு(3);", "a: program timeout=false\n", ""},
	} {
		r := run(t, "main.qmz", c.main, "a_test.qmz", `சோதனை "a" { client.get("/"); }`, "b_test.qmz", `சோதனை "b" { }`)
		if got := outcomes(r); got != c.want+"b: ok\n" {
			t.Errorf("%s: got\n%s", c.main, got)
		}
		if s := said(r); !strings.Contains(s, c.text) {
			t.Errorf("%s: it says\n%s", c.main, s)
		}
	}
}

// TestTimeouts holds that a test that waits for ever is ended, whoever waits, and that
// what comes after it still runs.
func TestTimeouts(t *testing.T) {
	o := options(t, folder(t, "a_test.qmz", `
		server.on("GET", "/", செயல்(r) { உறங்கு(1000); });
		பின்(செயல்() { அச்சு "after"; });
		சோதனை "sleeps" { உறங்கு(1000); }
		சோதனை "asks" { client.get("/"); }
		சோதனை "swallows" { முயல் { உறங்கு(1000); } பிழை(e) { } முயல் { உறங்கு(1000); } பிழை(e) { } உறங்கு(1000); }
		சோதனை "quick" { }`))
	o.Timeout, o.Parallel = 3*time.Second, 4
	r := Run(t.Context(), o)
	for _, x := range r.Results[:3] {
		if x.Failure == nil || !x.Failure.Timeout || !strings.Contains(x.Output, "after") {
			t.Errorf("%s: %+v, printed %q", x.Name, x.Failure, x.Output)
		}
	}
	if x := r.Results[3]; x.Failure != nil {
		t.Errorf("quick: %+v", x.Failure)
	}
	if r.Duration > time.Minute {
		t.Errorf("it took %v", r.Duration)
	}
}

// TestInterrupted holds that no test is begun after the context is done.
func TestInterrupted(t *testing.T) {
	o := options(t, folder(t, "a_test.qmz", `சோதனை "a" { உறங்கு(100); } சோதனை "b" { }`))
	o.Parallel = 1
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	r := Run(ctx, o)
	if !r.Interrupted || len(r.Results) > 1 || r.Duration > time.Minute {
		t.Errorf("interrupted %v after %v\n%s", r.Interrupted, r.Duration, outcomes(r))
	}
}

// TestOrder holds that results are told in order, however they end, and that a filter
// finds names however they are composed.
func TestOrder(t *testing.T) {
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "சோதனை \"t%d\" { உறங்கு(%f); அச்சு %d; }\n", i, float64((i*7)%5)/200, i)
	}
	text.WriteString("சோதனை \"கொடி\" { }\n")
	o := options(t, folder(t, "b_test.qmz", text.String(), "a_test.qmz", `சோதனை "first" { }`))
	o.Parallel = 8
	var told []string
	o.Done = func(r *Result) { told = append(told, r.Name+strings.TrimSpace(r.Output)) }
	r := Run(t.Context(), o)
	want := []string{"first"}
	for i := range 20 {
		want = append(want, fmt.Sprintf("t%d%d", i, i))
	}
	want = append(want, "கொடி")
	if !slices.Equal(told, want) || len(r.Results) != 22 {
		t.Errorf("told %v", told)
	}
	o.Filter, o.Done = "\u0b95\u0bc6\u0bbe", nil // கொ in two pieces
	if got := outcomes(Run(t.Context(), o)); got != "கொடி: ok\n" {
		t.Errorf("filtered: %s", got)
	}
}

// TestHundredTests holds that a test is cheap to start.
func TestHundredTests(t *testing.T) {
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "சோதனை \"t%d\" { சமமாகும்(client.get(\"/\").status, 200); }\n", i)
	}
	r := run(t, "a_test.qmz", text.String(), "main.qmz", `server.on("GET", "/", செயல்(r) { திரும்பு "x"; });`)
	if passed, _, _ := r.Count(); passed != 100 || r.Duration > time.Minute {
		t.Errorf("%d passed in %v", passed, r.Duration)
	}
	t.Logf("100 tests with a server each: %v", r.Duration)
}

// TestBug holds that a panic of ours is the end of one test, and known as ours.
func TestBug(t *testing.T) {
	cfg, err := config.Load(config.Given{})
	if err != nil {
		t.Fatal(err)
	}
	broken := &test{file: &File{program: &program{cfg: cfg}}, names: []string{"x"}, places: []source.Place{{}}}
	o := options(t, t.TempDir())
	x := broken.run(t.Context(), &o)
	if r := (&Report{Results: []*Result{x}}); !r.Bug() || !strings.Contains(x.Failure.Bug, "run.go") {
		t.Errorf("%+v", x.Failure)
	}
}

// TestBugInProgram holds that a panic in what a handler calls is not taken for an answer.
func TestBugInProgram(t *testing.T) {
	o := options(t, folder(t, "a_test.qmz", `
		server.on("GET", "/", செயல்(r) { திரும்பு தனி_அடையாளம்(); });
		சோதனை "asks" { சமமாகும்(client.get("/").status, 500); }
		சோதனை "calls" { தனி_அடையாளம்(); }
		சோதனை "neither" { }`))
	o.bind = func(l *vm.Linker) {
		l.Bind("uuid", 0, 0, func(*vm.Fiber, []value.Value) (value.Value, error) { panic("broken") })
	}
	r := Run(t.Context(), o)
	if got := outcomes(r); got != "asks: bug\ncalls: bug\nneither: ok\n" || !r.Bug() {
		t.Errorf("%s%s", got, said(r))
	}
}

func TestFind(t *testing.T) {
	dir := folder(t, "b_test.qmz", "", "a_cOqaZY.qmz", "", "சோதனை.qmz", "", "sub/கடை_சோதனை.qmz", "", ".git/x_test.qmz", "", "main.qmz", "", "x_test.txt", "")
	files, err := Find([]string{dir, filepath.Join(dir, "main.qmz"), filepath.Join(dir, "b_test.qmz")})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		rel, _ := filepath.Rel(dir, f)
		got = append(got, filepath.ToSlash(rel))
	}
	if want := []string{"a_cOqaZY.qmz", "b_test.qmz", "main.qmz", "sub/கடை_சோதனை.qmz"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if _, err := Find([]string{filepath.Join(dir, "none")}); err == nil {
		t.Error("what isn't there was found")
	}
}

// TestJUnit holds that what is written is XML, whatever tests print.
func TestJUnit(t *testing.T) {
	r := run(t, "a_test.qmz", "சோதனை \"<&\\\"> \" { அச்சு \"\x1b[31m\x00]]> \ufffe\"; சமமாகும்(\"a\x01\", \"<b>\"); }\nசோதனை \"good\" { }", "b_test.qmz", "x = ;")
	var b bytes.Buffer
	if err := WriteJUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests  int `xml:"tests,attr"`
		Suites []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Output  string `xml:"system-out"`
				Failure *struct {
					Text string `xml:",chardata"`
				} `xml:"failure"`
				Error *struct {
					Text string `xml:",chardata"`
				} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	d := xml.NewDecoder(&b)
	if err := d.Decode(&suites); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if end, err := d.Token(); err == nil {
		if text, ok := end.(xml.CharData); !ok || string(text) != "\n" {
			t.Errorf("after the end: %v", end)
		}
	}
	if suites.Tests != 2 || len(suites.Suites) != 2 || len(suites.Suites[0].Cases) != 2 {
		t.Fatalf("%+v", suites)
	}
	bad, broken := suites.Suites[0].Cases[0], suites.Suites[1].Cases[0]
	if bad.Failure == nil || !strings.Contains(bad.Failure.Text, "assert") || !strings.Contains(bad.Output, `\x1b[31m`) {
		t.Errorf("%+v", bad)
	}
	if broken.Error == nil || !strings.Contains(broken.Error.Text, "P003") {
		t.Errorf("%+v", broken)
	}
}
