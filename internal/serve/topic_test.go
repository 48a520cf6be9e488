package serve

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"etamil/internal/ws"
)

const topics = `
server.on("GET", "/events", செயல்() {
    திரும்பு நிகழ்வுகள்(செயல்(out) { முயல் { out.சேர்("செய்தி"); out.join("செய்தி"); out.send("சேர்ந்தது"); out.காத்திரு(); } இறுதியில் { அச்சு "போனது"; } });
});
server.on("GET", "/left", செயல்() {
    திரும்பு events(செயல்(out) { out.join("செய்தி"); out.leave("செய்தி"); out.send("விலகியது"); out.wait(); });
});
server.socket("/ws", செயல்(ws) { ws.join("செய்தி"); ws.send("சேர்ந்தது"); ws.receive(); });
server.on("GET", "/next", செயல்() { ச = topic("செய்தி").சந்தா(); காலக்கெடு(20) { x = ச.receive(); திரும்பு {"x": x}; } });
server.on("GET", "/task", செயல்() {
    ச = topic("செய்தி").subscribe(4);
    த = தொடங்கு { xs = []; x = ச.receive(); (x != nil) சுற்று { xs = _append(xs, x); x = ச.receive(); } திரும்பு xs; };
    topic("செய்தி").publish([1]);
    topic("செய்தி").publish({a: "b"});
    _sleep(0.05);
    ச.close();
    திரும்பு காத்திரு த;
});
server.on("GET", "/full", செயல்() {
    ச = topic("நிறை").subscribe(2);
    ஒவ்வொரு i இல் வீச்சு(1, 5) { topic("நிறை").publish(i); }
    _sleep(0.05);
    xs = [];
    x = ச.receive();
    (x != nil) சுற்று { xs = _append(xs, x); x = ச.receive(); }
    திரும்பு xs;
});
server.on("GET", "/room", செயல்() { topic("x").subscribe(0); });
server.on("POST", "/publish", செயல்(r) { topic("செய்தி").publish(r.json()); திரும்பு "ok"; });
`

// event reads one event, without its empty line.
func event(t *testing.T, in *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatalf("%q, then %v", b.String(), err)
		}
		if line == "\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

// TestTopicsReachEveryKind: what is published comes to sockets as a message, to streams as an
// event, and to fibers as a value, on every loop.
func TestTopicsReachEveryKind(t *testing.T) {
	s := open(t, topics, settings{})
	var streams []*bufio.Reader
	var sockets []*wsClient
	for range 12 {
		_, _, a := s.listen("/events")
		in := bufio.NewReader(a.Body)
		if got := event(t, in); got != "data: சேர்ந்தது\n" {
			t.Fatalf("%q", got)
		}
		streams = append(streams, in)
		k := s.socket("/ws")
		k.wants("1 சேர்ந்தது")
		sockets = append(sockets, k)
	}
	_, _, left := s.listen("/left")
	leftIn := bufio.NewReader(left.Body)
	event(t, leftIn)
	nexts := make(chan string, 8)
	for range cap(nexts) {
		go func() {
			a, err := s.try("GET", "/next", "")
			if err != nil {
				a.body = err.Error()
			}
			nexts <- a.body
		}()
	}
	eventually(t, "eight subscriptions", func() bool { return s.app.forms.channels.Load() == 8 })
	s.want(s.ask("POST", "/publish", `{"event":"விலை","id":7,"data":{"அ":1}}`, "Content-Type: application/json"), 200, "ok")
	for _, in := range streams {
		if got := event(t, in); got != "event: விலை\nid: 7\ndata: {\"அ\":1}\n" {
			t.Errorf("%q", got)
		}
	}
	for _, k := range sockets {
		k.wants(`1 {"data":{"அ":1},"event":"விலை","id":7}`)
	}
	for range cap(nexts) {
		if body := <-nexts; body != `{"x":{"data":{"அ":1},"event":"விலை","id":7}}` {
			t.Errorf("%s", body)
		}
	}
	s.want(s.ask("POST", "/publish", `"பின்"`, "Content-Type: application/json"), 200, "ok")
	if got := event(t, streams[0]); got != "data: பின்\n" {
		t.Errorf("%q", got)
	}
	eventually(t, "subscriptions end with their requests", func() bool { return s.app.forms.channels.Load() == 0 })
	sockets[0].put(ws.Text, "x")
}

// TestSubscriptions: in order, to a task as well; one that nobody reads is closed.
func TestSubscriptions(t *testing.T) {
	s := open(t, topics, settings{flags: map[string]string{"workers": "1"}})
	s.want(s.get("/task"), 200, `[[1],{"a":"b"}]`)
	s.want(s.get("/full"), 200, `[1,2]`)
	if a := s.get("/room"); a.status != 500 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestStreamsLeaveTheirTopics: a client that goes is forgotten, one that takes nothing is cut.
func TestStreamsLeaveTheirTopics(t *testing.T) {
	s := open(t, topics, settings{flags: map[string]string{"body-limit": "2MiB", "heartbeat": "100ms", "workers": "1"}})
	c, _, a := s.listen("/events")
	event(t, bufio.NewReader(a.Body))
	c.Close()
	eventually(t, "the client's end", func() bool { return strings.Contains(s.out.String(), "போனது") })
	eventually(t, "nobody follows", func() bool { return s.app.forms.events.Load() == 0 })
	_, _, a = s.listen("/events")
	event(t, bufio.NewReader(a.Body))
	large := `"` + strings.Repeat("y", 1_000_000) + `"`
	for range 14 {
		s.want(s.ask("POST", "/publish", large, "Content-Type: application/json"), 200, "ok")
	}
	eventually(t, "who takes nothing is forgotten", func() bool { return s.app.forms.events.Load() == 0 })
}

// TestDocumentedTopics runs what live.md shows.
func TestDocumentedTopics(t *testing.T) {
	s := open(t, exampleOf(t, "live.md", "Topics"), settings{})
	_, _, a := s.listen("/vilYkaL")
	in := bufio.NewReader(a.Body)
	k := s.socket("/vilYkaL/ws")
	eventually(t, "both follow", func() bool {
		s.want(s.ask("POST", "/vilY", `{"அரிசி":52}`, "Content-Type: application/json"), 200, "ok")
		k.c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		_, err := k.in.Peek(1)
		return err == nil
	})
	if got := event(t, in); got != "event: விலை\ndata: {\"அரிசி\":52}\n" {
		t.Errorf("%q", got)
	}
	next := make(chan reply, 1)
	go func() {
		a, _ := s.try("GET", "/atuqqa-vilY", "")
		next <- a
	}()
	eventually(t, "who waits for the next", func() bool { return s.app.forms.channels.Load() == 1 })
	s.want(s.ask("POST", "/vilY", `{"அரிசி":53}`, "Content-Type: application/json"), 200, "ok")
	s.want(<-next, 200, `{"அரிசி":53}`)
}
