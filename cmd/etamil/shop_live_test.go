package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etamil/internal/certs/certstest"
	"etamil/internal/ws"
)

// liveShop is the shop with TLS, and a client that speaks HTTP/2 to it.
type liveShop struct {
	*process
	client *http.Client
	tls    *tls.Config
}

func openLiveShop(t *testing.T) *liveShop {
	t.Helper()
	t.Setenv("KADAI_DB", filepath.Join(t.TempDir(), "kadai.db"))
	t.Setenv("KADAI_PADANGKAL", filepath.Join(t.TempDir(), "padangkal"))
	cert, key, pool := certstest.Write(t, t.TempDir(), "kadai", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	p := serveProcess(t, "--port=0", "--tls-cert", cert, "--tls-key", key, exampleDir+"/kadai")
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &liveShop{p, &http.Client{Transport: tr}, &tls.Config{RootCAs: pool}}
}

// do asks and wants a status.
func (s *liveShop) do(want int, method, path, contentType string, body io.Reader) []byte {
	s.Helper()
	q, err := http.NewRequest(method, s.url+path, body)
	if err != nil {
		s.Fatal(err)
	}
	q.Header.Set("Content-Type", contentType)
	a, err := s.client.Do(q)
	if err != nil {
		s.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.Fatal(err)
	}
	if a.StatusCode != want || a.Proto != "HTTP/2.0" {
		s.Fatalf("%s %s is answered %s %d: %s", method, path, a.Proto, a.StatusCode, b)
	}
	return b
}

func (s *liveShop) json(want int, method, path, body string) map[string]any {
	s.Helper()
	var v map[string]any
	if b := s.do(want, method, path, "application/json", strings.NewReader(body)); json.Unmarshal(b, &v) != nil {
		s.Fatalf("%s %s: %s", method, path, b)
	}
	return v
}

// cart makes a cart with something in it.
func (s *liveShop) cart() string {
	s.Helper()
	id := s.json(201, "POST", "/kudai", "")["கூடை"].(string)
	s.json(200, "PUT", "/kudai/"+id+"/2", `{"அளவு": 2}`)
	return id
}

func (s *liveShop) order(name string) {
	s.Helper()
	s.json(201, "POST", "/aanaigal", fmt.Sprintf(`{"கூடை": %q, "பெயர்": %q, "மாநிலம்": "33"}`, s.cart(), name))
}

// board follows the order board, and gives its events one by one.
func (s *liveShop) board(lastID string) (next func() string, leave func()) {
	s.Helper()
	q, err := http.NewRequest("GET", s.url+"/palagai", nil)
	if err != nil {
		s.Fatal(err)
	}
	if lastID != "" {
		q.Header.Set("Last-Event-ID", lastID)
	}
	a, err := s.client.Do(q)
	if err != nil {
		s.Fatal(err)
	}
	if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/event-stream" {
		s.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	events := make(chan string, 100)
	go func() {
		defer close(events)
		var event strings.Builder
		for in := bufio.NewScanner(a.Body); in.Scan(); {
			if in.Text() == "" {
				events <- event.String()
				event.Reset()
			} else if !strings.HasPrefix(in.Text(), ":") {
				event.WriteString(in.Text() + "\n")
			}
		}
	}()
	return func() string {
		s.Helper()
		for {
			select {
			case e, ok := <-events:
				if e != "" || !ok {
					return e
				}
			case <-time.After(time.Minute):
				s.Fatal("no event comes")
			}
		}
	}, func() { a.Body.Close() }
}

// TestShopBoard: the order board shows what was ordered before and what is ordered then, and goes
// on behind the last id; it ends with the server.
func TestShopBoard(t *testing.T) {
	s := openLiveShop(t)
	s.order("கயல்விழி")
	next, leave := s.board("")
	wants := func(next func() string, id int, name string) {
		t.Helper()
		if e := next(); !strings.Contains(e, fmt.Sprintf("id: %d\n", id)) || !strings.Contains(e, "event: ஆணை\n") || !strings.Contains(e, name) || !strings.Contains(e, `"மொத்தம்":347.56`) {
			t.Errorf("%q, want order %d of %s", e, id, name)
		}
	}
	wants(next, 1, "கயல்விழி")
	s.order("இளங்கோ")
	wants(next, 2, "இளங்கோ")
	again, leaveAgain := s.board("1")
	wants(again, 2, "இளங்கோ")
	leaveAgain()
	s.order("வள்ளி")
	wants(next, 3, "வள்ளி")
	leave()
	last, _ := s.board("3")
	s.order("நிலா")
	wants(last, 4, "நிலா")
	s.close()
	if e := last(); e != "" {
		t.Errorf("%q comes after the server's end", e)
	}
}

// TestShopPictures: a picture is uploaded over HTTP/2 and shown as it was; what is none is
// refused.
func TestShopPictures(t *testing.T) {
	s := openLiveShop(t)
	picture := bytes.Repeat([]byte("\x89PNG\r\n\x1a\n\r\n--"), 300_000/12)
	upload := func(want int, path, kind string, picture []byte) []byte {
		t.Helper()
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", `form-data; name="படம்"; filename="paruppu.png"`)
		h.Set("Content-Type", kind)
		p, err := m.CreatePart(h)
		if err == nil {
			_, err = p.Write(picture)
		}
		if err == nil {
			err = m.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return s.do(want, "POST", path, m.FormDataContentType(), &body)
	}
	s.do(404, "GET", "/porutkal/2/padam", "", nil)
	upload(201, "/porutkal/2/padam", "image/png", picture)
	if got := s.do(200, "GET", "/porutkal/2/padam", "", nil); !bytes.Equal(got, picture) {
		t.Errorf("%d bytes are shown, %d were uploaded", len(got), len(picture))
	}
	upload(201, "/porutkal/2/padam", "image/webp", []byte("new"))
	if got := s.do(200, "GET", "/porutkal/2/padam", "", nil); string(got) != "new" {
		t.Errorf("the old picture is shown: %.20q", got)
	}
	upload(422, "/porutkal/2/padam", "text/html", []byte("<script>"))
	upload(413, "/porutkal/2/padam", "image/png", make([]byte, 6<<20))
	upload(404, "/porutkal/99/padam", "image/png", picture)
	if left, err := filepath.Glob(filepath.Join(s.pictures(), "*")); err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
	s.close()
}

// pictures is where they lie.
func (s *liveShop) pictures() string {
	for _, e := range s.cmd.Env {
		if dir, ok := strings.CutPrefix(e, "KADAI_PADANGKAL="); ok {
			return dir
		}
	}
	s.Fatal("nobody says where pictures lie")
	return ""
}

// chat is a client of the support chat.
type chat struct {
	testing.TB
	c  net.Conn
	in *bufio.Reader
}

func (s *liveShop) chat(cart string) *chat {
	s.Helper()
	c, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), s.tls)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "GET /uthavi/%s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", cart)
	in := bufio.NewReader(c)
	a, err := http.ReadResponse(in, nil)
	if err != nil || a.StatusCode != 101 {
		s.Fatalf("%v %v", a, err)
	}
	return &chat{s, c, in}
}

