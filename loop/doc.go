// Package loop owns the sockets: it accepts connections, hands whole requests
// to a [Handler], and writes the answers back in the order of the requests.
//
//	socket --> conn --http1.Parse--> Exchange --> Handler.Serve
//	                                                |  answered at once
//	   one write for all answers of a read <--------+
//	                                                |  kept: suspended
//	   inbox <-- Exchange.Post <-- whoever did the waiting
//	     |
//	   on the loop again: Exchange.Reply --> the ring's answered front leaves
//
// # Loops
//
// A [Server] runs Config.Workers loops. A [Loop] is one goroutine with an
// epoll descriptor (gnet's; only gnet.go knows gnet, stay_linux.go waits in its place, and
// batch_linux.go reads and writes for many sockets at once), and
// everything about a connection happens on its loop: no locks, no hand-over.
// The handler is called on the loop, so one that waits or computes for long
// holds up all connections of that loop. It must keep the [Exchange] instead
// and return; whoever finishes the waiting comes back by [Exchange.Post],
// which is the only thing here, besides the methods of Server, that other
// goroutines may call. Everything posted while the loop was busy is run as
// one batch.
//
// # An exchange
//
// An [Exchange] is one request and the place for its answer:
//
//	func (h *handler) Serve(l *loop.Loop, x *loop.Exchange) {
//		if string(x.Req.Path) == "/now" {
//			h.res.Status, h.res.ContentType = 200, "text/plain"
//			x.Reply(&h.res, h.text) // into the loop's output buffer: no copy kept, no allocation
//			return
//		}
//		x.OnCancel = h            // told when nobody waits any more
//		h.pool.Submit(x)          // x is suspended when Serve returns
//	}
//
//	func (t *result) RunOnLoop(l *loop.Loop) { t.x.Reply(&t.res, t.body) }
//
// It must be finished exactly once, by one of Reply, ReplyOwned, ReplyShared,
// Refuse, Done and Abort, on its loop; also after it was cancelled, when finishing
// has no effect but to let go of it. Its Req and Body are its own copy of the
// client's bytes, made once before Serve is called, so values may point into
// them until it is finished, and for ever after Keep. Then it is used again
// for another request: nothing of it may be touched any more (in a build with
// -tags invariants its bytes are overwritten).
//
// Answers are sent in the order of the requests, however they are finished.
// Up to MaxPipeline requests of one connection are in work at a time.
//
// # What loop answers by itself
//
//	100         before a body whose client waits for it
//	4xx, 5xx    to what http1 refuses, with Connection: close; answers to
//	            the requests before it come first, what follows is not read
//	408         a head or body that took too long
//	413         a body beyond Limits.BodyBytes, before it is sent where its length is given
//	500         a handler that panicked
//	503         with Retry-After: too many requests in work, too many bytes of
//	            unfinished requests in the process, or a handler whose time is over
//
// # Life of a connection
//
// conn.go draws the states. A connection is read only while none of its
// requests is in work and none of its answers waits to be taken, so a client
// can't make the server hold more than one read of its bytes and OutputCap of
// its answers. A client that has ended its side still gets its answers,
// within HalfClose. A connection is closed after the last byte has left and
// the client has ended its side, or Linger later; closing earlier would reset
// it, and the answer with it. One that takes nothing for WriteTimeout is
// reset; so is, after a second, one that is stuck while the process has little
// room left (pressure.go). Where as many are open as may be and others wait to be
// accepted, those that have been idle the longest are closed.
//
// Server.Drain loses no request: see refuse in sys_linux.go, and drainIdle. A connection that
// has been idle for longer than that is closed at once.
//
// # Guests
//
// Who waits for something else on a descriptor, such as the answer of a database, can leave it with a loop
// ([Loop.Watch]): it is told on the loop, and no goroutine has to be woken, nor to wake the loop.
//
// # Without sockets
//
// A server with Config.Local has the same loops, connections and deadlines, but
// its clients are made by [Server.Dial] in this process (local.go). Tests of
// programs talk to them that way.
//
// # TLS
//
// With Config.TLS, connections shake hands on goroutines and belong to a loop afterwards, like any
// other: see secure.go. Those that want HTTP/2 are Config.HTTP2's, whose requests come back by
// [Server.DialFrom].
//
// # Answers that take longer
//
// [Exchange.Start] sends a head, and then whoever the [Streamer] is sends pieces as the
// client takes them, for hours if need be: only the write timeout and the client's going end
// it. [Exchange.ReplyFile] is such a stream that moves a file by sendfile(2).
// [Exchange.Upgrade] gives the connection to another protocol.
//
// # What is not here
//
// Which path means what, and what an answer holds, is internal/serve's.
//
// # Where it runs
//
// On Linux as described. Elsewhere, and with a gnet whose private fields have
// changed, the server accepts connections itself and can't pause reading:
// then suspended answers to half-closed clients are lost, and a client that
// sends more than a megabyte ahead is cut.
package loop
