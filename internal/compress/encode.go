package compress

import (
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// How hard the encoders try; RATIONALE.md has the numbers.
const (
	gzipLevel  = 1
	zstdLevel  = zstd.SpeedFastest
	zstdWindow = 128 << 10
)

// Encoder compresses whole bodies, one at a time. Its zero value is ready; it makes what
// it needs when it needs it first.
type Encoder struct {
	gzip *gzip.Writer
	zstd *zstd.Encoder
	out  buffer
}

// buffer is an io.Writer that appends.
type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// Append appends body in a coding other than Identity. It doesn't allocate beyond growing
// dst, except the first time.
func (e *Encoder) Append(dst, body []byte, c Coding) []byte {
	if c == Zstd {
		if e.zstd == nil {
			var err error
			e.zstd, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(zstdWindow), zstd.WithEncoderLevel(zstdLevel))
			if err != nil {
				panic(err) // the options are ours
			}
		}
		return e.zstd.EncodeAll(body, dst)
	}
	e.out = dst
	if e.gzip == nil {
		var err error
		if e.gzip, err = gzip.NewWriterLevel(&e.out, gzipLevel); err != nil {
			panic(err)
		}
	} else {
		e.gzip.Reset(&e.out)
	}
	_, _ = e.gzip.Write(body) // a buffer takes everything
	_ = e.gzip.Close()
	dst, e.out = e.out, nil
	return dst
}
