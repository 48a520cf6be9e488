package postgres

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// Reads of many requests share a few connections. Those who ask in the same turn of a loop, or while a batch
// is on its way, gather; then all of them go in one message and come back in one, which costs the
// server and us a fraction of as many single round trips. The connections may only read,
// and a statement may not take long there: what the server refuses for that goes by the pool from then
// on, and what would hold up the others for a while.

// maxBatch is how many statements go in one batch at most.
const maxBatch = 128

// maxQueued is how many wait for the same lanes at most; more than these go by the pool, which says when it is too much.
const maxQueued = 1 << 14

// patience is how long a statement waits for others at most while a lane is free.
const patience = time.Millisecond

// laneStatement is how long a statement may take on a lane before the server ends it; it
// then runs again by the pool.
const laneStatement = 100 * time.Millisecond

// lanes are the connections. Safe for concurrent use.
//
// Who may touch what: mu guards the bays, what waits in them, and of each lane whether it is busy, up, and in which bay. A lane
// that isn't busy is nobody's. Who makes it busy, under mu, owns its connection and its batch, and whatever he does, each of these comes
// next exactly once: he hands both to the lane's own goroutine (lane.hand), leaves them with a loop (wire.begin, whose whole is told
// by the loop or, where it can't wait for the answer, by a goroutine, either of which owns them then), or makes the lane free again (lane.home).
type lanes struct {
	d       *Database
	c       *pgconn.Config
	stop    <-chan struct{}
	closing context.Context
	end     context.CancelFunc
	wg      sync.WaitGroup
	most    time.Duration // that a batch may take

	known   sync.RWMutex
	history map[string]*history // by the statement's key

	mu     sync.Mutex
	bays   []*bay
	up     int // lanes that have a connection, or are about to have their first
	closed bool
}

// bay is the lanes of one loop, and who waits for them. Those who ask on a loop that has none, or on none, wait where the fewest do.
type bay struct {
	l       *lanes
	on      db.Poller // whose; nil: nobody's yet
	lanes   []*lane
	queue   []*job
	since   time.Time   // when the first of the queue has come, or what was in front of it has left
	late    bool        // those in the queue have waited long enough
	foreign bool        // somebody in it has asked elsewhere
	held    bool        // many were just told, and are about to ask again: turn follows
	suspect *history    // it was among statements of which one was slow: when it comes again, a batch is of it alone
	timer   *time.Timer // of patience
	turn    func()      // asked, made once
}

// job is somebody's statement on its way.
type job struct {
	ctx   context.Context
	q     *db.Statement
	h     *history
	key   string
	t     db.Table
	out   *db.Table // where the rows go in the end; nil if nobody wants them
	err   error
	pool  bool // it has not been run, and is to go by the pool
	end   func(done bool, err error)
	sent  *stmt       // on its way in this batch
	told  atomic.Bool // end was called
	watch func() bool // ends the watching of ctx
}

// over tells who has asked what came of it, unless he has gone.
func (j *job) over() {
	if !j.told.CompareAndSwap(false, true) {
		return // its rows are dropped
	}
	j.watch()
	switch {
	case j.pool:
		j.end(false, nil)
		return
	case j.out != nil && j.err == nil:
		*j.out = j.t
	}
	j.end(true, j.err)
}

func newLanes(d *Database, n int) *lanes {
	c := d.config.Copy()
	c.DialFunc = wired(c.DialFunc)
	c.RuntimeParams["default_transaction_read_only"] = "on"
	c.RuntimeParams["statement_timeout"] = strconv.Itoa(int(laneStatement / time.Millisecond))
	l := &lanes{d: d, c: c, history: map[string]*history{}, up: n, most: batchTime}
	if q := d.Timeout(); q > 0 {
		l.most = min(l.most, q)
	}
	l.closing, l.end = context.WithCancel(context.Background())
	l.stop = l.closing.Done()
	b := l.newBay(nil)
	for range n {
		b.lanes = append(b.lanes, newLane(b))
	}
	for _, x := range b.lanes {
		l.wg.Go(x.run)
	}
	return l
}

// newBay adds a bay without lanes. The lock is held, or nobody knows of l yet.
func (l *lanes) newBay(on db.Poller) *bay {
	b := &bay{l: l, on: on}
	b.turn = b.asked
	b.timer = time.AfterFunc(time.Hour, b.hurry)
	b.timer.Stop()
	l.bays = append(l.bays, b)
	return b
}

// close ends the lanes when what is on its way has come back.
func (l *lanes) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.end()
}

// read runs q on a lane. done is false when it is to go by the pool.
func (l *lanes) read(ctx context.Context, q *db.Statement, t *db.Table) (done bool, err error) {
	over := make(chan struct{})
	if !l.begin(ctx, q, t, func(d bool, e error) {
		done, err = d, e
		close(over)
	}) {
		return false, nil
	}
	l.leave(q.On)
	<-over
	return done, err
}

// begin is read for who doesn't wait here: end is called with its answer, soon after ctx is done at
// the latest. began is false when no lane takes it, and end will not be called. Who has begun all that he has calls leave.
func (l *lanes) begin(ctx context.Context, q *db.Statement, t *db.Table, end func(done bool, err error)) (began bool) {
	k := key(q)
	h := l.of(k)
	if h.isRefused() || long(&q.Params) {
		return false
	}
	j := &job{ctx: ctx, q: q, key: k, h: h, out: t, end: end}
	j.watch = context.AfterFunc(ctx, func() {
		if j.told.CompareAndSwap(false, true) {
			j.end(true, context.Cause(ctx))
		}
	})
	if !l.put(j) {
		j.watch()
		return !j.told.CompareAndSwap(false, true)
	}
	return true
}

