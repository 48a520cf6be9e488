package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
)

// stdout is what a command shows on stdout: an answer of which a part could not be written
// is none, and whoever has sent it to a full disk must hear of that.
type stdout struct {
	io.Writer
	mu  sync.Mutex
	err error // the first one
}

func (a *stdout) Write(b []byte) (int, error) {
	n, err := a.Writer.Write(b)
	if err != nil {
		a.mu.Lock()
		if a.err == nil {
			a.err = err
		}
		a.mu.Unlock()
	}
	return n, err
}

// exit is the exit code of the command, which has ended with that.
func (a *stdout) exit(code int, w io.Writer) int {
	a.mu.Lock()
	err := a.err
	a.mu.Unlock()
	if err == nil {
		return code
	}
	if !errors.Is(err, syscall.EPIPE) { // who read it has gone, and knows
		fmt.Fprintf(w, "etamil: வெளியீட்டை எழுத முடியவில்லை  (cannot write the output): %v\n", err)
	}
	return max(code, exitFail)
}
