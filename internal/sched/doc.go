// Package sched runs fibers until they end, and does for them what they wait for.
//
// A fiber stops in four ways (vm.Status): it is Done, has Failed, is Spent, which means
// that it wants more steps, or is Waiting for a vm.Task. A Scheduler keeps the fibers that
// can go on in a queue and gives each a slice of steps in turn. A task runs on a goroutine
// of its own; its end puts the fiber back into the queue. All fibers run on the goroutine
// that called Run, which is the one that owns their Machine.
//
//	f := m.NewFiber()
//	f.StartMain()
//	status := sched.Run(ctx, f)
//
// Scripts and tests use it. An event loop, which has a queue of its own, uses Begin alone.
package sched
