package serve

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const taking = `
துண்டு = {"ஓடை": மெய், "உடல்": "100GiB"};
server.on("POST", "/pieces", பணி(r) {
    எத்தனை = 0; அளவு = 0;
    வரும் = r.stream();
    p = வரும்.பெறு();
    (p != இன்மை) சுற்று {
        எத்தனை = எத்தனை + 1;
        அளவு = அளவு + நீளம்(p);
        p = வரும்.receive();
    }
    திரும்பு {"n": எத்தனை, "size": அளவு, "again": வரும்.பெறு()};
}, துண்டு);
server.on("POST", "/each", பணி(r) {
    அளவு = 0;
    ஒவ்வொரு i இல் வீச்சு(1, 30000) { அளவு = அளவு + i; } // it computes elsewhere, and comes home
    அளவு = 0;
    ஒவ்வொரு p இல் r.stream() { அளவு = அளவு + நீளம்(p); }
    திரும்பு அளவு;
}, துண்டு);
server.on("POST", "/each/limit", பணி(r) { முயல் { ஒவ்வொரு p இல் r.stream() { x = p; } } பிழை(e) { திரும்பு [e.குறியீடு, e.line]; } }, {"stream": மெய், "body": 10});
server.on("POST", "/first", பணி(r) { திரும்பு நீளம்(r.ஓடை().பெறு()); }, துண்டு);
server.on("POST", "/none", பணி(r) { திரும்பு பதில்(403, "வேண்டாம்"); }, துண்டு);
server.on("POST", "/sleeps", பணி(r) { p = r.stream().பெறு(); _sleep(30); }, துண்டு);
server.on("POST", "/echo", பணி(r) {
    வரும் = r.stream();
    திரும்பு stream(200, பணி(out) {
        p = வரும்.பெறு();
        (p != இன்மை) சுற்று { out.write(p); p = வரும்.பெறு(); }
    });
}, {"stream": மெய், "body": "100MiB"});
server.on("POST", "/text", செயல்(r) { திரும்பு [நீளம்(r.body), நீளம்(r.bytes), r.உடல் == r.body]; }, {"stream": மெய், "body": "2KiB"});
server.on("POST", "/json", செயல்(r) { திரும்பு r.json().a; }, {"stream": மெய்});
server.on("POST", "/twice", செயல்(r) { x = r.stream(); திரும்பு r.body; }, {"stream": மெய்});
server.on("POST", "/limit", பணி(r) {
    முயல் { வரும் = r.stream(); p = வரும்.பெறு(); (p != இன்மை) சுற்று { p = வரும்.பெறு(); } }
    பிழை(e) { அச்சு f"பிழை: {e.குறியீடு}"; எறி e; }
}, {"stream": மெய், "body": "10KiB"});
server.on("POST", "/late", பணி(r) {
    வரும் = r.stream();
    முயல் { காலக்கெடு(0.2) { வரும்.பெறு(); வரும்.பெறு(); } } பிழை(e) { திரும்பு e.குறியீடு; }
}, {"stream": மெய்});
server.on("POST", "/task", பணி(r) {
    வரும் = r.stream();
    பணி மற்றது(w) { திரும்பு w.பெறு(); }
    முயல் { ப = தொடங்கு மற்றது(வரும்); திரும்பு காத்திரு ப; } பிழை(e) { திரும்பு e.குறியீடு; }
}, {"stream": மெய்});
server.on("POST", "/whole", பணி(r) { வரும் = r.stream(); திரும்பு [நீளம்(வரும்.பெறு()), வரும்.பெறு(), வரும்.பெறு()]; });
செயல் கோப்புகள்(r) {
    எல்லாம் = [];
    ஒவ்வொரு u இல் r.files { எல்லாம் = [..எல்லாம், {"f": u.field, "n": u.name, "t": u.type, "s": u.size}]; }
    திரும்பு {"files": எல்லாம், "a": r.fields.all("a"), "form": r.form()};
}
server.on("POST", "/form", கோப்புகள், துண்டு);
server.on("POST", "/collected", கோப்புகள், {"body": "200MiB"});
server.on("POST", "/raw", செயல்(r) { திரும்பு r.body; }, {"body": "2MiB"});
server.on("POST", "/save", பணி(r) {
    u = r.files[0];
    திரும்பு [u.save(env("SAVE_TO"))?, நீளம்(u.body), நீளம்(u.bytes)];
}, {"body": "200MiB"});
server.on("POST", "/parts", பணி(r) {
    u = r.files[0]; எத்தனை = 0; அளவு = 0; மறுபடி = 0; மிகப்பெரிது = 0;
    வரும் = u.ஓடை();
    p = வரும்.பெறு();
    (p != இன்மை) சுற்று {
        எத்தனை = எத்தனை + 1;
        அளவு = அளவு + நீளம்(p);
        மிகப்பெரிது = _max(மிகப்பெரிது, நீளம்(p));
        p = வரும்.receive();
    }
    ஒவ்வொரு q இல் u.stream() { மறுபடி = மறுபடி + நீளம்(q); }
    திரும்பு [எத்தனை, மிகப்பெரிது, அளவு, மறுபடி, வரும்.பெறு()];
}, {"body": "200MiB"});
server.on("POST", "/back", பணி(r) {
    u = r.files[0];
    திரும்பு stream(200, பணி(out) { ஒவ்வொரு p இல் u.OtY() { அச்சு "ஒன்று"; out.write(p); } });
}, {"body": "200MiB"});
server.on("POST", "/cut", பணி(r) {
    வரும் = r.files[0].stream(); முதல் = நீளம்(வரும்.பெறு());
    முயல் { காலக்கெடு(0) { வரும்.பெறு(); } } பிழை(e) { திரும்பு [முதல், e.code, நீளம்(வரும்.பெறு()), நீளம்(வரும்.பெறு())]; }
}, {"body": "200MiB"});
server.on("POST", "/toomuch", பணி(r) { முயல் { x = r.files[0].body; } பிழை(e) { திரும்பு e.code; } }, {"body": "200MiB"});
வழி பதி, "/block", {"ஓடை": மெய்} { பதில் 200, {"f": request_fields, "n": நீளம்(request_files)}; }
server.on("POST", "/throws", செயல்(r) { x = r.files; எறி பிழை_ஆக்கு("conflict", "இல்லை"); }, துண்டு);
server.on("POST", "/holds", பணி(r) { x = r.files; _sleep(30); }, துண்டு);
`

