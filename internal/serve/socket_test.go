package serve

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/ws"
)

// wsClient is a client of a WebSocket.
type wsClient struct {
	*site
	c  net.Conn
	in *bufio.Reader
}

func (s *site) socket(path string, header ...string) *wsClient {
	s.Helper()
	c, in, a := s.listen(path, append(header, "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")...)
	if a.StatusCode != 101 || a.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		s.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	return &wsClient{s, c, in}
}

// put sends a frame.
func (k *wsClient) put(op ws.Op, payload string) {
	k.Helper()
	if _, err := k.c.Write(masked(op, payload)); err != nil {
		k.Fatal(err)
	}
}

// masked is a frame as a client sends it.
func masked(op ws.Op, payload string) []byte {
	f := ws.AppendFrame(nil, op, []byte(payload))
	n := len(f) - len(payload)
	f[1] |= 0x80
	return append(f[:n:n], append([]byte{0, 0, 0, 0}, payload...)...) // a mask that changes nothing
}

// next is the next frame that is no ping, or the end as "".
func (k *wsClient) next() string {
	k.Helper()
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(k.in, head); err != nil {
			return ""
		}
		n := int(head[1])
		switch n {
		case 126:
			var b [2]byte
			io.ReadFull(k.in, b[:])
			n = int(binary.BigEndian.Uint16(b[:]))
		case 127:
			var b [8]byte
			io.ReadFull(k.in, b[:])
			n = int(binary.BigEndian.Uint64(b[:]))
		}
		p := make([]byte, n)
		if _, err := io.ReadFull(k.in, p); err != nil {
			k.Fatal(err)
		}
		switch op := ws.Op(head[0] & 15); op {
		case ws.Ping:
			k.put(ws.Pong, string(p))
			continue
		case ws.Close:
			if n < 2 {
				return "close"
			}
			return fmt.Sprintf("close %d %s", binary.BigEndian.Uint16(p), p[2:])
		default:
			return fmt.Sprintf("%d %s", op, p)
		}
	}
}

func (k *wsClient) wants(want string) {
	k.Helper()
	if got := k.next(); got != want {
		k.Errorf("%.80q came, want %.80q\n%s", got, want, k.logs)
	}
}

const sockets = `
server.socket("/echo", செயல்(ws) {
    m = ws.receive();
    (m != இன்மை) சுற்று {
        (m == "close") எனில் { ws.close(3001, "நன்றி"); }
        ws.send(m);
        m = ws.receive();
    }
    அச்சு "முடிந்தது";
});
வழங்கி.இணைப்பு("/room/:name", செயல்(ws) { ws.சேர்("அறை"); ws.அனுப்பு({"சேர்ந்தது": 1}); m = ws.பெறு(); (m != இன்மை) சுற்று { m = ws.பெறு(); } });
server.on("POST", "/publish", செயல்(r) { தலைப்பு_அலை("அறை").வெளியிடு(r.body); திரும்பு "ok"; });
server.socket("/each", செயல்(ws) { எத்தனை = 0; ஒவ்வொரு m இல் ws { எத்தனை = எத்தனை + 1; (m == "போதும்") எனில் { நிறுத்து; } ws.send(m); } ws.send(f"{எத்தனை}"); அச்சு f"எண்ணியது {எத்தனை}"; });
server.socket("/who/:name", செயல்(ws) { ws.send([ws.request.parameters.get("name"), ws.கோரிக்கை.query.get("a"), ws.request.user, ws.request.get("x")]); });
server.socket("/fails", செயல்(ws) { x = 1 / 0; });
server.socket("/answers-failure", செயல்(ws) { x = தவறு("q")?; });
server.socket("/flood", செயல்(ws) { முயல் { ஒவ்வொரு i இல் வீச்சு(1, 100000) { ws.send(_repeat("x", 1000)); } } இறுதியில் { அச்சு "வெள்ளம் முடிந்தது"; } });
server.socket("/sleeps", செயல்(ws) { முயல் { _sleep(60); } இறுதியில் { அச்சு "உறக்கம் முடிந்தது"; } });
பணி காவல்(r, next) { (r.query.get("key") == "k") எனில் { r.set("x", 7); திரும்பு next(r); } திரும்பு response(401, "யார்?"); }
g = server.group("/g");
g.use(காவல்);
g.socket("/who/:n", செயல்(ws) { r = ws.request; ws.send([r.parameters.get("n"), r.query.get("key"), r.get("x")]); });
g.socket("/s", செயல்(ws) { ws.send("உள்ளே"); });
`

