package host

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// maxLine bounds one line of input, in bytes.
const maxLine = 16 << 20

// ErrLongLine is what ReadLine answers for a line without end.
var ErrLongLine = errors.New("a line of input is longer than 16 MiB")

// Input is where a program reads lines from. It is safe for concurrent use; each line goes
// to one reader, also the line that was being read when its reader gave up.
type Input struct {
	turn    chan struct{} // held by the one who waits for a line
	lines   chan line     // what was read
	reading bool          // somebody reads for lines; guarded by turn
	r       *bufio.Reader
}

type line struct {
	text string
	err  error
}

// NewInput reads from r. Nothing is read before the first ReadLine.
func NewInput(r io.Reader) *Input {
	return &Input{turn: make(chan struct{}, 1), lines: make(chan line, 1), r: bufio.NewReader(r)}
}

// ReadLine is the next line without its end; io.EOF when there is none. It blocks until
// there is one or ctx is done.
func (in *Input) ReadLine(ctx context.Context) (string, error) {
	select {
	case in.turn <- struct{}{}:
		defer func() { <-in.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if !in.reading {
		in.reading = true
		go func() {
			text, err := in.read()
			in.lines <- line{text, err}
		}()
	}
	select {
	case l := <-in.lines:
		in.reading = false
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (in *Input) read() (string, error) {
	var b []byte
	for {
		part, err := in.r.ReadSlice('\n')
		b = append(b, part...)
		switch {
		case len(b) > maxLine:
			return "", ErrLongLine
		case err == nil:
			return string(b[:len(b)-1]), nil
		case err == io.EOF && len(b) > 0:
			return string(b), nil
		case err != bufio.ErrBufferFull:
			return "", err
		}
	}
}
