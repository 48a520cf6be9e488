package load

import (
	"sync"

	"etamil/internal/huge"
)

const (
	// largeText is the length in bytes from which a file is a large program: some 2,000 lines.
	largeText = 64 << 10

	// heapPerByte is about what compiling allocates for each byte of a program, whoever keeps it.
	heapPerByte = 80

	// mostAhead bounds what is asked for ahead; it is not touched before it is used.
	mostAhead = 64 << 20
)

var ahead sync.Once

// makeRoom prepares Go's heap for a large program, before its text is there: that takes a third of the
// time of compiling one in a new process. Only the first of a process is: when a server
// reads its program again the heap has grown, and others use it.
func makeRoom(size int) {
	if size >= largeText {
		ahead.Do(func() { huge.Ahead(min(size*heapPerByte, mostAhead)) })
	}
}
