package serve

import (
	"fmt"
	"io"
	"sync"

	"etamil/internal/multipart"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// This file collects forms with files while they come. What a form's files need of the disk
// is done on goroutines, of which there are so many as there are buffers:
//
//	loop: Take ──> a buffer, when one is free ──> goroutine: multipart.Form.Write
//	      ^                                            │
//	      └──────────────── Loop.Post ─────────────────┘
//
// While a form waits for a buffer or the disk nothing more is taken, and its client waits.

// How many buffers there are, and how large they are: what all forms together can have
// between client and disk.
const (
	bufferCount = 32
	bufferSize  = 256 << 10
)

// buffers are lent to those who collect forms, in the order in which they have asked.
type buffers struct {
	mu    sync.Mutex
	free  [][]byte
	made  int
	queue []*collecting
}

// get lends a buffer; nil: k is given one later.
func (s *buffers) get(k *collecting) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		return b
	}
	if s.made < bufferCount {
		s.made++
		return make([]byte, 0, bufferSize)
	}
	s.queue = append(s.queue, k)
	return nil
}

// put takes a buffer back. Any goroutine may call it.
func (s *buffers) put(b []byte) {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 {
			s.free = append(s.free, b[:0])
			s.mu.Unlock()
			return
		}
		k := s.queue[0]
		s.queue[0] = nil
		s.queue = s.queue[1:]
		s.mu.Unlock()
		if k.loop.Post(loop.TaskFunc(func(*loop.Loop) { k.given(b[:0]) })) {
			return
		}
	}
}

// collecting is a form that comes. It belongs to its request's loop.
type collecting struct {
	loop    *loop.Loop
	x       *loop.Exchange
	buffers *buffers
	form    *multipart.Form
	done    func(error) // told once, unless it is given up

	piece  []byte // taken, and not in buf
	buf    []byte
	queued bool // for buf
	busy   bool // a goroutine has the form
	last   bool // the body has ended
	over   bool
	err    error // of the goroutine; set before it posts
}

// collect begins to collect the form of the call's body.
func (c *call) collect(boundary string, done func(error)) error {
	first := c.w.app.first
	form, err := first.spool.New(boundary)
	if err != nil {
		return err
	}
	k := &collecting{loop: c.w.loop, x: c.x, buffers: &first.buffers, form: form, done: done}
	c.collecting, c.taken = k, asForm
	k.x.OnBody = k
	k.more()
	return nil
}

// BodyCame implements loop.Taker.
func (k *collecting) BodyCame(*loop.Exchange) { k.more() }

// more takes what has come, and has it written when the buffer is full or no more is there.
func (k *collecting) more() {
	for !k.busy && !k.over && !k.queued {
		if len(k.piece) == 0 {
			p, err := k.x.Take()
			switch k.piece = p; {
			case err == io.EOF:
				k.last = true
				k.write()
				return
			case err != nil:
				k.finish(err)
				return
			case len(p) == 0:
				if len(k.buf) > 0 {
					k.write()
				}
				return
			}
		}
		if k.buf == nil {
			if k.buf = k.buffers.get(k); k.buf == nil {
				k.queued = true
				return
			}
		}
		n := min(len(k.piece), cap(k.buf)-len(k.buf))
		k.buf = append(k.buf, k.piece[:n]...)
		if k.piece = k.piece[n:]; len(k.buf) == cap(k.buf) {
			k.write()
		}
	}
}

// given is told of a buffer that it has waited for.
func (k *collecting) given(b []byte) {
	k.queued = false
	if k.over {
		k.buffers.put(b)
		return
	}
	k.buf = b
	k.more()
}

// write has a goroutine take in what the buffer holds.
func (k *collecting) write() {
	b := k.buf
	k.busy, k.buf = true, nil
	go func() {
		if p := vm.Guard(func() { k.take(b) }); p != nil {
			k.err = fmt.Errorf("panic: %v", p.Value)
		}
		if b != nil {
			k.buffers.put(b)
		}
		if k.err != nil {
			k.form.Close() // before the client is told, who may come again at once
		}
		if !k.loop.Post(k) {
			k.form.Close() // the loop has ended, and with it who would
		}
	}()
}

func (k *collecting) take(b []byte) {
	if k.err = k.form.Write(b); k.err == nil && k.last {
		k.err = k.form.End()
	}
}

// RunOnLoop implements loop.Task: the goroutine is through.
func (k *collecting) RunOnLoop(*loop.Loop) {
	k.busy = false
	switch {
	case k.over:
		go k.form.Close()
	case k.err != nil, k.last:
		k.finish(k.err)
	default:
		k.more()
	}
}

// finish tells that the form is there, or why not.
func (k *collecting) finish(err error) {
	k.over = true
	k.letBuffer()
	k.done(err)
}

func (k *collecting) letBuffer() {
	if k.buf != nil {
		k.buffers.put(k.buf)
		k.buf = nil
	}
}

