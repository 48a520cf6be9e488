package serve

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"etamil/http1"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/internal/ws"
	"etamil/loop"
	"etamil/vm"
)

// This file is WebSockets: server.socket(path, f). The request comes through middleware like
// any other; what would be the handler's answer is then the upgrade, and f(ws) runs on the
// request's fiber for as long as it likes.
//
//	request ──> middleware ──> request._socket() ──> 101 ──> f(ws)
//	    bytes ──> ws.Reader ──> messages that wait ──> ws.receive()
//	    ws.send(x) ──> frames ──> loop

// socket is one WebSocket. It belongs to its call's loop.
type socket struct {
	c       *call
	fn      value.Value
	reader  ws.Reader
	deflate bool

	in      []message // not yet received
	size    int       // bytes of them
	held    int       // bytes counted in answers.sockets
	paused  bool      // the client waits for the program
	room    bool      // the program need not wait for the client
	recv    func()    // wakes the fiber that receives
	wait    func()    // wakes the fiber that sends
	closing bool      // we have sent a close
	closed  bool      // nothing comes any more
	told    bool      // the program knows that
	code    int       // of the close
	owed    int       // the code that the client's close is answered with when the program has received what came before; 0: no answer waits
	owedAt  time.Time // since when
	heard   time.Time // something came
	pinged  time.Time
	follows

	prev, next *socket // in the worker's list
}

type message struct {
	binary bool
	data   []byte
}

// socketClose is how long a client's close may wait for what the program says to the messages before it.
const socketClose = 5 * time.Second

// How much may wait, in bytes.
const (
	socketBudget = 64 << 20 // of all sockets, whole messages or not: beyond, they are closed with 1013

	socketIn  = 256 << 10 // received by us and not by the program: beyond, the client waits
	socketOut = 512 << 10 // published and not taken: beyond, the client is dropped
)

// groupSocket is server.socket(path, f, options).
func (b *Binding) groupSocket(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a, err := appOf(f)
	if err != nil {
		return value.Nil, err
	}
	p, err := functionOf(f, &args[2])
	if err != nil {
		return value.Nil, err
	}
	if p.min > 1 || p.max < 1 {
		return value.Nil, vm.Fail(diag.RunArity, p.name, "1", value.Int(p.max).Decimal().String())
	}
	fn, ok := a.img.Program().ByName["serveSocket_1"]
	if !ok {
		panic("serve: the prelude has no serveSocket_1")
	}
	options := value.Nil
	if len(args) > 3 {
		options = args[3]
	}
	method, function := f.Heap().NewText("GET"), value.Func(fn)
	before := len(a.handlers)
	if _, err := b.groupOf(f, args[0]).add(f, &method, &args[1], &options, &function, false); err != nil {
		return value.Nil, err
	}
	for i := range a.handlers[before:] {
		h := &a.handlers[before+i]
		h.socket, h.socketFrozen = f.Freeze(args[2])
		h.isSocket = true
	}
	return value.Nil, nil
}

// requestSocket is what the prelude's handler of a WebSocket answers: the function, unless the
// request is none for a WebSocket.
func requestSocket(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
	if !c.handler.isSocket {
		return value.Nil, gone()
	}
	r := &c.x.Req
	field := func(name string) string {
		v, _ := r.Lookup(name)
		return string(v)
	}
	_, keyed := ws.Accept(field("Sec-WebSocket-Key"))
	switch {
	case !contains([]byte(field("Connection")), "upgrade"), !strings.EqualFold(field("Upgrade"), "websocket"), !keyed:
		return c.problemResponse(f, 426, "upgrade_required", "", []byte("Sec-WebSocket-Version: 13\r\n"), nil)
	case field("Sec-WebSocket-Version") != "13":
		return c.problemResponse(f, 426, "upgrade_required", "", []byte("Sec-WebSocket-Version: 13\r\n"), nil)
	case !c.sameSite(field("Origin"), field("Host")):
		return c.problemResponse(f, 403, "forbidden", "", nil, nil)
	}
	return newResponse(f, 200, c.handler.socket, ""), nil
}

// sameSite reports whether a browser's page may open a WebSocket here: one of the same host, or
// of those that CORS allows. Browsers themselves keep no page from it, and send cookies along.
func (c *call) sameSite(origin, hostField string) bool {
	if origin == "" {
		return true // no browser
	}
	if u, err := url.Parse(origin); err == nil && u.Host != "" && strings.EqualFold(u.Host, hostField) {
		return true
	}
	p := c.policy.cors
	return p != nil && bytes.Contains(p.AppendAnswer(nil, []byte(origin)), []byte("Access-Control-Allow-Origin"))
}

