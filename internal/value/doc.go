// Package value is what a running program holds: numbers, text, lists, records and the
// rest, and the memory they live in.
//
// # Values and objects
//
// A Value is 16 bytes without a Go pointer in them:
//
//	        N                                M
//	number  coefficient                      kind 0..57 (see package decimal)
//	bool    0 or 1                           64
//	nil     0                                65
//	func    index in the program             67
//	handle  index in a table of Go things    69, bit 9: whose table, bits 32..: type
//	text    address of an object             128, bit 8: simple, bits 32..: length
//	others  address of an object             129..138
//
// An object is a header of 8 bytes (kind, shared mark, flags, length) and what the kind
// needs: see object.go for records, closures, results, errors, ranges and iterators,
// list.go, dict.go and text.go for the three that differ.
//
// # Memory
//
// Objects live in the Heap of one fiber: chunks of memory that Go's collector never
// looks into. Allocating moves a pointer; the end of a request gives the chunks back to a
// Pool; nothing is freed in between unless a fiber lives long enough to reach its limit,
// when Collect copies what is alive. The fiber's budget is counted in chunks, on the way
// into a new one, so it costs an allocation nothing.
//
// The rule that everything else follows from: an address (a *List, a *Record, a pointer
// from Field or At, a string from Str) is good until the next Collect or Reset. Nothing
// but those two moves an object, so natives may allocate as they like; the VM collects
// only at the start of instructions that allocate, when WantGC says so. What lives longer
// than its fiber, or is read by several, is Frozen: the same objects in memory of their
// own that nobody writes to and no collection touches.
//
// # Copy-on-write
//
// Programs see values, never references: b = a makes two lists. Here it makes two
// references, and Share, which must come before the second reference exists, marks the
// object. Whatever writes (SetField, SetIndex, Append, ...) takes the slot that holds the
// reference, tests the mark, and, if it is set, first copies the object one level, marks
// what the two now have in common, and lets the slot refer to the copy. The mark is never
// taken back; being wrong costs one copy, never a wrong answer. Text is never written, so
// it needs none of this (but grows in place where it can: see Join).
//
// A write deep inside, a[0].x = 5, goes from slot to slot: Unshare the outermost, take the
// pointer to the element's slot, and go on with that. No step may collect.
//
// The graph of values has no cycles, since nothing can be put into itself without being
// copied first. It can be deep, and one object can be reachable on very many paths:
// everything here that walks it keeps its own list instead of recursing, visits an object
// once where that is possible (Collect, DeepCopy, Equal), and bounds its output where it
// is not (Writer.Limit).
//
// # Errors
//
// Asking for more than the budget does not fail at the place: the operation answers
// something small and valid (an empty text or list) and Over is set, which the VM turns
// into the program's error before the value can matter.
package value
