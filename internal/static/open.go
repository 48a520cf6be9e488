package static

import (
	"errors"
	"syscall"
)

// nonblock keeps the opening of a pipe from waiting for who writes to it.
const nonblock = syscall.O_NONBLOCK

// isTransient reports whether a file that could not be opened may be there all the same:
// descriptors or memory have run out.
func isTransient(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ENOMEM) || errors.Is(err, syscall.EIO)
}
