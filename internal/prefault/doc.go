// Package prefault maps what a start is about to touch, all at once.
//
// Before main a Go program of this size touches a few hundred pages of a new heap, each for
// the first time. Each first touch is a fault, and on a virtual machine a fault costs 15 to
// 50 µs where asking for the same pages together costs 1 to 5. So this package, which does nothing
// else, asks for them before the other packages are set up. It imports nothing and its
// path is an early one, which is what Go's order of initialisation goes by: hardly a
// package runs before it.
//
// A start would soon use most of these pages. The pages of the program file are left to the
// kernel, which maps sixteen at a touch: asking for all 22 MB of them cost more than it saved.
//
// Elsewhere than on linux/amd64 the package is empty: a start works the same without it.
package prefault
