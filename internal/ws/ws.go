package ws

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
)

// Op is what a frame is.
type Op byte

// The kinds of frames.
const (
	Continue Op = 0
	Text     Op = 1
	Binary   Op = 2
	Close    Op = 8
	Ping     Op = 9
	Pong     Op = 10
)

// Codes of closes (RFC 6455, 7.4.1).
const (
	Normal      = 1000
	GoingAway   = 1001
	Protocol    = 1002
	NoCode      = 1005 // never sent: the close had none
	Gone        = 1006 // never sent: there was no close
	BadText     = 1007
	TooBig      = 1009
	Internal    = 1011
	Restart     = 1012
	TryLater    = 1013
	maxControl  = 125
	maxFragment = 1 << 16 // frames of one message
)

// Error is why a connection must be closed.
type Error struct {
	Code   int
	Reason string
}

// Error says it.
func (e *Error) Error() string { return fmt.Sprintf("ws: %d %s", e.Code, e.Reason) }

// Event is a whole message, or a frame that stands between those.
type Event struct {
	Op     Op     // Text, Binary, Ping, Pong or Close
	Data   []byte // the message's or frame's; of a Close its reason. Valid during the call
	Code   int    // of a Close; NoCode when it has none
	Packed bool   // it came compressed
}

// Reader reads what a client sends. Its zero value, with Limit set, is ready.
type Reader struct {
	Limit   int  // bytes of one message
	Deflate bool // permessage-deflate was agreed on

	buf     []byte // a frame that is not whole: of its head, or of a control frame
	head    header
	inFrame bool
	left    uint64 // bytes of the frame's payload that have not come
	at      int    // into the mask

	message   []byte // of the fragments so far
	op        Op     // of the message; Continue: none has begun
	packed    bool
	fragments int
	closed    bool
	inflate   io.ReadCloser
}

type header struct {
	fin, packed bool
	op          Op
	length      uint64
	mask        [4]byte
}

// Held is how many bytes the reader keeps of what is not whole.
func (r *Reader) Held() int { return cap(r.message) + cap(r.buf) }

// Feed takes bytes that have come, and calls on for each event. After an error, and after a
// Close, nothing is read any more.
func (r *Reader) Feed(p []byte, on func(Event)) error {
	for len(p) > 0 && !r.closed {
		if !r.inFrame {
			n, err := r.readHead(p)
			if err != nil {
				r.closed = true
				return err
			}
			p = p[n:]
			if !r.inFrame {
				return nil
			}
		}
		n := int(min(uint64(len(p)), r.left))
		r.take(p[:n])
		p = p[n:]
		if r.left > 0 {
			return nil
		}
		r.inFrame = false
		if err := r.frame(on); err != nil {
			r.closed = true
			return err
		}
	}
	return nil
}

// readHead takes bytes of a frame's head, and says how many.
func (r *Reader) readHead(p []byte) (n int, err error) {
	for need := 2; ; {
		for len(r.buf) < need {
			if n == len(p) {
				return n, nil
			}
			k := min(need-len(r.buf), len(p)-n)
			r.buf = append(r.buf, p[n:n+k]...)
			n += k
		}
		if err := checkBits(r.buf); err != nil { // at once: what is not masked may be shorter than a head that is
			r.buf = r.buf[:0]
			return n, err
		}
		if whole := headLength(r.buf); whole > need {
			need = whole
			continue
		}
		break
	}
	h, err := parseHead(r.buf)
	r.buf = r.buf[:0]
	if err != nil {
		return n, err
	}
	if err := r.check(h); err != nil {
		return n, err
	}
	r.head, r.inFrame, r.left, r.at = h, true, h.length, 0
	return n, nil
}

