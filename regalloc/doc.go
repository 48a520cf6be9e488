// Package regalloc gives each value of a function a register of the VM's
// window.
//
// A window has thousands of registers, so nothing is ever spilled to memory.
// What is worth doing instead is moving little: a loop's counter should live
// in one register from the entry of the loop to its back edge, and an argument
// should be computed where the call wants it.
//
// The steps:
//
//  1. Select (select.go) decides which values need no register: constants,
//     which instructions name directly or which are loaded where they are
//     needed, comparisons that become part of a branch, and the two steps of
//     x.f = x.f + y before the store, which becomes one instruction.
//  2. SplitEdges (edges.go) gives each edge that needs moves a place for them.
//  3. Live (live.go) finds where each value lives, as one interval on a line
//     through all blocks.
//  4. Allocate (assign.go) walks the intervals by their beginnings and takes
//     for each the register it would like best, if that is free, else the
//     lowest free one: linear scan (Poletto and Sarkar, 1999) with hints.
//  5. Sequence (moves.go) turns moves that happen at once into moves that
//     happen one after the other.
//  6. Check (check.go) proves the result: it follows every way through the
//     function and sees that each operand is where it is read.
//
// Some operations want their operands side by side: a call's arguments are the
// first registers of the callee's window, which overlaps the caller's. Such a
// window begins above every register that is still needed after the operation,
// as the callee uses all registers from there on.
//
// A worked example. For
//
//	b0(v0): jump b1(0, v0)
//	b1(v2, v3): if gt(v3, 0) b2 else b3
//	b2: v6 = add v2, v3; v8 = sub v3, 1; jump b1(v6, v8)
//	b3: return v2
//
// v0 is the argument and sits in R0. v3 is offered R0 by its argument v0, which
// ends there, and takes it; v2 takes R1. v6 is offered R1 by the parameter it
// goes to, and as v2 isn't needed any more, takes it; so does v8 with R0. The
// loop has no move at all.
package regalloc