// zeros is a body of n bytes, of which nothing exists.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// post sends a body whose length is told, or not when it is -1.
func (s *site) post(c *http.Client, path string, body io.Reader, length int64, contentType string) reply {
	s.Helper()
	q, err := http.NewRequest("POST", s.url+path, body)
	if err != nil {
		s.Fatal(err)
	}
	q.ContentLength = length
	if contentType != "" {
		q.Header.Set("Content-Type", contentType)
	}
	a, err := c.Do(q)
	if err != nil {
		s.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.Fatal(err)
	}
	return reply{a.StatusCode, string(b), a.Header}
}

// everyWay runs a test over plain sockets, TLS and HTTP/2.
func everyWay(t *testing.T, text string, flags map[string]string, test func(t *testing.T, s *site, c *http.Client)) {
	t.Run("plain", func(t *testing.T) {
		c := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
		defer c.CloseIdleConnections()
		test(t, open(t, text, settings{flags: flags}), c)
	})
	for _, http2 := range []bool{false, true} {
		t.Run(map[bool]string{false: "tls", true: "http2"}[http2], func(t *testing.T) {
			s, c := secure(t, text, settings{flags: flags}, http2)
			test(t, s, c)
		})
	}
}

// TestBodiesAsTheyCome: the same body in every way in which one can come.
func TestBodiesAsTheyCome(t *testing.T) {
	everyWay(t, taking, nil, func(t *testing.T, s *site, c *http.Client) {
		for _, n := range []int64{0, 1, 100_000, 3_000_000} {
			for _, length := range []int64{n, -1} {
				if n == 0 && length == 0 {
					continue
				}
				r := s.post(c, "/pieces", zeros(n), length, "")
				if r.status != 200 || !strings.Contains(r.body, fmt.Sprintf(`"size":%d}`, n)) || !strings.Contains(r.body, `"again":null`) {
					t.Errorf("%d bytes: %d %s", n, r.status, r.body)
				}
			}
		}
		s.want(s.post(c, "/each", zeros(3_000_000), -1, ""), 200, "3000000")
		s.want(s.post(c, "/each/limit", zeros(100), -1, ""), 200, `["too_large",21]`)
		text := strings.Repeat("வணக்கம் ", 20_000)
		s.want(s.post(c, "/echo", strings.NewReader(text), -1, ""), 200, text)
		s.want(s.post(c, "/text", strings.NewReader(text[:1500]), -1, ""), 200, "[410,1500,true]")
		s.want(s.post(c, "/json", strings.NewReader(`{"a":"அ"}`), -1, ""), 200, "அ")
		s.wantCode(s.post(c, "/text", strings.NewReader(text[:2100]), -1, ""), 413, "too_large")
		s.wantCode(s.post(c, "/twice", strings.NewReader(text[:9]), -1, ""), 500, "internal")
		s.want(s.post(c, "/whole", strings.NewReader(text[:9]), -1, ""), 200, "[9,null,null]")
		s.want(s.post(c, "/task", strings.NewReader(text[:9]), 9, ""), 200, "task_elsewhere")
	})
}

