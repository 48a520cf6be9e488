package serve

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/sql"
	"etamil/internal/db"
	stddb "etamil/internal/std/db"
)

// sessionProgram has a route for everything that can be done with a session.
const sessionProgram = `
உள்ளே = வாய்க்கால்(1);
விடு = வாய்க்கால்(1);
server.on("GET", "/get/:n", செயல்(r) { திரும்பு {v: r.session.get(r.parameters.get("n"), "none")}; });
server.on("GET", "/set/:n/:v", செயல்(r) { r.session.set(r.parameters.get("n"), r.parameters.get("v")); திரும்பு r.session.all(); });
server.on("GET", "/slow/:n/:v", செயல்(r) { r.session.set(r.parameters.get("n"), r.parameters.get("v")); உறங்கு(0.05); திரும்பு 1; });
server.on("GET", "/held/:n/:v", செயல்(r) { r.session.set(r.parameters.get("n"), r.parameters.get("v")); உள்ளே.send(1); விடு.receive(); திரும்பு 1; });
server.on("GET", "/inside", செயல்() { திரும்பு உள்ளே.receive(); });
server.on("GET", "/release", செயல்() { விடு.send(1); திரும்பு 1; });
server.on("GET", "/delete/:n", செயல்(r) { திரும்பு {was: r.session.delete(r.parameters.get("n"))}; });
server.on("GET", "/login", செயல்(r) { r.அமர்வு.புதுப்பி(); r.amarvu.vY("user", {id: 7, rate: 1.50}); திரும்பு 1; });
server.on("GET", "/logout", செயல்(r) { r.session.அழி(); திரும்பு 1; });
server.on("GET", "/anew", செயல்(r) { r.session.destroy(); r.session.set("a", "new"); திரும்பு 1; });
server.on("GET", "/fails", செயல்(r) { r.session.set("a", "lost"); எறி பிழை_ஆக்கு("conflict"); });
server.on("GET", "/nothing", செயல்(r) { திரும்பு 1; });
server.on("GET", "/stream", செயல்(r) { r.session.set("a", "streamed"); திரும்பு stream(200, செயல்(out) { முயல் { r.session.set("a", "late"); } பிழை(e) { out.write(e.code); } }); });
server.on("GET", "/task", செயல்(r) { s = r.session; s.set("a", "t"); த = தொடங்கு { திரும்பு r.session.get("a"); }; திரும்பு {v: காத்திரு த}; });
server.on("GET", "/function", செயல்(r) { r.session.set("f", செயல்() { திரும்பு 1; }); திரும்பு 1; });
server.on("GET", "/large", செயல்(r) { r.session.set("f", மீண்டும்_மீண்டும்("அ", 400000)); திரும்பு 1; });
`

// browser keeps the cookie of a session, as it was given.
type browser struct {
	s      *site
	cookie string // name=value; "": none
	line   string // the last Set-Cookie
}

func (b *browser) get(path string, header ...string) string {
	b.s.Helper()
	r, err := http.NewRequest("GET", b.s.url+path, nil)
	if err != nil {
		b.s.Fatal(err)
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", "other=1; "+b.cookie)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		b.s.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		b.s.Fatal(err)
	}
	b.line = strings.Join(a.Header.Values("Set-Cookie"), "\n")
	if b.line != "" {
		b.cookie, _, _ = strings.Cut(b.line, ";")
		if strings.HasSuffix(b.cookie, "=") {
			b.cookie = ""
		}
	}
	return fmt.Sprint(a.StatusCode, " ", string(text))
}

// TestSession: what programs, browsers and a store see of sessions, whatever the store.
func TestSession(t *testing.T) {
	for name, s := range map[string]func(*testing.T) cache.Store{
		"memory": func(*testing.T) cache.Store { return cache.NewMemory(16<<20, nil) },
		"sqlite": func(t *testing.T) cache.Store { return sessionsIn(t, filepath.Join(t.TempDir(), "s.db")) },
	} {
		t.Run(name, func(t *testing.T) { sessions(t, s(t)) })
	}
}

