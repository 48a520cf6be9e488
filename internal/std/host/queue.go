package host

import (
	"io"
	"sync"
)

// Queue is a writer that never blocks: what is written stands in memory until a goroutine
// has written it on. When as much waits as the queue may hold, whole writes are dropped and
// counted. It is safe for concurrent use, and starts a goroutine only while it has
// something to write.
type Queue struct {
	mu      sync.Mutex
	idle    *sync.Cond // nobody writes and nothing waits
	w       io.Writer
	max     int
	waiting []byte
	spare   []byte
	busy    bool
	lost    int
}

// NewQueue writes on to w and holds at most max bytes.
func NewQueue(w io.Writer, max int) *Queue {
	q := &Queue{w: w, max: max}
	q.idle = sync.NewCond(&q.mu)
	return q
}

// Write takes all of b or nothing. It answers as if it had always taken it.
func (q *Queue) Write(b []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting)+len(b) > q.max {
		q.lost++
		return len(b), nil
	}
	q.waiting = append(q.waiting, b...)
	if !q.busy {
		q.busy = true
		go q.drain()
	}
	return len(b), nil
}

// drain writes until nothing waits.
func (q *Queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) > 0 {
		b := q.waiting
		q.waiting = q.spare[:0]
		q.mu.Unlock()
		_, err := q.w.Write(b)
		q.mu.Lock()
		q.spare = b[:0]
		if err != nil {
			q.lost++
		}
	}
	q.busy = false
	q.idle.Broadcast()
}

// Lost is how many writes were dropped or failed.
func (q *Queue) Lost() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// Room reports whether n more bytes would be taken now.
func (q *Queue) Room(n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)+n <= q.max
}

// Flush waits until all that was written before has been written on.
func (q *Queue) Flush() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.busy {
		q.idle.Wait()
	}
	return nil
}
