package ws

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// frame is a client's frame, masked.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := [4]byte{0xa1, 0x02, 0xf3, 0x54}
	b = append(b, mask[:]...)
	p := []byte(payload)
	unmask(p, mask, 0)
	return string(append(b, p...))
}

const (
	fin    = 0x80
	packed = 0x40
)

// read is what comes of bytes that are cut so.
func read(deflate bool, pieces ...string) string {
	r := Reader{Limit: 70_000, Deflate: deflate}
	var b strings.Builder
	for _, p := range pieces {
		err := r.Feed([]byte(p), func(e Event) {
			data := string(e.Data)
			if len(data) > 40 {
				data = fmt.Sprint(len(data))
			}
			fmt.Fprintf(&b, "%d %q %d;", e.Op, data, e.Code)
		})
		if err != nil {
			fmt.Fprintf(&b, "error %d", err.(*Error).Code)
			break
		}
	}
	return b.String()
}

func code(n int, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(n))) + reason
}

// cases are streams of a client, and what comes of them.
var cases = []struct{ name, in, want string }{
	{"text", frame(fin|1, "வணக்கம்"), `1 "வணக்கம்" 0;`},
	{"empty", frame(fin|1, ""), `1 "" 0;`},
	{"binary", frame(fin|2, "\x00\xff"), `2 "\x00\xff" 0;`},
	{"125", frame(fin|2, strings.Repeat("a", 125)), `2 "125" 0;`},
	{"126", frame(fin|2, strings.Repeat("a", 126)), `2 "126" 0;`},
	{"65535", frame(fin|2, strings.Repeat("a", 65535)), `2 "65535" 0;`},
	{"65536", frame(fin|2, strings.Repeat("a", 65536)), `2 "65536" 0;`},
	{"too big", frame(fin|2, strings.Repeat("a", 70_001)), `error 1009`},
	{"fragments", frame(1, "ab") + frame(0, "") + frame(fin|0, "cd"), `1 "abcd" 0;`},
	{"fragments within a letter", frame(1, "\xe0\xae") + frame(fin|0, "\x85"), `1 "அ" 0;`},
	{"fragments too big", frame(2, strings.Repeat("a", 40_000)) + frame(fin|0, strings.Repeat("a", 40_000)), `error 1009`},
	{"a ping between", frame(1, "a") + frame(fin|9, "p") + frame(fin|0, "b"), `9 "p" 0;1 "ab" 0;`},
	{"a pong nobody asked for", frame(fin|10, "x"), `10 "x" 0;`},
	{"a long ping", frame(fin|9, strings.Repeat("a", 126)), `error 1002`},
	{"a ping in fragments", frame(9, "a"), `error 1002`},
	{"two messages in one", frame(1, "a") + frame(fin|1, "b"), `error 1002`},
	{"a continuation of nothing", frame(fin|0, "a"), `error 1002`},
	{"a continuation after the end", frame(fin|1, "a") + frame(fin|0, "b"), `1 "a" 0;error 1002`},
	{"reserved bit 1", frame(fin|0x40|1, "a"), `error 1002`},
	{"reserved bit 2", frame(fin|0x20|1, "a"), `error 1002`},
	{"reserved bit 3", frame(fin|0x10|1, "a"), `error 1002`},
	{"op 3", frame(fin|3, "a"), `error 1002`},
	{"op 7", frame(fin|7, "a"), `error 1002`},
	{"op 11", frame(fin|11, "a"), `error 1002`},
	{"not masked", "\x81\x01a", `error 1002`},
	{"not masked and empty", "\x81\x00", `error 1002`},
	{"a length that is too long", "\x82\xfe\x00\x05\x00\x00\x00\x00aaaaa", `error 1002`},
	{"a length that is too long, 64 bits", "\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x00\x00", `error 1002`},
	{"a length without end", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", `error 1002`},
	{"bad text", frame(fin|1, "\xce\xba\xff"), `error 1007`},
	{"bad text, a surrogate", frame(fin|1, "\xed\xa0\x80"), `error 1007`},
	{"half a letter", frame(fin|1, "\xe0\xae"), `error 1007`},
	{"close", frame(fin|8, code(1000, "நன்றி")) + frame(fin|1, "after"), `8 "நன்றி" 1000;`},
	{"close without a code", frame(fin|8, ""), `8 "" 1005;`},
	{"close with half a code", frame(fin|8, "\x03"), `error 1002`},
	{"close 1005", frame(fin|8, code(1005, "")), `error 1002`},
	{"close 999", frame(fin|8, code(999, "")), `error 1002`},
	{"close 1016", frame(fin|8, code(1016, "")), `error 1002`},
	{"close 3000", frame(fin|8, code(3000, "")), `8 "" 3000;`},
	{"close 4999", frame(fin|8, code(4999, "")), `8 "" 4999;`},
	{"close 5000", frame(fin|8, code(5000, "")), `error 1002`},
	{"ten pings", strings.Repeat(frame(fin|9, "p"), 10), strings.Repeat(`9 "p" 0;`, 10)},
	{"a ping with bytes", frame(fin|9, "\x00\xff\xfe\xfd"), `9 "\x00\xff\xfe\xfd" 0;`},
	{"a ping of 125", frame(fin|9, strings.Repeat("a", 125)), `9 "125" 0;`},
	{"a pong in fragments", frame(10, "a"), `error 1002`},
	{"a close in fragments", frame(8, code(1000, "")), `error 1002`},
	{"an empty fragment first and last", frame(1, "") + frame(0, "a") + frame(fin|0, ""), `1 "a" 0;`},
	{"nothing in three fragments", frame(2, "") + frame(0, "") + frame(fin|0, ""), `2 "" 0;`},
	{"a continuation of nothing, unfinished", frame(0, "a") + frame(fin|0, "b"), `error 1002`},
	{"binary within text", frame(1, "a") + frame(fin|2, "b"), `error 1002`},
	{"a close within a message", frame(1, "a") + frame(fin|8, code(1000, "")), `8 "" 1000;`},
	{"two messages behind each other in fragments", frame(1, "a") + frame(fin|0, "b") + frame(2, "c") + frame(fin|0, "d"), `1 "ab" 0;2 "cd" 0;`},
	{"a ping after a close", frame(fin|8, code(1000, "")) + frame(fin|9, "p"), `8 "" 1000;`},
	{"two closes", frame(fin|8, code(1000, "")) + frame(fin|8, code(1001, "")), `8 "" 1000;`},
	{"a close of 125", frame(fin|8, code(1000, strings.Repeat("a", 123))), `8 "123" 1000;`},
	{"a close of 126", frame(fin|8, code(1000, strings.Repeat("a", 124))), `error 1002`},
	{"half a letter in fragments", frame(1, "a\xe0") + frame(fin|0, "\xae"), `error 1007`},
	{"a byte order mark", frame(fin|1, "\ufeffa"), `1 "\ufeffa" 0;`},
	{"close with bad text", frame(fin|8, code(1000, "\xff")), `error 1007`},
}

// TestCases reads each stream whole, cut at every place, and byte by byte; and no byte that is
// changed makes the reader panic or keep more than it may.
func TestCases(t *testing.T) {
	for _, c := range cases {
		if got := read(false, c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if len(c.in) > 1000 {
			if got := read(false, c.in[:3], c.in[3:9], c.in[9:500], c.in[500:]); got != c.want {
				t.Errorf("%s in pieces: %s", c.name, got)
			}
			continue
		}
		var all []string
		for i := range len(c.in) {
			all = append(all, c.in[i:i+1])
			if got := read(false, c.in[:i], c.in[i:]); got != c.want {
				t.Errorf("%s cut at %d: %s", c.name, i, got)
			}
			for _, flip := range []byte{1, 0x80, 0xff} {
				b := []byte(c.in)
				b[i] ^= flip
				read(true, string(b))
			}
		}
		if got := read(false, all...); got != c.want {
			t.Errorf("%s byte by byte: %s", c.name, got)
		}
	}
}

// client turns a server's frame into a client's.
func client(f []byte) string {
	n := headLength(f) - 4
	return frame(f[0], string(f[n:]))
}

func TestDeflate(t *testing.T) {
	var p Packer
	for _, text := range []string{"", "short", strings.Repeat("வணக்கம் ", 2000), strings.Repeat("x", 60_000)} {
		for range 2 {
			f := p.AppendFrame(nil, Text, []byte(text))
			if len(text) >= PackMin && (f[0]&packed == 0 || len(f)*5 > len(text)) {
				t.Errorf("%d bytes are sent as %d", len(text), len(f))
			}
			r := Reader{Limit: 70_000, Deflate: true}
			got := ""
			if err := r.Feed([]byte(client(f)), func(e Event) { got = string(e.Data) }); err != nil || got != text {
				t.Errorf("%d bytes: %d, %v", len(text), len(got), err)
			}
		}
	}
	bomb := p.AppendFrame(nil, Text, bytes.Repeat([]byte("x"), 1<<20))
	if got := read(true, client(bomb)); got != "error 1009" {
		t.Errorf("a megabyte from %d bytes: %s", len(bomb), got)
	}
	if got := read(true, frame(fin|packed|1, "\xff\xff\xff")); got != "error 1002" {
		t.Errorf("what is no deflate: %s", got)
	}
	if got := read(true, frame(fin|packed|9, "p")); got != "error 1002" {
		t.Errorf("a compressed ping: %s", got)
	}
	for offer, want := range map[string]bool{
		"": false, "permessage-deflate": true, "x, permessage-deflate; client_max_window_bits": true,
		"permessage-deflate; server_max_window_bits=10": false, "permessage-deflate; server_max_window_bits=10, permessage-deflate": true,
		"permessage-deflate; nonsense": false,
	} {
		if got := OffersDeflate(offer); got != want {
			t.Errorf("%q: %v", offer, got)
		}
	}
}

// TestCloseCodes: those that may be sent come through, and no others.
func TestCloseCodes(t *testing.T) {
	for n := range 65536 {
		may := n >= 1000 && n <= 1014 && n != 1004 && n != 1005 && n != 1006 || n >= 3000 && n <= 4999
		want := "error 1002"
		if may {
			want = fmt.Sprintf(`8 "" %d;`, n)
		}
		if got := read(false, frame(fin|8, code(n, ""))); got != want {
			t.Fatalf("%d: %s, want %s", n, got, want)
		}
	}
}

// TestTexts: what is text and what is none, at the borders of UTF-8, whole and letter by letter.
func TestTexts(t *testing.T) {
	for text, good := range map[string]bool{
		"\x00": true, "\x7f": true, "\xc2\x80": true, "\xdf\xbf": true, "\xe0\xa0\x80": true, "\xed\x9f\xbf": true, "\xee\x80\x80": true,
		"\xef\xbf\xbd": true, "\xef\xbf\xbf": true, "\xf0\x90\x80\x80": true, "\xf4\x8f\xbf\xbf": true,
		"\x80": false, "\xbf": false, "\xc0\x80": false, "\xc1\xbf": false, "\xe0\x80\xaf": false, "\xe0\x9f\xbf": false, "\xed\xa0\x80": false, "\xed\xbf\xbf": false,
		"\xf0\x80\x80\xaf": false, "\xf0\x8f\xbf\xbf": false, "\xf4\x90\x80\x80": false, "\xf5\x80\x80\x80": false, "\xf8\x88\x80\x80\x80": false,
		"\xfc\x84\x80\x80\x80\x80": false, "\xfe": false, "\xff": false, "\xc2": false, "\xe0\xa0": false, "\xf0\x90\x80": false,
	} {
		whole := frame(fin|1, "κόσμε"+text+"a")
		single := frame(1, "κόσμε")
		for i := range len(text) {
			single += frame(0, text[i:i+1])
		}
		single += frame(fin|0, "a")
		want := "error 1007"
		if good {
			want = fmt.Sprintf("1 %q 0;", "κόσμε"+text+"a")
		}
		for _, in := range []string{whole, single} {
			if got := read(false, in); got != want {
				t.Errorf("%q: %s, want %s", text, got, want)
			}
		}
	}
}

// TestFragments: however a message is cut into frames, with pings in between, and those into
// reads, compressed or not, it comes whole.
func TestFragments(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var p Packer
	for range 400 {
		text := strings.Repeat("வணக்கம் உலகம் ", rnd.IntN(60))
		first, payload := byte(Text), text
		if packs := rnd.IntN(2) == 0; packs && len(text) >= PackMin {
			f := p.AppendFrame(nil, Text, []byte(text))
			first, payload = byte(Text)|packed, string(f[headLength(f)-4:])
		}
		var in strings.Builder
		for rest := payload; ; first = 0 {
			n := min(rnd.IntN(1+len(payload)/3)+1, len(rest))
			last := n == len(rest)
			if last {
				first |= fin
			}
			in.WriteString(frame(first, rest[:n]))
			if rest = rest[n:]; last {
				break
			}
			for range rnd.IntN(3) {
				in.WriteString(frame(fin|9, "p"))
			}
		}
		r := Reader{Limit: 70_000, Deflate: true}
		got, messages := "", 0
		for b := []byte(in.String()); len(b) > 0; {
			n := min(1+rnd.IntN(100), len(b))
			if err := r.Feed(b[:n], func(e Event) {
				if e.Op == Text {
					got = string(e.Data)
					messages++
				}
			}); err != nil {
				t.Fatal(err)
			}
			b = b[n:]
		}
		if messages != 1 || got != text {
			t.Fatalf("%d messages, %q, want %q", messages, got, text)
		}
	}
}

func TestWriting(t *testing.T) {
	for n, head := range map[int]string{0: "\x81\x00", 125: "\x81\x7d", 126: "\x81\x7e\x00\x7e", 65536: "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"} {
		if f := string(AppendFrame(nil, Text, make([]byte, n))); !strings.HasPrefix(f, head) || len(f) != len(head)+n {
			t.Errorf("%d bytes: %q", n, f[:10])
		}
	}
	if got := string(AppendClose(nil, Normal, strings.Repeat("அ", 100))); len(got) != 2+2+123 {
		t.Errorf("a long reason: %d bytes", len(got))
	}
	if got := string(AppendClose(nil, NoCode, "x")); got != "\x88\x00" {
		t.Errorf("%q", got)
	}
	if got, ok := Accept("dGhlIHNhbXBsZSBub25jZQ=="); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || !ok {
		t.Errorf("%q", got) // the RFC's own
	}
	if _, ok := Accept("short"); ok {
		t.Error("a key of five letters")
	}
}

func FuzzReader(f *testing.F) {
	for _, c := range cases {
		if len(c.in) < 1000 {
			f.Add([]byte(c.in), 3)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, cut int) {
		cut = min(max(cut, 0), len(in))
		if whole, pieces := read(true, string(in)), read(true, string(in[:cut]), string(in[cut:])); whole != pieces {
			t.Errorf("whole %s, cut at %d %s", whole, cut, pieces)
		}
	})
}
