package db

import (
	"context"
	"sync"
	"time"
)

// session is a fiber's hold on a database's writer between BEGIN and COMMIT. It
// is kept among the fiber's handles; Close, when the fiber ends, rolls back what
// is still open.
type session struct {
	d      *database
	forget func() // takes it out of the service's table

	mu     sync.Mutex
	conn   *conn // nil: not in a transaction
	busy   bool  // a task is using conn
	depth  int   // SAVEPOINT inside BEGIN
	closed bool
}

// begin takes the writer, if the session hasn't got it, and runs the statement.
func (s *session) begin(ctx context.Context, run func(*conn) error) error {
	s.mu.Lock()
	c := s.conn
	s.mu.Unlock()
	if c == nil {
		var err error
		if c, err = s.d.take(ctx, true); err != nil {
			return err
		}
	}
	if !s.enter(c) {
		s.d.give(c, true)
		return errClosed
	}
	err := run(c)
	s.mu.Lock()
	if err == nil {
		s.depth++
	}
	s.mu.Unlock()
	s.leave(c)
	return err
}

// enter marks the connection as used; false if the fiber has ended.
func (s *session) enter(c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conn, s.busy = c, true
	return true
}

// leave ends a use of the connection; outside a transaction it goes back.
func (s *session) leave(c *conn) {
	s.mu.Lock()
	s.busy = false
	back := s.depth == 0 || s.closed
	rollback := s.closed && s.depth > 0
	if back {
		s.conn, s.depth = nil, 0
	}
	s.mu.Unlock()
	if back {
		s.release(c, rollback)
	}
}

// use runs a statement inside the transaction. ok is false when there is none.
func (s *session) use(run func(*conn) error) (ok bool, err error) {
	s.mu.Lock()
	c := s.conn
	if c == nil || s.closed {
		s.mu.Unlock()
		return false, nil
	}
	s.busy = true
	s.mu.Unlock()
	err = run(c)
	s.leave(c)
	return true, err
}

// finish runs the statement that ends the transaction. A COMMIT that fails
// leaves it open, as SQLite does.
func (s *session) finish(run func(*conn) error) (ok bool, err error) {
	return s.use(func(c *conn) error {
		err := run(c)
		if err == nil {
			s.mu.Lock()
			s.depth = 0
			s.mu.Unlock()
		}
		return err
	})
}

// rollbackTime bounds how long the end of a fiber may keep the writer.
const rollbackTime = 10 * time.Second

func (s *session) release(c *conn, rollback bool) {
	if rollback {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		defer cancel()
		if _, err := c.exec(ctx, "ROLLBACK", nil); err != nil {
			// Nothing is known of the connection any more: replace it.
			_ = c.close()
			fresh, err := s.d.connect(false)
			if err != nil {
				s.d.close()
				return
			}
			c = fresh
		}
	}
	s.d.give(c, true)
}

// Close is called when the fiber ends, on its worker: the rolling back is done
// elsewhere.
func (s *session) Close() error {
	s.forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if c := s.conn; c != nil && !s.busy {
		rollback := s.depth > 0
		s.conn, s.depth = nil, 0
		go s.release(c, rollback)
	}
	return nil
}
