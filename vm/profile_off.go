//go:build !profile

package vm

import "etamil/internal/code"

// profiling is true in a build with -tags profile.
const profiling = false

func (f *Fiber) count(code.Instr) {}
