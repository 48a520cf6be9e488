package main

import (
	"strings"
	"syscall"
	"testing"

	"etamil/internal/huge"
)

// A program that takes all memory of the system fails; it has found no bug in us.
func TestNoMemory(t *testing.T) {
	var said strings.Builder
	if code := reportBug(&said, huge.NoMemory{Err: syscall.ENOMEM}, nil); code != exitFail || !strings.Contains(said.String(), "the system has no more memory") || strings.Contains(said.String(), "bug") {
		t.Errorf("exit %d: %s", code, said.String())
	}
}
