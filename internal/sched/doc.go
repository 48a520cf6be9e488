// Package sched runs fibers until they end, does for them what they wait for, and keeps
// the order among tasks: who has started whom, who waits for whom, and who ends with whom.
//
// # Tasks
//
// A Task is a fiber with its place in a tree. What a task starts with Spawn is its child:
// it ends before its parent does, cancelled if it has not come to its end by then; only
// what was started apart (பின்னணி) is nobody's child. All tasks of a tree run on one
// Machine, one at a time, and share nothing: what passes between them is copied.
//
// What a task waits for is a vm.Task. Some of these are ended by other tasks: another
// task's end (Await, All, First), a Channel, a Lock. They are Waits, cost no goroutine and
// no context, and the tree knows them, so that a circle is an error with both stacks in it
// and not silence. All others run outside, until their context is done.
//
// A task is told to end by Cancel, or that a part of it has had its time by a deadline:
// either is an error that comes up at its next wait, or at once in the one that it is in.
//
// # Drivers
//
// A Driver gives tasks their turns. Scheduler is the one of scripts and tests: a queue
// that the goroutine which calls Run empties.
//
//	f := m.NewFiber()
//	f.StartMain()
//	status := sched.Run(ctx, f)
//
// An event loop has a queue of its own and is a Driver itself. Everything here but Post,
// and what says so, is called on the goroutine on which the Driver gives turns.
package sched
