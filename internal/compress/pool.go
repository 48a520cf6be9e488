package compress

import (
	"runtime"
	"sync"
)

// few is as many values as there are processors, made at the first use.
type few[T any] struct {
	once sync.Once
	free chan *T
}

// take waits until one is free.
func (f *few[T]) take() *T {
	f.once.Do(func() {
		n := runtime.GOMAXPROCS(0)
		f.free = make(chan *T, n)
		for range n {
			f.free <- new(T)
		}
	})
	return <-f.free
}

func (f *few[T]) give(x *T) { f.free <- x }

// Pool shares a few encoders among goroutines. Its zero value is ready.
type Pool struct{ few few[Encoder] }

// Append is Encoder.Append. It waits until one of the encoders is free.
func (p *Pool) Append(dst, body []byte, c Coding) []byte {
	e := p.few.take()
	defer p.few.give(e)
	return e.Append(dst, body, c)
}

// DecoderPool shares a few decoders among goroutines. Its zero value is ready.
type DecoderPool struct{ few few[Decoder] }

// Use waits until one of the decoders is free, and has do use it.
func (p *DecoderPool) Use(do func(*Decoder)) {
	d := p.few.take()
	defer p.few.give(d)
	do(d)
}