func TestSockets(t *testing.T) {
	s := open(t, sockets, settings{flags: map[string]string{"socket-limit": "100KiB"}})
	k := s.socket("/echo")
	for _, m := range []string{"வணக்கம்", "", strings.Repeat("x", 70_000)} {
		k.put(ws.Text, m)
		k.wants("1 " + m)
	}
	k.put(ws.Binary, "\x00\xff")
	k.wants("2 \x00\xff")
	k.put(ws.Ping, "p")
	k.wants("10 p")
	k.put(ws.Text, "close")
	k.wants("close 3001 நன்றி")
	s.socket("/who/%E0%AE%95%E0%AE%AF%E0%AE%B2%E0%AF%8D?a=1").wants(`1 ["கயல்","1",null,null]`)
	s.socket("/g/who/2?key=k").wants(`1 ["2","k",7]`)
	k = s.socket("/each")
	k.put(ws.Text, "ஒன்று")
	k.wants("1 ஒன்று")
	k.put(ws.Text, "இரண்டு")
	k.put(ws.Text, "போதும்")
	k.wants("1 இரண்டு")
	k.wants("1 3")
	k.wants("close 1000 ")
	k = s.socket("/each")
	k.put(ws.Text, "ஒன்று")
	k.wants("1 ஒன்று")
	k.put(ws.Close, "\x03\xe8bye")
	k.wants("close 1000 ")
	eventually(t, "the end of the walk", func() bool { return strings.Contains(s.out.String(), "எண்ணியது 1\n") })
	k = s.socket("/echo")
	k.put(ws.Close, "\x03\xe8bye")
	k.wants("close 1000 ")
	k.wants("")
	eventually(t, "the function's end", func() bool { return strings.Contains(s.out.String(), "முடிந்தது") })
	for sent, want := range map[string]string{"\x81\x01a\x00\x00\x00\x00": "close 1002", "\x81\x82\x00\x00\x00\x00\xff\xff": "close 1007", "\x82\xff\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00": "close 1009"} {
		k := s.socket("/echo")
		io.WriteString(k.c, sent)
		if got := k.next(); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s, want %s", sent, got, want)
		}
	}
	s.socket("/fails").wants("close 1011 ")
	s.socket("/answers-failure").wants("close 1011 ")
	s.socket("/g/s?key=k").wants("1 உள்ளே")
	upgrade := []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="}
	s.want(s.get("/g/s", upgrade...), 401, "யார்?")
	if r := s.get("/echo"); r.status != 426 || r.header.Get("Sec-WebSocket-Version") != "13" {
		t.Errorf("without an upgrade: %d %v", r.status, r.header)
	}
	if r := s.get("/echo", append(upgrade, "Origin: https://other.example")...); r.status != 403 {
		t.Errorf("another site: %d", r.status)
	}
	s.socket("/echo", "Origin: https://a.example")
	if got := strings.Count(s.logs.String(), "socket_failed"); got != 2 {
		t.Errorf("%d errors are logged", got)
	}
}

