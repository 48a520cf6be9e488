//go:build unix

package multipart

import (
	"errors"
	"syscall"
)

// full makes ErrFull of what the system says when a disk or somebody's share of it is full.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return ErrFull
	}
	return err
}
