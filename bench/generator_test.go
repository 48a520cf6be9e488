//go:build cgo

// The generator is C: these tests are there where a C compiler is.

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// generator builds the generator once for all tests.
var generator = sync.OnceValues(func() (string, error) {
	binary, err := filepath.Abs("bin/gen")
	if err != nil {
		return "", err
	}
	return binary, buildGenerator(binary)
})

// fakeServer answers every request with reply(n), n counting from 1; "" closes the
// connection. It returns its port and how many requests it has seen.
func fakeServer(t *testing.T, reply func(n int64) string) (string, *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var n atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				in := bufio.NewReader(c)
				for {
					for {
						line, err := in.ReadString('\n')
						if err != nil {
							return
						}
						if line == "\r\n" {
							break
						}
					}
					answer := reply(n.Add(1))
					// In two pieces, so that heads and bodies arrive in parts too.
					half := len(answer) / 3
					if _, err := io.WriteString(c, answer[:half]); err != nil || answer == "" {
						return
					}
					if _, err := io.WriteString(c, answer[half:]); err != nil || strings.Contains(answer, "Length: 99") {
						return
					}
				}
			}()
		}
	}()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, &n
}

func okay(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nServer: fake\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// TestGeneratorJudges: right answers are counted, and each kind of wrong one is found.
func TestGeneratorJudges(t *testing.T) {
	atRoot(t)
	binary, err := generator()
	if err != nil {
		t.Fatal(err)
	}
	sometimes := func(bad string) func(int64) string {
		return func(n int64) string {
			if n%10 == 0 {
				return bad
			}
			return okay(textBody)
		}
	}
	for _, c := range []struct {
		name  string
		reply func(int64) string
		wrong func(Sample) uint64
	}{
		{"right", func(int64) string { return okay(textBody) }, nil},
		{"another body", sometimes(okay("வணக்கம!")), func(s Sample) uint64 { return s.WrongBody }},
		{"a longer body", sometimes(okay(textBody + "!")), func(s Sample) uint64 { return s.WrongBody }},
		{"another status", sometimes("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), func(s Sample) uint64 { return s.WrongStatus }},
		{"a cut body", sometimes("HTTP/1.1 200 OK\r\nX-Length: 99\r\nContent-Length: 21\r\n\r\nவண"), func(s Sample) uint64 { return s.ClosedEarly }},
		{"no answer", sometimes(""), func(s Sample) uint64 { return s.ClosedEarly }},
		{"no length", sometimes("HTTP/1.1 200 OK\r\n\r\n"), func(s Sample) uint64 { return s.Broken }},
		{"no HTTP", sometimes("no \"HTTP\" at\x01 all\r\n\r\n"), func(s Sample) uint64 { return s.Broken }},
		{"an answer too many", sometimes(okay(textBody) + okay(textBody)), func(s Sample) uint64 { return s.Broken }},
	} {
		for _, way := range []struct {
			name   string
			change func(*Load)
		}{{"", func(*Load) {}}, {", plain", func(l *Load) { l.Plain = true }}, {", fresh", func(l *Load) { l.Fresh = true }}} {
			t.Run(c.name+way.name, func(t *testing.T) {
				port, seen := fakeServer(t, c.reply)
				l := Load{Conns: 3, Time: 100 * time.Millisecond, CPU: -1, Port: port, Script: Script{ask("/", textBody)}, Command: binary}
				way.change(&l)
				if l.Fresh {
					l.Conns = 20 // one that was answered wrongly stays away
				}
				var s Sample
				for seen.Load() < 30 { // a machine that is busy needs longer for the tenth request
					if l.Time *= 2; l.Time > time.Minute {
						t.Fatalf("%d requests", seen.Load())
					}
					seen.Store(0)
					if s, err = l.run(); err != nil {
						t.Fatal(err)
					}
				}
				switch {
				case c.wrong == nil && (s.wrong() != nil || s.Answered == 0 || int64(s.Answered) > seen.Load() || s.P50 <= 0 || s.P99 < s.P50 || s.Max < s.P99):
					t.Errorf("%+v after %d requests: %v", s, seen.Load(), s.wrong())
				case c.wrong != nil && (c.wrong(s) == 0 || s.wrong() == nil || s.FirstError == ""):
					t.Errorf("not found: %+v", s)
				}
			})
		}
	}
}

// TestGeneratorModes: pipelining, a rate, fresh connections, bursts, several pairs.
func TestGeneratorModes(t *testing.T) {
	atRoot(t)
	binary, err := generator()
	if err != nil {
		t.Fatal(err)
	}
	port, _ := fakeServer(t, func(int64) string { return okay(textBody) })
	base := Load{Conns: 4, Time: 300 * time.Millisecond, CPU: -1, Port: port, Command: binary,
		Script: Script{ask("/a", textBody), {Request: "GET /b HTTP/1.1\r\nHost: x\r\n\r\n", Status: 200, Any: true}, ask("/c", textBody)}}
	for _, c := range []struct {
		name   string
		change func(*Load)
		check  func(Sample) bool
	}{
		{"pipelined", func(l *Load) { l.Depth = 16 }, func(s Sample) bool { return s.Answered >= 16 }},
		// It must not go as fast as answers come, nor fall behind by itself.
		{"rate", func(l *Load) { l.Rate = 200 }, func(s Sample) bool { return s.Answered > 0 && s.Answered <= 61 }},
		{"fresh", func(l *Load) { l.Fresh = true }, func(s Sample) bool { return s.Answered > 0 }},
		{"fresh at a rate", func(l *Load) { l.Fresh, l.Rate = true, 100 }, func(s Sample) bool { return s.Answered > 0 && s.Answered <= 31 }},
		{"bursts", func(l *Load) { l.Bursts = 2 }, func(s Sample) bool { return len(s.BurstsMs) == 2 && s.Answered == 8 && s.BurstsMs[0] > 0 }},
	} {
		l := base
		c.change(&l)
		s, err := l.run()
		if err != nil || s.wrong() != nil || !c.check(s) {
			t.Errorf("%s: %+v: %v, %v", c.name, s, err, s.wrong())
		}
	}
	l := base
	l.Port = "1" // nobody listens there
	if s, err := l.run(); err == nil && s.wrong() == nil {
		t.Errorf("nobody answered: %+v", s)
	}
}

// TestLatencyCountsFromWhenARequestWasDue: a server that stalls can't hide the requests
// that it kept from being sent.
func TestLatencyCountsFromWhenARequestWasDue(t *testing.T) {
	atRoot(t)
	binary, err := generator()
	if err != nil {
		t.Fatal(err)
	}
	const stall = 300 * time.Millisecond
	port, _ := fakeServer(t, func(n int64) string {
		if n == 2 {
			time.Sleep(stall)
		}
		return okay(textBody)
	})
	s, err := Load{Conns: 1, Rate: 200, Time: 600 * time.Millisecond, CPU: -1, Port: port, Script: Script{ask("/", textBody)}, Command: binary}.run()
	if err != nil || s.wrong() != nil {
		t.Fatal(err, s.wrong())
	}
	// Half of all requests were due while it stalled: the middle of the latencies shows it.
	if s.Max < 250_000 || s.P99 < 200_000 || s.P50 < 2_000 {
		t.Errorf("p50 %v, p99 %v, longest %v µs: the stall is hidden", s.P50, s.P99, s.Max)
	}
}

func TestReadSample(t *testing.T) {
	s, err := readSample([]byte(`{"answered":4,"seconds":2,"server_cpu_ns":8000,"own_cpu_ns":1000000000,"busy_ns":1500000000,"wrong_body":1,"first_error":"the wrong body: ` + "\xe0\xae" + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.perSecond() != 2 || s.cost() != 2 || s.saturation() != 0.5 || s.foreign() < 0.24 || s.foreign() > 0.26 || s.wrong() == nil {
		t.Errorf("%+v: %v a second, %v µs, %v, %v, %v", s, s.perSecond(), s.cost(), s.saturation(), s.foreign(), s.wrong())
	}
	for _, bad := range []string{"", "{", `{"answered":1}`, "gen: no"} {
		if _, err := readSample([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if (Sample{Seconds: 1}).wrong() == nil {
		t.Error("no answer at all is right")
	}
}

// TestSmoke measures eTamil alone, shortly: every row answers right.
func TestSmoke(t *testing.T) {
	atRoot(t)
	if err := command([]string{"http", "--smoke", "--peers", ours, "--out", t.TempDir()}); err != nil {
		t.Error(err)
	}
}

// TestLiveSmoke: every row about waiting and streaming is measured, shortly.
func TestLiveSmoke(t *testing.T) {
	atRoot(t)
	if err := command([]string{"live", "--smoke", "--out", t.TempDir()}); err != nil {
		t.Error(err)
	}
}

// TestSoakSmoke runs the shop for a second.
func TestSoakSmoke(t *testing.T) {
	atRoot(t)
	if err := command([]string{"soak", "--minutes", "0.02", "--connections", "60", "--out", t.TempDir()}); err != nil {
		t.Error(err)
	}
}