// upgrade gives the connection to a WebSocket.
func (c *call) upgrade(fn value.Value) {
	now := time.Now()
	s := &socket{c: c, fn: fn, heard: now, pinged: now}
	s.reader.Limit = c.w.app.o.Config.SocketLimit
	if c.x.Cancelled() != 0 {
		c.x.Abort()
		c.finished()
		return
	}
	key, _ := c.x.Req.Lookup("Sec-WebSocket-Key")
	accept, _ := ws.Accept(string(key)) // requestSocket has looked
	lines := append(append([]byte("Sec-WebSocket-Accept: "), accept...), "\r\n"...)
	if offer, ok := c.x.Req.Lookup("Sec-WebSocket-Extensions"); ok && c.policy.compress && ws.OffersDeflate(string(offer)) {
		s.deflate, s.reader.Deflate = true, true
		lines = append(append(append(lines, "Sec-WebSocket-Extensions: "...), ws.DeflateAnswer...), "\r\n"...)
	}
	if c.w.app.answers.ids {
		lines = append(append(append(lines, "X-Request-Id: "...), c.id[:c.idLen]...), "\r\n"...)
	}
	if err := c.x.Upgrade(&http1.Response{Status: 101, Upgrade: "websocket", Fixed: lines}, s); err != nil {
		panic(err) // all lines are ours
	}
	c.x.OnCancel = s
	c.sending = s
}

// begin implements sender.
func (s *socket) begin() {
	c, fn := s.c, s.fn
	s.fn = value.Undef
	if !c.f.Start(fn, c.f.NewHandle(c.w.app.b.socket, s)) {
		c.ended(vm.Failed)
		return
	}
	s.next = c.w.sockets
	if s.next != nil {
		s.next.prev = s
	}
	c.w.sockets = s
	if c.w.app.leaving() {
		code := ws.Restart
		if c.w.app.first.Stopping() {
			code = ws.GoingAway
		}
		s.sendClose(code, "")
		s.stop(code)
	}
	c.first()
}

// end implements sender: the function has ended.
func (s *socket) end(status vm.Status) {
	c, owed := s.c, s.owed
	s.unlink()
	c.sending = nil
	if c.x == nil {
		return
	}
	code := ws.Normal
	if owed != 0 {
		code = owed
	}
	if e := c.whyFailed(status); e != nil && (!s.closed || owed != 0) && !s.closing {
		code = ws.Internal
		c.w.app.logError("socket_failed", e, c.about(0))
	}
	s.sendClose(code, "")
	c.x.End()
	c.finished()
}

