package serve

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
)

// routes is a program whose requests never wait: both forms of route, a parameter, JSON,
// and a tax in exact decimals.
const routes = `
server.on("GET", "/json", செயல்(request) { திரும்பு {"message": "வணக்கம்", "n": 1.50, "list": [1, 2, 3]}; });
server.on("GET", "/response/:id", செயல்(request) { திரும்பு response(200, {"id": request.parameters.get("id"), "q": request.query.get("q")}, {"X-A": "1"}); });
வழி பெறு, "/vari/:qokY<எண்>" { பதில் 200, {"வரி": param_qokY * 0.18}; }
வழி பெறு, "/said" { பதில் 200, "வணக்கம்", {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-A": "1"}; }
server.on("GET", "/text", செயல்() { திரும்பு "வணக்கம்"; });
வழியில் = server.group("/through");
வழியில்.use(பணி(request, next) { r = next(request); r.headers["X-A"] = "1"; திரும்பு r; });
வழியில்.use(பணி(request, next) { திரும்பு next(request); });
வழியில்.on("GET", "/json", செயல்(request) { திரும்பு {"message": "வணக்கம்", "n": 1.50}; });
`

// client sends one request at a time on one connection, without allocating.
type client struct {
	c       net.Conn
	request []byte
	buf     []byte
	want    int
}

func (s *site) client(path string) *client {
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { c.Close() })
	k := &client{c: c, request: []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"), buf: make([]byte, 64<<10)}
	if _, err := c.Write(k.request); err != nil {
		s.Fatal(err)
	}
	n, err := c.Read(k.buf)
	if err != nil || !strings.HasPrefix(string(k.buf[:n]), "HTTP/1.1 200 ") {
		s.Fatalf("%s: %q %v", path, k.buf[:n], err)
	}
	k.want = n
	return k
}

// ask sends n requests at once and reads their answers.
func (k *client) ask(n int, batch []byte) error {
	if _, err := k.c.Write(batch); err != nil {
		return err
	}
	_, err := io.ReadFull(k.c, k.buf[:n*k.want])
	return err
}

// TestNoAllocation: a request on the usual path allocates nothing on Go's heap, from the
// socket to the socket.
func TestNoAllocation(t *testing.T) {
	s := open(t, routes, settings{flags: map[string]string{"workers": "1"}})
	for _, path := range []string{"/json", "/response/42?q=a", "/vari/100.50", "/said", "/text", "/through/json", "/health"} {
		k := s.client(path)
		for range 200 {
			if err := k.ask(1, k.request); err != nil {
				t.Fatal(err)
			}
		}
		const n = 2000
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range n {
			if err := k.ask(1, k.request); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		// The clock's ticks and the like allocate a little, once in a while.
		if got := float64(after.Mallocs-before.Mallocs) / n; got > 0.1 {
			t.Errorf("%s: %.2f allocations a request", path, got)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	s := open(b, routes, settings{flags: map[string]string{"workers": "1"}})
	for _, path := range []string{"/json", "/text", "/vari/100.50", "/response/42?q=a", "/through/json"} {
		for _, depth := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/%d", strings.Split(path, "/")[1], depth), func(b *testing.B) {
				k := s.client(path)
				batch := []byte(strings.Repeat(string(k.request), depth))
				b.ReportAllocs()
				b.ResetTimer()
				for i := 0; i < b.N; i += depth {
					if err := k.ask(depth, batch); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
