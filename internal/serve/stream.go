package serve

import (
	"context"
	"strings"
	"sync"
	"time"

	"etamil/http1"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// This file is answers that are made while they are sent. Such an answer is a response whose
// body is a function:
//
//	response ──> head ──> f(out), on the handler's fiber ──> out.write: room? ──> sent
//	                                                            no: the fiber waits for it
//
// The handler's time ends with the head; what ends the function is its end, an error, the
// client's going, or the server's.

// streaming is an answer that is being sent, and what out names in the program. It belongs to
// its call's loop.
type streaming struct {
	c      *call
	fn     value.Value // called when the head is on its way; then Undef
	events bool        // what is sent are server-sent events
	room   bool        // the client takes more
	over   bool        // the server ends it: nothing has gone wrong
	wait   func()      // wakes the fiber that waits for room
	gone   func()      // wakes the fiber that waits for the end
	last   time.Time   // something was sent
	follows

	prev, next *streaming // in the worker's list
}

// sender is an answer that lasts: begin runs its function, and end follows that.
type sender interface {
	begin()
	end(vm.Status)
}

// typeEvents is what makes a stream one of events.
const typeEvents = "text/event-stream"

// stream begins to answer with what fn will send.
func (c *call) stream(status int, content string, fields []byte, fn value.Value) {
	w := c.w
	if content == "" {
		content = typeText
	}
	s := &streaming{c: c, fn: fn, events: strings.HasPrefix(content, typeEvents), last: time.Now()}
	o := &w.out
	*o = outgoing{status: status, content: content, fields: fields, marks: w.app.answers.scan(fields), stream: s}
	c.write(o)
}

// begin has the function run; the head is on its way.
func (s *streaming) begin() {
	c, f := s.c, s.c.f
	fn := s.fn
	s.fn = value.Undef
	typ := c.w.app.b.stream
	if s.events {
		typ = c.w.app.b.events
	}
	if !f.Start(fn, f.NewHandle(typ, s)) {
		c.ended(vm.Failed)
		return
	}
	c.w.link(s)
	if s.events && c.w.app.leaving() { // those that were there before have been told
		s.over = true
		c.end(diag.RunCancelled)
	}
	c.first()
}

// end finishes the answer when the function has ended. One that has failed breaks the
// connection, so that the client knows that something is missing.
func (s *streaming) end(status vm.Status) {
	c := s.c
	c.w.unlink(s)
	s.leaveTopics()
	c.sending = nil
	if c.x == nil {
		return
	}
	e := c.whyFailed(status)
	failed := e != nil && !s.over
	if failed && c.x.Cancelled() == 0 {
		c.w.app.logError("stream_failed", e, c.about(0))
	}
	if failed {
		c.x.Abort()
	} else {
		c.x.End()
	}
	c.finished()
}

// Room implements loop.Streamer.
func (s *streaming) Room(*loop.Exchange) {
	s.room = true
	if wake := s.wait; wake != nil {
		s.wait = nil
		wake()
	}
}

// roomTask is a vm.Starter: what is to be sent waits for room.
type roomTask struct {
	s    *streaming
	data []byte
	once sync.Once
	drop func() bool
}

// Start implements vm.Starter; the fiber is at home.
func (t *roomTask) Start(ctx context.Context, wake func()) {
	once := func() { t.once.Do(wake) }
	t.s.wait = once
	t.drop = context.AfterFunc(ctx, once)
}

// Do implements vm.Task; the scheduler calls Start.
func (t *roomTask) Do(context.Context) {}

// Finish implements vm.Task.
func (t *roomTask) Finish(*vm.Fiber) (value.Value, error) {
	t.drop()
	t.s.wait = nil
	if !t.s.room {
		return value.Nil, gone()
	}
	return value.Nil, t.s.send(t.data)
}

// send sends what there is room for.
func (s *streaming) send(p []byte) error {
	if s.c.x == nil || s.c.x.Cancelled() != 0 {
		return gone()
	}
	s.last = time.Now()
	s.room = s.c.x.Send(p)
	return nil
}

// put sends p, or has the fiber wait until it can be sent; p is the worker's.
func (s *streaming) put(f *vm.Fiber, p []byte) (value.Value, error) {
	switch {
	case s.c.x == nil || s.c.sending != sender(s):
		return value.Nil, gone()
	case s.c.f != f:
		return value.Nil, anothers()
	}
	if s.room {
		return value.Nil, s.send(p)
	}
	return f.Wait(&roomTask{s: s, data: append([]byte(nil), p...)})
}

// streamMember makes natives of out's members.
func (b *Binding) streamMember(typ func(*Binding) uint32, do func(s *streaming, f *vm.Fiber, args []value.Value) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		s, ok := f.HandleOf(args[0], typ(b)).(*streaming)
		if !ok {
			return value.Nil, gone()
		}
		return do(s, f, args)
	}
}

