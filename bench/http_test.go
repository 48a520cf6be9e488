package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		fmt.Fprint(w, "வணக்கம் "+r.URL.Path)
	}))
	defer server.Close()
	l := Load{Addr: server.Listener.Addr().String(), Path: "/x", Conns: 3, Depth: 4, Time: 200 * time.Millisecond, Body: "வணக்கம் /x"}
	r, err := l.run()
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests == 0 || r.Requests > r.Answered || r.Answered != uint64(hits.Load()) || r.P50 <= 0 || r.P99 < r.P50 {
		t.Errorf("%+v with %d hits", r, hits.Load())
	}
	l.Body = "something else"
	if _, err := l.run(); err == nil {
		t.Error("a wrong body was counted")
	}
}

// TestLoadKeepsItsRate: with a rate the generator must not go as fast as answers come.
func TestLoadKeepsItsRate(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ok") }))
	defer server.Close()
	l := Load{Addr: server.Listener.Addr().String(), Path: "/", Conns: 2, Depth: 1, Time: 500 * time.Millisecond, Rate: 100}
	r, err := l.run()
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests == 0 || r.Requests > 100 {
		t.Errorf("%d requests in half a second at 100 a second", r.Requests)
	}
}

func TestReadAnswer(t *testing.T) {
	for _, c := range []struct {
		in, body string
		ok       bool
	}{
		{"HTTP/1.1 200 OK\r\nCONTENT-length: 2\r\n\r\nok", "ok", true},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "", true},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "ok", false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\noks", "ok", false},
		{"HTTP/1.1 200 OK\r\n\r\nok", "ok", false},
		{"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok", "ok", false},
		{"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nok", "ok", false},
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", "ok", false},
		{"HTTP/1.1 200", "ok", false},
	} {
		err := readAnswer(bufio.NewReader(strings.NewReader(c.in)), c.body)
		if (err == nil) != c.ok {
			t.Errorf("%q: %v", c.in, err)
		}
	}
}

func TestHistogram(t *testing.T) {
	for _, ns := range []uint64{0, 1, 31, 32, 33, 63, 64, 1000, 123_456, 1 << 40, 1<<63 + 5} {
		low := lowest(bucket(ns))
		if low > ns || float64(ns-low) > float64(ns)/subBuckets {
			t.Errorf("%d ns falls into the bucket of %d", ns, low)
		}
	}
	var h histogram
	for i := 1; i <= 1000; i++ {
		h.add(time.Duration(i)*time.Microsecond, 1)
	}
	for p, want := range map[float64]float64{0.5: 500, 0.99: 990, 0: 1} {
		got := float64(h.percentile(p).Microseconds())
		if got < want*0.96-1 || got > want*1.04+1 {
			t.Errorf("percentile %v: %v µs, want about %v", p, got, want)
		}
	}
	if (&histogram{}).percentile(0.5) != 0 {
		t.Error("an empty histogram has a percentile")
	}
}

func TestProcessTools(t *testing.T) {
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := waitFor("127.0.0.1:" + port); err != nil {
		t.Error(err)
	}
	spin := time.Now()
	for time.Since(spin) < 50*time.Millisecond {
	}
	if used, err := cpuTime(os.Getpid()); err != nil || used <= 0 {
		t.Errorf("processor time %v, %v", used, err)
	}
}