// headLength is how long a head is, by its first two bytes.
func headLength(b []byte) int {
	n := 2 + 4
	switch b[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	return n
}

// checkBits judges the first two bytes of a head.
func checkBits(b []byte) error {
	switch {
	case b[0]&0x30 != 0:
		return &Error{Protocol, "reserved bits"}
	case b[1]&0x80 == 0:
		return &Error{Protocol, "not masked"}
	}
	return nil
}

func parseHead(b []byte) (h header, err error) {
	h.fin, h.packed, h.op = b[0]&0x80 != 0, b[0]&0x40 != 0, Op(b[0]&0x0f)
	h.length = uint64(b[1] & 0x7f)
	rest := b[2:]
	switch h.length {
	case 126:
		h.length = uint64(binary.BigEndian.Uint16(rest))
		if h.length < 126 {
			return h, &Error{Protocol, "a length longer than it must be"}
		}
		rest = rest[2:]
	case 127:
		h.length = binary.BigEndian.Uint64(rest)
		if h.length>>63 != 0 || h.length < 1<<16 {
			return h, &Error{Protocol, "a length longer than it must be"}
		}
		rest = rest[8:]
	}
	copy(h.mask[:], rest)
	return h, nil
}

// check judges a head by what came before.
func (r *Reader) check(h header) error {
	switch h.op {
	case Close, Ping, Pong:
		switch {
		case !h.fin:
			return &Error{Protocol, "a control frame in fragments"}
		case h.length > maxControl:
			return &Error{Protocol, "a control frame that is too long"}
		case h.packed:
			return &Error{Protocol, "a compressed control frame"}
		}
		return nil
	case Text, Binary:
		if r.op != Continue {
			return &Error{Protocol, "a message within another"}
		}
		if h.packed && !r.Deflate {
			return &Error{Protocol, "compression was not agreed on"}
		}
	case Continue:
		if r.op == Continue {
			return &Error{Protocol, "a continuation of nothing"}
		}
		if h.packed {
			return &Error{Protocol, "a compressed continuation"}
		}
		if r.fragments++; r.fragments > maxFragment {
			return &Error{TooBig, "too many fragments"}
		}
	default:
		return &Error{Protocol, "an unknown kind of frame"}
	}
	if uint64(len(r.message))+h.length > uint64(r.Limit) {
		return &Error{TooBig, "the message is too big"}
	}
	return nil
}

// take takes bytes of the payload.
func (r *Reader) take(p []byte) {
	to := &r.message
	if r.head.op >= Close {
		to = &r.buf
	}
	start := len(*to)
	*to = append(*to, p...)
	unmask((*to)[start:], r.head.mask, r.at)
	r.at += len(p)
	r.left -= uint64(len(p))
}

func unmask(p []byte, mask [4]byte, at int) {
	for i := range p {
		p[i] ^= mask[(at+i)&3]
	}
}

// frame acts on a whole frame.
func (r *Reader) frame(on func(Event)) error {
	h := &r.head
	switch h.op {
	case Ping, Pong:
		on(Event{Op: h.op, Data: r.buf})
		r.buf = r.buf[:0]
		return nil
	case Close:
		return r.close(on)
	case Text, Binary:
		r.op, r.packed, r.fragments = h.op, h.packed, 0
	}
	if !h.fin {
		return nil
	}
	data := r.message
	if r.packed {
		var err error
		if data, err = r.unpack(); err != nil {
			return err
		}
	}
	if r.op == Text && !utf8.Valid(data) {
		return &Error{BadText, "text that is not UTF-8"}
	}
	e := Event{Op: r.op, Data: data, Packed: r.packed}
	r.op = Continue
	on(e)
	r.message = r.message[:0]
	if cap(r.message) > keep {
		r.message = nil
	}
	return nil
}

// keep is the largest buffer that waits for the next message, in bytes.
const keep = 4 << 10

// close acts on a close.
func (r *Reader) close(on func(Event)) error {
	b := r.buf
	r.closed = true
	code, reason := NoCode, []byte(nil)
	switch {
	case len(b) == 1:
		return &Error{Protocol, "half a code"}
	case len(b) >= 2:
		code, reason = int(binary.BigEndian.Uint16(b)), b[2:]
		if !ValidCode(code) {
			return &Error{Protocol, "a code that is none"}
		}
		if !utf8.Valid(reason) {
			return &Error{BadText, "a reason that is not UTF-8"}
		}
	}
	on(Event{Op: Close, Data: reason, Code: code})
	return nil
}

// ValidCode reports whether a close may say a code.
func ValidCode(code int) bool {
	return code >= 1000 && code <= 1014 && code != 1004 && code != NoCode && code != Gone || code >= 3000 && code <= 4999
}

// tail ends a compressed message: what its sender left out, and an empty last block.
var tail = []byte{0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff}

// unpack is the message as it was before it was compressed.
func (r *Reader) unpack() ([]byte, error) {
	in := io.MultiReader(bytes.NewReader(r.message), bytes.NewReader(tail))
	if r.inflate == nil {
		r.inflate = flate.NewReader(in)
	} else if err := r.inflate.(flate.Resetter).Reset(in, nil); err != nil {
		return nil, &Error{Protocol, "not to be unpacked"}
	}
	out, err := io.ReadAll(io.LimitReader(r.inflate, int64(r.Limit)+1))
	switch {
	case err != nil:
		return nil, &Error{Protocol, "not to be unpacked"}
	case len(out) > r.Limit:
		return nil, &Error{TooBig, "the message is too big"}
	}
	return out, nil
}

// AppendFrame appends a whole message, or a ping or pong, as the server sends it.
func AppendFrame(dst []byte, op Op, payload []byte) []byte { return appendFrame(dst, op, payload, 0) }

func appendFrame(dst []byte, op Op, payload []byte, bits byte) []byte {
	dst = append(dst, 0x80|bits|byte(op))
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 127), uint64(n))
	}
	return append(dst, payload...)
}

