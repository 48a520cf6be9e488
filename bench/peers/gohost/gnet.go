package main

import (
	"bytes"
	"fmt"

	"github.com/panjf2000/gnet/v2"
)

// canned is the floor below every HTTP row: a gnet loop that looks for the end
// of a request head and for one byte of its path, and answers with bytes that
// were made before it started. It reads no header and builds nothing.
type canned struct {
	gnet.BuiltinEventEngine
	json, text, out []byte
}

var headEnd = []byte("\r\n\r\n")

func reply(contentType, body string) []byte {
	return fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nServer: gnet\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", contentType, len(body), body)
}

// OnTraffic answers every whole head in the buffer with one write. There is one
// loop, so one output buffer is enough; Write copies what the socket does not take.
func (h *canned) OnTraffic(c gnet.Conn) gnet.Action {
	in, err := c.Peek(-1)
	if err != nil {
		return gnet.Close
	}
	h.out = h.out[:0]
	used := 0
	for {
		end := bytes.Index(in[used:], headEnd)
		if end < 0 {
			break
		}
		// "GET /j..." or anything else: the sixth byte tells the two routes apart.
		if end > 5 && in[used+5] == 'j' {
			h.out = append(h.out, h.json...)
		} else {
			h.out = append(h.out, h.text...)
		}
		used += end + len(headEnd)
	}
	if _, err := c.Discard(used); err != nil {
		return gnet.Close
	}
	if len(h.out) > 0 {
		if _, err := c.Write(h.out); err != nil {
			return gnet.Close
		}
	}
	return gnet.None
}

// runGnet serves on 127.0.0.1:port with one loop until the process is killed.
func runGnet(port string) error {
	h := &canned{
		json: reply("application/json", `{"id":7,"message":"வணக்கம்"}`),
		text: reply("text/plain; charset=utf-8", "வணக்கம்"),
	}
	return gnet.Run(h, "tcp://127.0.0.1:"+port, gnet.WithNumEventLoop(1), gnet.WithReuseAddr(true), gnet.WithReusePort(true))
}
