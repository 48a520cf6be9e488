//go:build invariants

package value

// Invariants says that this is the hostile build: memory that is given back is
// overwritten, and WantGC is true before every allocation, so that every address that
// may move does.
const Invariants = true