// unlink has the worker forget it.
func (s *socket) unlink() {
	w := s.c.w
	s.leaveAll(w)
	s.settled()
	w.app.first.answers.sockets.used.Add(-int64(s.held))
	s.held = 0
	switch {
	case s.prev != nil:
		s.prev.next = s.next
	case w.sockets == s:
		w.sockets = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
}

// Room implements loop.Streamer.
func (s *socket) Room(*loop.Exchange) {
	s.room = true
	wakeOf(&s.wait)
}

func wakeOf(f *func()) {
	if wake := *f; wake != nil {
		*f = nil
		wake()
	}
}

// CancelExchange implements loop.Canceller: who receives gets to know that nothing comes any
// more, anything else is cancelled.
func (s *socket) CancelExchange(*loop.Exchange, loop.Reason) {
	waits := s.recv != nil
	s.settled()
	s.stop(ws.Gone)
	if !waits {
		s.c.end(diag.RunCancelled)
	}
}

// stop ends what comes.
func (s *socket) stop(code int) {
	if !s.closed {
		s.closed, s.code = true, code
	}
	wakeOf(&s.recv)
	wakeOf(&s.wait)
}

// Bytes implements loop.Peer.
func (s *socket) Bytes(x *loop.Exchange, p []byte) {
	s.heard = time.Now()
	if s.closed {
		return
	}
	err := s.reader.Feed(p, func(e ws.Event) {
		switch e.Op {
		case ws.Ping:
			if x.Waiting() < socketOut {
				s.frame(ws.AppendFrame(nil, ws.Pong, e.Data))
			}
		case ws.Pong:
		case ws.Close:
			code := e.Code
			if code == ws.NoCode {
				code = ws.Normal
			}
			if len(s.in) > 0 { // what the program says to them goes out before
				s.owed, s.owedAt = code, s.heard
				s.c.w.owing++
			} else {
				s.sendClose(code, "")
			}
			s.stop(e.Code)
		default:
			s.in = append(s.in, message{e.Op == ws.Binary, bytes.Clone(e.Data)})
			s.size += len(e.Data) + 64
			wakeOf(&s.recv)
		}
	})
	if e, ok := err.(*ws.Error); ok {
		s.sendClose(e.Code, e.Reason)
		s.stop(e.Code)
	}
	if !s.account() {
		s.sendClose(ws.TryLater, "")
		s.stop(ws.TryLater)
	}
	if s.size > socketIn && !s.paused {
		s.paused = true
		x.PauseReading(true)
	}
}

// account counts what is kept of what has come, and reports false when all sockets together
// keep too much: clients that send a message without end, or more than is received.
func (s *socket) account() bool {
	n := s.reader.Held() + s.size
	grown := n - s.held
	if grown > 0 && !s.c.w.app.first.answers.sockets.take(grown) {
		return false
	}
	if grown < 0 {
		s.c.w.app.first.answers.sockets.used.Add(int64(grown))
	}
	s.held = n
	return true
}

// frame sends bytes, and notes whether there is room for more.
func (s *socket) frame(b []byte) {
	if s.c.x != nil && !s.closing {
		s.room = s.c.x.Send(b)
	}
}

// sendClose sends a close, once.
func (s *socket) sendClose(code int, reason string) {
	s.frame(ws.AppendClose(nil, code, reason))
	s.closing = true
}

// answerClose answers the client's close, if that is still owed.
func (s *socket) answerClose() {
	if s.owed != 0 {
		s.sendClose(s.owed, "")
		s.settled()
	}
}

// settled notes that no close is owed.
func (s *socket) settled() {
	if s.owed != 0 {
		s.owed = 0
		s.c.w.owing--
	}
}

// lateCloses answers the closes that the program has let wait for too long.
func (w *worker) lateCloses(now time.Time) {
	if w.owing == 0 {
		return
	}
	for s := w.sockets; s != nil; s = s.next {
		if s.owed != 0 && now.Sub(s.owedAt) > socketClose {
			s.answerClose()
		}
	}
}

// mute reports whether nothing can be sent any more.
func (s *socket) mute() bool { return s.closing || s.closed && s.owed == 0 }

// waiting is a vm.Starter: a fiber waits for something of its socket.
type waiting struct {
	at     *func() // where who wakes it looks
	finish func(f *vm.Fiber) (value.Value, error)
	once   sync.Once
	drop   func() bool
}

// Start implements vm.Starter; the fiber is at home.
func (t *waiting) Start(ctx context.Context, wake func()) {
	once := func() { t.once.Do(wake) }
	*t.at = once
	t.drop = context.AfterFunc(ctx, once)
}

// Do implements vm.Task; the scheduler calls Start.
func (t *waiting) Do(context.Context) {}

// Finish implements vm.Task.
func (t *waiting) Finish(f *vm.Fiber) (value.Value, error) {
	t.drop()
	*t.at = nil
	return t.finish(f)
}

// socketMembers are the members of a WebSocket, by their IDs in internal/builtin.
var socketMembers = map[string]func(*socket, *vm.Fiber, []value.Value) (value.Value, error){
	"request": func(s *socket, f *vm.Fiber, _ []value.Value) (value.Value, error) { return s.c.requestHandle(f), nil },
	"receive": (*socket).receive,
	"send":    (*socket).send,
	"close":   (*socket).close,
	"join": func(s *socket, f *vm.Fiber, args []value.Value) (value.Value, error) {
		return value.Nil, s.join(s.c.w, s, host.Copy(f, &args[1]))
	},
	"leave": func(s *socket, f *vm.Fiber, args []value.Value) (value.Value, error) {
		s.leave(s.c.w, host.Copy(f, &args[1]))
		return value.Nil, nil
	},
}

func (b *Binding) socketMember(do func(*socket, *vm.Fiber, []value.Value) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		s, ok := f.HandleOf(args[0], b.socket).(*socket)
		switch {
		case !ok || s.c.x == nil:
			return value.Nil, gone()
		case s.c.f != f:
			return value.Nil, anothers()
		}
		return do(s, f, args)
	}
}

// receive is ws.receive(): the next message, or nil when there will be none.
func (s *socket) receive(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	if len(s.in) == 0 && s.closed && s.told {
		return value.Nil, gone()
	}
	return s.message(f, value.Nil)
}

