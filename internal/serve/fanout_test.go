package serve

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"etamil/loop"
)

// listening is a follower that notes what it takes.
type listening struct {
	follows
	got []string
	on  func()
}

func (l *listening) take(_ *worker, p *publication) {
	l.got = append(l.got, string(p.frame[:min(len(p.frame), 8)]))
	if l.on != nil {
		l.on()
	}
}

// onLoop runs do on the loop of a site's only worker.
func (s *site) onLoop(do func(w *worker)) {
	s.Helper()
	w, over := s.app.ownWorkers()[0], make(chan struct{})
	if !w.loop.Post(loop.TaskFunc(func(*loop.Loop) { defer close(over); do(w) })) {
		s.Fatal("the loop has ended")
	}
	<-over
}

// TestFanOutKeepsOrder: followers come and go while messages are on their way, of several topics. Who stays gets each once,
// in order; who leaves gets no more, who comes nothing from before; and others have their turns meanwhile.
func TestFanOutKeepsOrder(t *testing.T) {
	s := open(t, topics, settings{flags: map[string]string{"workers": "1"}})
	dice := rand.New(rand.NewPCG(1, 5))
	const many, messages = 1500, 20
	var all, late []*listening
	left := map[*listening]int{}
	between := 0 // turns of others, while something is on its way
	s.onLoop(func(w *worker) {
		for i := range many {
			l := &listening{}
			all = append(all, l)
			for _, topic := range []string{"அ", "ஆ"} {
				if err := l.join(w, l, topic); err != nil {
					t.Error(err)
				}
			}
			if i%7 == 3 {
				l.on = func() {
					switch {
					case dice.IntN(4) > 0:
					case left[l] == 0:
						l.leaveAll(w)
						left[l] = len(l.got)
					case len(late) < 100:
						n := &listening{}
						late = append(late, n)
						_ = n.join(w, n, "அ")
					}
				}
			}
		}
		for i := range messages {
			w.deliver(&publication{name: []string{"அ", "ஆ"}[i%2], frame: fmt.Append(nil, i)})
		}
		var turn loop.TaskFunc
		turn = func(*loop.Loop) {
			if len(w.deliveries) > 0 {
				between++
				w.loop.Post(turn)
			}
		}
		w.loop.Post(turn)
	})
	over := func() (over bool) {
		s.onLoop(func(w *worker) { over = len(w.deliveries) == 0 && w.delivered == 0 })
		return over
	}
	eventually(t, "everything is delivered", over)
	if between < many*messages/mostTakes/2 {
		t.Errorf("others had %d turns while %d messages went out", between, many*messages)
	}
	for i, l := range all {
		if n, gone := left[l], left[l] > 0; gone && len(l.got) != n || !gone && len(l.got) != messages {
			t.Errorf("follower %d got %d messages; it left behind %d", i, len(l.got), n)
		}
		for k, m := range l.got {
			if m != fmt.Sprint(k) {
				t.Errorf("follower %d got %v", i, l.got)
				break
			}
		}
	}
	if len(left) < 100 {
		t.Errorf("only %d have left", len(left))
	}
	s.onLoop(func(w *worker) {
		if n := len(w.topics["ஆ"].list); n > many || w.topics["ஆ"].here != many-len(left) {
			t.Errorf("%d places, %d followers", n, w.topics["ஆ"].here)
		}
		for _, l := range append(all, late...) {
			l.leaveAll(w)
		}
		if len(w.topics) != 0 {
			t.Errorf("%d topics are followed by nobody", len(w.topics))
		}
	})
}

// TestPlacesAreGivenToOthers: a topic whose followers come and go takes no more room for that.
func TestPlacesAreGivenToOthers(t *testing.T) {
	w := &worker{}
	var here []*listening
	for i := range 10_000 {
		l := &listening{}
		if err := l.join(w, l, "அ"); err != nil {
			t.Fatal(err)
		}
		if err := l.join(w, l, "அ"); err != nil { // again has no effect
			t.Fatal(err)
		}
		here = append(here, l)
		if len(here) > 10 {
			k := i * 7 % len(here)
			here[k].leave(w, "அ")
			here = append(here[:k], here[k+1:]...)
		}
	}
	if n := len(w.topics["அ"].list); n > 50 {
		t.Errorf("%d places for %d followers", n, len(here))
	}
	w.deliver(&publication{name: "அ"})
	for _, l := range here {
		if len(l.got) != 1 {
			t.Errorf("%d messages came", len(l.got))
		}
	}
}

// TestFanOutIsBounded: who publishes faster than all can be served is held up; what waits stays within its bound.
func TestFanOutIsBounded(t *testing.T) {
	s := open(t, topics, settings{flags: map[string]string{"workers": "1"}})
	s.onLoop(func(w *worker) {
		var all []*listening
		for range 2 * mostTakes {
			l := &listening{}
			all = append(all, l)
			_ = l.join(w, l, "அ")
		}
		frame := make([]byte, 1<<20)
		for range 20 {
			w.deliver(&publication{name: "அ", frame: frame})
			if w.delivered > mostDelivered {
				t.Errorf("%d bytes are on their way", w.delivered)
				break
			}
		}
		w.deliverAll()
		for _, l := range all {
			if len(l.got) != 20 {
				t.Errorf("%d messages came", len(l.got))
			}
			l.leaveAll(w)
		}
	})
}
