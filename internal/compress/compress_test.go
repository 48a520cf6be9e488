package compress

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

func TestChoose(t *testing.T) {
	for header, want := range map[string]Coding{
		"": Identity, "gzip": Gzip, "x-gzip": Gzip, "zstd": Zstd, "gzip, zstd": Zstd, "zstd, gzip": Zstd, "GZIP": Gzip, "br": Identity,
		"gzip, deflate, br, zstd": Zstd, "gzip, deflate, br": Gzip, "*": Zstd, "gzip;q=1, *;q=0.5": Gzip, "gzip;q=0.5": Gzip, "gzip;q=0": Identity,
		"*;q=0": Identity, "identity": Identity, "identity, gzip;q=0.5": Identity, "identity;q=0.5, gzip;q=1": Gzip, "identity;q=0.2, gzip;q=0.5": Gzip,
		"gzip;q=0.8, zstd;q=0.2": Gzip, "zstd;q=0, gzip": Gzip, "gzip;q=0, *": Zstd, "identity;q=1, *;q=0": Identity, "gzip;q=0.001": Gzip,
	} {
		if got := Choose([]byte(header)); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
	if Choose(nil) != Identity {
		t.Error("who says nothing gets something")
	}
}

func TestWorth(t *testing.T) {
	for media, want := range map[string]bool{
		"application/json": true, "text/plain; charset=utf-8": true, "TEXT/HTML": true, "application/problem+json": true, "image/svg+xml": true,
		"Application/JSON ; charset=utf-8": true, "image/png": false, "video/mp4": false, "application/zip": false, "application/octet-stream": false,
		"text/event-stream": false, "": false, "font/woff2": false, "application/gzip": false,
	} {
		if Worth(media) != want {
			t.Errorf("%q: %v", media, !want)
		}
	}
}

// bodies are of each kind and of sizes around the encoders' own.
func bodies() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300<<10)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	list := [][]byte{nil, []byte("a"), []byte(strings.Repeat("அ", 100_000)), noise}
	for _, n := range []int{1023, 1024, 65535, 65536, 131072, 131073} {
		list = append(list, invoices(n), noise[:n])
	}
	return list
}

// invoices is JSON as programs answer it.
func invoices(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `{"id":%d,"பெயர்":"பொருள் %d","விலை":%d.%02d,"வரி":0.18},`, i, i*7919%1000, i*31%997, i%100)
	}
	return b.Bytes()[:n]
}

func TestThereAndBack(t *testing.T) {
	var e Encoder
	var d Decoder
	for _, c := range []Coding{Gzip, Zstd, Gzip, Zstd} {
		for i, body := range bodies() {
			packed := e.Append([]byte("x"), body, c)
			if packed[0] != 'x' {
				t.Fatal("what was there is gone")
			}
			packed = packed[1:]
			if c == Gzip {
				r, err := stdgzip.NewReader(bytes.NewReader(packed))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, body) {
					t.Fatalf("body %d: the standard library reads something else (%v)", i, err)
				}
			}
			if len(body) == 0 {
				continue
			}
			got, err := d.Decode([]byte("y"), packed, c, 1<<20)
			if len(body) > max(ratioFree, len(packed)*MaxRatio) {
				if !errors.Is(err, ErrLarge) {
					t.Errorf("body %d: %v", i, err)
				}
				continue
			}
			if err != nil || !bytes.Equal(got[1:], body) || got[0] != 'y' {
				t.Fatalf("body %d in %v: %v, %d bytes of %d", i, c, err, len(got), len(body))
			}
		}
	}
}

