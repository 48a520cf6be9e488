// Command gnet is the floor below every HTTP row: a gnet loop that looks for the end of a
// request and at two bytes of its target, and answers with bytes that were made before it
// started. It reads no header but a POST's Content-Length, and builds nothing.
//
//	gnet PORT LOOPS FOLDER    FOLDER has the bodies: text json tax invoice big
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/panjf2000/gnet/v2"
)

type canned struct {
	gnet.BuiltinEventEngine
	text, json, tax, invoice, big []byte
}

var (
	headEnd = []byte("\r\n\r\n")
	length  = []byte("Content-Length: ")
)

// bodyLength reads the digits behind a head's Content-Length.
func bodyLength(head []byte) (n int) {
	at := bytes.Index(head, length)
	if at < 0 {
		return 0
	}
	for _, c := range head[at+len(length):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func (h *canned) answer(head []byte) []byte {
	switch {
	case head[0] == 'P':
		return h.invoice
	case head[5] == 'j':
		return h.json
	case head[5] == 'b':
		return h.big
	case head[6] == 'a':
		return h.tax
	}
	return h.text
}

// OnTraffic answers every whole request in the buffer with one write.
func (h *canned) OnTraffic(c gnet.Conn) gnet.Action {
	in, err := c.Peek(-1)
	if err != nil {
		return gnet.Close
	}
	var room [8 << 10]byte
	out := room[:0]
	used := 0
	for {
		end := bytes.Index(in[used:], headEnd)
		if end < 0 {
			break
		}
		head := in[used : used+end+len(headEnd)]
		whole := len(head)
		if head[0] == 'P' {
			whole += bodyLength(head)
		}
		if used+whole > len(in) {
			break
		}
		used += whole
		if a := h.answer(head); len(out) == 0 && used == len(in) {
			out = a // nothing to join: no copy
		} else {
			out = append(out, a...)
		}
	}
	if _, err := c.Discard(used); err != nil {
		return gnet.Close
	}
	if len(out) > 0 {
		if _, err := c.Write(out); err != nil {
			return gnet.Close
		}
	}
	return gnet.None
}

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "gnet:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 4 {
		return fmt.Errorf("usage: gnet PORT LOOPS FOLDER")
	}
	loops, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	h := &canned{}
	for name, to := range map[string]*[]byte{"text": &h.text, "json": &h.json, "tax": &h.tax, "invoice": &h.invoice, "big": &h.big} {
		body, err := os.ReadFile(filepath.Join(args[3], name))
		if err != nil {
			return err
		}
		kind := "application/json"
		if name == "text" || name == "big" {
			kind = "text/plain; charset=utf-8"
		}
		*to = fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nServer: gnet\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body)
	}
	return gnet.Run(h, "tcp://127.0.0.1:"+args[1], gnet.WithMulticore(loops == 0), gnet.WithNumEventLoop(loops), gnet.WithReuseAddr(true), gnet.WithReusePort(true))
}
