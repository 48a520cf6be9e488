package loop

import (
	"strings"
	"testing"
)

// FuzzCuts: whatever bytes a client sends, however they are cut into reads,
// the answers are the same, and so is what becomes of the connection.
func FuzzCuts(f *testing.F) {
	f.Add([]byte(script), uint16(1), uint16(0))
	f.Add([]byte(script), uint16(3), uint16(40))
	f.Add([]byte("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n"), uint16(18), uint16(2))
	f.Add([]byte("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\nHost: x\r\n\r\n"), uint16(75), uint16(1))
	f.Add([]byte("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n\r\n\r\nGET"), uint16(2), uint16(7))
	f.Add([]byte("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nrubbish"), uint16(9), uint16(9))
	f.Fuzz(func(t *testing.T, in []byte, a, b uint16) {
		life := func(cfg Config, h Handler, pieces ...[]byte) (sent string, state [3]bool) {
			r := newRig(t, cfg, h)
			c := r.connect()
			for _, p := range pieces {
				if len(p) > 0 && !c.closed && c.reading {
					c.in(string(p))
					r.run()
				}
			}
			// Whether a client is told to continue depends on whether it waits.
			sent = strings.ReplaceAll(c.sent(), "HTTP/1.1 100 Continue\r\n\r\n", "")
			// Closed at once or lingering depends on whether bytes came after
			// the last request.
			return sent, [3]bool{c.c.closing, c.c.x != nil, c.closed || c.ended}
		}
		i := int(a) % (len(in) + 1)
		j := i + int(b)%(len(in)-i+1)
		for _, way := range []struct {
			cfg Config
			h   Handler
		}{{Config{}, echo}, {Config{Bodies: takeAll}, tellTaken}} {
			whole, state := life(way.cfg, way.h, in)
			cut, cutState := life(way.cfg, way.h, in[:i], in[i:j], in[j:])
			if whole != cut || state != cutState {
				t.Errorf("whole:\n%q %v\ncut at %d and %d:\n%q %v", whole, state, i, j, cut, cutState)
			}
		}
	})
}
