package serve

import (
	_ "embed"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"etamil/internal/value"
	"etamil/vm"
)

// tasking has a handler for each thing that handlers do with tasks.
const tasking = `
வ = வாய்க்கால்(100);
அறிக்கை = வாய்க்கால்();
எண்ணிக்கை = {a: [1, 2, 3]};
பணி மெது(x) { உறங்கு(0.005); திரும்பு x; }
பணி கணக்கு(n) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { s = s + i; } திரும்பு s; }
வழி பெறு, "/parallel" { [a, b, c] = இணையாக [மெது(1), மெது("இரண்டு"), எண்ணிக்கை.a]; பதில் 200, [a, b, c]; }
வழி பெறு, "/select" { select! { x = மெது(5) => { பதில் 200, [x]; } _ = உறங்கு(20) => { பதில் 500, "late"; } } }
வழி பெறு, "/compute" { [a, b] = இணையாக [கணக்கு(200000), கணக்கு(300000)]; பதில் 200, [a, b]; }
வழி பெறு, "/computer-waits" { த = தொடங்கு { s = கணக்கு(300000); வ.send([s, "வீட்டிற்கு"]); திரும்பு வ.receive(); }; பதில் 200, காத்திரு த; }
வழி பெறு, "/fails" { [a, b] = இணையாக [மெது(1), இல்லாததை()]; பதில் 200, a; }
வழி பெறு, "/seen-late" { த = தொடங்கு இல்லாததை(); உறங்கு(0.002); முயல் { காத்திரு த; } பிழை(e) { பதில் 200, e.code; } }
வழி பெறு, "/apart-fails" { பின்னணி { x = தவறு({code: "answered"})?; } உறங்கு(0.002); பதில் 200, "ok"; }
செயல் இல்லாததை() { எறி பிழை_ஆக்கு("conflict", "மோதல்"); }
வழி பெறு, "/left" { தொடங்கு { முயல் { உறங்கு(100); } இறுதியில் { அறிக்கை.send(1); அச்சு "never"; } } தொடங்கு { முயல் { உறங்கு(100); } இறுதியில் { அச்சு "இறுதி"; } } உறங்கு(0.001); பதில் 200, "ok"; }
வழி பெறு, "/unseen" { தொடங்கு இல்லாததை(); உறங்கு(0.002); பதில் 200, "ok"; }
வழி பெறு, "/unseen-answer" { த = தொடங்கு பதிலில்லை(); உறங்கு(0.002); பதில் 200, "ok"; }
வழி பெறு, "/seen-answer" { த = தொடங்கு பதிலில்லை(); உறங்கு(0.002); பதில் 200, தவறா(காத்திரு த); }
செயல் பதிலில்லை() { x = தவறு({code: "unanswered"})?; }
வழி பெறு, "/apart/:n" { பின்னணி பின்(param_n); பதில் 202, "later"; }
பணி பின்(n) { உறங்கு(0.02); log_info("later", {n: n}); அச்சு "பின் " & n; }
வழி பெறு, "/deadline" { முயல் { காலக்கெடு(0.005) { x = வாய்க்கால்(); x.receive(); } } பிழை(e) { பதில் 200, e.code; } }
வழி பெறு, "/uncaught" { காலக்கெடு(0.005) { உறங்கு(9); } }
வழி பெறு, "/lock/:n" { பூட்டு("k") { உறங்கு(0.001); பதில் 200, param_n; } }
வழி பெறு, "/locks" { நுழை = வாய்க்கால்(1); பூட்டு("a") { த = தொடங்கு { பூட்டு("b") { நுழை.send(1); உறங்கு(0.01); பூட்டு("a") { } } }; நுழை.receive(); பூட்டு("b") { } } பதில் 200, "no"; }
வழி பெறு, "/send" { வ.send({"q": query_params.q}); பதில் 204, இன்மை; }
வழி பெறு, "/receive" { பதில் 200, வ.receive(); }
வழி பெறு, "/never" { x = வாய்க்கால்(); [a, b] = இணையாக [x.receive(), உறங்கு(50)]; }
வழி பெறு, "/bomb" { (மெய்) சுற்று { தொடங்கு உறங்கு(100); } }
server.on("GET", "/request/:id", பணி(request) {
	த = தொடங்கு { request.set("a", [1]); திரும்பு request.parameters.get("id") & request.query.get("q", "-"); };
	x = காத்திரு த;
	திரும்பு x & request.parameters.get("id") & நீளம்(request.get("a"));
});
server.on("GET", "/escape", பணி(request) { பின்னணி { அச்சு request.path; } திரும்பு "no"; });
`

