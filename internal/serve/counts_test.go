package serve

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"etamil/internal/metrics"
)

// TestMetrics: what is counted of requests, by the route's pattern and never by the path, also
// while a request is in work, and on over a reload.
func TestMetrics(t *testing.T) {
	set := new(metrics.Set)
	const program = `
		server.on("GET", "/p/:id<எண்>", செயல்(r) { திரும்பு r.parameters.get("id"); });
		விடு = வாய்க்கால்(1);
		server.on("GET", "/slow", செயல்() { விடு.receive(); உறங்கு(0.3); திரும்பு 1; });
		server.on("GET", "/release", செயல்() { விடு.send(1); });
		server.on("GET", "/bad", செயல்() { எறி பிழை_ஆக்கு("conflict"); });
		server.on("GET", "/stream", செயல்() { திரும்பு stream(200, செயல்(out) { out.write("x"); }); });`
	s := open(t, program, settings{metrics: set})
	has := func(want ...string) {
		t.Helper()
		var text string
		for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
			text = string(set.Text())
			missing := ""
			for _, line := range want {
				if !strings.Contains(text, "\n"+line+"\n") {
					missing = line
				}
			}
			if missing == "" {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("no %s in\n%s", missing, text[:strings.Index(text, "# HELP go_")])
			}
		}
	}
	for _, path := range []string{"/p/1", "/p/2", "/p/x", "/none", "/bad", "/health", "/ready", "/stream"} {
		s.get(path)
	}
	s.raw("GARBAGE\r\n\r\n")
	has(`etamil_http_requests_total{method="GET",route="/p/:id<எண்>",status="200"} 2`,
		`etamil_http_requests_total{method="",route="",status="404"} 2`,
		`etamil_http_requests_total{method="GET",route="/bad",status="409"} 1`,
		`etamil_http_requests_total{method="GET",route="/stream",status="200"} 1`,
		`etamil_http_requests_total{method="",route="(built-in)",status="200"} 2`,
		`etamil_http_requests_refused_total{status="400"} 1`,
		`etamil_http_request_seconds_count{method="GET",route="/p/:id<எண்>"} 2`,
		`etamil_http_requests_in_flight 0`)
	slow := make(chan struct{})
	go func() {
		defer close(slow)
		s.get("/slow")
	}()
	has(`etamil_http_requests_in_flight 1`, `etamil_fibers 1`)
	s.get("/release")
	<-slow
	has(`etamil_http_request_seconds_bucket{method="GET",route="/slow",le="0.25"} 0`,
		`etamil_http_request_seconds_count{method="GET",route="/slow"} 1`, `etamil_http_requests_in_flight 0`)

	next := s.next(program, nil, nil)
	next.o.Metrics = set
	if err := s.app.Reload(next); err != nil {
		t.Fatal(err)
	}
	s.get("/p/3")
	has(`etamil_http_requests_total{method="GET",route="/p/:id<எண்>",status="200"} 3`, `etamil_http_requests_refused_total{status="400"} 1`)
	<-s.app.retired
	has(`etamil_http_requests_total{method="GET",route="/p/:id<எண்>",status="200"} 3`)
}

// TestCountingAllocatesNothing: neither does a request that is counted.
func TestCountingAllocatesNothing(t *testing.T) {
	s := open(t, routes, settings{flags: map[string]string{"workers": "1"}, metrics: new(metrics.Set)})
	k := s.client("/json")
	for range 200 {
		if err := k.ask(1, k.request); err != nil {
			t.Fatal(err)
		}
	}
	const n = 2000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		if err := k.ask(1, k.request); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if got := float64(after.Mallocs-before.Mallocs) / n; got > 0.1 {
		t.Errorf("%.2f allocations a request", got)
	}
}
