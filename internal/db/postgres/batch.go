package postgres

import "time"

// A batch of which all statements are prepared is left to the loop that asks for it: who leaves writes it, and the answers are taken on the loop,
// which tells those who wait in the same turn. All else is done by the lane's goroutine, or, when it turns out
// while the answers come, by another one.

// depart leaves the batch with the loop, and reports whether it could; then the lane isn't the caller's any more.
func (x *lane) depart() bool {
	c := x.c
	w, ok := c.pg.Conn().(*wire)
	if !ok || x.on == nil || c.pg.IsClosed() || c.seen != c.schema.Load() || c.pg.Frontend().ReadBufferLen() > 0 || past(x.until) { // see exchange.begin
		return false
	}
	if !w.stay(x.on) {
		x.l.lost(x.on)
		return false
	}
	b, n, sent := c.out[:0], 0, false
	for ; n < len(x.batch) && len(b) < longest; n++ {
		j := x.batch[n]
		if j.sent = nil; j.told.Load() {
			continue // he has gone
		}
		s := c.stmts[j.key]
		if s == nil {
			return false
		}
		if b, j.err = s.appendTo(b, &j.q.Params); j.err == nil {
			j.sent, sent = s, true
		}
	}
	if !sent {
		return false
	}
	if n < len(x.batch) {
		x.putBack(n)
	}
	b = append(b, syncMessage...)
	if c.out = b[:0]; cap(b) > keepBuffer {
		c.out = nil
	}
	x.began = time.Now()
	_ = w.SetDeadline(x.began.Add(x.l.most)) // of a wire that is closed, which begin finds
	return w.begin(b, x.told)
}

// putBack leaves what is behind the first n of the batch to the next one.
func (x *lane) putBack(n int) {
	x.l.mu.Lock()
	b := x.bay
	b.queue = append(append(make([]*job, 0, len(x.batch)-n+len(b.queue)), x.batch[n:]...), b.queue...)
	b.foreign = true // they may have asked elsewhere, or before the lane came to this bay
	b.wait()
	x.taken = n
	x.l.mu.Unlock()
	clear(x.batch[n:])
	x.batch = x.batch[:n]
}

// arrived is called when the answers can be taken: on the loop if all of them are there.
func (x *lane) arrived(quick bool) {
	d := time.Since(x.began)
	w := x.c.pg.Conn().(*wire)
	if quick && d > slow {
		d -= w.lay() // the loop had something else to do
	}
	failed := false
	x.guarded(func() { failed = x.answers(x.batch) != nil })
	if quick {
		w.taken()
	}
	switch {
	case !failed:
		x.timed(x.batch, d)
		x.tell()
		x.home(quick)
	case quick: // somebody has to wait
		go x.retry()
	default:
		x.retry()
	}
}

// retry does one by one what was sent in vain.
func (x *lane) retry() {
	x.guarded(func() {
		_ = x.c.pg.Conn().SetDeadline(time.Now().Add(x.l.most)) // of a connection that is closed, which is seen below
		x.again(x.batch)
	})
	x.tell()
	x.home(false)
}
