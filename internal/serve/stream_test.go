package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// listen sends a GET to the host a.example and reads the head of its answer.
func (s *site) listen(path string, header ...string) (net.Conn, *bufio.Reader, *http.Response) {
	s.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a.example\r\n%s\r\n", path, strings.Join(append(header, ""), "\r\n"))
	in := bufio.NewReader(c)
	a, err := http.ReadResponse(in, nil)
	if err != nil {
		s.Fatal(err)
	}
	return c, in, a
}

const streams = `
server.on("GET", "/three", செயல்() {
    திரும்பு stream(201, செயல்(out) { ஒவ்வொரு i இல் வீச்சு(1, 3) { out.write(f"{i};"); out.எழுது({"n": i}); } }, {"X-A": "b"});
});
server.on("GET", "/large", செயல்() {
    திரும்பு ஓடை(200, செயல்(out) { ஒவ்வொரு i இல் வீச்சு(1, 2000) { out.write(_repeat("0123456789", 1000)); } அச்சு "முடிந்தது"; });
});
server.on("GET", "/answers-failure", செயல்() { திரும்பு stream(200, செயல்(out) { out.write("a"); x = தவறு({code: "half"})?; out.write("b"); }); });
server.on("GET", "/fails", செயல்() { திரும்பு stream(200, செயல்(out) { out.write("a"); x = 1 / 0; }); });
server.on("GET", "/waits", செயல்() { திரும்பு stream(200, செயல்(out) { out.write("a"); _sleep(0.4); out.write("b"); }); }, {timeout: 0.1});
server.on("GET", "/left", செயல்() { திரும்பு stream(200, செயல்(out) { முயல் { ஒவ்வொரு i இல் வீச்சு(1, 100000) { out.write("x"); _sleep(0.01); } } இறுதியில் { அச்சு "விட்டார்"; } }); });
server.on("GET", "/no", செயல்() { திரும்பு stream(200, 5); });
பணி இடை(r, next) { a = next(r); a.headers["X-Mine"] = "1"; திரும்பு a; }
g = server.group("/g");
g.use(இடை);
g.on("GET", "/one", செயல்() { திரும்பு stream(200, செயல்(out) { out.write("1"); }); });
server.on("GET", "/events", செயல்() {
    திரும்பு நிகழ்வுகள்(செயல்(out) {
        out.send({id: 7, event: "விலை", data: {a: 1}, retry: "2s"});
        out.அனுப்பு("இரு\nவரி");
        out.send({"price": 3});
        out.send(["last", out.last_id]);
        out.send({நிகழ்வு: "x", தரவு: ""});
    });
});
server.on("GET", "/silent", செயல்() { திரும்பு events(செயல்(out) { _sleep(60); }); });
server.on("GET", "/forge", செயல்() { திரும்பு events(செயல்(out) { out.send({id: "1\ndata: x"}); }); });
`

