package serve

import (
	"sync/atomic"
	"time"

	"etamil/http1"
	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/internal/ws"
	"etamil/vm"
)

// This file is topics: what is published under a name goes to all who follow it, on every
// loop. Followers are WebSockets, streams of events, and channels, which fibers wait at.
//
//	topic(name).publish(x) ──> publication: each form that is needed, made once
//	    ──> each loop ──> ws: a frame   events: an event   channel: a parcel
//
// Publishing never waits; fanout.go is the second half. Who doesn't take what comes is dropped when too much waits.

// publication is what was published, in the forms that somebody needs.
type publication struct {
	name   string
	frame  []byte // for WebSockets
	event  []byte // for streams of events
	chunk  []byte // the same as a chunk of HTTP/1.1
	parcel *vm.Parcel
	at     time.Time
}

// forms says which forms are needed: how many of each kind follow anything.
type forms struct{ events, channels atomic.Int64 }

// size is how much memory it takes, in bytes.
func (p *publication) size() int { return 256 + len(p.frame) + len(p.event) + len(p.chunk) }

// topic names where messages are published; it is what topic(name) gives.
type topic struct{ name string }

// topicOf is topic(name).
func (b *Binding) topicOf(f *vm.Fiber, args []value.Value) (value.Value, error) {
	return f.NewHandle(b.topic, &topic{host.Copy(f, &args[0])}), nil
}

// topicMembers are the members of a topic, by their IDs in internal/builtin.
var topicMembers = map[string]func(*Binding, *topic, *worker, *vm.Fiber, []value.Value) (value.Value, error){
	"publish": publish, "subscribe": subscribe,
}

func (b *Binding) topicMember(do func(*Binding, *topic, *worker, *vm.Fiber, []value.Value) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		t, ok := f.HandleOf(args[0], b.topic).(*topic)
		w, is := f.Machine().Data.(*worker)
		if !ok || !is {
			return value.Nil, gone()
		}
		return do(b, t, w, f, args)
	}
}

// publish is topic(name).publish(x).
func publish(_ *Binding, t *topic, w *worker, f *vm.Fiber, args []value.Value) (value.Value, error) {
	op, data, err := appendMessage(f, &args[1])
	if err != nil {
		return value.Nil, err
	}
	first := w.app.first
	p := &publication{name: t.name, frame: ws.AppendFrame(nil, op, data), at: time.Now()}
	if first.forms.events.Load() > 0 {
		if p.event, err = appendEvent(nil, f, &args[1]); err != nil {
			return value.Nil, err
		}
		p.chunk = http1.AppendChunk(nil, p.event)
	}
	if first.forms.channels.Load() > 0 {
		parcel, err := f.Pack(args[1], true)
		if err != nil {
			return value.Nil, err
		}
		p.parcel = &parcel
	}
	for _, g := range first.generations() {
		for _, other := range g.ownWorkers() {
			other.Post(func() { other.deliver(p) })
		}
		if main, driver := g.following(); main != nil {
			driver.Post(func() { main.deliver(p) })
		}
	}
	return value.Nil, nil
}

// take implements follower: a client that has too much waiting is dropped.
func (s *socket) take(_ *worker, p *publication) {
	x := s.c.x
	switch {
	case x == nil || s.closing || s.closed:
	case x.Waiting() > socketOut:
		s.stop(ws.TryLater)
		s.closing = true
		x.Abort()
		s.c.finished()
		s.c.end(diag.RunCancelled)
	default:
		s.room = x.SendShared(p.frame)
	}
}

// take implements follower. What was published before anybody followed events has no event.
func (s *streaming) take(_ *worker, p *publication) {
	x := s.c.x
	switch {
	case x == nil || s.over || x.Cancelled() != 0 || p.event == nil:
	case x.Waiting() > socketOut:
		s.over = true
		x.Abort()
		s.c.finished()
		s.c.end(diag.RunCancelled)
	default:
		s.last = p.at
		s.room = x.SendSharedChunk(p.event, p.chunk)
	}
}

// joinTopic is out.join(name): what is published there is sent to the client.
func (s *streaming) joinTopic(f *vm.Fiber, args []value.Value) (value.Value, error) {
	switch {
	case s.c.x == nil || s.c.sending != sender(s):
		return value.Nil, gone()
	case s.c.f != f:
		return value.Nil, anothers()
	}
	none := len(s.at) == 0
	err := s.join(s.c.w, s, host.Copy(f, &args[1]))
	if err == nil && none {
		s.c.w.app.first.forms.events.Add(1)
	}
	return value.Nil, err
}

// leaveTopic is out.leave(name).
func (s *streaming) leaveTopic(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if s.c.f != f {
		return value.Nil, anothers()
	}
	some := len(s.at) > 0
	if s.leave(s.c.w, host.Copy(f, &args[1])); some && len(s.at) == 0 {
		s.c.w.app.first.forms.events.Add(-1)
	}
	return value.Nil, nil
}

// leaveTopics follows the end of a stream.
func (s *streaming) leaveTopics() {
	if len(s.at) > 0 {
		s.c.w.app.first.forms.events.Add(-1)
		s.leaveAll(s.c.w)
	}
}

// subscription is a channel that gets what is published. It ends with the fiber that has
// asked for it, or when nobody takes what comes.
type subscription struct {
	w       *worker
	driver  sched.Driver
	channel *sched.Channel
	follows
}

// How much a subscription holds that nobody has received, unless told otherwise, and at most.
const (
	usualRoom = 64
	mostRoom  = 1 << 16
)

// subscribe is topic(name).subscribe(room).
func subscribe(b *Binding, t *topic, w *worker, f *vm.Fiber, args []value.Value) (value.Value, error) {
	room := usualRoom
	if len(args) > 1 {
		if room = host.Trunc(&args[1]); room < 1 || room > mostRoom {
			return value.Nil, host.Raise("argument", "சந்தாவின் இடம் 1 முதல் 65536 வரை", "the room of a subscription is between 1 and 65536")
		}
	}
	task := sched.Of(f)
	if task == nil {
		return value.Nil, gone()
	}
	s := &subscription{w: w, driver: task.Driver(), channel: sched.NewChannel(room)}
	if err := s.join(w, s, t.name); err != nil {
		return value.Nil, err
	}
	w.app.first.forms.channels.Add(1)
	if w.loop == nil {
		w.app.follow(w, s.driver)
	}
	f.CloseAtEnd(s)
	return f.NewHandle(b.channel, s.channel), nil
}

// take implements follower. What was published before anybody subscribed has no parcel.
func (s *subscription) take(_ *worker, p *publication) {
	if p.parcel != nil && !s.channel.Offer(*p.parcel, s.driver) {
		_ = s.Close()
	}
}

// Close implements io.Closer, on the worker's goroutine: whoever waits gets what is there,
// and then nil.
func (s *subscription) Close() error {
	if len(s.at) > 0 {
		s.leaveAll(s.w)
		s.w.app.first.forms.channels.Add(-1)
		s.channel.Close(s.driver)
		if s.w.loop == nil && len(s.w.topics) == 0 {
			s.w.app.follow(nil, nil)
		}
	}
	return nil
}

// topFollower is the top level's worker while it follows topics, and the driver of its tasks.
type topFollower struct {
	w      *worker
	driver sched.Driver
}

// follow notes that the top level follows topics, or, with nil, that it doesn't any more.
func (a *App) follow(w *worker, d sched.Driver) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.top = topFollower{w, d}
}

func (a *App) following() (*worker, sched.Driver) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.top.w, a.top.driver
}
