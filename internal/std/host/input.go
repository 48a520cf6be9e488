package host

import (
	"bufio"
	"errors"
	"io"
	"sync"
)

// maxLine bounds one line of input, in bytes.
const maxLine = 16 << 20

// ErrLongLine is what ReadLine answers for a line without end.
var ErrLongLine = errors.New("a line of input is longer than 16 MiB")

// Input is where a program reads lines from. It is safe for concurrent use; each line goes
// to one reader.
type Input struct {
	mu sync.Mutex
	r  *bufio.Reader
}

// NewInput reads from r.
func NewInput(r io.Reader) *Input { return &Input{r: bufio.NewReader(r)} }

// ReadLine is the next line without its end; io.EOF when there is none. It blocks.
func (in *Input) ReadLine() (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	var line []byte
	for {
		part, err := in.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return "", ErrLongLine
		case err == nil:
			return string(line[:len(line)-1]), nil
		case err == io.EOF && len(line) > 0:
			return string(line), nil
		case err != bufio.ErrBufferFull:
			return "", err
		}
	}
}