func TestDecodeIsBounded(t *testing.T) {
	var e Encoder
	var d Decoder
	bomb := make([]byte, 50<<20)
	text := invoices(100_000)
	for _, c := range []Coding{Gzip, Zstd} {
		packed := e.Append(nil, bomb, c)
		if got, err := d.Decode(nil, packed, c, 1<<30); !errors.Is(err, ErrLarge) || len(got) > 0 {
			t.Errorf("%v: %d bytes become %d (%v)", c, len(packed), len(got), err)
		}
		packed = e.Append(nil, text, c)
		if _, err := d.Decode(nil, packed, c, len(text)-1); !errors.Is(err, ErrLarge) {
			t.Errorf("%v: one byte too much: %v", c, err)
		}
		if _, err := d.Decode(nil, packed, c, len(text)); err != nil {
			t.Errorf("%v: exactly the limit: %v", c, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	var e Encoder
	var d Decoder
	text := invoices(5000)
	for _, c := range []Coding{Gzip, Zstd} {
		packed := e.Append(nil, text, c)
		flipped := bytes.Clone(packed)
		flipped[len(flipped)-3] ^= 1 // in the checksum of either
		for name, bad := range map[string][]byte{
			"nothing": {}, "other bytes": []byte("hello, world"), "a half": packed[:len(packed)/2], "all but one": packed[:len(packed)-1],
			"a wrong sum": flipped, "something behind": append(bytes.Clone(packed), "x"...),
		} {
			if got, err := d.Decode(nil, bad, c, 1<<20); !errors.Is(err, ErrData) {
				t.Errorf("%v: %s: %d bytes, %v", c, name, len(got), err)
			}
		}
		if got, err := d.Decode(nil, packed, c, 1<<20); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%v: after all that a good one: %v", c, err)
		}
	}
	if _, err := d.Decode(nil, text, Identity, 1<<20); !errors.Is(err, ErrCoding) {
		t.Error(err)
	}
}

func TestCodingOf(t *testing.T) {
	for field, want := range map[string]Coding{"": Identity, "identity": Identity, "gzip": Gzip, "X-GZIP": Gzip, " zstd ": Zstd} {
		if got, err := CodingOf([]byte(field)); got != want || err != nil {
			t.Errorf("%q: %v %v", field, got, err)
		}
	}
	for _, field := range []string{"br", "deflate", "gzip, gzip", "gzip,", "gzip;q=1"} {
		if _, err := CodingOf([]byte(field)); !errors.Is(err, ErrCoding) {
			t.Errorf("%q is taken", field)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	var e Encoder
	body, dst := invoices(8<<10), make([]byte, 0, 64<<10)
	for _, c := range []Coding{Gzip, Zstd} {
		if n := testing.AllocsPerRun(50, func() { dst = e.Append(dst[:0], body, c) }); n > 0 {
			t.Errorf("%v: %v allocations", c, n)
		}
	}
}

func TestPool(t *testing.T) {
	var p Pool
	var d DecoderPool
	var all sync.WaitGroup
	body := invoices(100_000)
	for range 8 {
		all.Go(func() {
			packed := p.Append(nil, body, Zstd)
			d.Use(func(d *Decoder) {
				if got, err := d.Decode(nil, packed, Zstd, 1<<20); err != nil || !bytes.Equal(got, body) {
					t.Error(err)
				}
			})
		})
	}
	all.Wait()
}

func FuzzDecode(f *testing.F) {
	var e Encoder
	for _, c := range []Coding{Gzip, Zstd} {
		f.Add(e.Append(nil, invoices(300), c))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var d Decoder
		for _, c := range []Coding{Gzip, Zstd} {
			if got, err := d.Decode(nil, body, c, 100_000); len(got) > 100_000 || err != nil && len(got) > 0 {
				t.Errorf("%v: %d bytes, %v", c, len(got), err)
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	for _, n := range []int{1 << 10, 16 << 10, 256 << 10} {
		body := invoices(n)
		for _, c := range []Coding{Gzip, Zstd} {
			b.Run(fmt.Sprintf("%v/%d", c, n), func(b *testing.B) {
				var e Encoder
				dst := e.Append(nil, body, c)
				b.SetBytes(int64(n))
				for range b.N {
					dst = e.Append(dst[:0], body, c)
				}
				b.ReportMetric(float64(n)/float64(len(dst)), "ratio")
			})
		}
	}
}