// put queues a job, and reports whether there was room, and somebody to take it.
func (l *lanes) put(j *job) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.up == 0 {
		return false
	}
	b := l.bayOf(j.q.On)
	if len(b.queue) >= maxQueued {
		return false
	}
	b.foreign = b.foreign || j.q.On != b.on
	if b.queue = append(b.queue, j); len(b.queue) == 1 {
		b.wait() // where a turn is longer, or nobody leaves
	}
	return true
}

// wait has the queue's patience begin. The lock is held.
func (b *bay) wait() {
	b.since = time.Now()
	b.timer.Reset(patience)
}

// bayOf is where who asks on that loop waits. The first to ask there takes half of another's lanes with him. The lock is held.
func (l *lanes) bayOf(on db.Poller) *bay {
	var free, most, least *bay
	for _, b := range l.bays {
		if b.up() == 0 {
			continue
		}
		if on != nil && b.on == on {
			return b
		}
		if b.on == nil {
			free = b
		}
		if most == nil || len(b.lanes) > len(most.lanes) {
			most = b
		}
		if least == nil || len(b.queue) < len(least.queue) {
			least = b
		}
	}
	switch {
	case on == nil || l.has(on):
	case free != nil:
		free.on, free.foreign = on, len(free.queue) > 0
		return free
	case len(most.lanes) > 1 && most.up() == len(most.lanes):
		b := l.newBay(on)
		half := len(most.lanes) / 2
		b.lanes = append(b.lanes, most.lanes[half:]...)
		clear(most.lanes[half:])
		most.lanes = most.lanes[:half]
		for _, x := range b.lanes {
			x.bay = b
		}
		return b
	}
	return least
}

// has reports whether a loop has a bay. The lock is held.
func (l *lanes) has(on db.Poller) bool {
	for _, b := range l.bays {
		if b.on == on {
			return true
		}
	}
	return false
}

// lost is called when the loop of on has ended, or takes nobody's socket: its bay is for the next one that asks.
func (l *lanes) lost(on db.Poller) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range l.bays {
		if b.on == on {
			b.on, b.foreign = nil, len(b.queue) > 0
		}
	}
}

// up is how many lanes have a connection, or are about to have their first. The lock is held.
func (b *bay) up() (n int) {
	for _, x := range b.lanes {
		if x.up {
			n++
		}
	}
	return n
}

// leave has free lanes take what is queued, if it is time: all that who has asked on that loop may have a part in.
func (l *lanes) leave(on db.Poller) {
	for {
		l.mu.Lock()
		var x *lane
		for _, b := range l.bays {
			if b.on == on || b.foreign {
				if x = b.next(); x != nil {
					break
				}
			}
		}
		l.mu.Unlock()
		if x == nil {
			return
		}
		x.launch()
	}
}

// next is a free lane that has taken a batch, whose owner the caller is; nil when there is none, or nothing to be taken now. The lock is held.
func (b *bay) next() *lane {
	if len(b.queue) == 0 {
		return nil
	}
	var free *lane
	out, busy := 0, 0
	for _, x := range b.lanes {
		switch {
		case x.taken > 0:
			out, busy = out+x.taken, busy+1
		case !x.busy && free == nil:
			free = x
		}
	}
	if free == nil {
		return nil // who brings one home looks again
	}
	// Fewer than another lane is under way with wait for it, which will take them all when it is back: many small batches
	// cost more than few that are large.
	if n := len(b.queue); !b.late && n < maxBatch && (b.held || n*busy < out) && time.Since(b.since) < patience {
		return nil // the timer runs
	}
	free.busy, free.on = true, b.on
	free.batch = b.take(free.batch[:0])
	free.taken = len(free.batch)
	b.late, b.foreign = false, b.foreign && len(b.queue) > 0
	if len(b.queue) > 0 {
		b.wait()
	} else {
		b.timer.Stop()
	}
	return free
}

// take moves what goes together from the queue to batch. The lock is held.
func (b *bay) take(batch []*job) []*job {
	n, kept := 0, b.queue[:0]
	if h := b.suspect; h != nil {
		for _, j := range b.queue {
			if j.h == h && len(batch) < maxBatch {
				batch = append(batch, j)
			} else {
				kept = append(kept, j)
			}
		}
	}
	if len(batch) > 0 {
		b.suspect = nil // it is until it comes again, which may be many batches later
	} else {
		n = min(len(b.queue), maxBatch)
		batch = append(batch, b.queue[:n]...)
		kept = append(kept[:0], b.queue[n:]...)
	}
	clear(b.queue[len(kept):])
	b.queue = kept
	return batch
}

// hurry has the queue leave however short it is.
func (b *bay) hurry() {
	b.l.mu.Lock()
	b.late = len(b.queue) > 0
	b.l.mu.Unlock()
	b.leave()
}

// asked is called when those who were told have had their turn.
func (b *bay) asked() {
	b.l.mu.Lock()
	b.held = false
	b.l.mu.Unlock()
	b.leave()
}

// leave is leave for one bay.
func (b *bay) leave() {
	for {
		b.l.mu.Lock()
		x := b.next()
		b.l.mu.Unlock()
		if x == nil {
			return
		}
		x.launch()
	}
}

// stranded has others do what waits where no lane is left: another bay, or the pool, which knows how to wait
// for a server, and has the words for it. The lock is held; what it answers is for the pool.
func (l *lanes) stranded() (pool []*job) {
	for _, b := range l.bays {
		if len(b.queue) == 0 || b.up() > 0 {
			continue
		}
		queue := b.queue
		b.queue = nil
		if l.up == 0 {
			pool = append(pool, queue...)
			continue
		}
		other := l.bayOf(nil)
		other.queue = append(other.queue, queue...)
		other.late, other.foreign = true, true
	}
	return pool
}
