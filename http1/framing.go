package http1

import "math"

// head collects what the fields say together; finish judges it at the end of
// the head. Two servers that frame a message differently can be played
// against each other, so nothing doubtful is repaired here.
type head struct {
	hosts, lengths  int
	codings         int  // transfer codings named, in all lines
	chunked         int  // how many of them are chunked
	lastChunked     bool // the last one is
	hasCoding       bool // there is a Transfer-Encoding line
	tooMany         bool // more fields than the limit
	badLength       bool
	badCoding       bool
	badHost         bool
	badExpect       bool
	expect          bool
	close, keep, up bool // connection options
}

// note takes up a field if it is one that decides about framing or the
// connection. Its name must have one of the lengths that parse looks for.
func (h *head) note(r *Request, name, value []byte) {
	switch name[0] | 0x20 {
	case 'h':
		if equalFold(name, "host") {
			h.hosts++
			if r.Form == FormOrigin || r.Form == FormAsterisk {
				r.Host = value
			}
			if !validHost(value, false) {
				h.badHost = true
			}
		}
	case 'c':
		switch {
		case equalFold(name, "content-length"):
			h.lengths++
			n, ok := parseLength(value)
			if !ok {
				h.badLength = true
			}
			r.ContentLength = n
		case equalFold(name, "connection"):
			h.connection(value)
		}
	case 't':
		if equalFold(name, "transfer-encoding") {
			h.transferEncoding(value)
		}
	case 'e':
		if equalFold(name, "expect") {
			if equalFold(value, "100-continue") {
				h.expect = true
			} else {
				h.badExpect = true
			}
		}
	}
}

func (h *head) finish(r *Request) *Error {
	switch {
	case h.tooMany:
		return ErrTooManyFields
	case h.hasCoding && r.Minor == 0:
		return ErrOldCoding
	case h.hasCoding && h.lengths > 0:
		return ErrLengthAndCoding
	case h.hasCoding && (h.badCoding || !h.lastChunked || h.chunked > 1):
		return ErrCoding
	case h.codings > 1:
		return ErrUnknownCoding
	case h.badLength:
		return ErrLength
	case h.lengths > 1:
		// RFC 9110, 8.6, allows to merge equal ones; whoever sends them is
		// broken or lying.
		return ErrManyLengths
	case h.hosts > 1:
		return ErrManyHosts
	case h.badHost:
		return ErrHost
	case h.hosts == 0 && r.Minor > 0:
		return ErrNoHost
	case h.badExpect && r.Minor > 0:
		return ErrExpectation
	}
	r.Chunked = h.hasCoding
	r.KeepAlive = !h.close && (r.Minor > 0 || h.keep)
	// RFC 9110, 10.1.1 and 7.8: neither exists in HTTP/1.0. Without a body
	// there is nothing to wait for.
	r.ExpectContinue = h.expect && r.Minor > 0 && (r.Chunked || r.ContentLength > 0)
	r.Upgrade = h.up && r.Minor > 0
	return nil
}

// parseLength reads 1*DIGIT, to MaxInt64 at most.
func parseLength(s []byte) (n int64, ok bool) {
	if len(s) == 0 {
		return 0, false
	}
	for _, c := range s {
		if !isDigit(c) {
			return 0, false
		}
		if n > (math.MaxInt64-9)/10 {
			n = math.MaxInt64
			continue
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// transferEncoding reads one line's list of codings. Empty elements and
// parameters are refused although lists may have the former: no coding we
// know has parameters, and servers disagree about both.
func (h *head) transferEncoding(list []byte) {
	h.hasCoding = true
	for {
		var coding []byte
		coding, list = cutByte(list, ',')
		coding = trim(coding)
		h.codings++
		h.lastChunked = equalFold(coding, "chunked")
		if h.lastChunked {
			h.chunked++
		} else if len(coding) == 0 || !classToken.all(coding) {
			h.badCoding = true
		}
		if list == nil {
			return
		}
	}
}

// connection reads one line's list of connection options. Unknown and even
// malformed ones are ignored: they change nothing for an origin server.
func (h *head) connection(list []byte) {
	for list != nil {
		var option []byte
		option, list = cutByte(list, ',')
		option = trim(option)
		switch {
		case equalFold(option, "close"):
			h.close = true
		case equalFold(option, "keep-alive"):
			h.keep = true
		case equalFold(option, "upgrade"):
			h.up = true
		}
	}
}
