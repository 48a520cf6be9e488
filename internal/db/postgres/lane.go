package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"etamil/internal/db"
)

// lane is one connection. See lanes for who may touch what.
type lane struct {
	l    *lanes
	work chan struct{}    // holds one when its goroutine is to go on, as its owner
	told func(quick bool) // arrived, made once

	// Under the lock of l.
	bay   *bay
	up    bool // counted
	busy  bool // owned
	taken int  // statements of the batch that it is under way with

	// The owner's.
	c     *conn
	until time.Time // the connection's lifetime; zero: it has none
	on    db.Poller // the loop that the batch is left with
	batch []*job
	ready []*job // of the batch: what can be run
	began time.Time
}

// newLane is a lane of b, whose goroutine owns it and is to be started.
func newLane(b *bay) *lane {
	x := &lane{l: b.l, bay: b, up: true, busy: true, work: make(chan struct{}, 1)}
	x.told = x.arrived
	return x
}

// run connects, and does what no loop can do, until the lanes are closed.
func (x *lane) run() {
	for x.connect() {
		x.home(false)
		select {
		case <-x.work:
		case <-x.l.stop:
			x.own()
		}
		if len(x.batch) > 0 {
			x.serve()
			x.tell()
		}
		if x.l.closing.Err() != nil {
			x.c.Close()
			break
		}
		if x.c.pg.IsClosed() || past(x.until) {
			x.c.Close()
			x.c = nil
			x.down()
		}
	}
	x.down()
}

// own waits until the lane is its goroutine's, when the lanes are closed.
func (x *lane) own() {
	x.l.mu.Lock()
	free := !x.busy
	x.busy = true
	x.l.mu.Unlock()
	if !free {
		<-x.work
	}
}

// hand gives the lane to its goroutine.
func (x *lane) hand() { x.work <- struct{}{} }

// launch sends the batch, or has the lane's goroutine do that. After a panic, before which nothing can have been sent, the goroutine
// meets it again, and tells.
func (x *lane) launch() {
	gone := false
	_ = db.Guarded(func() { gone = x.depart() })
	if !gone {
		x.hand()
	}
}

// home makes the lane free, unless its goroutine has something to do first. If soon, those who were told have their turn on the loop before
// the lane leaves again.
func (x *lane) home(soon bool) {
	l := x.l
	on, lost := x.on, x.c.pg.IsClosed()
	l.mu.Lock()
	x.taken = 0
	if lost || l.closed {
		l.mu.Unlock()
		x.hand()
		return
	}
	b := x.bay
	x.busy = false
	b.held = b.held || soon
	l.mu.Unlock()
	if soon {
		if !on.Later(b.turn) {
			b.asked()
		}
		return
	}
	b.leave()
}

// tell tells all of the batch.
func (x *lane) tell() {
	for _, j := range x.batch {
		j.over()
	}
	clear(x.batch)
	x.batch = x.batch[:0]
}

// down tells that the lane has no connection.
func (x *lane) down() {
	x.count(false)
	x.l.mu.Lock()
	x.taken = 0
	pool := x.l.stranded()
	b := x.bay
	x.l.mu.Unlock()
	for _, j := range pool {
		j.pool = true // which says so if the database is closed
		j.over()
	}
	b.leave() // others may be free for what is queued
	x.l.leave(nil)
}

// count counts the lane among those that are up, or not.
func (x *lane) count(up bool) {
	x.l.mu.Lock()
	defer x.l.mu.Unlock()
	if x.up != up {
		x.up = up
		if up {
			x.l.up++
		} else {
			x.l.up--
		}
	}
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
			x.c, x.until = c, time.Time{}
			if life := x.l.d.Options().Lifetime; life > 0 {
				x.until = time.Now().Add(life - rand.N(life/10+1))
			}
			x.count(true)
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

// batchTime bounds a batch, when the server does not answer at all, unless a statement may take less.
const batchTime = 5 * time.Second

// serve runs the batch. What it can't run is marked to go by the pool.
func (x *lane) serve() {
	x.guarded(func() {
		_ = x.c.pg.Conn().SetDeadline(time.Now().Add(x.l.most)) // of a connection that is closed, which is seen below
		x.c.refresh(context.Background())
		x.prepare()
		switch len(x.ready) {
		case 0:
		case 1:
			x.alone(x.ready[0])
		default:
			x.together(x.ready)
		}
	})
	clear(x.ready)
}

// guarded does some of the owner's work. A panic is told to all who wait, and the rest of the answer lies there.
func (x *lane) guarded(work func()) {
	if bug := db.Guarded(work); bug != nil {
		x.c.Close()
		for _, j := range x.batch {
			j.err, j.pool = bug, false
		}
	}
}

// prepare finds what of the batch can be run. The statements of a batch are prepared in it only by their names: what is not known yet is
// prepared first.
func (x *lane) prepare() {
	x.ready = x.ready[:0]
	for _, j := range x.batch {
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
			j.h.refuse()
		default:
			x.ready = append(x.ready, j)
		}
	}
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
		j.h.took(time.Since(began), 1)
	case !errors.As(err, &e):
		j.pool = true
	case e.Code == db.CodeReadOnly || e.Code == db.CodeTimeout:
		// It writes, by a function, or takes long.
		j.h.refuse()
		j.pool = true
	case e.Lost:
		j.pool = true // it only reads, so it can be run again
	default:
		j.err = err
	}
	if x.c.stateful || !x.c.pg.IsClosed() && x.c.pg.TxStatus() != 'I' {
		j.h.refuse()
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
	if b, j.err = j.sent.appendTo(b, &j.q.Params); j.err != nil {
		j.sent = nil
	}
	return b
}

// pipeline sends a batch and takes its answers. It is one transaction, and one bad statement spoils
// it for all, so they are run again one by one when it fails.
func (x *lane) pipeline(b []byte, batch []*job) {
	x.began = time.Now()
	err := x.c.send(append(b, syncMessage...))
	if err == nil {
		err = x.answers(batch)
	}
	if err != nil {
		x.again(batch)
		return
	}
	x.timed(batch, time.Since(x.began))
}

// answers takes the answers of what was sent.
func (x *lane) answers(batch []*job) (err error) {
	for i := 0; i < len(batch) && err == nil; i++ {
		j := batch[i]
		if j.sent == nil {
			continue
		}
		j.t = db.Table{}
		if _, err = x.c.answer(j.sent, &j.t, j.q.MaxBytes); isTooLarge(err) {
			j.err, err = err, nil
		}
	}
	if failed := x.c.ready(); err == nil {
		err = failed
	}
	return err
}

// again runs one by one what was sent in vain.
func (x *lane) again(batch []*job) {
	for _, j := range batch {
		if j.sent != nil {
			x.alone(j)
		}
	}
}

// timed notes how long a batch took. Of one statement's, each had its part; of several, one of them is looked at by itself.
func (x *lane) timed(batch []*job, d time.Duration) {
	h, n, mixed := (*history)(nil), 0, false
	for _, j := range batch {
		if j.sent == nil {
			continue
		}
		n++
		mixed = mixed || h != nil && j.h != h
		h = j.h
	}
	if n == 0 {
		return
	}
	if !mixed {
		h.took(d/time.Duration(n), n)
		return
	}
	if d <= slow {
		for _, j := range batch {
			if j.sent != nil {
				j.h.took(0, 1)
			}
		}
		return
	}
	if j := batch[rand.N(len(batch))]; j.sent != nil {
		x.l.mu.Lock()
		x.bay.suspect = j.h
		x.l.mu.Unlock()
	}
}
