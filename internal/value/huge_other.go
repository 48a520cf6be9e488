//go:build !linux

package value

// adviseHuge asks for large pages where there is a way to ask.
func adviseHuge([]Value) {}