// write is out.write(x): text and bytes as they are, anything else as a line of JSON.
func (s *streaming) write(f *vm.Fiber, args []value.Value) (value.Value, error) {
	w, x := s.c.w, &args[1]
	if x.IsText() || x.Kind() == value.KindBytes {
		w.tmp = append(w.tmp[:0], x.Str()...)
	} else {
		out := f.Heap().Writer()
		w.tmp = append(out.AppendJSON(w.tmp[:0], x), '\n')
		if out.Cut {
			out.Cut = false
			return value.Nil, vm.Fail(diag.RunOutOfMemory)
		}
	}
	p := w.tmp
	w.tmp = kept(p)
	return s.put(f, p)
}

// eventFields are the fields of an event, with the other names that they have.
var eventFields = map[string]string{
	"event": "event", "நிகழ்வு": "event", "id": "id", "அடையாளம்": "id",
	"data": "data", "தரவு": "data", "retry": "retry", "மீள்முயற்சி": "retry",
}

// emit is out.send(x): an event with the fields of a record that has no others, or with x as
// its data.
func (s *streaming) emit(f *vm.Fiber, args []value.Value) (value.Value, error) {
	w := s.c.w
	p, err := appendEvent(w.tmp[:0], f, &args[1])
	if err != nil {
		return value.Nil, err
	}
	w.tmp = kept(p)
	return s.put(f, p)
}

// appendEvent appends an event as the client reads it.
func appendEvent(dst []byte, f *vm.Fiber, x *value.Value) ([]byte, error) {
	if !isEvent(f, x) {
		return appendData(dst, f, x)
	}
	var data *value.Value
	err := host.Fields(f, x, func(name string, v *value.Value) error {
		field := eventFields[name]
		if v.IsNil() {
			return nil
		}
		if field == "data" {
			data = v
			return nil
		}
		text := host.Text(f, v)
		if field == "retry" {
			d, err := host.Duration(f, v)
			if err != nil {
				return err
			}
			dst = append(dst, "retry: "...)
			dst = append(dst, value.Int(int(d.Milliseconds())).Decimal().String()...)
			dst = append(dst, '\n')
			return nil
		}
		if strings.ContainsAny(text, "\r\n\x00") {
			return host.Raise("argument", "நிகழ்வின் '"+field+"' ஒரு வரியாக இருக்க வேண்டும்", "'"+field+"' of an event must be one line")
		}
		dst = append(append(append(append(dst, field...), ": "...), text...), '\n')
		return nil
	})
	if err != nil {
		return dst, err
	}
	if data == nil {
		return append(dst, '\n'), nil
	}
	return appendData(dst, f, data)
}

// isEvent reports whether a record is an event: it has fields of one, and no others.
func isEvent(f *vm.Fiber, x *value.Value) bool {
	if !x.IsRecord() || x.FieldCount() == 0 {
		return false
	}
	is := true
	_ = host.Fields(f, x, func(name string, _ *value.Value) error {
		is = is && eventFields[name] != ""
		return nil
	})
	return is
}

// appendData appends the data of an event, each line of it as one, and the event's end.
func appendData(dst []byte, f *vm.Fiber, x *value.Value) ([]byte, error) {
	text := ""
	if x.IsText() {
		text = x.Str()
	} else {
		out := f.Heap().Writer()
		text = string(out.AppendJSON(nil, x))
		if out.Cut {
			out.Cut = false
			return dst, vm.Fail(diag.RunOutOfMemory)
		}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"), "\n") {
		dst = append(append(append(dst, "data: "...), line...), '\n')
	}
	return append(dst, '\n'), nil
}

// eventMembers are the members of a stream of events, by their IDs in internal/builtin.
var eventMembers = map[string]func(*streaming, *vm.Fiber, []value.Value) (value.Value, error){
	"send": (*streaming).emit, "last_id": (*streaming).lastID, "join": (*streaming).joinTopic, "leave": (*streaming).leaveTopic, "wait": (*streaming).await,
}

