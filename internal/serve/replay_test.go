package serve

import (
	"strings"
	"testing"
)

// again are the settings under which the top level runs before every request.
var again = map[string]string{"compat-prelude": "each", "workers": "1"}

// TestPreludeRunsAgain: each request has names of its own, as the top level has set them
// for it, and may change them.
func TestPreludeRunsAgain(t *testing.T) {
	s := open(t, `
முறை = 0;
பாதை = request_path_or();
செயல் request_path_or() { முயல் { திரும்பு request_path; } பிழை(e) { திரும்பு "தொடக்கம்"; } }
செயல் காட்டு() { திரும்பு முறை; }
செயல் பெருக்கி(n) { திரும்பு செயல்(r) { திரும்பு r.parameters.get("x") * n; }; }
அச்சு "மேல்நிலை " & பாதை;
வழி பெறு, "/n" { முறை = முறை + 1; முறை = முறை + 1; உறங்கு("1ms"); பதில் 200, {"முறை": காட்டு(), "பாதை": பாதை}; }
server.on("GET", "/three/:x<எண்>", பெருக்கி(3));
server.on("GET", "/long", செயல்() { i = 0; (i < 100000) சுற்று { i = i + 1; } திரும்பு i & பாதை; });
server.on("GET", "/bad", செயல்() { திரும்பு 1 / 0; });
server.start();
அச்சு "வழங்கியது";
`, settings{flags: again})
	for range 3 {
		s.want(s.ask("GET", "/n", ""), 200, `{"பாதை":"/n","முறை":2}`)
	}
	s.want(s.ask("GET", "/three/5", ""), 200, "15")
	s.want(s.ask("GET", "/long", ""), 200, "100000/long")
	s.wantCode(s.ask("GET", "/bad", ""), 500, "internal")
	s.wantCode(s.ask("GET", "/none", ""), 404, "not_found")
	s.stop()
	want := "மேல்நிலை தொடக்கம்\n" + strings.Repeat("மேல்நிலை /n\n", 3) + "மேல்நிலை /three/5\nமேல்நிலை /long\nமேல்நிலை /bad\nவழங்கியது\n"
	if s.out.String() != want {
		t.Errorf("printed %q, want %q", s.out, want)
	}
}

// TestPreludeWithMiddleware: what requests pass through is made by their own run, too.
func TestPreludeWithMiddleware(t *testing.T) {
	s := open(t, `
முறை = "";
முயல் { முறை = request_method; } பிழை(e) { }
செயல் இடை(பெயர்) { திரும்பு பணி(request, next) { r = next(request); r.body = பெயர் & "(" & r.body & ")"; திரும்பு r; }; }
server.use(இடை("1" & முறை));
g = server.group("/g");
g.use(இடை("2" & முறை));
g.on("GET", "/x", செயல்() { திரும்பு "x" & முறை; });
server.on("POST", "/y", செயல்() { திரும்பு "y"; });
`, settings{flags: again})
	for range 2 {
		s.want(s.ask("GET", "/g/x", ""), 200, "1GET(2GET(xGET))")
		s.want(s.ask("POST", "/y", ""), 200, "1POST(y)")
		if r := s.ask("GET", "/none", ""); r.status != 404 || !strings.HasPrefix(r.body, "1GET(") {
			t.Errorf("a path that no route fits: %d %s", r.status, r.body)
		}
	}
}

// TestPreludeMustDeclareTheSame: routes are known from the start, so a run that declares
// others is an error of its request.
func TestPreludeMustDeclareTheSame(t *testing.T) {
	s := open(t, `
முறை = "";
முயல் { முறை = request_method; } பிழை(e) { }
(முறை == "POST") எனில் { server.on("GET", "/other", செயல்() { }); }
(முறை == "DELETE") எனில் { எறி பிழை_ஆக்கு("conflict", "இது நீங்காது"); }
(முறை != "PUT") எனில் { server.on("GET", "/", செயல்() { திரும்பு "சரி"; }); server.on("POST", "/", செயல்() { }); server.on("PUT", "/", செயல்() { }); server.on("DELETE", "/", செயல்() { }); }
`, settings{flags: again})
	s.want(s.ask("GET", "/", ""), 200, "சரி")
	s.wantCode(s.ask("POST", "/", ""), 500, "internal")
	s.wantCode(s.ask("PUT", "/", ""), 500, "internal")
	s.wantCode(s.ask("DELETE", "/", ""), 409, "conflict")
	s.want(s.ask("GET", "/", ""), 200, "சரி")
	for _, want := range []string{"number 1 is GET /other, and was GET /", "has not declared what it did at the start"} {
		if !strings.Contains(s.logs.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, s.logs)
		}
	}
}

// TestPreludeAndTimers: a timer's run begins with the top level as well.
func TestPreludeAndTimers(t *testing.T) {
	s := open(t, `
கணக்கு = 5;
இடைவெளி "10ms" { கணக்கு = கணக்கு + 1; அச்சு "அ" & கணக்கு; }
இடைவெளி "10ms" { கணக்கு = கணக்கு + 2; அச்சு "ஆ" & கணக்கு; }
வழி பெறு, "/" { பதில் 200, கணக்கு; }
`, settings{flags: again})
	eventually(t, "both have run twice", func() bool {
		return strings.Count(s.out.String(), "அ6\n") >= 2 && strings.Count(s.out.String(), "ஆ7\n") >= 2
	})
	s.want(s.ask("GET", "/", ""), 200, "5")
	if strings.Contains(s.logs.String(), "timer_failed") {
		t.Errorf("the log says %s", s.logs)
	}
}

// TestPreludeLeavesNothing: nothing that a run of the whole program makes is kept
// for the next.
func TestPreludeLeavesNothing(t *testing.T) {
	c := &closer{}
	s := open(t, `
x = query_async("begin");
server.on("GET", "/", செயல்(r) { திரும்பு r.query.get("a"); });
`, settings{flags: again, bind: bindCloser(c)})
	before := s.app.img.GlobalHandles()
	for range 5 {
		c.closed.Store(false)
		s.want(s.ask("GET", "/?a=b", ""), 200, "b")
		eventually(t, "the transaction is closed", c.closed.Load)
	}
	if n := s.app.img.GlobalHandles(); n != before {
		t.Errorf("%d handles are kept after 5 requests, %d before", n, before)
	}
}
