package compile

import (
	"sync"

	"etamil/internal/huge"
	"etamil/internal/source/load"
)

const (
	// largeText is the length in bytes from which a file is a large program: some 2,000 lines.
	largeText = 64 << 10

	// heapPerByte is about what compiling allocates for each byte of a program, whoever keeps it.
	heapPerByte = 120

	// mostAhead bounds what is asked for ahead; it is not touched before it is used.
	mostAhead = 64 << 20
)

var ahead sync.Once

// makeRoom prepares Go's heap for a large program, which takes half of the time that compiling
// one does in a new process. Only the first of a process is: when a server reads its program
// again the heap has grown, and others use it.
func makeRoom(entry load.File) (release func()) {
	release = func() {}
	if len(entry.Text) >= largeText {
		ahead.Do(func() { release = huge.Ahead(min(len(entry.Text)*heapPerByte, mostAhead)) })
	}
	return release
}