// TestBodiesThatNobodyReads: an answer may come before the body's end; a client that goes on
// sending gets it.
func TestBodiesThatNobodyReads(t *testing.T) {
	everyWay(t, taking, nil, func(t *testing.T, s *site, c *http.Client) {
		s.want(s.post(c, "/none", zeros(500_000), -1, ""), 403, "வேண்டாம்")
		s.want(s.post(c, "/none", strings.NewReader("abc"), 3, ""), 403, "வேண்டாம்")
		r, w := io.Pipe() // one that sends no more until it is answered
		go w.Write([]byte("hello"))
		s.want(s.post(c, "/first", r, -1, ""), 200, "5")
		w.Close()
	})
}

// TestBodiesWait: a client whose body is not read is not read from, over every kind of
// connection: its sending stands still.
func TestBodiesWait(t *testing.T) {
	everyWay(t, taking, map[string]string{"drain-timeout": "200ms"}, func(t *testing.T, s *site, c *http.Client) {
		r, w := io.Pipe()
		sent := make(chan int64)
		go func() {
			var n int64
			buf := make([]byte, 64<<10)
			for {
				select {
				case sent <- n:
				default:
				}
				k, err := w.Write(buf)
				if n += int64(k); err != nil {
					return
				}
			}
		}()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		q, err := http.NewRequestWithContext(ctx, "POST", s.url+"/sleeps", r)
		if err != nil {
			t.Fatal(err)
		}
		over := make(chan error)
		go func() {
			a, err := c.Do(q)
			if err == nil {
				a.Body.Close()
			}
			over <- err
		}()
		var last int64
		for stands := false; !stands && last <= 64<<20; {
			select {
			case last = <-sent:
			case <-time.After(500 * time.Millisecond):
				stands = true
			}
		}
		if last > 64<<20 {
			t.Errorf("the client goes on sending: %d bytes", last)
		}
		s.want(s.post(c, "/json", strings.NewReader(`{"a":1}`), -1, ""), 200, "1") // others are served
		cancel()
		<-over
		r.Close()
	})
}

// TestStreamedBodyLimits: beyond the route's limit, with the length told and not.
func TestStreamedBodyLimits(t *testing.T) {
	s := open(t, taking, settings{})
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	s.wantCode(s.post(c, "/limit", bytes.NewReader(make([]byte, 10241)), 10241, ""), 413, "too_large")
	s.wantCode(s.post(c, "/limit", zeros(10241), -1, ""), 413, "too_large")
	s.want(s.post(c, "/limit", zeros(10240), -1, ""), 204, "")
	r := s.raw("POST /limit HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcx", "POST")
	s.wantCode(r[0], 400, "bad_request")
	r = s.raw("POST /late HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", "POST")
	s.want(r[0], 200, "timeout")
	s.wantCode(s.inTwo("POST /limit HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\na", "bc"), 415, "unknown_coding")
	for _, code := range []string{"too_large", "bad_request"} {
		if !strings.Contains(s.out.String(), "பிழை: "+code) {
			t.Errorf("the handler has not been told of %s: %s", code, s.out.String())
		}
	}
}

