package compress

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// What Decode can answer.
var (
	ErrCoding = errors.New("compress: unknown coding")
	ErrLarge  = errors.New("compress: the decoded body is too large")
	ErrData   = errors.New("compress: the body is not what its coding says")
)

// A body may become so many times as long as it was: texts reach 20, and only what was
// made to exhaust a server comes near gzip's own limit of 1,032. The first ratioFree bytes
// are not counted: there is little harm in them.
const (
	MaxRatio  = 100
	ratioFree = 64 << 10
)

// zstdMaxWindow is the largest window of a zstd body: what RFC 9659 allows.
const zstdMaxWindow = 8 << 20

// CodingOf returns the coding that a Content-Encoding field says. Several, one upon the
// other, are unknown: nobody needs them.
func CodingOf(field []byte) (Coding, error) {
	switch name := strings.ToLower(strings.Trim(string(field), " \t")); name {
	case "", "identity":
		return Identity, nil
	case "gzip", "x-gzip":
		return Gzip, nil
	case "zstd":
		return Zstd, nil
	}
	return Identity, ErrCoding
}

// Decoder decodes whole bodies, one at a time. Its zero value is ready.
type Decoder struct {
	gzip *gzip.Reader
	zstd *zstd.Decoder
	in   bytes.Reader
}

// Decode appends body, which is in a coding other than Identity, decoded: at most limit
// bytes, and at most MaxRatio times its length. Beyond, ErrLarge. What cannot be decoded
// to its very end, and what something follows, is ErrData.
func (d *Decoder) Decode(dst, body []byte, c Coding, limit int) ([]byte, error) {
	d.in.Reset(body)
	defer d.in.Reset(nil)
	limit = min(limit, max(ratioFree, len(body)*MaxRatio))
	from := io.Reader(nil)
	switch c {
	case Gzip:
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
		if err := d.gzip.Reset(&d.in); err != nil {
			return dst, ErrData
		}
		from = d.gzip
	case Zstd:
		if d.zstd == nil {
			var err error
			if d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxWindow)); err != nil {
				panic(err) // the options are ours
			}
		}
		if len(body) == 0 {
			return dst, ErrData
		}
		if err := d.zstd.Reset(&d.in); err != nil {
			return dst, ErrData
		}
		from = d.zstd
		defer func() { _ = d.zstd.Reset(nil) }() // let go of the window
	default:
		return dst, ErrCoding
	}
	return read(dst, from, limit)
}

// read appends what r has, at most limit bytes.
func read(dst []byte, r io.Reader, limit int) ([]byte, error) {
	start := len(dst)
	for {
		if len(dst) == cap(dst) {
			dst = append(dst, 0)[:len(dst)]
		}
		n, err := r.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		switch {
		case len(dst)-start > limit:
			return dst[:start], ErrLarge
		case err == io.EOF:
			return dst, nil
		case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
			return dst[:start], ErrLarge
		case err != nil:
			return dst[:start], ErrData
		}
	}
}
