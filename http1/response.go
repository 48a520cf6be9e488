package http1

import (
	"errors"
	"strconv"
)

// UnknownLength is a [Response.Length] for a body that ends when it ends.
const UnknownLength = -1

// What the writing functions can answer. These are mistakes of the server's
// side: the bytes would have meant something else on the wire.
var (
	ErrFieldToWrite    = errors.New("http1: field name or value can't be written")
	ErrReservedToWrite = errors.New("http1: field belongs to the connection and is written by http1")
	ErrStatusToWrite   = errors.New("http1: status code out of range")
	ErrDateToWrite     = errors.New("http1: date has not the length of an IMF-fixdate")
	ErrCookieToWrite   = errors.New("http1: cookie can't be written")
)

// Response is what stands in the head of an answer.
type Response struct {
	Status    int    // 100 to 599
	Minor     uint8  // the request's [Request.Minor]
	Head      bool   // it answers HEAD: the head of a GET, without the body
	KeepAlive bool   // the connection stays open, if the framing allows it
	Length    int64  // bytes in the body, or UnknownLength
	Date      []byte // made by AppendDate

	ContentType string  // "" for none
	Upgrade     string  // for 101: the protocol that follows
	Fixed       []byte  // whole field lines with line ends, checked before: as AppendFields makes them
	Fields      []Field // other fields; Reserved ones are refused
}

// Framing is how the end of an answer's body is found.
type Framing uint8

const (
	FramingNone    Framing = iota // there is no body, whatever Length says
	FramingLength                 // Length bytes
	FramingChunked                // AppendChunk, then AppendLastChunk
	FramingClose                  // until the connection is closed: HTTP/1.0 and no length
)

// Framing returns how the body must be written after the head. With
// FramingClose, AppendHead says that the connection will be closed, and it
// must be.
func (h *Response) Framing() Framing {
	switch {
	case h.Head || !HasBody(h.Status):
		return FramingNone
	case h.Length >= 0:
		return FramingLength
	case h.Minor > 0:
		return FramingChunked
	}
	return FramingClose
}

// StaysOpen reports whether the connection can carry another request after
// this answer.
func (h *Response) StaysOpen() bool {
	return h.KeepAlive && h.Framing() != FramingClose
}

// AppendHead appends the answer's head, through the empty line: status line,
// Date, Fixed, Content-Type, Fields, Content-Length or Transfer-Encoding, and
// Connection where it says something. On an error dst comes back as it was.
// It doesn't allocate beyond growing dst.
//
// The version is always HTTP/1.1, also in answers to 1.0 (RFC 9110, 6.2).
func (h *Response) AppendHead(dst []byte) ([]byte, error) {
	if h.Status < statusMin || h.Status > statusMax {
		return dst, ErrStatusToWrite
	}
	if len(h.Date) != DateLen {
		return dst, ErrDateToWrite
	}
	start := len(dst)
	dst = append(dst, statusLines()[h.Status-statusMin]...) // through "Date: "
	dst = append(dst, h.Date...)
	dst = append(dst, '\r', '\n')
	dst = append(dst, h.Fixed...)
	if h.ContentType != "" {
		mark := len(dst)
		dst = append(dst, "Content-Type: "...)
		dst = append(dst, h.ContentType...)
		if valueEnd(dst, mark) != len(dst) {
			return dst[:start], ErrFieldToWrite
		}
		dst = append(dst, '\r', '\n')
	}
	if len(h.Fields) > 0 {
		var err error
		if dst, err = AppendFields(dst, h.Fields); err != nil {
			return dst[:start], err
		}
	}
	dst = h.appendFraming(dst)
	switch {
	case h.Status == 101:
		dst = append(dst, "Connection: Upgrade\r\nUpgrade: "...)
		mark := len(dst)
		dst = append(dst, h.Upgrade...)
		if h.Upgrade == "" || valueEnd(dst, mark) != len(dst) {
			return dst[:start], ErrFieldToWrite
		}
		dst = append(dst, '\r', '\n')
	case h.Status < 200: // says nothing about the connection
	case !h.StaysOpen():
		dst = append(dst, "Connection: close\r\n"...)
	case h.Minor == 0:
		dst = append(dst, "Connection: keep-alive\r\n"...)
	}
	return append(dst, '\r', '\n'), nil
}

