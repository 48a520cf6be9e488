// Package vm runs bytecode.
//
// # The things
//
// An Image is a program with its builtins bound (Linker.Link): read-only, one for the
// process. A Machine runs it for one worker: inline caches and spare memory are its own. A
// Fiber is one run of a function: registers, frames, values. A worker starts a fiber, gives
// it slices of steps, and is told how it stands:
//
//	Start ──> Run ──> Done      Result
//	          │ ^ └─> Failed    Err
//	          │ └──── Spent     wants another slice: Run again, here or, after Move, elsewhere
//	          └─────> Waiting   for Task: when that is finished, Resume
//
// Nothing ever blocks in here, and nothing here starts a goroutine.
//
// # How an instruction runs
//
// run.go is one loop with one switch, and holds the fast path of each instruction that has
// one: numbers that are small, records whose class the cache knows, lists that nobody else
// holds. Everything else is in slow.go and behind it: one method for each instruction, that
// takes the fiber and the instruction, and leaves on the fiber where to go on. That may be
// the next instruction, another function, an error's handler, or the stub where fibers stop.
// So run knows nothing of calls that grow the stack, of errors, of waiting or of collecting.
//
//	run.go      the loop                     call.go    calls, members, closures, ?
//	slow.go     where slow paths begin       arith.go   numbers, comparison, text
//	layout.go   slots and objects as run     lists.go   lists, indexes, iteration
//	            sees them                    records.go fields, caches, shapes
//	fiber.go    a fiber's life, budgets      error.go   errors, unwinding, stacks
//	machine.go  Image and Machine            native.go  builtins, tasks, members
//	freeze.go   globals, once started        handles.go Go things that values name
//	turn.go     slices that end by the clock
//
// # Memory
//
// Registers, frames and values hold addresses as integers in memory that Go's collector
// doesn't look into; the slices and chunks that own the memory stand beside them. A value's
// address is good until the fiber collects, which happens only at the beginning of a slow
// path, or ends. A stale value above the running window is cleared by each collection, so a
// window needs no clearing when a function is entered.
//
// # Limits
//
// Steps (calls that are made and turns of loops), memory, and depth are bounded (Limits). A
// budget that is used up is an error like any other, once; the second time in a fiber
// nothing catches it.
package vm
