package host

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// Queue is a writer that never blocks: what is written stands in memory until a goroutine
// has written it on. When as much waits as the queue may hold, whole writes are dropped and
// counted, and so are the lines that could not be written on. It is safe for concurrent
// use, and starts a goroutine only while it has something to write.
type Queue struct {
	mu      sync.Mutex
	idle    chan struct{} // closed when nobody writes and nothing waits; nil while that is so
	w       io.Writer
	max     int
	waiting []byte
	spare   []byte
	lost    int
	told    int  // of lost, those that a report has said
	torn    bool // what was written last ends within a line
	report  func(lost int) []byte
}

// NewQueue writes on to w and holds at most max bytes.
func NewQueue(w io.Writer, max int) *Queue { return &Queue{w: w, max: max} }

// Report has line make a line that tells how many were lost since it told last. It is
// written as soon as writing works again, before what is written then. line is called
// on the queue's goroutine.
func (q *Queue) Report(line func(lost int) []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.report = line
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
	if q.idle == nil {
		q.idle = make(chan struct{})
		go q.drain()
	}
	return len(b), nil
}

// drain writes until nothing waits.
func (q *Queue) drain() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for works := true; len(q.waiting) > 0 || works && q.untold(); {
		if q.untold() {
			works = q.tell()
		}
		if len(q.waiting) == 0 {
			continue
		}
		b := q.waiting
		q.waiting = q.spare[:0]
		n, err := q.out(b)
		works = err == nil
		if !works {
			q.lost += max(bytes.Count(b[min(n, len(b)):], []byte{'\n'}), 1)
		}
		q.spare = b[:0]
		if cap(b) > keepQueue {
			q.spare = nil
		}
	}
	close(q.idle)
	q.idle = nil
}

// keepQueue is the largest buffer that a queue keeps when it is empty.
const keepQueue = 64 << 10

func (q *Queue) untold() bool { return q.report != nil && q.lost > q.told }

// tell writes a report; false when that does not work either.
func (q *Queue) tell() bool {
	lost := q.lost
	if _, err := q.out(q.report(lost - q.told)); err != nil {
		return false
	}
	q.told = lost
	return true
}

// out writes b while others may go on queueing. It begins a line where the last one could
// be written in part only.
func (q *Queue) out(b []byte) (int, error) {
	q.mu.Unlock()
	defer q.mu.Lock()
	if q.torn {
		if _, err := q.w.Write([]byte{'\n'}); err != nil {
			return 0, err
		}
		q.torn = false
	}
	n, err := q.w.Write(b)
	if err != nil && n > 0 {
		q.torn = b[n-1] != '\n'
	}
	return n, err
}

// Lost is how many writes were dropped, and lines could not be written.
func (q *Queue) Lost() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// FlushWithin waits until all that was written has been written on, but no longer than d;
// false when something is left.
func (q *Queue) FlushWithin(d time.Duration) bool {
	limit := time.NewTimer(d)
	defer limit.Stop()
	for {
		q.mu.Lock()
		idle := q.idle
		q.mu.Unlock()
		if idle == nil {
			return true
		}
		select {
		case <-idle:
		case <-limit.C:
			return false
		}
	}
}