// appendFraming appends the field that frames the body. RFC 9110, 8.6:
// Content-Length never in 1xx and 204; in 304 it would be the length of the
// 200, which is not known here. HEAD has the field that GET would have.
func (h *Response) appendFraming(dst []byte) []byte {
	switch {
	case !HasBody(h.Status):
	case h.Length >= 0:
		dst = append(dst, "Content-Length: "...)
		dst = strconv.AppendInt(dst, h.Length, 10)
		dst = append(dst, '\r', '\n')
	case h.Minor > 0:
		dst = append(dst, "Transfer-Encoding: chunked\r\n"...)
	}
	return dst
}

// AppendFields appends field lines. It refuses names that aren't tokens,
// values with CR, LF, NUL or another control byte than tab, values with space
// around them, and [Reserved] names. On an error dst comes back as it was.
func AppendFields(dst []byte, fields []Field) ([]byte, error) {
	start := len(dst)
	for i := range fields {
		f := &fields[i]
		if err := CheckField(f.Name, f.Value); err != nil {
			return dst[:start], err
		}
		dst = append(dst, f.Name...)
		dst = append(dst, ':', ' ')
		dst = append(dst, f.Value...)
		dst = append(dst, '\r', '\n')
	}
	return dst, nil
}

// CheckField reports why AppendFields would refuse a field, or nil.
func CheckField(name, value []byte) error {
	if len(name) == 0 || !classToken.all(name) || valueEnd(value, 0) != len(value) || len(trim(value)) != len(value) {
		return ErrFieldToWrite
	}
	if Reserved(name) {
		return ErrReservedToWrite
	}
	return nil
}

// Reserved reports whether name is a field that only this package writes,
// because it frames the message or speaks for the connection: Connection,
// Content-Length, Date, Keep-Alive, Proxy-Connection, TE, Transfer-Encoding
// and Upgrade. A handler's own are to be taken out or translated before.
func Reserved(name []byte) bool {
	switch len(name) {
	case 2:
		return equalFold(name, "te")
	case 4:
		return equalFold(name, "date")
	case 7:
		return equalFold(name, "upgrade")
	case 10:
		return equalFold(name, "connection") || equalFold(name, "keep-alive")
	case 14:
		return equalFold(name, "content-length")
	case 16:
		return equalFold(name, "proxy-connection")
	case 17:
		return equalFold(name, "transfer-encoding")
	}
	return false
}

// AppendChunk appends data as one chunk; no data is no chunk, since an empty
// one would end the body.
func AppendChunk(dst, data []byte) []byte {
	if len(data) == 0 {
		return dst
	}
	dst = strconv.AppendUint(dst, uint64(len(data)), 16)
	dst = append(dst, '\r', '\n')
	dst = append(dst, data...)
	return append(dst, '\r', '\n')
}

// AppendLastChunk appends the end of a chunked body, with trailers if there
// are any: fields that would be forbidden in a request's trailer are refused.
// On an error dst comes back as it was.
func AppendLastChunk(dst []byte, trailers []Field) ([]byte, error) {
	start := len(dst)
	dst = append(dst, '0', '\r', '\n')
	for i := range trailers {
		if forbiddenTrailer(trailers[i].Name) {
			return dst[:start], ErrReservedToWrite
		}
	}
	dst, err := AppendFields(dst, trailers)
	if err != nil {
		return dst[:start], err
	}
	return append(dst, '\r', '\n'), nil
}

// AppendContinue appends the interim answer that makes a client send its
// body. It belongs before the body's first byte is read, and only where
// [Request.ExpectContinue] is set.
func AppendContinue(dst []byte) []byte {
	return append(dst, "HTTP/1.1 100 Continue\r\n\r\n"...)
}

// Append appends the whole answer to a refused request: the status, the
// reason as a line of text, and Connection: close if e asks for it. minor is
// what is known of the request's version; 1 if nothing is.
func (e *Error) Append(dst []byte, minor uint8, date []byte) ([]byte, error) {
	h := Response{
		Status:      e.Status,
		Minor:       minor,
		KeepAlive:   !e.Close,
		Length:      int64(len(e.Reason)) + 1,
		Date:        date,
		ContentType: "text/plain; charset=utf-8",
	}
	dst, err := h.AppendHead(dst)
	if err != nil {
		return dst, err
	}
	dst = append(dst, e.Reason...)
	return append(dst, '\n'), nil
}
