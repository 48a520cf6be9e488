package rule

import (
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// byNetURL is isURL on top of net/url, which is a second opinion here.
func byNetURL(s string) bool {
	for _, c := range s {
		if unicode.IsSpace(c) || unicode.IsControl(c) {
			return false
		}
	}
	u, err := url.Parse(s)
	if err != nil || !utf8.ValidString(s) || u.Scheme != "http" && u.Scheme != "https" || strings.Contains(u.Hostname(), "%") {
		return false
	}
	host := u.Hostname()
	return isHost(host) || strings.HasPrefix(u.Host, "[") && host != ""
}

// TestURLAsNetURL holds isURL to what net/url answers for addresses put together at
// random from pieces that matter to it.
func TestURLAsNetURL(t *testing.T) {
	starts := []string{"http://", "https://", "HTTP://", "http:/", "http:", "http", "ftp://", "//", ""}
	pieces := []string{
		"a", "b.in", "எழுத்து", "-", "_", ".", ":", "::", ":80", ":8x", "@", "u:p@", "u%40@", "[", "]", "[::1]", "[1:2:3:4:5:6:7:8]", "[1:2::7:8]:80",
		"[::ffff:1.2.3.4]", "[1.2.3.4]", "[::1.2.3]", "[::01.2.3.4]", "[::1.2.3.256]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[1::2:3:4:5:6:7:8]", "[12345::]", "[g::]", "[1:::2]", "[::1::]",
		"[1:2:3:4:5:6:1.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[1.2.3.4::]", "[:1]", "[1:]", "[]", "[fe80::1%25en0]",
		"/", "?", "#", "%", "%2", "%41", "%E0%AE%95", "%ff", "%zz", "*", "!", "<", "\\", "^", "|", "{", "\"", "'", ";", "=", "+", ",", "~", "\xff",
	}
	r := rand.New(rand.NewPCG(1, 2))
	right := 0
	for range 300_000 {
		s := starts[min(r.IntN(len(starts)), r.IntN(len(starts)))] // the first ones more often
		for range r.IntN(6) {
			s += pieces[r.IntN(len(pieces))]
		}
		if got, want := isURL(s), byNetURL(s); got != want {
			t.Fatalf("%q: %v, and net/url says %v", s, got, want)
		} else if got {
			right++
		}
	}
	if right < 5_000 {
		t.Errorf("only %d addresses were right: the pieces make too few", right)
	}
}
