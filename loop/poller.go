package loop

import (
	"net"
	"net/netip"
	"syscall"
)

// socket is one open connection as the poller knows it. Every method belongs
// to the connection's event loop.
//
// The state machine in conn.go writes only through this interface, which has
// two implementations: gnetSocket and the fake of the deterministic tests. A
// poller of our own would add a third without a change elsewhere.
type socket interface {
	// Write sends what the kernel takes at once: n may be short, and 0 with a
	// nil error means that it takes nothing now. What counts as written may come
	// back by events.unsent before the loop's event ends.
	Write(p []byte) (n int, err error)

	// WriteShared is Write for bytes that never change: they need not be copied, and what of
	// them comes back by events.unsent is theirs.
	WriteShared(p []byte) (n int, err error)

	// Flush sends what counts as written and has not left.
	Flush()

	// WriteMore is Write for what more follows soon, so that the kernel may wait for that
	// and send both together.
	WriteMore(p []byte) (n int, err error)

	// Writev is Write for several pieces in order.
	Writev(ps [][]byte) (n int, err error)

	// SendFile is Write for n bytes at a place of an open file. errFileShort says that
	// the file ends before.
	SendFile(fd int, at int64, n int) (int, error)

	// Read turns delivery of incoming bytes on or off. Off is what gives
	// back-pressure and late answers to half-closed clients. It reports false
	// where the poller can't do it; then bytes, and the end, keep coming.
	Read(on bool) bool

	// HalfClosed reports whether the peer has ended its sending side, also
	// while reading is off and unread bytes come before that end.
	HalfClosed() bool

	// Unread reports whether bytes have come that were not delivered yet.
	Unread() bool

	// CloseWrite ends our sending side after what was written.
	CloseWrite()

	// Abort makes the coming Close discard what the kernel still holds and
	// reset the connection.
	Abort()

	// Close closes the connection: events.closed is called before it returns.
	Close()

	// Fd is the descriptor, for the watcher. It is valid until closed returns.
	Fd() int
}

// poller waits for all sockets, on a fixed number of event loops.
type poller interface {
	// Run opens the listeners, and returns when the poller has ended, with
	// every connection closed: after Stop, or because it broke.
	Run(ev events) error

	// Post makes loop i call events.posted soon. It may be called from any
	// goroutine, and reports false when the poller has ended.
	Post(i int) bool

	// Enroll hands a connection that was accepted elsewhere to loop i, from
	// any goroutine. done is called once, when it has been opened or given up.
	Enroll(i int, c net.Conn, done func())

	// Heed names the listeners that goroutines accept from. A loop that holds its processor
	// while it waits lets go of it when somebody comes there.
	Heed(doors []syscall.RawConn)

	// Watch and Unwatch are of Loop.Watch, for loop i.
	Watch(i, fd int, ready, gone func()) bool
	Unwatch(i, fd int)

	// Pause and resume accepting; any goroutine. Both report false where the
	// poller accepts nothing itself.
	Accept(on bool) bool

	// Comers reports whether connections wait to be accepted by the poller itself. It may be called from any goroutine.
	Comers() bool

	// Refuse makes the kernel refuse new connections from now on, after
	// those that had already been accepted by the kernel were served, or giveUp.
	Refuse(giveUp func() bool)

	// Stop ends Run, closing what is open. It does not wait.
	Stop()
}

// events is what a poller tells. Everything about one loop is called on that
// loop's goroutine.
type events interface {
	// up tells that loop i runs; it is called before anything else about i.
	up(i int)

	// ready tells once that all loops are up.
	ready()

	// opened tells of a connection and returns what the poller keeps with it,
	// or nil to have it closed at once.
	opened(i int, s socket, remote netip.AddrPort) *conn

	// readable hands over the bytes that have arrived; p is valid during the
	// call only. If it returns false, the poller closes the connection.
	readable(c *conn, p []byte) (open bool)

	// closed tells that c is gone; its descriptor is still open until closed
	// returns.
	closed(c *conn)

	// alone reports whether loop i waits for nothing but its sockets: none of its requests, nor
	// clients, is a goroutine's.
	alone(i int) bool

	// posted answers one or more Post(i).
	posted(i int)

	// unsent hands back bytes at the end of what counted as written to c, which its socket
	// did not take, or says why it can't. p is valid during the call only if it is borrowed,
	// not if it is shared. It may come within a call of c's socket, and is followed by another
	// event of the loop, or its end.
	unsent(c *conn, p []byte, o ownership, err error)

	// stopping tells that the poller is about to end, while all loops still
	// run. After it has returned, Post and Enroll must not be called.
	stopping()
}
