package postgres

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// ears is the one connection on which a Database listens, for all who do. It is there while somebody listens,
// and comes back by itself when it breaks; the listeners are told then that something may have been lost.
type ears struct {
	d       *Database
	closing context.Context
	end     context.CancelFunc
	wg      sync.WaitGroup

	mu      sync.Mutex
	of      map[string][]*db.Listener
	pending []*listening
	change  context.CancelFunc // has the goroutine look at what is new; nil: there is none
}

// listening is somebody who waits until LISTEN has been said.
type listening struct {
	channel string
	l       *db.Listener
	done    chan error
}

func newEars(d *Database) *ears {
	e := &ears{d: d, of: map[string][]*db.Listener{}}
	e.closing, e.end = context.WithCancel(context.Background())
	return e
}

// errPooler is of what needs a session of its own.
var errPooler error = &db.Error{Code: "db.unsupported", Tamil: "pooler வழியே LISTEN இயலாது; PostgreSQL இன் நேரடி முகவரியோடு ஒரு குளம் வேண்டும்",
	English: "LISTEN does not work behind a pooler: make a pool with PostgreSQL's own address"}

// Listen implements db.Notifier.
func (d *Database) Listen(ctx context.Context, channel string) (*db.Listener, error) {
	if d.Options().Pooler {
		return nil, errPooler
	}
	e := d.ears
	w := &listening{channel: channel, done: make(chan error, 1)}
	w.l = db.NewListener(func(l *db.Listener) { e.remove(channel, l) })
	e.mu.Lock()
	if e.closing.Err() != nil {
		e.mu.Unlock()
		return nil, db.ErrClosed
	}
	e.pending = append(e.pending, w)
	if e.change != nil {
		e.change()
	} else {
		e.change = func() {}
		e.wg.Go(e.run)
	}
	e.mu.Unlock()
	var err error
	select {
	case err = <-w.done:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = w.l.Close()
		return nil, err
	}
	return w.l, nil
}

// remove takes a listener out; the last of a channel has UNLISTEN said.
func (e *ears) remove(channel string, l *db.Listener) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.pending = slices.DeleteFunc(e.pending, func(w *listening) bool { return w.l == l })
	e.of[channel] = slices.DeleteFunc(e.of[channel], func(x *db.Listener) bool { return x == l })
	if e.change != nil {
		e.change()
	}
}

// close ends all listeners.
func (e *ears) close() {
	e.mu.Lock()
	e.end()
	e.mu.Unlock()
	for _, l := range e.listeners() {
		l.End()
	}
}

// put hands a message to who listens to its channel.
func (e *ears) put(n *pgconn.Notification) {
	e.mu.Lock()
	list := slices.Clone(e.of[n.Channel])
	e.mu.Unlock()
	for _, l := range list {
		l.Put(db.Message{Payload: n.Payload})
	}
}

// listeners are all who listen now.
func (e *ears) listeners() (all []*db.Listener) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, list := range e.of {
		all = append(all, list...)
	}
	return all
}

// How long the connection is left in peace, and how long it has to prove that it is there.
const (
	earQuiet = 20 * time.Second
	earCheck = 5 * time.Second
)

// run has the connection while somebody listens.
func (e *ears) run() {
	first := true
	for pause := firstPause; ; {
		pg, err := e.connect()
		if err == nil {
			pause = firstPause
			e.listen(pg, first)
			first = false
			ctx, cancel := context.WithTimeout(context.Background(), closeTime)
			_ = pg.Close(ctx)
			cancel()
		} else {
			e.refuse(connectError(err))
		}
		if e.idle() {
			return
		}
		select {
		case <-time.After(pause):
		case <-e.closing.Done():
		}
		pause = min(2*pause, lastPause)
	}
}

// idle reports that nobody listens any more, or the database is closed: the goroutine ends.
func (e *ears) idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closing.Err() != nil {
		for _, w := range e.pending {
			w.done <- db.ErrClosed
		}
		e.pending, e.change = nil, nil
		return true
	}
	for channel, list := range e.of {
		if len(list) == 0 {
			delete(e.of, channel)
		}
	}
	if len(e.of)+len(e.pending) > 0 {
		return false
	}
	e.change = nil
	return true
}

// refuse tells those who have just come why they can't listen; the others wait for the server.
func (e *ears) refuse(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, w := range e.pending {
		w.done <- err
	}
	e.pending = nil
}

func (e *ears) connect() (*pgconn.PgConn, error) {
	c := e.d.config.Copy()
	c.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) { e.put(n) }
	ctx, cancel := context.WithTimeout(e.closing, earCheck)
	defer cancel()
	return pgconn.ConnectConfig(ctx, c)
}

// listen says LISTEN for what is asked for and waits for messages, until the connection breaks
// or nobody listens any more.
func (e *ears) listen(pg *pgconn.PgConn, first bool) {
	said := map[string]bool{}
	for told := first; ; told = true {
		ctx, change := context.WithTimeout(e.closing, earQuiet)
		e.mu.Lock()
		e.change = change
		e.mu.Unlock()
		var before []*db.Listener // who has just come has lost nothing
		if !told {
			before = e.listeners()
		}
		if !e.say(pg, said) {
			change()
			return
		}
		for _, l := range before {
			l.Put(db.Message{Lost: true})
		}
		if len(said) == 0 {
			change()
			return
		}
		err := pg.WaitForNotification(ctx)
		quiet := errors.Is(ctx.Err(), context.DeadlineExceeded)
		change()
		if e.closing.Err() != nil || pg.IsClosed() || err != nil && ctx.Err() == nil {
			return
		}
		if quiet && !e.command(pg, "SELECT 1") {
			return
		}
	}
}

// say brings LISTEN to where the listeners are; false when the connection is broken.
func (e *ears) say(pg *pgconn.PgConn, said map[string]bool) bool {
	e.mu.Lock()
	pending := e.pending
	e.pending = nil
	for _, w := range pending { // before LISTEN, so that nothing is missed
		e.of[w.channel] = append(e.of[w.channel], w.l)
	}
	want := map[string]bool{}
	for channel, list := range e.of {
		if len(list) > 0 {
			want[channel] = true
		}
	}
	e.mu.Unlock()
	ok := true
	for channel := range want {
		if ok && !said[channel] {
			ok = e.command(pg, "LISTEN "+db.PostgreSQL.Name(channel))
			said[channel] = ok
		}
	}
	for channel := range said {
		if ok && !want[channel] {
			ok = e.command(pg, "UNLISTEN "+db.PostgreSQL.Name(channel))
			delete(said, channel)
		}
	}
	for _, w := range pending {
		if ok {
			w.done <- nil
		} else {
			w.done <- &db.Error{Code: db.CodeUnavailable, Tamil: "LISTEN இன் இணைப்பு அறுந்தது", English: "the connection that listens broke"}
		}
	}
	return ok
}

// command runs SQL of ours in a short time.
func (e *ears) command(pg *pgconn.PgConn, sql string) bool {
	ctx, cancel := context.WithTimeout(e.closing, earCheck)
	defer cancel()
	_, err := pg.ExecParams(ctx, sql, nil, nil, nil, nil).Close()
	return err == nil
}
