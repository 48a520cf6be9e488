package serve

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"etamil/internal/config"
	"etamil/internal/std/host"
)

// BenchmarkInside measures what a request costs us without a socket: the program of the
// HTTP rows answers clients in this process, 32 requests at a time, so that what is
// measured is parsing, serving and writing. Run it beside BenchmarkRequest.
func BenchmarkInside(b *testing.B) {
	text, err := os.ReadFile("../../bench/programs/http/app.qmz")
	if err != nil {
		b.Fatal(err)
	}
	binding, img, _ := image(b, string(text), nil)
	cfg, err := config.Load(config.Given{Flags: map[string]string{"workers": "1"}})
	if err != nil {
		b.Fatal(err)
	}
	h := host.New(nil, true)
	h.Out = host.NewOutput(io.Discard, false)
	ready, ended := make(chan Info, 1), make(chan error, 1)
	a := New(binding, img, Options{Config: cfg, Host: h, Listen: true, Local: true, Ready: func(i Info) { ready <- i }})
	go func() { ended <- a.Run(b.Context()) }()
	<-ready
	var items []string
	for i := range 8 {
		items = append(items, fmt.Sprintf(`{"hsn":"1006","name":"பொன்னி அரிசி","price":%d.%02d,"qty":%d,"rate":%d}`, 100+37*i, 11*i, i+1, 5+i))
	}
	invoice := `{"invoice":"INV-1001","items":[` + strings.Join(items, ",") + `],"state":"33"}`
	for _, r := range []struct{ name, request string }{
		{"text", "GET /text HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"},
		{"json", "GET /json HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"},
		{"tax", "GET /tax/1234567.50 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"},
		{"invoice", fmt.Sprintf("POST /invoice HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(invoice), invoice)},
	} {
		b.Run(r.name, func(b *testing.B) {
			const batch = 32
			c, err := a.Dial()
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			requests, buf := []byte(strings.Repeat(r.request, batch)), make([]byte, 1<<20)
			if _, err := c.Write([]byte(r.request)); err != nil {
				b.Fatal(err)
			}
			size, err := c.Read(buf)
			if err != nil || !strings.HasPrefix(string(buf[:size]), "HTTP/1.1 200 ") {
				b.Fatalf("%q %v", buf[:size], err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += batch {
				if _, err := c.Write(requests); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(c, buf[:batch*size]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	a.Shutdown()
	if err := <-ended; err != nil {
		b.Error(err)
	}
}