func TestTasksOfRequests(t *testing.T) {
	s := open(t, tasking, settings{flags: map[string]string{"steps": "20000000"}})
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/parallel", 200, `[1,"இரண்டு",[1,2,3]]`},
		{"/select", 200, `[5]`},
		{"/compute", 200, `[20000100000,45000150000]`},
		{"/computer-waits", 200, `[45000150000,"வீட்டிற்கு"]`},
		{"/left", 200, "ok"},
		{"/unseen", 200, "ok"},
		{"/seen-late", 200, "conflict"},
		{"/apart-fails", 200, "ok"},
		{"/unseen-answer", 200, "ok"},
		{"/seen-answer", 200, "true"},
		{"/deadline", 200, "timeout"},
		{"/request/7?q=x", 200, "7x71"},
	} {
		for range 3 {
			s.want(s.ask("GET", c.path, ""), c.status, c.body)
		}
	}
	s.wantCode(s.ask("GET", "/fails", ""), 409, "conflict")
	s.wantCode(s.ask("GET", "/uncaught", ""), 504, "timeout")
	s.want(s.ask("GET", "/locks", ""), 200, "no") // the task that closed the circle has failed
	s.wantCode(s.ask("GET", "/escape", ""), 500, "internal")
	if out := s.out.String(); strings.Contains(out, "never") || strings.Count(out, "இறுதி\n") != 3 {
		t.Errorf("printed %q", out)
	}
	logged := s.logs.String()
	for what, n := range map[string]int{`"task_failed"`: 10, `"event":"task_failed","id":"`: 10, `"answered"`: 3, `"unanswered"`: 3, `"conflict"`: 3, `"deadlock"`: 1, `"not_portable"`: 1, "GET (செயலி.qmz:25:151)": 1} {
		if strings.Count(logged, what) != n {
			t.Errorf("%s isn't logged %d times:\n%s", what, n, logged)
		}
	}
}

// TestTopLevelTaskFails: what ends a task that the top level has started is told while it serves, as nobody else
// would notice.
func TestTopLevelTaskFails(t *testing.T) {
	s := open(t, `
வேலை = வாய்க்கால்(10);
தொடங்கு { ஒவ்வொரு n இல் வேலை { x = 100 / n; } }
தொடங்கு பெற்றதும்(வேலை);
செயல் பெற்றதும்(c) { திரும்பு தவறு({code: "no_more"}); }
server.on("GET", "/:n<எண்>", செயல்(r) { வேலை.send(r.parameters.get("n")); திரும்பு "ok"; });
server.start();
`, settings{})
	s.want(s.ask("GET", "/5", ""), 200, "ok")
	s.want(s.ask("GET", "/0", ""), 200, "ok")
	eventually(t, "both are in the log", func() bool {
		logged := s.logs.String()
		return strings.Count(logged, `"task_failed","code":"division_by_zero"`) == 1 && strings.Count(logged, `"task_failed","code":"no_more"`) == 1
	})
}

// TestChannelsBetweenWorkers sends from requests to requests, which any loop answers.
func TestChannelsBetweenWorkers(t *testing.T) {
	s := open(t, tasking, settings{})
	const n = 100
	got := make(chan string, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if r, err := s.try("GET", "/receive", ""); err == nil && r.status == 200 {
				got <- r.body
			} else {
				t.Error(r, err)
			}
		})
		all.Go(func() {
			if r, err := s.try("GET", fmt.Sprintf("/send?q=%d", i), ""); err != nil || r.status != 204 {
				t.Error(r, err)
			}
		})
	}
	all.Wait()
	close(got)
	seen := map[string]bool{}
	for body := range got {
		seen[body] = true
	}
	if len(seen) != n {
		t.Errorf("%d values of %d have arrived", len(seen), n)
	}
}

func TestLocksBetweenWorkers(t *testing.T) {
	s := open(t, tasking, settings{})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if r, err := s.try("GET", fmt.Sprintf("/lock/%d", i), ""); err != nil || r.body != fmt.Sprint(i) {
				t.Error(r, err)
			}
		})
	}
	all.Wait()
	if n := s.app.shared.Locks(); n != 0 {
		t.Errorf("%d locks are held", n)
	}
}