// TestStreamedBodyTimeout: so is one whose rest doesn't come.
func TestStreamedBodyTimeout(t *testing.T) {
	s := open(t, taking, settings{flags: map[string]string{"body-timeout": "1s"}})
	r := s.raw("POST /limit HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", "POST") // and no more
	s.wantCode(r[0], 408, "request_timeout")
	if !strings.Contains(s.out.String(), "பிழை: request_timeout") {
		t.Errorf("the handler has not been told of it: %s", s.out.String())
	}
}

// formOf is a form with fields a=1, a=2 and a file of n bytes, sent as it is made.
func formOf(n int64) (io.Reader, string) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		err := m.WriteField("a", "1")
		if err == nil {
			err = m.WriteField("a", "இரண்டு")
		}
		var p io.Writer
		if err == nil {
			p, err = m.CreateFormFile("f", "படம்.png")
		}
		if err == nil {
			_, err = io.Copy(p, zeros(n))
		}
		if err == nil {
			err = m.Close()
		}
		w.CloseWithError(err)
	}()
	return r, m.FormDataContentType()
}

// nothingPutAside waits until nothing of a form is left.
func nothingPutAside(t *testing.T, s *site) {
	t.Helper()
	eventually(t, "the end of what was put aside", func() bool {
		return s.app.spool.InMemory() == 0 && s.app.spool.OnDisk() == 0
	})
}

