//go:build profile

package vm

import "etamil/internal/code"

// profiling has every instruction counted. It makes programs several times slower, so it
// is built with -tags profile only, for bench/profile.
const profiling = true

// Executed is how often each instruction was executed in this process, by all fibers.
// It is for a process with one fiber that runs at a time.
var Executed [256]uint64

// Followed is how often an instruction was executed right after another one: first by
// the earlier, then by the later.
var Followed [256][256]uint64

var last code.Op

//go:noinline
func (f *Fiber) count(in code.Instr) {
	Executed[in.Op()]++
	Followed[last][in.Op()]++
	last = in.Op()
}
