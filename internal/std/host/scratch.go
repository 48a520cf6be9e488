package host

import "sync"

// Scratch is a buffer that builtins build text in. Whoever takes one gives it back.
type Scratch struct{ B []byte }

var scratches = sync.Pool{New: func() any { return &Scratch{B: make([]byte, 0, 1024)} }}

// TakeScratch is an empty buffer. In the steady state nothing is allocated.
func TakeScratch() *Scratch {
	s := scratches.Get().(*Scratch)
	s.B = s.B[:0]
	return s
}

// maxScratch is the largest buffer that is kept, in bytes.
const maxScratch = 1 << 20

// Give takes the buffer back.
func (s *Scratch) Give() {
	if cap(s.B) <= maxScratch {
		scratches.Put(s)
	}
}
