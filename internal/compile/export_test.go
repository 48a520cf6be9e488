package compile

import (
	"etamil/internal/check"
	"etamil/internal/source/load"
)

// Front is a program that has been read and checked, for tests that build it in several ways.
type Front = front

// Read parses and checks as Program does.
func Read(entry load.File, loader check.Loader, o Options) (*Front, error) {
	return read(entry, loader, o)
}

// Finish is what Program does behind Read. It can be called again with other options.
func (f *front) Finish(o Options) (*Result, error) { return f.finish(o) }

// SoFar is what Read found out.
func (f *front) SoFar() *Result { return &f.result }
