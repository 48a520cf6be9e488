//go:build invariants

package value

// Invariants says that this is the hostile build: memory that is given back is
// overwritten at once, so that whoever kept an address reads nonsense, and WantGC is
// true before every allocation, so that every address that may move does.
const Invariants = true

func poison(m []Value) {
	for i := range m {
		m[i] = Value{0xCCCCCCCCCCCCCCCC, 0xCCCCCCCCCCCCCCCC}
	}
}
