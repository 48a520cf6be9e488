package http1

import (
	"testing"
)

const plainGet = "GET /tax?year=2026 HTTP/1.1\r\nHost: example.org\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n"

const tenFields = "GET /api/v1/invoices/1234?expand=lines HTTP/1.1\r\n" +
	"Host: shop.example.org:8080\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n" +
	"Accept-Language: ta,en-US;q=0.7,en;q=0.3\r\n" +
	"Accept-Encoding: gzip, deflate, br\r\n" +
	"Connection: keep-alive\r\n" +
	"Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n" +
	"Upgrade-Insecure-Requests: 1\r\n" +
	"Sec-Fetch-Dest: document\r\n" +
	"Cache-Control: max-age=0\r\n\r\n"

func TestParsePlainGet(t *testing.T) {
	var r Request
	n, err := r.Parse([]byte(plainGet+"GET"), 0, &DefaultLimits)
	if n != len(plainGet) || err != nil {
		t.Fatalf("Parse = %d, %v; want %d", n, err, len(plainGet))
	}
	if r.Method != MethodGet || string(r.Path) != "/tax" || string(r.Query) != "year=2026" || r.Minor != 1 ||
		string(r.Host) != "example.org" || len(r.Fields) != 4 || !r.KeepAlive || r.ContentLength != -1 {
		t.Errorf("got %+v", r)
	}
	if v, ok := r.Lookup("user-agent"); !ok || string(v) != "curl/8.5.0" {
		t.Errorf("Lookup = %q, %v", v, ok)
	}
}

func benchmarkParse(b *testing.B, text string) {
	buf := []byte(text)
	var r Request
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := r.Parse(buf, 0, &DefaultLimits); n != len(buf) || err != nil {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.Run("get4", func(b *testing.B) { benchmarkParse(b, plainGet) })
	b.Run("get10", func(b *testing.B) { benchmarkParse(b, tenFields) })
}
