package huge

import "unsafe"

// PageBytes is the size of a large page.
const PageBytes = 2 << 20

// PartBytes is the size of the smallest Block.
const PartBytes = 64 << 10

// Advise asks for large pages behind the n bytes from p on, memory of Go's heap that has not
// been touched yet. What shares a page with them gets it too, so neighbours that are asked
// for one after the other leave no small pages between them.
func Advise(p unsafe.Pointer, n uintptr) {
	from := uintptr(p) &^ (PageBytes - 1)
	to := (uintptr(p) + n + PageBytes - 1) &^ (PageBytes - 1)
	advise(from, to-from)
}

// NoMemory is what a program panics with that needs memory when the system has no more.
type NoMemory struct{ Err error }

func (e NoMemory) Error() string { return "the system has no more memory: " + e.Err.Error() }
