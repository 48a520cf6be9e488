package http1

import (
	"bytes"
	"hash/maphash"
)

// Repeats remembers the field lines of requests, by their bytes. A client sends the same
// ones with nearly every request, and many clients send the same as others: what was read
// once need not be read again, only compared, which is a tenth of the work.
//
// Lines are remembered when they have come twice, and at most once in so many requests, so
// that clients who send others each time cost neither memory nor collections. What is
// remembered never changes; requests point into it, and keep it as long as they need it.
//
// The zero value is ready. It belongs to one goroutine.
type Repeats struct {
	known [repeatsKnown]*fieldLines
	next  int // which of known was replaced last
	since int // requests since then that were not known

	seed  maphash.Seed
	came  [repeatsCame]uint64 // hashes of lines that have come
	begun bool
}

const (
	repeatsKnown = 4
	repeatsCame  = 64
	repeatsPause = 64      // unknown requests between two that are remembered
	repeatsMost  = 2 << 10 // bytes of field lines that are remembered
)

// fieldLines are the lines of a head between the request line and the body, and what they
// mean in a request of FormOrigin.
type fieldLines struct {
	text   []byte // through the empty line
	lim    *Limits
	fields []Field // into text
	host   []byte
	length int64
	head   head
}

// of is s for a request whose lines mean what those that s keeps mean; otherwise nil.
func (s *Repeats) of(r *Request) *Repeats {
	if r.Form != FormOrigin {
		return nil
	}
	return s
}

// find returns what is known of the field lines that p begins with, or nil.
func (s *Repeats) find(p []byte, lim *Limits) *fieldLines {
	for i, k := range s.known {
		if k == nil {
			return nil
		}
		if len(p) >= len(k.text) && k.lim == lim && bytes.Equal(k.text, p[:len(k.text)]) {
			if i > 0 {
				s.known[0], s.known[i] = k, s.known[0]
			}
			return k
		}
	}
	return nil
}

// take gives r the lines.
func (k *fieldLines) take(r *Request) {
	r.Fields = append(r.Fields[:0], k.fields...)
	r.Host, r.ContentLength = k.host, k.length
	r.remembered = true
}

// note is told of lines that were not known, and what r and h have become by them.
func (s *Repeats) note(lines []byte, r *Request, h *head, lim *Limits) {
	if s.since++; s.since < repeatsPause && s.known[repeatsKnown-1] != nil || len(lines) > repeatsMost || h.tooMany {
		return
	}
	if !s.begun {
		s.begun, s.seed = true, maphash.MakeSeed()
	}
	hash := maphash.Bytes(s.seed, lines) | 1
	if at := &s.came[hash>>1%repeatsCame]; *at != hash {
		*at = hash
		return
	}
	k := &fieldLines{text: bytes.Clone(lines), lim: lim, length: r.ContentLength, head: *h}
	own := Request{Fields: append([]Field(nil), r.Fields...), Host: r.Host}
	own.rebaseFields(cap(lines), k.text)
	k.fields, k.host = own.Fields, own.Host
	s.since = 0
	for i := range s.known {
		if s.known[i] == nil {
			s.known[i] = k
			return
		}
	}
	s.next = s.next%(repeatsKnown-1) + 1 // never the first, which was found last
	s.known[s.next] = k
}
