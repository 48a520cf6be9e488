package loop

import (
	"sync"
	"sync/atomic"
	"testing"
)

// numbered is the n-th task of a poster.
type numbered struct {
	poster, n int
	run       func(numbered)
}

func (t *numbered) RunOnLoop(*Loop) { t.run(*t) }

// TestPostRunsEachOnceInOrder posts from several goroutines to a running
// loop, across the server's end: what Post accepted has run once, in order.
func TestPostRunsEachOnceInOrder(t *testing.T) {
	s := start(t, Config{Workers: 1}, echo)
	const posters = 4
	var ran [posters]int // owned by the loop, then by this goroutine
	var accepted [posters]int
	var started atomic.Int32
	var all sync.WaitGroup
	for p := range posters {
		all.Go(func() {
			for n := 0; ; n++ {
				task := &numbered{p, n, func(x numbered) {
					if ran[x.poster] != x.n {
						t.Errorf("poster %d: task %d ran as number %d", x.poster, x.n, ran[x.poster])
					}
					ran[x.poster]++
				}}
				if !s.Loops()[0].Post(task) {
					return
				}
				accepted[p]++
				if n == 1000 {
					started.Add(1)
				}
			}
		})
	}
	eventually(t, "all have posted", func() bool { return started.Load() == posters })
	s.Stop()
	all.Wait()
	if ran != accepted {
		t.Errorf("ran %v, accepted %v", ran, accepted)
	}
}

func TestInboxWakesOncePerBatch(t *testing.T) {
	var b inbox
	var waking atomic.Int32
	put := func() bool {
		wake, ok := b.put(new(nothing), &waking)
		if !ok {
			t.Fatal("refused")
		}
		return wake
	}
	if put() {
		t.Error("woken before the loop is up")
	}
	if !b.open() {
		t.Error("what came before is forgotten")
	}
	if put() {
		t.Error("woken twice")
	}
	if n := len(b.take()); n != 2 {
		t.Errorf("took %d tasks", n)
	}
	if !put() || put() {
		t.Error("want one wake-up for the next batch")
	}
	b.shut()
	if put() {
		t.Error("woken after shut")
	}
	if n := len(b.close()); n != 3 {
		t.Errorf("%d tasks are left", n)
	}
	if _, ok := b.put(new(nothing), &waking); ok {
		t.Error("accepted after close")
	}
}

func TestQueueAndBudget(t *testing.T) {
	b := budget{limit: 11}
	b.take(1) // somebody else
	q := queue{budget: &b}
	push := func(s string, counted bool) bool {
		p := piece{b: []byte(s)}
		if counted {
			p.held = len(s)
		}
		return q.push(p)
	}
	if !push("abc", true) || !push("", true) || !push("....", false) || !push("defghij", true) {
		t.Error("10 counted bytes have no room")
	}
	if !b.tight() || push("k", true) || !push("k", false) {
		t.Error("only what does not count has room now")
	}
	q.pop(2)
	q.pop(3)
	q.pop(5)
	left := ""
	for _, p := range q.pieces {
		left += string(p.b)
	}
	// A piece counts until all of it has left.
	if left != "ghijk" || q.size != 5 || q.held != 7 || b.used.Load() != 8 {
		t.Errorf("left: %q, %d, %d, %d", left, q.size, q.held, b.used.Load())
	}
	q.pop(5)
	if q.pieces != nil || b.used.Load() != 1 {
		t.Error("an empty queue keeps something")
	}
	if push("more than the limit", true) {
		t.Error("more than the limit has room beside another's")
	}
	b.give(1)
	if !push("more than the ", true) || !push("limit", true) || b.take(1) {
		t.Error("one alone may take more than the limit, and then another nothing")
	}
	q.drop()
	if q.size != 0 || b.used.Load() != 0 {
		t.Error("dropping leaves something")
	}
}