// giveUp is for a form that nobody wants any more, whole or not.
func (k *collecting) giveUp() {
	k.over = true
	k.letBuffer()
	switch {
	case k.busy:
	case len(k.form.Files) == 0:
		k.form.Close()
	default:
		go k.form.Close() // forgetting a large file takes time, and so does who reads it now
	}
}

// collects reports whether the body is a form that is collected before its handler starts.
func (c *call) collects() bool {
	if c.handler == nil || c.handler.options.stream || c.limit() <= inMemory {
		return false
	}
	t, ok := c.x.Req.Lookup("Content-Type")
	return ok && isMultipart(t)
}

// openForm collects the form of the body, and then gives the request to its handler.
func (c *call) openForm(h *handler) {
	c.x.OnCancel = (*openingForm)(c)
	_, params := c.contentType()
	err := c.collect(params["boundary"], func(err error) {
		c.x.OnCancel = nil
		if err != nil {
			c.collecting.giveUp()
			c.collecting = nil
			c.failForm(err)
			return
		}
		c.formed()
		c.start(h)
	})
	if err != nil {
		c.failForm(err)
	}
}

// failForm answers a request whose form is none.
func (c *call) failForm(err error) {
	c.x.OnCancel = nil
	c.failWith(formError(err))
	c.drop()
}

// openingForm is a call whose form is being collected before there is a fiber.
type openingForm call

// CancelExchange implements loop.Canceller.
func (o *openingForm) CancelExchange(_ *loop.Exchange, why loop.Reason) {
	c := (*call)(o)
	if why == loop.TimedOut {
		c.tooLate()
	} else {
		c.problem(503, "cancelled", "") // to nobody
	}
	c.drop()
}

// formed has the call know the files of a form that is there.
func (c *call) formed() {
	files := c.collecting.form.Files
	c.uploads = make([]*upload, len(files))
	for i := range files {
		c.uploads[i] = &upload{File: &files[i], handle: value.Nil}
	}
}

// withForm makes a native's answer of the form, when it is there.
func (c *call) withForm(f *vm.Fiber, then func(f *vm.Fiber) (value.Value, error)) (value.Value, error) {
	kind, params := c.contentType()
	switch {
	case kind == typeForm:
		return c.whole(f, then)
	case kind != multipartForm || c.formErr == nil && c.uploads != nil:
		return then(f)
	case c.formErr != nil:
		return value.Nil, c.formErr
	case c.taken != untaken && (c.x.Incoming() || c.taken == asPieces):
		return value.Nil, bodyRead()
	case c.f != f:
		return value.Nil, anothers()
	case !c.x.Incoming():
		// It came whole: it is no larger than a body in memory may be.
		return c.parseForm(f, params["boundary"], then)
	}
	c.taken = asForm
	over := false
	return f.Wait(&waitsForBody{c: c, start: func() {
		done := func(err error) {
			if over = true; err != nil {
				c.formErr = formError(err)
			} else {
				c.formed()
			}
			wakeOf(&c.bodyWait)
		}
		if err := c.collect(params["boundary"], done); err != nil {
			done(err)
		}
	}, finish: func(f *vm.Fiber) (value.Value, error) {
		switch {
		case !over:
			c.formErr = gone() // cut short, and not to be had any more
			return value.Nil, c.formErr
		case c.formErr != nil:
			return value.Nil, c.formErr
		}
		return then(f)
	}})
}

// parseForm reads a form that is in memory whole.
func (c *call) parseForm(f *vm.Fiber, boundary string, then func(f *vm.Fiber) (value.Value, error)) (value.Value, error) {
	form, err := c.w.app.first.inMemory.New(boundary)
	if err == nil {
		c.collecting = &collecting{form: form}
		if err = form.Write(c.x.Body); err == nil {
			err = form.End()
		}
	}
	if err != nil {
		c.formErr = formError(err)
		return value.Nil, c.formErr
	}
	c.formed()
	return then(f)
}

// dropBody forgets the body, with all that was put aside of it.
func (c *call) dropBody() {
	if c.collecting != nil {
		c.collecting.giveUp()
	}
	c.taken, c.bodyOver, c.bodyWait = untaken, false, nil
	c.gathering, c.collecting, c.uploads, c.formErr = nil, nil, nil, nil
}

// spools sets up where forms are kept.
func (a *App) spools() {
	c := a.o.Config
	const unlimited = 1 << 50 // the bodies are bounded
	a.spool = multipart.Spool{
		Dir: c.UploadDir, Memory: c.UploadMemory, All: int64(max(c.UploadMemory, bodyBudget)), Disk: int64(c.UploadDisk),
		Parts: c.UploadParts, Fields: c.UploadFields,
	}
	a.inMemory = multipart.Spool{Memory: unlimited, All: unlimited, Parts: c.UploadParts, Fields: c.UploadFields}
}