// TestTasksWithoutEnd: a client that is gone, a handler's time, and a request that starts
// tasks without end leave nothing behind.
func TestTasksWithoutEnd(t *testing.T) {
	s := open(t, tasking, settings{flags: map[string]string{"handler-timeout": "300ms"}})
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
	time.Sleep(20 * time.Millisecond)
	conn.Close()
	s.wantCode(s.ask("GET", "/never", ""), 504, "timeout")
	r := s.ask("GET", "/bomb", "")
	if r.status != 503 && r.status != 500 && r.status != 504 {
		t.Errorf("tasks without end: %d %s", r.status, r.body)
	}
	eventually(t, "all jobs end", func() bool { return s.app.idle() && s.app.memory.Load() == 0 })
}

// TestTasksApartAreDrained stops a server while tasks that requests have left run.
func TestTasksApartAreDrained(t *testing.T) {
	s := open(t, tasking, settings{})
	for i := range 20 {
		s.want(s.ask("GET", fmt.Sprintf("/apart/%d", i), ""), 202, "later")
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(s.out.String(), "பின் "); n != 20 {
		t.Errorf("%d of 20 tasks have come to their end", n)
	}
	if n := strings.Count(s.logs.String(), `"later"`); n != 20 || !strings.Contains(s.logs.String(), `"id"`) {
		t.Errorf("%d lines: %s", n, s.logs)
	}
}

// TestShutdownCancelsTasks stops a server that has to cut what is in work.
func TestShutdownCancelsTasks(t *testing.T) {
	s := open(t, tasking+`
		பணி முடிவிலா(x) { முயல் { x.receive(); } இறுதியில் { அச்சு "வெட்டு"; } }
		வழி பெறு, "/hang" { x = வாய்க்கால்(); பின்னணி முடிவிலா(x); பூட்டு("z") { [a, b] = இணையாக [முடிவிலா(x), முடிவிலா(x)]; } }`,
		settings{flags: map[string]string{"drain-timeout": "100ms"}})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { _, _ = s.try("GET", "/hang", "") })
	}
	eventually(t, "tasks wait", func() bool { return s.app.apart.Load() >= 4 })
	time.Sleep(200 * time.Millisecond)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	if n, out := s.app.shared.Locks(), s.out.String(); n != 0 || strings.Count(out, "வெட்டு") < 3 {
		t.Errorf("%d locks are held; printed %q", n, out)
	}
}

// The fourth program of the document that this project began with, to the letter.
//
//go:embed testdata/example4.qmz
var shutdownProgram string

// TestSeedShutdown sends the program of the document a signal while requests are in work.
func TestSeedShutdown(t *testing.T) {
	var closed sync.WaitGroup
	closed.Add(1)
	s := open(t, shutdownProgram+`
		பணி மெது(request) { log_info("begun"); உறங்கு(0.1); திரும்பு "முழுதும்"; }
		server.on("GET", "/slow", மெது);`, settings{bind: func(l *vm.Linker) { bindPool(l, closed.Done) }})
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if r, err := s.try("GET", "/slow", ""); err != nil || r.status != 200 || r.body != "முழுதும்" {
				t.Errorf("lost: %v %v", r, err)
			}
		})
	}
	eventually(t, "all are in work, or were", func() bool { return strings.Count(s.logs.String(), `"begun"`) == 50 })
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil { // the program has taken it
		t.Fatal(err)
	}
	all.Wait()
	closed.Wait()
	s.once.Do(func() { s.err = <-s.ended })
	if err := s.err; err != nil {
		t.Errorf("the program has ended with %v\n%s", err, s.logs)
	}
	for _, line := range []string{"Shutdown signal received", "Shutdown complete"} {
		if !strings.Contains(s.logs.String(), line) {
			t.Errorf("%q isn't in the log:\n%s", line, s.logs)
		}
	}
	if _, err := http.Get(s.url); err == nil {
		t.Error("the server still answers")
	}
}

// bindPool gives a program pools of nothing, which tell when they are closed.
func bindPool(l *vm.Linker, closed func()) {
	typ := l.Type("pool_of_nothing")
	l.Bind("pool_create", 0, 1, func(f *vm.Fiber, _ []value.Value) (value.Value, error) { return f.NewHandle(typ, l), nil })
	l.Method("pool_of_nothing", "close", 0, 0, func(*vm.Fiber, []value.Value) (value.Value, error) {
		closed()
		return value.Nil, nil
	})
}
