//go:build !linux

package huge

import "unsafe"

// advise asks for large pages where there is a way to ask.
func advise(from, length uintptr) {}

// take is memory of Go's heap where no other is asked for.
func take(n uintptr) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(make([]byte, n))) }

// give leaves the memory to Go's collector.
func give(unsafe.Pointer, uintptr) {}
