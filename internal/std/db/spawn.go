package db

import "time"

// idleTime is how long a goroutine stays for the next piece of work.
const idleTime = 100 * time.Millisecond

// idle hands work to a goroutine that waits for some.
var idle = make(chan func())

// spawn does work on another goroutine: one that is there already, if any is free, since drivers go deep
// and a new one would have to grow its stack first. There are as many as there is work.
func spawn(work func()) {
	select {
	case idle <- work:
	default:
		go stay(work)
	}
}

// stay does work, and what comes within idleTime after it.
func stay(work func()) {
	t := time.NewTimer(idleTime)
	defer t.Stop()
	for {
		work()
		t.Reset(idleTime)
		select {
		case work = <-idle:
		case <-t.C:
			return
		}
	}
}
