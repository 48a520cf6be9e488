package serve

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"etamil/internal/certs"
	"etamil/internal/certs/certstest"
)

// secure serves a program with TLS, to the client that comes back.
func secure(t *testing.T, text string, s settings, http2 bool) (*site, *http.Client) {
	t.Helper()
	cert, key, pool := certstest.Write(t, t.TempDir(), "test", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	store, err := certs.Open(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	s.tls = store.Config()
	st := open(t, text, s)
	st.url = "https://" + st.addr
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
	if !http2 {
		tr.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
	t.Cleanup(tr.CloseIdleConnections)
	return st, &http.Client{Transport: tr, Timeout: time.Minute}
}

// TestTLS: over TLS, with HTTP/1.1 and HTTP/2, a program's answers, limits, logs and end are
// what they are without.
func TestTLS(t *testing.T) {
	large := strings.Repeat("அஆஇ", 50_000)
	root := folderOf(t, map[string]string{"a.txt": large})
	for _, http2 := range []bool{false, true} {
		g := newGate()
		s, client := secure(t, fmt.Sprintf(`
server.on("GET", "/ip", செயல்(r) { திரும்பு [r.ip, r.method, r.headers.get("x-a"), r.headers.get("host") != nil]; });
server.on("POST", "/length", செயல்(r) { திரும்பு நீளம்(r.body); });
server.on("GET", "/slow", செயல்() { திரும்பு query_async("slow"); });
server.on("GET", "/never", செயல்() { _sleep(60); திரும்பு "never"; }, {timeout: 0.3});
server.files("/files", "%s");
`, root), settings{bind: g.bind, flags: map[string]string{"access-log": "all"}}, http2)
		ask := func(method, path, body string) reply {
			t.Helper()
			q, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			q.Header.Set("X-A", "b")
			a, err := client.Do(q)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Body.Close()
			if want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[http2]; a.Proto != want {
				t.Errorf("%s, want %s", a.Proto, want)
			}
			b, err := io.ReadAll(a.Body)
			if err != nil {
				t.Fatal(err)
			}
			return reply{a.StatusCode, string(b), a.Header}
		}
		r := ask("GET", "/ip", "")
		s.want(r, 200, `["127.0.0.1","GET","b",true]`)
		if r.header.Get("X-Request-Id") == "" || r.header.Get("Content-Type") != "application/json" || r.header.Get("Date") == "" {
			t.Errorf("%v", r.header)
		}
		s.want(ask("POST", "/length", large[:900_000/9*9/2]), 200, fmt.Sprint(len([]rune(large[:450_000]))))
		s.want(ask("GET", "/files/a.txt", ""), 200, large)
		if r := ask("HEAD", "/files/a.txt", ""); r.status != 200 || r.body != "" || r.header.Get("Content-Length") != fmt.Sprint(len(large)) {
			t.Errorf("HEAD: %d %v", r.status, r.header)
		}
		s.wantCode(ask("POST", "/length", strings.Repeat("x", 2<<20)), 413, "too_large")
		s.wantCode(ask("GET", "/never", ""), 504, "timeout")
		s.wantCode(ask("GET", "/none", ""), 404, "not_found")
		if !strings.Contains(s.logs.String(), `"path":"/files/a.txt"`) {
			t.Error("the access log has nothing of it")
		}
		// A request in work when the server ends is answered.
		slow := make(chan reply, 1)
		go func() { slow <- ask("GET", "/slow", "") }()
		eventually(t, "it is in work", func() bool { return g.waiting.Load() == 1 })
		ended := make(chan error)
		go func() { ended <- s.stop() }()
		eventually(t, "the drain has begun", s.app.Stopping)
		close(g.open)
		s.want(<-slow, 200, "opened")
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// TestTLSClientVanishes: a request that its client has given up is cancelled, with HTTP/2 too.
func TestTLSClientVanishes(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		g := newGate()
		s, client := secure(t, gated, settings{bind: g.bind}, http2)
		ctx, cancel := context.WithCancel(t.Context())
		q, err := http.NewRequestWithContext(ctx, "GET", s.url+"/gate", bytes.NewReader(nil))
		if err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 1)
		go func() {
			_, err := client.Do(q)
			failed <- err
		}()
		eventually(t, "a request in work", func() bool { return g.waiting.Load() == 1 })
		cancel()
		if err := <-failed; err == nil {
			t.Error("it was answered")
		}
		client.CloseIdleConnections()
		eventually(t, "its cancellation", func() bool { return g.gone.Load() == 1 })
	})
}

// bothVersions runs a test with HTTP/1.1 and with HTTP/2, one server after the other.
func bothVersions(t *testing.T, f func(t *testing.T, http2 bool)) {
	t.Run("HTTP/1.1", func(t *testing.T) { f(t, false) })
	t.Run("HTTP/2", func(t *testing.T) { f(t, true) })
}

// TestHeadOfSilentStream: the head of a stream is there before the first that the program says on it, with HTTP/2 too: a
// page knows that it follows, and whoever waits for the head is not taken for one whom nobody answers.
func TestHeadOfSilentStream(t *testing.T) {
	bothVersions(t, func(t *testing.T, http2 bool) {
		s, client := secure(t, `
வழி_1 = வாய்க்கால்(1);
server.on("GET", "/follow", செயல்() { திரும்பு events(செயல்(out) { out.send(வழி_1.receive()); }); });
server.on("POST", "/say", செயல்(r) { வழி_1.send(r.body); திரும்பு "said"; });
`, settings{flags: map[string]string{"heartbeat": "1h", "handler-timeout": "2m"}}, http2)
		a, err := client.Get(s.url + "/follow") // answers with the head
		if err != nil {
			t.Fatal(err)
		}
		said, err := client.Post(s.url+"/say", "text/plain", strings.NewReader("first"))
		if err != nil {
			t.Fatal(err)
		}
		said.Body.Close()
		if b, err := io.ReadAll(a.Body); err != nil || string(b) != "data: first\n\n" {
			t.Errorf("%s: %q, %v", a.Proto, b, err)
		}
		a.Body.Close()
	})
}

// frame is one of HTTP/2's.
func frame(kind, flags byte, stream uint32, payload string) string {
	n := len(payload)
	return string([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags, byte(stream >> 24), byte(stream >> 16), byte(stream >> 8), byte(stream)}) + payload
}

// TestHTTP2ClientsThatTakeNothing: a client of HTTP/2 that lets nothing of its answers be sent is given up after the write timeout, however
// short they are, and its connection counts as one.
func TestHTTP2ClientsThatTakeNothing(t *testing.T) {
	s, client := secure(t, `
server.on("GET", "/l", செயல்() { திரும்பு _repeat("0123456789", 30000); });
server.on("GET", "/s", செயல்() { திரும்பு "short"; });
server.on("GET", "/e", செயல்() { திரும்பு events(செயல்(out) { out.send("first"); _sleep(3); out.send("second"); out.wait(); }); });
`, settings{flags: map[string]string{"write-timeout": "1s", "workers": "1", "max-connections": "8"}}, true)
	cfg := client.Transport.(*http.Transport).TLSClientConfig.Clone()
	cfg.NextProtos, cfg.ServerName = []string{"h2"}, "localhost"
	c, err := tls.Dial("tcp", s.addr, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	const streams = 60
	in := "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "\x00\x04\x00\x00\x00\x00") // no window for any stream
	for i := range uint32(streams) {
		path := []string{"/l", "/s"}[i%2]
		in += frame(1, 5, 1+2*i, "\x82\x87\x04\x02"+path+"\x01\x09localhost") // GET, https
	}
	if _, err := io.WriteString(c, in); err != nil {
		t.Fatal(err)
	}
	broken := map[string]bool{}
	for head := make([]byte, 9); len(broken) < streams; {
		if _, err := io.ReadFull(c, head); err != nil {
			t.Fatalf("%d streams were given up, then: %v", len(broken), err)
		}
		n := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, c, n); err != nil {
			t.Fatal(err)
		}
		switch head[3] {
		case 0:
			if n > 0 {
				t.Fatal("it was sent data")
			}
		case 3:
			broken[string(head[5:])] = true
		}
		if n := s.app.srv.Stats().Open; n != 1 {
			t.Fatalf("%d connections", n)
		}
	}
	eventually(t, "nothing waits for it", func() bool { return s.app.srv.Stats().Output == 0 })
	// Who takes what comes has the time that the program takes.
	a, err := client.Get(s.url + "/e")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	got := make([]byte, len("data: first\n\ndata: second\n\n"))
	if _, err := io.ReadFull(a.Body, got); err != nil || !strings.HasSuffix(string(got), "second\n\n") {
		t.Errorf("%q %v", got, err)
	}
}