// await is out.wait(): it lasts until the client goes or the server ends the stream.
func (s *streaming) await(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	switch {
	case s.c.x == nil || s.c.sending != sender(s):
		return value.Nil, gone()
	case s.c.f != f:
		return value.Nil, anothers()
	}
	return f.Wait(&waiting{at: &s.gone, finish: func(*vm.Fiber) (value.Value, error) { return value.Nil, gone() }})
}

// lastID is out.last_id: what a client that comes again has got last.
func (s *streaming) lastID(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	if s.c.x == nil {
		return value.Nil, gone()
	}
	id, ok := s.c.x.Req.Lookup("Last-Event-ID")
	if !ok {
		return value.Nil, nil
	}
	return textOf(f, id), nil
}

// streamResponse is stream(status, f, headers).
func streamResponse(f *vm.Fiber, args []value.Value) (value.Value, error) {
	if _, ok := statusCode(&args[0]); !ok {
		return value.Nil, badStatus(f, &args[0])
	}
	headers := value.Nil
	if len(args) > 2 {
		headers = host.Keep(&args[2])
	}
	return newStream(f, host.Keep(&args[0]), &args[1], headers)
}

// eventsResponse is events(f, headers).
func eventsResponse(f *vm.Fiber, args []value.Value) (value.Value, error) {
	h := f.Heap()
	headers := h.NewRecordSize(4)
	set := func(name, v string) { h.SetField(&headers, h.NewText(name), h.NewText(v), true) }
	set("Content-Type", typeEvents)
	set("Cache-Control", "no-cache")
	set("X-Accel-Buffering", "no") // nginx would collect them
	if len(args) > 1 {
		if !args[1].IsNil() && !args[1].IsRecord() {
			return value.Nil, host.Need(f, "தலைப்புகளாக ஒரு பொருள்", "a record of headers", &args[1])
		}
		err := host.Fields(f, &args[1], func(name string, v *value.Value) error {
			h.SetField(&headers, h.NewText(name), host.Keep(v), true)
			return nil
		})
		if err != nil {
			return value.Nil, err
		}
	}
	return newStream(f, value.Int(200), &args[0], headers)
}

func newStream(f *vm.Fiber, status value.Value, fn *value.Value, headers value.Value) (value.Value, error) {
	p, err := functionOf(f, fn)
	if err != nil {
		return value.Nil, err
	}
	if p.min > 1 || p.max < 1 {
		return value.Nil, vm.Fail(diag.RunArity, p.name, "1", value.Int(p.max).Decimal().String())
	}
	if !headers.IsNil() && !headers.IsRecord() {
		return value.Nil, host.Need(f, "தலைப்புகளாக ஒரு பொருள்", "a record of headers", &headers)
	}
	return f.Heap().NewRecord(responseClass(), []value.Value{status, host.Keep(fn), headers}), nil
}

// startStream sends the head of a stream.
func (c *call) startStream(o *outgoing) error {
	if c.x.Cancelled() != 0 {
		c.x.Abort()
		c.finished()
		return nil
	}
	c.w.res.Length = http1.UnknownLength
	ended, err := c.x.Start(&c.w.res, o.stream)
	if err != nil {
		return err
	}
	if ended { // HEAD
		c.finished()
		return nil
	}
	c.x.OnCancel = c
	c.sending = o.stream
	return nil
}

// link has the worker know a stream.
func (w *worker) link(s *streaming) {
	s.next = w.streams
	if s.next != nil {
		s.next.prev = s
	}
	w.streams = s
}

func (w *worker) unlink(s *streaming) {
	switch {
	case s.prev != nil:
		s.prev.next = s.next
	case w.streams == s:
		w.streams = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
}

// beats says something on streams of events that have been silent, so that proxies don't
// take them for dead, and so that clients that are gone are noticed.
func (w *worker) beats(now time.Time) {
	every := w.app.o.Config.Heartbeat
	if every == 0 || now.Sub(w.beaten) < every/15 {
		return
	}
	w.beaten = now
	w.pings(now)
	for s := w.streams; s != nil; s = s.next {
		if s.events && s.room && now.Sub(s.last) >= every && s.c.x != nil {
			s.last = now
			s.room = s.c.x.Send(heartbeat)
		}
	}
}

// heartbeat is a comment, which clients pass over.
var heartbeat = []byte(":\n\n")

// endStreams ends the streams of events, which would not end by themselves: their clients come
// again, to whoever serves then.
func (w *worker) endStreams() {
	w.deliverAll()
	for s := w.streams; s != nil; {
		next := s.next
		if s.events && !s.over {
			s.over = true
			s.c.end(diag.RunCancelled)
		}
		s = next
	}
}