func (k *chat) say(text string) {
	k.Helper()
	frame := ws.AppendFrame(nil, ws.Text, []byte(text))
	head := len(frame) - len(text)
	frame[1] |= 0x80
	if _, err := k.c.Write(append(append(frame[:head:head], 0, 0, 0, 0), text...)); err != nil {
		k.Fatal(err)
	}
}

// hears is the next message, which is a record, or a close as its code.
func (k *chat) hears() (message map[string]string, code int) {
	k.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(k.in, head); err != nil {
		k.Fatal(err)
	}
	n := int(head[1])
	if n == 126 {
		var b [2]byte
		if _, err := io.ReadFull(k.in, b[:]); err != nil {
			k.Fatal(err)
		}
		n = int(binary.BigEndian.Uint16(b[:]))
	}
	p := make([]byte, n)
	if _, err := io.ReadFull(k.in, p); err != nil {
		k.Fatal(err)
	}
	if ws.Op(head[0]&15) == ws.Close {
		return nil, int(binary.BigEndian.Uint16(p))
	}
	if err := json.Unmarshal(p, &message); err != nil {
		k.Fatalf("%s: %v", p, err)
	}
	return message, 0
}

// TestShopChat: both sides hear what is said about a cart, who comes later what was said before,
// and others nothing; what is no message is told to who has sent it.
func TestShopChat(t *testing.T) {
	s := openLiveShop(t)
	cart := s.cart()
	customer, keeper, other := s.chat(cart), s.chat(cart), s.chat(s.cart())
	wants := func(k *chat, name, text string) {
		t.Helper()
		if m, code := k.hears(); m["பெயர்"] != name || m["செய்தி"] != text || m["id"] == "" {
			t.Errorf("%v %d, want %s: %s", m, code, name, text)
		}
	}
	// Whoever has heard itself has joined.
	for _, k := range []*chat{keeper, other} {
		k.say("பிழை")
		if m, _ := k.hears(); m["error"] == "" {
			t.Errorf("%v", m)
		}
	}
	customer.say(`{"பெயர்": "கயல்விழி", "செய்தி": " நெய் புதியதா? "}`)
	wants(customer, "கயல்விழி", "நெய் புதியதா?")
	wants(keeper, "கயல்விழி", "நெய் புதியதா?")
	keeper.say(`{"பெயர்": "கடை", "செய்தி": "இன்று வந்தது"}`)
	wants(customer, "கடை", "இன்று வந்தது")
	wants(keeper, "கடை", "இன்று வந்தது")
	customer.say(`{"பெயர்": "", "செய்தி": "x"}`)
	if m, _ := customer.hears(); !strings.Contains(m["error"], "பெயர்") {
		t.Errorf("%v", m)
	}
	late := s.chat(cart)
	wants(late, "கயல்விழி", "நெய் புதியதா?")
	wants(late, "கடை", "இன்று வந்தது")
	if _, code := s.chat("illai").hears(); code != 4404 {
		t.Errorf("a chat about no cart is closed with %d", code)
	}
	other.say(`{"பெயர்": "இளங்கோ", "செய்தி": "தனியாக"}`)
	wants(other, "இளங்கோ", "தனியாக")
	ended := make(chan struct{})
	go func() { s.close(); close(ended) }()
	for _, k := range []*chat{customer, keeper, late, other} {
		if _, code := k.hears(); code != int(ws.GoingAway) {
			t.Errorf("closed with %d", code)
		}
		k.c.Close()
	}
	<-ended
}