func TestStreams(t *testing.T) {
	s := open(t, streams, settings{})
	r := s.get("/three")
	s.want(r, 201, "1;{\"n\":1}\n2;{\"n\":2}\n3;{\"n\":3}\n")
	if r.header.Get("X-A") != "b" || r.header.Get("X-Request-Id") == "" || r.header.Get("Content-Type") != typeText {
		t.Errorf("%v", r.header)
	}
	s.want(s.get("/waits"), 200, "ab") // the handler's time ends with the head
	s.want(s.get("/g/one"), 200, "1")
	if h := s.send("HEAD", "/three", ""); h.status != 201 || h.body != "" {
		t.Errorf("HEAD: %d %q", h.status, h.body)
	}
	two := s.raw("GET /three HTTP/1.1\r\nHost: a\r\n\r\nGET /g/one HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "GET")
	s.want(two[0], 201, r.body)
	s.want(two[1], 200, "1")
	if r := s.get("/no"); r.status != 500 {
		t.Errorf("a stream without a function: %d", r.status)
	}
	_, _, a := s.listen("/fails")
	if b, err := io.ReadAll(a.Body); err == nil || string(b) != "a" {
		t.Errorf("what fails looks whole: %q", b)
	}
	if !strings.Contains(s.logs.String(), "stream_failed") {
		t.Errorf("its error is nowhere: %s", s.logs)
	}
	_, _, a = s.listen("/answers-failure")
	if b, err := io.ReadAll(a.Body); err == nil || string(b) != "a" {
		t.Errorf("what answers a failure looks whole: %q", b)
	}
	if !strings.Contains(s.logs.String(), `"code":"half"`) {
		t.Errorf("its failure is nowhere: %s", s.logs)
	}
}

// TestStreamsWait: the function goes as fast as its client, and holds nothing up meanwhile.
func TestStreamsWait(t *testing.T) {
	s := open(t, streams, settings{flags: map[string]string{"workers": "1"}})
	_, _, a := s.listen("/large")
	time.Sleep(300 * time.Millisecond)
	if strings.Contains(s.out.String(), "முடிந்தது") {
		t.Error("20 MB are made for a client that takes none of them")
	}
	s.want(s.get("/g/one"), 200, "1")
	if n, err := io.Copy(io.Discard, a.Body); n != 20_000_000 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	eventually(t, "its end", func() bool { return strings.Contains(s.out.String(), "முடிந்தது") })
}

// TestStreamsEnd: a client that takes nothing is cut off; one that goes ends the function,
// with what it has to do at its end.
func TestStreamsEnd(t *testing.T) {
	s := open(t, streams, settings{flags: map[string]string{"write-timeout": "1s"}})
	stuck, _, _ := s.listen("/large")
	c, _, _ := s.listen("/left")
	c.Close()
	eventually(t, "the function's end", func() bool { return strings.Contains(s.out.String(), "விட்டார்") })
	eventually(t, "the cut", func() bool { return s.app.idle() && s.app.srv.Stats().Open == 0 })
	stuck.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := io.Copy(io.Discard, stuck); err == nil && n >= 20_000_000 {
		t.Errorf("%d bytes for who takes nothing", n)
	}
	if strings.Contains(s.out.String(), "முடிந்தது") {
		t.Error("the function goes on without a client")
	}
	if strings.Contains(s.logs.String(), "stream_failed") {
		t.Errorf("clients that go are no errors: %s", s.logs)
	}
}

func TestEvents(t *testing.T) {
	s := open(t, streams, settings{flags: map[string]string{"heartbeat": "200ms", "idle-timeout": "300ms"}})
	r := s.get("/events", "Last-Event-ID: 41")
	want := "event: விலை\nid: 7\nretry: 2000\ndata: {\"a\":1}\n\ndata: இரு\ndata: வரி\n\ndata: {\"price\":3}\n\ndata: [\"last\",\"41\"]\n\nevent: x\ndata: \n\n"
	s.want(r, 200, want)
	if r.header.Get("Content-Type") != typeEvents || r.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%v", r.header)
	}
	_, _, a := s.listen("/silent")
	beat := make([]byte, 9)
	if _, err := io.ReadFull(a.Body, beat); err != nil || string(beat) != ":\n\n:\n\n:\n\n" {
		t.Errorf("%q, %v", beat, err) // longer than idle connections live
	}
	forge, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer forge.Close()
	io.WriteString(forge, "GET /forge HTTP/1.1\r\nHost: a\r\n\r\n")
	if b, _ := io.ReadAll(forge); strings.Contains(string(b), "data: x") {
		t.Errorf("a forged event: %q", b)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if b, err := io.ReadAll(a.Body); err != nil {
		t.Errorf("no proper end: %q, %v", b, err)
	}
}

// TestReloadEndsEvents: streams of events end when another program takes the place, so that
// their clients come to it.
func TestReloadEndsEvents(t *testing.T) {
	s := open(t, streams, settings{})
	_, _, a := s.listen("/silent")
	if err := s.app.Reload(s.next(`server.on("GET", "/", செயல்() { திரும்பு 2; });`, nil, nil)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(a.Body); err != nil {
		t.Errorf("no proper end: %v", err)
	}
	s.want(s.get("/"), 200, "2")
}

// TestDocumentedStreams runs what live.md shows.
func TestDocumentedStreams(t *testing.T) {
	s := open(t, exampleOf(t, "live.md", "Streams"), settings{})
	s.want(s.get("/eNkaL"), 200, "{\"இருமடி\":1,\"எண்\":1}\n{\"இருமடி\":4,\"எண்\":2}\n{\"இருமடி\":9,\"எண்\":3}\n")
	e := open(t, exampleOf(t, "live.md", "Events"), settings{})
	e.want(e.get("/vilYkaL", "Last-Event-ID: 2"), 200, "event: விலை\nid: 3\ndata: {\"அரிசி\":53}\n\ndata: முடிந்தது\n\n")
}

// TestOnlyItsFunctionWrites: a task that writes to the stream or the socket of the function
// that has started it is told what to do instead, and breaks neither.
func TestOnlyItsFunctionWrites(t *testing.T) {
	s := open(t, `
செயல் முயன்று(பணி_) { முயல் { காத்திரு பணி_; } பிழை(e) { திரும்பு e.code; } திரும்பு "எழுதியது"; }
server.on("GET", "/s", செயல்() {
    திரும்பு stream(200, செயல்(out) { out.write("a,"); ப = தொடங்கு { out.write("b,"); }; out.write(முயன்று(ப)); });
});
server.socket("/w", செயல்(ws) { ப = தொடங்கு { ws.send("b"); }; ws.send(முயன்று(ப)); });
`, settings{})
	if r := s.ask("GET", "/s", ""); r.status != 200 || r.body != "a,task_elsewhere" {
		t.Errorf("%d %q", r.status, r.body)
	}
	s.socket("/w").wants("1 task_elsewhere")
}
