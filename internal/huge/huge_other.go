//go:build !linux

package huge

// advise asks for large pages where there is a way to ask.
func advise(from, length uintptr) {}
