package metrics

import (
	"bytes"
	"sync"
)

// Set is all who know something. It is safe for concurrent use; the zero value is empty.
type Set struct {
	mu   sync.Mutex
	last int
	all  map[int]func(*Page)

	asking sync.Mutex // one page at a time
}

// Add has ask add what somebody knows to every page. It may be called from any goroutine, one call
// at a time, and may block for a short while. remove ends that; a call may be under way.
func (s *Set) Add(ask func(*Page)) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[int]func(*Page){}
	}
	s.last++
	id := s.last
	s.all[id] = ask
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.all, id)
	}
}

// Text is a page of all metrics, and of the process's.
func (s *Set) Text() []byte {
	s.asking.Lock()
	defer s.asking.Unlock()
	s.mu.Lock()
	asks := make([]func(*Page), 0, len(s.all))
	for id := range s.last {
		if ask := s.all[id+1]; ask != nil {
			asks = append(asks, ask)
		}
	}
	s.mu.Unlock()
	p := new(Page)
	for _, ask := range asks {
		ask(p)
	}
	var b bytes.Buffer
	p.write(&b)
	process(&b)
	return b.Bytes()
}
