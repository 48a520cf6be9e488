package host

import (
	"bytes"
	"io"
	"sync"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// outputBytes is how much is kept before it is written.
const outputBytes = 32 << 10

// Output is what a program prints: collected and written in large pieces, whole lines
// where several fibers print at once. It is safe for concurrent use. A write that fails
// (nobody reads any more) loses what was to be written and is counted; the program goes
// on.
type Output struct {
	mu    sync.Mutex
	w     io.Writer
	buf   []byte
	lines bool
	lost  int
	err   error
}

// NewOutput writes to w; lines says: at each end of a line.
func NewOutput(w io.Writer, lines bool) *Output { return &Output{w: w, lines: lines} }

// Print appends v as it prints, and the end of the line. A value too large for the fiber's
// memory is cut and an error.
func (o *Output) Print(f *vm.Fiber, v *value.Value) error {
	w := f.Heap().Writer()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(w.AppendText(o.buf, v), '\n')
	if o.lines || len(o.buf) >= outputBytes {
		o.flush()
	}
	if w.Cut {
		w.Cut = false
		return vm.Fail(diag.RunOutOfMemory)
	}
	return nil
}

// Write appends bytes as they are. It never fails; Flush tells.
func (o *Output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(o.buf, b...)
	if len(o.buf) >= outputBytes || o.lines && bytes.IndexByte(b, '\n') >= 0 {
		o.flush()
	}
	return len(b), nil
}

// Flush writes what is kept. It answers the first error that any write met.
func (o *Output) Flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
	return o.err
}

// Lost is how many bytes could not be written.
func (o *Output) Lost() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost
}

func (o *Output) flush() {
	if len(o.buf) == 0 {
		return
	}
	n, err := o.w.Write(o.buf)
	if err != nil {
		o.lost += len(o.buf) - n
		if o.err == nil {
			o.err = err
		}
	}
	o.buf = o.buf[:0]
	if cap(o.buf) > 4*outputBytes {
		o.buf = nil
	}
}