// TestFormsAsTheyCome: forms with files, small and large, on routes of every kind.
func TestFormsAsTheyCome(t *testing.T) {
	dir := t.TempDir()
	everyWay(t, taking, map[string]string{"uploads-folder": dir, "uploads-memory": "64KiB"}, func(t *testing.T, s *site, c *http.Client) {
		for _, n := range []int64{0, 10, 100_000, 5_000_000} {
			for _, path := range []string{"/form", "/collected"} {
				form, kind := formOf(n)
				r := s.post(c, path, form, -1, kind)
				s.want(r, 200, fmt.Sprintf(`{"a":["1","இரண்டு"],"files":[{"f":"f","n":"படம்.png","s":%d,"t":"application/octet-stream"}],"form":{"a":"இரண்டு"}}`, n))
			}
		}
		form, kind := formOf(5)
		s.want(s.post(c, "/block", form, -1, kind), 200, `{"f":{"a":"இரண்டு"},"n":1}`)
		s.want(s.post(c, "/form", strings.NewReader("a=1&a=x"), -1, typeForm), 200, `{"a":["1","x"],"files":[],"form":{"a":"x"}}`)
		s.want(s.post(c, "/form", strings.NewReader("a"), -1, "text/plain"), 200, `{"a":[],"files":[],"form":{}}`)
		form, kind = formOf(5)
		s.wantCode(s.post(c, "/raw", form, -1, kind), 500, "internal") // it was read as a form
		s.want(s.post(c, "/raw", strings.NewReader("abc"), -1, "text/plain"), 200, "abc")
		form, kind = formOf(500_000)
		s.wantCode(s.post(c, "/throws", form, -1, kind), 409, "conflict")
		nothingPutAside(t, s)
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

// TestFormsThatFail: what is no form, too much of one, or more than the disk has.
func TestFormsThatFail(t *testing.T) {
	s := open(t, taking, settings{flags: map[string]string{
		"uploads-folder": t.TempDir(), "uploads-memory": "1KiB", "uploads-disk": "1MiB", "uploads-parts": "3", "uploads-fields": "100",
	}})
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	part := func(name, text string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n"
	}
	for _, path := range []string{"/form", "/collected"} {
		for _, c := range []struct {
			name, body string
			status     int
			code       string
		}{
			{"no end", part("a", "1"), 400, "bad_request"},
			{"no form", "hello", 400, "bad_request"},
			{"parts", strings.Repeat(part("a", "1"), 4) + "--b--", 413, "too_large"},
			{"fields", part("a", strings.Repeat("x", 100)) + "--b--", 413, "too_large"},
		} {
			for _, pause := range []bool{false, true} {
				head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n", path, len(c.body))
				cut := len(c.body) / 2
				if !pause {
					cut = len(c.body)
				}
				s.wantCode(s.inTwo(head+c.body[:cut], c.body[cut:]), c.status, c.code)
			}
		}
		form, kind := formOf(2_000_000)
		s.wantCode(s.post(c, path, form, -1, kind), 507, "storage_full")
		s.wantCode(s.post(c, path, strings.NewReader("x"), -1, "multipart/form-data"), 400, "bad_request")
	}
	nothingPutAside(t, s)
}

// inTwo sends a request in two parts, the second a little later.
func (s *site) inTwo(first, second string) reply {
	s.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	_, err = io.WriteString(c, first)
	if err == nil && second != "" {
		time.Sleep(20 * time.Millisecond)
		_, _ = io.WriteString(c, second) // it may have been refused
	}
	if err != nil {
		s.Fatal(err)
	}
	a, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		s.Fatal(err)
	}
	b, err := io.ReadAll(a.Body)
	if err != nil {
		s.Fatal(err)
	}
	return reply{a.StatusCode, string(b), a.Header}
}

// TestFormsThatBreakOff: clients that go, handlers that are cut short, and the server's end
// leave nothing.
func TestFormsThatBreakOff(t *testing.T) {
	s := open(t, taking, settings{flags: map[string]string{"uploads-folder": t.TempDir(), "uploads-memory": "1KiB", "drain-timeout": "300ms"}})
	for _, path := range []string{"/form", "/collected", "/holds"} {
		var all []net.Conn
		for range 8 {
			c, err := net.Dial("tcp", s.addr)
			if err != nil {
				t.Fatal(err)
			}
			form, kind := formOf(300_000)
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 400000\r\n\r\n", path, kind)
			if _, err := io.Copy(c, form); err != nil {
				t.Fatal(err)
			}
			all = append(all, c)
		}
		eventually(t, "files on disk", func() bool { return s.app.spool.OnDisk() >= 8*290_000 })
		for _, c := range all {
			c.Close()
		}
		nothingPutAside(t, s)
	}
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	form, kind := formOf(300_000)
	held := make(chan reply)
	go func() { held <- s.post(c, "/holds", form, -1, kind) }()
	eventually(t, "a file on disk", func() bool { return s.app.spool.OnDisk() > 0 })
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if r := <-held; r.status != 503 {
		t.Errorf("%d", r.status)
	}
	nothingPutAside(t, s)
}

// TestSavedUploads: what is saved is what has come, and no part of it stays where it does not.
func TestSavedUploads(t *testing.T) {
	dir := t.TempDir()
	to := filepath.Join(dir, "புதிய", "கோப்புறை", "படம்.png")
	t.Setenv("SAVE_TO", to)
	s := open(t, taking, settings{flags: map[string]string{"uploads-memory": "1KiB"}})
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	form, kind := formOf(2_000_000) // as a list of bytes half of the memory of a request
	s.want(s.post(c, "/save", form, -1, kind), 200, "[2000000,2000000,2000000]")
	b, err := os.ReadFile(to)
	if want := sha256.Sum256(make([]byte, 2_000_000)); err != nil || sha256.Sum256(b) != want {
		t.Errorf("%v, %d bytes", err, len(b))
	}
	left, err := os.ReadDir(filepath.Dir(to))
	if err != nil || len(left) != 1 {
		t.Errorf("%v %v", left, err)
	}
	nothingPutAside(t, s)
}

// TestUploadPieces: a file is walked through in pieces, from memory and from disk, as often as one likes, where there is
// no memory for all of it.
func TestUploadPieces(t *testing.T) {
	s := open(t, taking, settings{flags: map[string]string{"uploads-folder": t.TempDir(), "uploads-memory": "200KiB", "memory": "1MiB"}})
	c := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	for n, pieces := range map[int64]string{0: "0,0", 1: "1,1", 65536: "1,65536", 65537: "2,65536", 150_000: "3,65536", 5_000_000: "77,65536"} {
		form, kind := formOf(n)
		s.want(s.post(c, "/parts", form, -1, kind), 200, fmt.Sprintf("[%s,%d,%d,null]", pieces, n, n))
	}
	form, kind := formOf(5_000_000)
	s.want(s.post(c, "/toomuch", form, -1, kind), 200, "out_of_memory")
	form, kind = formOf(250_000) // on disk
	s.want(s.post(c, "/cut", form, -1, kind), 200, `[65536,"timeout",65536,65536]`)
	for _, size := range []int{100, 150_000, 2_000_000} { // what comes back is what was sent
		content := make([]byte, size)
		rand.NewChaCha8([32]byte{byte(size)}).Read(content)
		r, w := io.Pipe()
		m := multipart.NewWriter(w)
		go func() {
			a, err := m.CreateFormFile("f", "x")
			if err == nil {
				_, err = a.Write(content)
			}
			if err == nil {
				_, err = m.CreateFormFile("g", "y") // another behind it
			}
			w.CloseWithError(errors.Join(err, m.Close()))
		}()
		if got := s.post(c, "/back", r, -1, m.FormDataContentType()); got.status != 200 || got.body != string(content) {
			t.Errorf("%d bytes: %d, %d bytes", size, got.status, len(got.body))
		}
	}
	nothingPutAside(t, s)
}

// TestUploadPiecesWait: pieces are read as the answer that is made of them goes out, and no further. A client that goes in
// the middle leaves nothing.
func TestUploadPiecesWait(t *testing.T) {
	dir := t.TempDir()
	s := open(t, taking, settings{flags: map[string]string{"uploads-folder": dir, "uploads-memory": "1KiB"}})
	const size = 64 << 20
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	form, kind := formOf(size)
	fmt.Fprintf(c, "POST /back HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n", kind)
	w := httputil.NewChunkedWriter(c)
	if _, err := io.Copy(w, form); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), errOf(io.WriteString(c, "\r\n"))); err != nil {
		t.Fatal(err)
	}
	pieces := func() int { return strings.Count(s.out.String(), "ஒன்று") }
	eventually(t, "the first pieces", func() bool { return pieces() > 0 })
	last := 0
	eventually(t, "a stop", func() bool {
		was := last
		time.Sleep(200 * time.Millisecond)
		last = pieces()
		return last == was
	})
	if last > size/pieceSize/2 {
		t.Errorf("%d pieces were read for a client that takes none", last)
	}
	if s.app.spool.OnDisk() < size {
		t.Errorf("%d bytes are on disk", s.app.spool.OnDisk())
	}
	c.Close()
	nothingPutAside(t, s)
}

