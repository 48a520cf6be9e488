package serve

import (
	"time"

	"etamil/http1"
	"etamil/internal/compress"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/internal/ws"
	"etamil/loop"
	"etamil/vm"
)

// worker is one loop with its Machine. Only the loop's goroutine touches it. The top
// level has one too, without a loop.
type worker struct {
	app  *App
	loop *loop.Loop
	m    *vm.Machine

	jobs   *job        // that haven't ended in their first turn
	queue  []*job      // tasks that are to have a turn
	posted bool        // and the loop knows
	gone   vm.Gatherer // started in this event of the loop: it leaves at its end
	calls  int         // in use
	free   *call
	ids    ids

	res   http1.Response // the answer that is being made
	out   outgoing
	body  []byte
	fixed []byte // field lines of a handler's, or of a problem
	lines []byte // more of a problem's
	head  []byte // all field lines
	tag   []byte
	part  []byte
	tmp   []byte

	counts *counts // nil: nobody wants to know
	spoken [spokenPlaces]spoken
	lately [latelyPlaces]lately

	hashes  hashes
	encoder compress.Encoder
	packed  []byte
	decoder compress.Decoder

	files fileCache

	streams *streaming // being sent
	sockets *socket
	owing   int // of them that owe their client a close
	topics  map[string]*crowd
	packer  ws.Packer

	deliveries []delivery // of what was published, in its order
	delivered  int        // bytes of it
	fanning    bool       // the loop knows

	beaten time.Time // when they were looked at last

	listenErr *ListenError // the top level's
}

// gather has the work of g leave at the end of the loop's event, with what else is started until then. One
// call does for all of the same kind; of two kinds the first leaves earlier.
func (w *worker) gather(g vm.Gatherer) {
	switch {
	case w.loop == nil:
		g.Leave()
		return
	case w.gone == nil:
		w.loop.AtEnd((*leaving)(w))
	case w.gone.Of() != g.Of():
		w.gone.Leave()
	}
	w.gone = g
}

// leaving is a worker as what is to be done at the end of its loop's event.
type leaving worker

// RunOnLoop implements loop.Task.
func (l *leaving) RunOnLoop(*loop.Loop) {
	g := l.gone
	l.gone = nil
	g.Leave()
}

// Host is the world that the program sees.
func (w *worker) Host() *host.Host { return w.app.o.Host }

// newWorker makes what answers l's requests with a's program.
func (a *App) newWorker(l *loop.Loop) *worker {
	m := vm.NewMachine(a.img, a.machine)
	if a.globals != nil {
		m.Use(a.globals)
	}
	w := &worker{app: a, loop: l, m: m, ids: newIDs()}
	m.Data = w
	if a.o.Metrics != nil {
		w.counts = &counts{routes: make([]routeCount, len(a.handlers))}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.workers = append(a.workers, w)
	return w
}

// take is a call that is not in use.
func (w *worker) take() *call {
	w.calls++
	c := w.free
	if c == nil {
		c = &call{request: value.Nil}
		c.job.w, c.job.owner = w, c
		for i := range c.values {
			c.values[i] = values{c: c, kind: valuesKind(i), handle: value.Nil}
		}
		return c
	}
	w.free, c.free = c.free, nil
	return c
}

// stopWorker follows the last event of l.
func stopWorker(l *loop.Loop) {
	w := l.Data.(*worker)
	w.cancelAll()
	w.files.close()
}

// cancelAll cancels what is still in work.
func (w *worker) cancelAll() {
	for j := w.jobs; j != nil; j = j.next {
		j.end(diag.RunCancelled)
	}
}

// keepBytes is the largest buffer that a worker or call keeps for the next request.
const keepBytes = 256 << 10

func kept(b []byte) []byte {
	if cap(b) > keepBytes {
		return nil
	}
	return b[:0]
}
