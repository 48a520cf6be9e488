//go:build !invariants

package value

// Invariants says whether this build is the hostile one: see invariants_on.go.
const Invariants = false