func errOf(_ int, err error) error { return err }

// TestDocumentedBodies runs what live.md shows of bodies and files that come.
func TestDocumentedBodies(t *testing.T) {
	bodies, files := exampleOf(t, "live.md", "Bodies that come"), exampleOf(t, "live.md", "Files that come")
	t.Chdir(t.TempDir())
	s := open(t, bodies+files, settings{})
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	s.want(s.post(c, "/alavu", zeros(2_000_000), -1, ""), 200, `{"பைட்டுகள்":2000000}`)
	form, kind := formOf(1000)
	if r := s.post(c, "/patangkal", form, -1, kind); r.status != 200 || !strings.Contains(r.body, `"அளவு":1000`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	form, kind = formOf(300_000)
	s.want(s.post(c, "/thiruppu", form, -1, kind), 200, string(make([]byte, 300_000)))
	if saved, err := os.ReadDir("patangkal"); err != nil || len(saved) != 1 {
		t.Errorf("%v %v", saved, err)
	}
}

// TestLongCoding: a body that comes with a coding whose name begins like one that is known is
// refused as any other.
func TestLongCoding(t *testing.T) {
	s := open(t, `server.on("POST", "/", செயல்(r) { திரும்பு 1; }, {stream: மெய்});`, settings{})
	for _, coding := range []string{"identity2", "identity, gzip", "i"} {
		r := s.inTwo("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Encoding: "+coding+"\r\n\r\n", "1\r\nx\r\n0\r\n\r\n")
		if r.status != 415 {
			t.Errorf("%s: %d", coding, r.status)
		}
	}
}