// walk is a step of a walk over what comes.
func (s *socket) walk(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	return s.message(f, value.Undef)
}

// message is the next one, or end when there will be none.
func (s *socket) message(f *vm.Fiber, end value.Value) (value.Value, error) {
	if len(s.in) > 0 {
		m := s.in[0]
		s.in[0] = message{}
		s.in = s.in[1:]
		if s.size -= len(m.data) + 64; s.size <= socketIn/2 && s.paused {
			s.paused = false
			s.c.x.PauseReading(false)
		}
		s.account() // less than before
		if m.binary {
			return f.Heap().NewBytes(m.data), nil
		}
		return f.Heap().NewTextBytes(m.data), nil
	}
	if s.closed {
		s.told = true
		s.answerClose()
		return end, nil
	}
	return f.Wait(&waiting{at: &s.recv, finish: func(f *vm.Fiber) (value.Value, error) {
		if len(s.in) == 0 && !s.closed {
			return value.Nil, gone() // cancelled
		}
		return s.message(f, end)
	}})
}

// appendMessage appends a value as a message: text as text, bytes as they are, anything else as
// JSON.
func appendMessage(f *vm.Fiber, x *value.Value) (ws.Op, []byte, error) {
	switch {
	case x.IsText():
		return ws.Text, []byte(x.Str()), nil
	case x.Kind() == value.KindBytes:
		return ws.Binary, []byte(x.Str()), nil
	}
	out := f.Heap().Writer()
	b := out.AppendJSON(nil, x)
	if out.Cut {
		out.Cut = false
		return 0, nil, vm.Fail(diag.RunOutOfMemory)
	}
	return ws.Text, b, nil
}

// send is ws.send(x): it waits until there is room. What is sent after the end has no effect.
func (s *socket) send(f *vm.Fiber, args []value.Value) (value.Value, error) {
	op, b, err := appendMessage(f, &args[1])
	switch {
	case err != nil:
		return value.Nil, err
	case s.mute() && f.Stopping(): // it is raised here: who only sends would never hear of it
		return f.Wait(&waiting{at: &s.wait})
	case s.mute():
		return value.Nil, nil
	}
	send := func(*vm.Fiber) (value.Value, error) {
		if s.deflate {
			s.frame(s.c.w.packer.AppendFrame(nil, op, b))
		} else {
			s.frame(ws.AppendFrame(nil, op, b))
		}
		return value.Nil, nil
	}
	if s.room {
		return send(f)
	}
	return f.Wait(&waiting{at: &s.wait, finish: func(f *vm.Fiber) (value.Value, error) {
		if !s.room && !s.closed {
			return value.Nil, gone()
		}
		return send(f)
	}})
}

// close is ws.close(code, reason).
func (s *socket) close(f *vm.Fiber, args []value.Value) (value.Value, error) {
	code, reason := ws.Normal, ""
	if len(args) > 1 {
		var err error
		if code, err = host.Whole(&args[1], "குறியீடு", "the code"); err != nil {
			return value.Nil, err
		}
		if !ws.ValidCode(code) {
			return value.Nil, host.Raise("argument", "மூடும் குறியீடு 1000 முதல் 1014 வரை, அல்லது 3000 முதல் 4999 வரை", "the code of a close is 1000 to 1014, or 3000 to 4999")
		}
	}
	if len(args) > 2 {
		if reason = host.Copy(f, &args[2]); !utf8.ValidString(reason) {
			reason = ""
		}
	}
	s.sendClose(code, reason)
	return value.Nil, nil
}

// pings asks clients that have been silent whether they are there, and gives up those that do
// not answer.
func (w *worker) pings(now time.Time) {
	every := w.app.o.Config.Heartbeat
	if every == 0 {
		return
	}
	for s := w.sockets; s != nil; {
		next := s.next
		switch silent := now.Sub(s.heard); {
		case s.c.x == nil || s.paused:
		case silent > 3*every:
			s.stop(ws.Gone)
			s.closing = true
			s.c.x.Abort()
			s.c.finished()
			s.c.end(diag.RunCancelled)
		case silent > every && now.Sub(s.pinged) > every:
			s.pinged = now
			s.frame(ws.AppendFrame(nil, ws.Ping, nil))
		}
		s = next
	}
}

// endSockets closes all WebSockets with a code: their clients come again, to whoever serves then.
func (w *worker) endSockets(code int) {
	w.deliverAll()
	for s := w.sockets; s != nil; s = s.next {
		s.sendClose(code, "")
		s.stop(code)
	}
}
