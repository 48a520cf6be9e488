package diag

import "runtime"

// Stack is what the goroutine that calls it is doing, for the report of a bug in us. It is
// debug.Stack without runtime/debug, which Go sets up late (internal/early).
func Stack() []byte {
	for n := 4 << 10; ; n *= 2 {
		b := make([]byte, n)
		if size := runtime.Stack(b, false); size < n {
			return b[:size]
		}
	}
}
