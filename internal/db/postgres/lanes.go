package postgres

import (
	"context"
	"errors"
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
// and a statement may not take long there: what the server refuses for that, or would
// hold up the others, goes by the pool from then on.

// maxBatch is how many statements go in one batch at most.
const maxBatch = 128

// maxQueued is how many wait for a lane at most; more than these go by the pool, which says when it is too much.
const maxQueued = 1 << 14

// patience is how long a statement waits for others at most while a lane is free.
const patience = time.Millisecond

// laneStatement is how long a statement may take on a lane before the server ends it; it
// then runs again by the pool.
const laneStatement = 100 * time.Millisecond

// slow is how long the statements that stay on lanes may take.
const slow = 2 * time.Millisecond

// lanes are the connections. Safe for concurrent use.
type lanes struct {
	d       *Database
	c       *pgconn.Config
	up      atomic.Int32  // lanes that have a connection, or are about to have their first
	wake    chan struct{} // a lane that is free is to look at the queue
	stop    <-chan struct{}
	closing context.Context
	end     context.CancelFunc
	wg      sync.WaitGroup

	known   sync.RWMutex
	history map[string]*history // by the statement's key

	mu    sync.Mutex
	queue []*job
	out   int         // statements on their way
	busy  int         // lanes that have taken them
	late  bool        // those in the queue have waited long enough
	timer *time.Timer // says so
}

// history is what is known of a statement. Safe for concurrent use.
type history struct {
	refused    atomic.Bool // it belongs to the pool
	runs, late atomic.Int32
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

// lane is one connection; one goroutine uses it.
type lane struct {
	l     *lanes
	c     *conn
	ready []*job // of the batch: what can be run
	up    bool   // counted
}

func newLanes(d *Database, n int) *lanes {
	c := d.config.Copy()
	c.RuntimeParams["default_transaction_read_only"] = "on"
	c.RuntimeParams["statement_timeout"] = strconv.Itoa(int(laneStatement / time.Millisecond))
	l := &lanes{d: d, c: c, wake: make(chan struct{}, 1), history: map[string]*history{}}
	l.timer = time.AfterFunc(time.Hour, l.hurry)
	l.timer.Stop()
	l.closing, l.end = context.WithCancel(context.Background())
	l.stop = l.closing.Done()
	for range n {
		x := &lane{l: l, up: true}
		l.up.Add(1)
		l.wg.Go(x.run)
	}
	return l
}

// close ends the lanes when what is on its way has come back.
func (l *lanes) close() { l.end() }

// of is the history of a statement with that key.
func (l *lanes) of(key string) *history {
	l.known.RLock()
	h := l.history[key]
	l.known.RUnlock()
	if h != nil {
		return h
	}
	l.known.Lock()
	defer l.known.Unlock()
	if h = l.history[key]; h != nil {
		return h
	}
	if len(l.history) >= maxHistory {
		clear(l.history)
	}
	h = &history{}
	h.refused.Store(len(key) > maxLaneSQL || setsState(key))
	l.history[key] = h
	return h
}

// maxHistory bounds what is remembered; SQL with values in it would never end.
const maxHistory = 4096

// maxLaneSQL is the longest SQL that goes by a lane: longer is hardly one of the many quick ones.
const maxLaneSQL = 8 << 10

// setsState reports that SQL may leave something behind on its connection, or wait for
// others there, though it reads.
func setsState(sql string) bool {
	for _, word := range []string{"advisory", "set_config", "pg_sleep", "setval", "nextval", "currval", "lastval", "for update", "for share", "for no key", "for key", "pg_notify"} {
		if containsFold(sql, word) {
			return true
		}
	}
	return false
}

// took notes how long a statement kept its lane. One that is late more than once in twenty times
// goes by the pool from then on.
func (h *history) took(d time.Duration) {
	runs := h.runs.Add(1)
	if d > slow {
		if late := h.late.Add(1); late >= 3 && late*20 > runs {
			h.refused.Store(true)
		}
	}
	if runs >= 1000 { // what was long ago matters less
		h.runs.Store(runs / 2)
		h.late.Store(h.late.Load() / 2)
	}
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
	l.leave()
	<-over
	return done, err
}

// begin is read for who doesn't wait here: end is called with its answer, soon after ctx is done at
// the latest. began is false when no lane takes it, and end will not be called. Who has begun all that he has calls leave.
func (l *lanes) begin(ctx context.Context, q *db.Statement, t *db.Table, end func(done bool, err error)) (began bool) {
	if l.up.Load() == 0 {
		return false
	}
	k := key(q)
	h := l.of(k)
	if h.refused.Load() {
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
	if l.up.Load() == 0 { // the last lane has gone meanwhile
		l.giveUp()
	}
	return true
}

// put queues a job, and reports whether there was room.
func (l *lanes) put(j *job) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) >= maxQueued {
		return false
	}
	if l.queue = append(l.queue, j); len(l.queue) == 1 {
		l.timer.Reset(patience)
	}
	return true
}

// leave has a free lane take what is queued, if it is time.
func (l *lanes) leave() {
	l.mu.Lock()
	due := l.due() > 0
	l.mu.Unlock()
	if due {
		l.signal()
	}
}

func (l *lanes) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// hurry has the queue leave however short it is.
func (l *lanes) hurry() {
	l.mu.Lock()
	l.late = len(l.queue) > 0
	l.mu.Unlock()
	l.signal()
}

// due is how many of the queue a free lane takes now. None when they are fewer than another lane is under way with, which will
// take them all when it is back: many small batches cost more than few that are large. The lock is held.
func (l *lanes) due() int {
	n := len(l.queue)
	if !l.late && n < maxBatch && n*l.busy < l.out {
		return 0
	}
	return min(n, maxBatch)
}

// take waits for a batch, and appends it to batch; nothing when the lanes are closed.
func (l *lanes) take(batch []*job) []*job {
	for {
		l.mu.Lock()
		if n := l.due(); n > 0 {
			batch = append(batch, l.queue[:n]...)
			left := copy(l.queue, l.queue[n:])
			clear(l.queue[left:])
			l.queue = l.queue[:left]
			l.out, l.busy, l.late = l.out+n, l.busy+1, false
			if left > 0 {
				l.timer.Reset(patience)
			} else {
				l.timer.Stop()
			}
			more := l.due() > 0
			l.mu.Unlock()
			if more {
				l.signal()
			}
			return batch
		}
		l.mu.Unlock()
		select {
		case <-l.wake:
		case <-l.stop:
			return batch
		}
	}
}

// back is called by who has taken n.
func (l *lanes) back(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out, l.busy = l.out-n, l.busy-1
}

// run takes batches until the lanes are closed.
func (x *lane) run() {
	batch := make([]*job, 0, maxBatch)
	for x.connect() {
		batch = x.l.take(batch[:0])
		if len(batch) == 0 {
			x.c.Close()
			break
		}
		x.serve(batch)
		x.l.back(len(batch))
		for _, j := range batch {
			j.over()
		}
		clear(batch)
		if x.c.pg.IsClosed() {
			x.c = nil
			x.down()
		}
	}
	x.down()
}

// down tells that the lane has no connection.
func (x *lane) down() {
	if x.up {
		x.up = false
		x.l.up.Add(-1)
	}
	x.l.giveUp()
	x.l.signal() // another may be free for what is queued
}

// connect sees that the lane has its connection; false when the lanes are closed.
func (x *lane) connect() bool {
	for pause := firstPause; x.c == nil; pause = min(2*pause, lastPause) {
		ctx, cancel := context.WithTimeout(context.Background(), batchTime)
		stop := context.AfterFunc(x.l.closing, cancel)
		c, err := connect(ctx, x.l.c, x.l.d.Options(), &x.l.d.schema)
		stop()
		cancel()
		if err == nil {
			if x.c = c; !x.up {
				x.up = true
				x.l.up.Add(1)
			}
			break
		}
		x.down()
		select {
		case <-time.After(pause):
		case <-x.l.stop:
			return false
		}
	}
	return true
}

// The pauses between attempts to reach a server that is away.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// giveUp has the pool do what waits, when there is no lane to do it. The pool knows how to wait
// for a server, and has the words for it.
func (l *lanes) giveUp() {
	if l.up.Load() > 0 {
		return
	}
	l.mu.Lock()
	queue := l.queue
	l.queue = nil
	l.mu.Unlock()
	for _, j := range queue {
		j.pool = true // which says so if the database is closed
		j.over()
	}
}

// batchTime bounds a batch, when the server does not answer at all.
const batchTime = 5 * time.Second

// serve runs a batch. What it can't run is marked to go by the pool.
func (x *lane) serve(batch []*job) {
	_ = x.c.pg.Conn().SetDeadline(time.Now().Add(batchTime)) // of a connection that is closed, which is seen below
	x.c.refresh(context.Background())
	// The statements of a batch are prepared in it only by their names: what is not known yet is
	// prepared first.
	x.ready = x.ready[:0]
	for _, j := range batch {
		if j.ctx.Err() != nil {
			j.err = context.Cause(j.ctx)
			continue
		}
		s, err := x.c.single(context.Background(), j.q)
		switch {
		case err != nil && (db.IsLost(err) || isTimeout(err)): // laneStatement, and not what it may take, was too short
			j.pool = true
		case err != nil:
			j.err = err
		case s == nil:
			j.pool = true
			j.h.refused.Store(true)
		default:
			x.ready = append(x.ready, j)
		}
	}
	switch len(x.ready) {
	case 0:
	case 1:
		x.alone(x.ready[0])
	default:
		x.together(x.ready)
	}
	clear(x.ready)
}

// alone runs one statement.
func (x *lane) alone(j *job) {
	j.err = nil
	if x.c.pg.IsClosed() {
		j.pool = true
		return
	}
	began := time.Now()
	j.t = db.Table{}
	_, err := x.c.run(context.Background(), j.q, &j.t)
	var e *db.Error
	switch {
	case err == nil:
		j.h.took(time.Since(began))
	case !errors.As(err, &e):
		j.pool = true
	case e.Code == db.CodeReadOnly || e.Code == db.CodeTimeout:
		// It writes, by a function, or takes long.
		j.h.refused.Store(true)
		j.pool = true
	case e.Lost:
		j.pool = true // it only reads, so it can be run again
	default:
		j.err = err
	}
	if x.c.stateful || !x.c.pg.IsClosed() && x.c.pg.TxStatus() != 'I' {
		j.h.refused.Store(true)
		x.c.Close()
	}
}

// longest is about how many bytes go in one batch at most: they fit into what lies between us and the server, which may be
// writing answers and not reading.
const longest = 16 << 10

// together runs statements in as few batches as their length allows.
func (x *lane) together(list []*job) {
	for len(list) > 0 {
		b, n := x.c.out[:0], 0
		for ; n < len(list) && len(b) < longest; n++ {
			b = x.append(b, list[n])
		}
		x.pipeline(b, list[:n])
		list = list[n:]
	}
}

// append appends what runs a job's statement, or notes why it can't be run.
func (x *lane) append(b []byte, j *job) []byte {
	j.sent = x.c.stmts[j.key]
	if j.sent == nil { // thrown out by another of the batch
		j.pool = true
		return b
	}
	var err error
	if b, err = j.sent.appendTo(b, &j.q.Params); err != nil {
		j.err, j.sent = err, nil
	}
	return b
}

// pipeline sends a batch and takes its answers. It is one transaction, and one bad statement spoils
// it for all, so they are run again one by one when it fails.
func (x *lane) pipeline(b []byte, batch []*job) {
	err := x.c.send(append(b, syncMessage...))
	before := time.Now()
	for i := 0; i < len(batch) && err == nil; i++ {
		j := batch[i]
		if j.sent == nil {
			continue
		}
		j.t = db.Table{}
		if _, err = x.c.answer(j.sent, &j.t, j.q.MaxBytes); isTooLarge(err) {
			j.err, err = err, nil
		}
		now := time.Now()
		if i > 0 { // the first has waited for the way there and back
			j.h.took(now.Sub(before))
		}
		before = now
	}
	if failed := x.c.ready(); err == nil {
		err = failed
	}
	if err == nil {
		return
	}
	for _, j := range batch {
		if j.sent != nil {
			x.alone(j)
		}
	}
}