// sessionsIn is a store in the database of a URL or file.
func sessionsIn(t *testing.T, url string) cache.Store {
	o := db.Defaults
	o.Max, o.Lanes = 4, 1
	s := sql.New(sql.Options{Open: func() (db.Database, string, error) { return stddb.OpenPlain(url, o) }, Timeout: 10 * time.Second})
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Check(t.Context()); err != nil { // what it starts is there before a server is
		t.Fatal(err)
	}
	return s
}

func sessions(t *testing.T, store cache.Store) {
	s := open(t, sessionProgram, settings{cache: store, shared: true})
	is := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	b := &browser{s: s}
	is(b.get("/get/a"), `200 {"v":"none"}`)
	is(b.line, "") // who only reads gets none
	is(b.get("/delete/a"), `200 {"was":false}`)
	is(b.get("/logout"), "200 1")
	is(b.get("/nothing"), "200 1")
	is(b.line, "")
	is(b.get("/set/a/1"), `200 {"a":"1"}`)
	if parts := strings.Split(b.line, "; "); len(parts) != 5 || strings.Join(parts[1:], "; ") != "Path=/; Max-Age=86400; HttpOnly; SameSite=Lax" || !strings.HasPrefix(b.line, "etamil_session=") {
		t.Errorf("cookie %q", b.line)
	}
	first := b.cookie
	is(b.get("/get/a"), `200 {"v":"1"}`)
	is(b.line, "") // it was renewed just now
	is(b.get("/set/b/2"), `200 {"a":"1","b":"2"}`)
	is(b.cookie, first)
	is(b.get("/task"), `200 {"v":"t"}`)
	is(b.get("/fails")[:3], "409") // what a handler has changed that fails is not kept
	is(b.get("/get/a"), `200 {"v":"t"}`)
	is(b.get("/function")[:3]+b.get("/large")[:3], "500500")
	is(b.get("/stream"), "200 session")
	is(b.get("/get/a"), `200 {"v":"streamed"}`)
	is(b.get("/delete/a"), `200 {"was":true}`)
	is(b.get("/get/a"), `200 {"v":"none"}`)
	is(b.get("/get/b"), `200 {"v":"2"}`)

	// Another id, with the same values; the old one is nobody's any more.
	is(b.get("/login"), "200 1")
	if b.cookie == first || b.cookie == "" {
		t.Error("the id has not changed")
	}
	is(b.get("/get/b"), `200 {"v":"2"}`)
	is(b.get("/get/user"), `200 {"v":{"id":7,"rate":1.50}}`)
	is((&browser{s: s, cookie: first}).get("/get/b"), `200 {"v":"none"}`)

	// Out: the cookie goes, and so does what it was for.
	second := b.cookie
	is(b.get("/logout"), "200 1")
	if !strings.HasPrefix(b.line, "etamil_session=; Path=/; Max-Age=0;") {
		t.Errorf("cookie %q", b.line)
	}
	is((&browser{s: s, cookie: second}).get("/get/b"), `200 {"v":"none"}`)
	is(b.get("/set/x/9"), `200 {"x":"9"}`)
	third := b.cookie
	is(b.get("/anew"), "200 1")
	is(b.get("/get/x")+b.get("/get/a"), `200 {"v":"none"}200 {"v":"new"}`)
	if b.cookie == third {
		t.Error("a session that was destroyed has kept its id")
	}

	// Cookies that are wrong: no session, and never one under the id that somebody has thought up.
	for _, cookie := range []string{"etamil_session=", "etamil_session=x", "etamil_session=" + strings.Repeat("A", 26), "etamil_session=" + strings.Repeat("A", 26) + ".x",
		"etamil_session=" + strings.Repeat("a", 26), "etamil_session=" + strings.Repeat("A", 5000), second} {
		x := &browser{s: s, cookie: cookie}
		is(x.get("/get/a"), `200 {"v":"none"}`)
		is(x.get("/set/a/1"), `200 {"a":"1"}`)
		if x.cookie == cookie {
			t.Errorf("%s was taken over", cookie)
		}
	}

	// Many requests of one client at once: each changes what is its own.
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { (&browser{s: s, cookie: b.cookie}).get(fmt.Sprintf("/slow/n%d/%d", i, i)) })
	}
	all.Wait()
	for i := range 8 {
		is(b.get(fmt.Sprintf("/get/n%d", i)), fmt.Sprintf(`200 {"v":"%d"}`, i))
	}
	// Who logs out while others are in work is out.
	cookie := b.cookie
	all.Go(func() { (&browser{s: s, cookie: cookie}).get("/held/z/1") })
	other := &browser{s: s}
	other.get("/inside")
	is(b.get("/logout"), "200 1")
	other.get("/release")
	all.Wait()
	is((&browser{s: s, cookie: cookie}).get("/get/z"), `200 {"v":"none"}`)

	// Who gets a new id while others are in work keeps it, whichever answer comes last.
	b.get("/set/a/1")
	slow := &browser{s: s, cookie: b.cookie}
	all.Go(func() { slow.get("/held/z/1") })
	other.get("/inside")
	is(b.get("/login"), "200 1")
	other.get("/release")
	all.Wait()
	is(slow.line, "")
	is(b.get("/get/a"), `200 {"v":"1"}`)
}