// AppendClose appends a close. A code that may not be sent is sent as none; a reason that is
// too long is cut at a letter.
func AppendClose(dst []byte, code int, reason string) []byte {
	if !ValidCode(code) {
		return appendFrame(dst, Close, nil, 0)
	}
	for len(reason) > maxControl-2 {
		_, n := utf8.DecodeLastRuneInString(reason)
		reason = reason[:len(reason)-n]
	}
	b := binary.BigEndian.AppendUint16(nil, uint16(code))
	return appendFrame(dst, Close, append(b, reason...), 0)
}

// Packer compresses messages, each for itself. Its zero value is ready.
type Packer struct {
	w   *flate.Writer
	buf bytes.Buffer
}

// PackMin is the size from which a message is worth compressing, in bytes.
const PackMin = 256

// AppendFrame is AppendFrame for a client with which compression was agreed on.
func (p *Packer) AppendFrame(dst []byte, op Op, payload []byte) []byte {
	if len(payload) < PackMin {
		return AppendFrame(dst, op, payload)
	}
	p.buf.Reset()
	if p.w == nil {
		p.w, _ = flate.NewWriter(&p.buf, flate.BestSpeed) // the level is one
	} else {
		p.w.Reset(&p.buf)
	}
	_, _ = p.w.Write(payload) // into memory
	_ = p.w.Flush()
	packed := bytes.TrimSuffix(p.buf.Bytes(), tail[:4])
	if len(packed) >= len(payload) {
		return AppendFrame(dst, op, payload)
	}
	return appendFrame(dst, op, packed, 0x40)
}

// Accept is the value of Sec-WebSocket-Accept for a key; false when it is none.
func Accept(key string) (string, bool) {
	if b, err := base64.StdEncoding.DecodeString(key); err != nil || len(b) != 16 {
		return "", false
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:]), true
}

// DeflateAnswer is the value of Sec-WebSocket-Extensions that accepts compression.
const DeflateAnswer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

// OffersDeflate reports whether a field Sec-WebSocket-Extensions offers compression in a way
// that DeflateAnswer accepts.
func OffersDeflate(field string) bool {
	for offer := range strings.SplitSeq(field, ",") {
		name, params, _ := strings.Cut(offer, ";")
		if strings.TrimSpace(name) != "permessage-deflate" {
			continue
		}
		ok := true
		for p := range strings.SplitSeq(params, ";") {
			key, _, _ := strings.Cut(strings.TrimSpace(p), "=")
			switch key {
			case "", "client_max_window_bits", "client_no_context_takeover", "server_no_context_takeover":
			default: // a smaller window of ours, or what nobody knows
				ok = false
			}
		}
		if ok {
			return true
		}
	}
	return false
}