// TestSocketsAreCompressed with who offers it.
func TestSocketsAreCompressed(t *testing.T) {
	s := open(t, sockets, settings{})
	k := s.socket("/echo", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
	k.put(ws.Text, strings.Repeat("x", 5000))
	head, err := k.in.Peek(2)
	if err != nil || head[0] != 0xc1 || head[1] > 100 {
		t.Errorf("%x %v", head, err)
	}
}

// TestTopics: one message reaches all who have joined, on every loop, and one who takes nothing
// is dropped without holding up the others.
func TestTopics(t *testing.T) {
	s := open(t, sockets, settings{flags: map[string]string{"body-limit": "2MiB"}})
	var all []*wsClient
	for i := range 40 {
		k := s.socket(fmt.Sprintf("/room/%d", i))
		k.wants(`1 {"சேர்ந்தது":1}`)
		all = append(all, k)
	}
	s.want(s.ask("POST", "/publish", "செய்தி"), 200, "ok")
	for _, k := range all {
		k.wants("1 செய்தி")
	}
	stuck := all[0]
	large := strings.Repeat("y", 1_000_000)
	for range 12 {
		s.want(s.ask("POST", "/publish", large), 200, "ok")
		for _, k := range all[1:4] {
			k.wants("1 " + large)
		}
	}
	n, _ := io.Copy(io.Discard, stuck.in)
	if n >= 12_000_000 {
		t.Error("who takes nothing has got everything")
	}
}

// TestHalfAFrame holds nothing up.
func TestHalfAFrame(t *testing.T) {
	s := open(t, sockets, settings{flags: map[string]string{"workers": "1"}})
	half := s.socket("/echo")
	half.c.Write([]byte{0x81})
	k := s.socket("/echo")
	k.put(ws.Text, "a")
	k.wants("1 a")
}

// TestSocketsEnd: a client that vanishes ends the function, wherever it is; a client that never
// reads is cut; a silent client is given up.
func TestSocketsEnd(t *testing.T) {
	s := open(t, sockets, settings{flags: map[string]string{"write-timeout": "1s", "heartbeat": "300ms", "workers": "1"}})
	s.socket("/sleeps").c.Close()
	eventually(t, "the sleeper's end", func() bool {
		return strings.Contains(s.out.String(), "உறக்கம் முடிந்தது")
	})
	s.socket("/flood")
	eventually(t, "the flood's end", func() bool {
		return strings.Contains(s.out.String(), "வெள்ளம் முடிந்தது")
	})
	half := s.socket("/echo")
	half.c.Write([]byte{0x81})
	half.c.SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := io.Copy(io.Discard, half.c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Error("a client that never answers is not given up")
	}
}

// TestSocketsAnswerBeforeTheyClose: what a client sends right before its close is still answered, whether the program is already
// waiting for it or has fallen behind; a program that does not come to it holds up the close for a while only.
func TestSocketsAnswerBeforeTheyClose(t *testing.T) {
	s := open(t, `
server.socket("/echo", செயல்(ws) { ஒவ்வொரு m இல் ws { ws.send(m); } அச்சு "முடிந்தது"; });
server.socket("/slow", செயல்(ws) { ஒவ்வொரு m இல் ws { உறங்கு(0.05); ws.send(m); } });
server.socket("/first", செயல்(ws) { ws.send(ws.receive()); });
server.socket("/breaks", செயல்(ws) { ws.receive(); உறங்கு(0.05); ws.receive(); x = 1 / 0; });
server.socket("/sleeps", செயல்(ws) { உறங்கு(600); });
`, settings{})
	bye := func(path string, texts ...string) *wsClient {
		k := s.socket(path)
		var b []byte
		for _, text := range texts {
			b = append(b, masked(ws.Text, text)...)
		}
		b = append(b, masked(ws.Close, "\x0b\xb8")...) // 3000
		if _, err := k.c.Write(b); err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := bye("/echo", "ஒன்று", "இரண்டு")
	k.wants("1 ஒன்று")
	k.wants("1 இரண்டு")
	k.wants("close 3000 ")
	k.wants("")
	eventually(t, "the function's end", func() bool { return strings.Contains(s.out.String(), "முடிந்தது") })
	k = bye("/slow", "ஒன்று", "இரண்டு", "மூன்று")
	k.wants("1 ஒன்று")
	k.wants("1 இரண்டு")
	k.wants("1 மூன்று")
	k.wants("close 3000 ")
	k = bye("/first", "ஒன்று", "இரண்டு")
	k.wants("1 ஒன்று")
	k.wants("close 3000 ")
	bye("/breaks", "ஒன்று", "இரண்டு").wants("close 1011 ")
	eventually(t, "the log", func() bool { return strings.Contains(s.logs.String(), "socket_failed") })
	bye("/echo").wants("close 3000 ")
	bye("/sleeps", "ஒன்று").wants("close 3000 ")
}

// TestSocketsHoldSoMuch: clients that send messages without end are closed when all of them
// together hold too much, others are served, and nothing stays counted.
func TestSocketsHoldSoMuch(t *testing.T) {
	s := open(t, sockets, settings{flags: map[string]string{"socket-limit": "8MiB", "heartbeat": "1h"}}) // nobody is given up meanwhile
	var refused atomic.Int32
	for range 12 {
		k := s.socket("/echo")
		k.c.SetDeadline(time.Time{})
		frame := ws.AppendFrame(nil, ws.Binary, make([]byte, 8<<20))
		frame[1] |= 0x80
		frame = append(frame[:10:10], append([]byte{0, 0, 0, 0}, frame[10:len(frame)-1000]...)...)
		if _, err := k.c.Write(frame); err != nil { // it is closed while it writes
			refused.Add(1)
			continue
		}
		go func() { // the others are told nothing before the end
			head := make([]byte, 4)
			if _, err := io.ReadFull(k.in, head); err == nil && binary.BigEndian.Uint16(head[2:]) == ws.TryLater {
				refused.Add(1)
			}
		}()
	}
	eventually(t, "some of 12 clients with most of a large message are refused", func() bool { return refused.Load() >= 3 })
	if n := refused.Load(); n > 9 {
		t.Errorf("%d of 12 clients are refused", n)
	}
	k := s.socket("/echo")
	k.put(ws.Text, "a")
	k.wants("1 a")
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if used := s.app.answers.sockets.used.Load(); used != 0 {
		t.Errorf("%d bytes stay counted", used)
	}
}

// TestSocketsAtTheEnd: a shutdown and a reload close with codes that say so.
func TestSocketsAtTheEnd(t *testing.T) {
	s := open(t, sockets, settings{})
	k := s.socket("/echo")
	k.put(ws.Text, "a")
	k.wants("1 a")
	if err := s.app.Reload(s.next(sockets, nil, nil)); err != nil {
		t.Fatal(err)
	}
	k.wants("close 1012 ")
	k = s.socket("/echo")
	k.put(ws.Text, "a")
	k.wants("1 a")
	go s.app.Shutdown()
	k.wants("close 1001 ")
}

// TestDocumentedSockets runs what live.md shows.
func TestDocumentedSockets(t *testing.T) {
	s := open(t, exampleOf(t, "live.md", "WebSockets"), settings{})
	a, b := s.socket("/arattY/a"), s.socket("/arattY/b")
	a.put(ws.Text, "வணக்கம்")
	a.wants(`1 {"செய்தி":"வணக்கம்"}`)
	b.put(ws.Text, "நலமா")
	if got := b.next(); got != `1 {"செய்தி":"வணக்கம்"}` { // unless it joined later
		t.Logf("%s", got)
	} else {
		b.wants(`1 {"செய்தி":"நலமா"}`)
	}
	a.wants(`1 {"செய்தி":"நலமா"}`)
	s.want(s.ask("POST", "/aRivippu", "மூடுகிறோம்"), 200, "ok")
	a.wants(`1 {"செய்தி":"மூடுகிறோம்"}`)
}
