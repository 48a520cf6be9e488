package db

// Poller is an event loop that sockets can be left with: what comes on them is acted on there.
type Poller interface {
	// Watch has ready called on the loop when fd, which never blocks, has become readable, or broken; also for nothing. gone
	// is called, on any goroutine, if the loop ends before Unwatch. It reports false when that can't be done.
	Watch(fd int, ready, gone func()) bool
	// Unwatch ends that; it is called before fd is closed.
	Unwatch(fd int)
	// Later has f run on the loop after all that it has been given to do until now, or where it ends; false: f will not be called, as it has ended.
	Later(f func()) bool
}
