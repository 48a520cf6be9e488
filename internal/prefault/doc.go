// Package prefault has Go's heap go on in a large page, before most of it is touched.
//
// Before main a Go program of this size touches a few hundred pages of a new heap, each for
// the first time. Each first touch is a fault, and on a virtual machine a fault costs 15 to
// 50 µs; one large page is the matter of one fault. The runtime puts small pages into the
// half of its first 4 MiB where it begins, at a place that differs from start to start, before
// any package is set up. So this package allocates without touching until the heap has come to the next
// 2 MiB, and asks for those as a large page, or a part of them as small pages all at once
// where the kernel has no large one. It imports nothing and its path is an early one, which is
// what Go's order of initialisation goes by: hardly a package runs before it.
//
// What is allocated for that, 1 MiB on average, is garbage: a program that needs more than Go
// allows before it first collects, 4 MiB, is collected that much earlier, once.
//
// Elsewhere than on linux/amd64 the package is empty: a start works the same without it.
package prefault