// TestSessionTime: a session lives as long after the last request as it is told to, and is renewed
// by requests that use it.
func TestSessionTime(t *testing.T) {
	var passed atomic.Int64 // for what is kept: what else the machine does is no time
	began := time.Now()
	kept := cache.NewMemory(16<<20, func() time.Time { return began.Add(time.Duration(passed.Load())) })
	s := open(t, sessionProgram, settings{cache: kept, flags: map[string]string{"session-ttl": "3s", "session-cookie": "s", "session-secret": "இரகசியம்"}})
	b := &browser{s: s}
	b.get("/set/a/1")
	for range 4 {
		time.Sleep(500 * time.Millisecond)
		passed.Add(int64(2 * time.Second))
		if got := b.get("/get/a"); got != `200 {"v":"1"}` {
			t.Fatalf("it has ended: %s", got)
		}
		if !strings.HasPrefix(b.line, "s=") || !strings.Contains(b.line, "; Max-Age=3;") {
			t.Errorf("it was not renewed: %q", b.line)
		}
	}
	// The signature is part of the id.
	token, signature, _ := strings.Cut(b.cookie, ".")
	if len(signature) != 43 {
		t.Errorf("cookie %q", b.cookie)
	}
	for _, cookie := range []string{token, token + ".", token + "." + strings.Repeat("A", 43), token + "." + signature + "A"} {
		if got := (&browser{s: s, cookie: cookie}).get("/get/a"); got != `200 {"v":"none"}` {
			t.Errorf("%s: %s", cookie, got)
		}
	}
	passed.Add(int64(4 * time.Second))
	if got := b.get("/get/a"); got != `200 {"v":"none"}` {
		t.Errorf("it lives on: %s", got)
	}
}

// TestSessionSecure: the cookie is only for TLS where the client speaks it, with us or with a proxy
// that is trusted.
func TestSessionSecure(t *testing.T) {
	s := open(t, sessionProgram, settings{cache: cache.NewMemory(16<<20, nil), flags: map[string]string{"trusted-proxies": "loopback"}})
	for proto, want := range map[string]bool{"http": false, "https": true} {
		b := &browser{s: s}
		b.get("/set/a/1", "X-Forwarded-Proto", proto)
		if strings.Contains(b.line, "; Secure;") != want {
			t.Errorf("%s: %q", proto, b.line)
		}
	}
	untrusted := open(t, sessionProgram, settings{cache: cache.NewMemory(16<<20, nil)})
	b := &browser{s: untrusted}
	b.get("/set/a/1", "X-Forwarded-Proto", "https")
	if strings.Contains(b.line, "Secure") {
		t.Errorf("anybody is believed: %q", b.line)
	}
}
