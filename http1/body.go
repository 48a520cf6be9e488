package http1

// Body decodes what follows a request head: nothing, Content-Length bytes, or
// chunks. The zero value is a body that is complete; Start sets it up.
//
// Its storage for trailers is reused by the next Start.
type Body struct {
	lim     *Limits
	left    int64 // bytes still to come: of the body, or of this chunk's data
	total   int64 // bytes decoded so far
	size    uint64
	line    int // bytes in this chunk line so far
	extra   int // bytes in chunk extensions so far
	digits  int
	state   bodyState
	trailer []byte
	fields  []Field
}

type bodyState uint8

const (
	bodyDone bodyState = iota
	bodyLength
	bodySize      // in the digits of a chunk size
	bodySizeSpace // in space after them: a ';' must follow
	bodyExt       // after a ';': before the extension's name
	bodyExtName
	bodyExtNameSpace // after the name: '=' or ';' must follow
	bodyExtEqual     // after '='
	bodyExtToken
	bodyExtQuoted
	bodyExtEscape     // after a backslash in a quoted string
	bodyExtQuotedEnd  // after the closing quote
	bodyExtValueSpace // after the value: ';' must follow
	bodySizeLF
	bodyData
	bodyDataCR
	bodyDataLF
	bodyTrailer
)

// Start makes b ready for the body of r. lim must stay as it is until the
// body is done. It answers [ErrBodyTooLarge] at once when Content-Length
// goes beyond the limit: before a client is told to continue.
func (b *Body) Start(r *Request, lim *Limits) error {
	*b = Body{lim: lim, trailer: b.trailer[:0], fields: b.fields[:0]}
	switch {
	case r.Chunked:
		b.state = bodySize
	case r.ContentLength > int64(lim.BodyBytes):
		return ErrBodyTooLarge
	case r.ContentLength > 0:
		b.state, b.left = bodyLength, r.ContentLength
	}
	return nil
}

// Done reports whether the body is complete.
func (b *Body) Done() bool { return b.state == bodyDone }

// Remaining returns how many bytes are still to come by Content-Length, and
// -1 for a chunked body that isn't done.
func (b *Body) Remaining() int64 {
	switch b.state {
	case bodyDone:
		return 0
	case bodyLength:
		return b.left
	}
	return -1
}

// Decode reads from the front of src, appends the body's bytes to dst, and
// returns dst and how many bytes of src it took: all of them, unless the body
// is done, in which case what is left belongs to the next request. src may be
// cut anywhere and may be empty. dst must not overlap src, unless it is
// src[:0]: the body is never longer than what it is decoded from.
//
// done is true when the body is complete, trailers and the last line end
// included; from then on Decode takes nothing. After an error, which is
// always an *[Error], the connection's other bytes can't be understood.
//
// Decode allocates only to grow dst and to keep trailers.
func (b *Body) Decode(dst, src []byte) (body []byte, n int, done bool, err error) {
	var e *Error
	switch b.state {
	case bodyDone:
		return dst, 0, true, nil
	case bodyLength:
		n = int(min(b.left, int64(len(src))))
		dst = append(dst, src[:n]...)
		if b.left -= int64(n); b.left == 0 {
			b.state = bodyDone
		}
	default:
		dst, n, e = b.decodeChunks(dst, src)
	}
	if e != nil {
		return dst, n, false, e
	}
	return dst, n, b.state == bodyDone, nil
}

// Trailers returns the trailer fields of a chunked body that is done, without
// those that could change how the request is framed, routed, authenticated
// or understood (RFC 9110, 6.5.1). They are valid until the next Start.
func (b *Body) Trailers() []Field { return b.fields }
