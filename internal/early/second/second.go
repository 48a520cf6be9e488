// Package second goes on with what package early could not do: all builtins of internal/std
// are there when it is set up, patterns, and room for large files. That is later, behind
// math/big, regexp and cryptography and what comes in their way, but still before the server, the
// databases and main.
//
// It also prepares the process for large files whatever the command is.
package second

import (
	"sync"

	"etamil/internal/early"
	"etamil/internal/huge/ahead"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
)

func init() {
	load.Large = makeRoom
	early.Again(all.Bind)
}

const (
	// heapPerByte is about what compiling allocates for each byte of a program, whoever keeps it.
	heapPerByte = 80

	// mostAhead bounds what is asked for ahead; it is not touched before it is used.
	mostAhead = 64 << 20
)

var once sync.Once

// makeRoom prepares Go's heap for a large program, before its text is there: that takes a third of the
// time of compiling one in a new process. Only the first of a process is: when a server
// reads its program again the heap has grown, and others use it.
func makeRoom(size int) error {
	once.Do(func() { ahead.Heap(min(size*heapPerByte, mostAhead)) })
	return nil
}
