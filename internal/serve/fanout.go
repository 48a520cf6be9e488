package serve

import (
	"math"
	"slices"

	"etamil/internal/std/host"
	"etamil/loop"
)

// This file is how a worker gives what was published to those who follow its topic: in the
// order in which it came, and some followers at a time, so that whoever follows nothing does
// not wait until ten thousand others have been sent a message.

// follower is somebody who follows topics. It belongs to its worker.
type follower interface {
	// take is given what was published; it may leave.
	take(w *worker, p *publication)
	// places are where it stands.
	places() *follows
}

// crowd is who follows a topic on a worker.
type crowd struct {
	name string
	list []follower // in the order in which they came; nil: has left
	here int        // who has not
	busy int        // deliveries on their way through list; nobody changes places meanwhile
}

// spot is where a follower stands.
type spot struct {
	in *crowd
	at int
}

// mostTopics is how many topics one client may follow.
const mostTopics = 1000

// follows is what one follower follows.
type follows struct{ at []spot }

func (l *follows) places() *follows { return l }

// join makes who, whose these are, follow a topic.
func (l *follows) join(w *worker, who follower, name string) error {
	if slices.ContainsFunc(l.at, func(p spot) bool { return p.in.name == name }) {
		return nil
	}
	if len(l.at) == mostTopics {
		return host.Raise("too_many", "ஓர் இணைப்பு 1000 அலைகளுக்கு மேல் சேர முடியாது", "one client can't follow more than 1000 topics")
	}
	c := w.topics[name]
	if c == nil {
		if w.topics == nil {
			w.topics = map[string]*crowd{}
		}
		c = &crowd{name: name}
		w.topics[name] = c
	}
	l.at = append(l.at, spot{c, len(c.list)})
	c.list = append(c.list, who)
	c.here++
	return nil
}

// leave ends that.
func (l *follows) leave(w *worker, name string) {
	if i := slices.IndexFunc(l.at, func(p spot) bool { return p.in.name == name }); i >= 0 {
		p := l.at[i]
		l.at = slices.Delete(l.at, i, i+1)
		p.in.leave(w, p.at)
	}
}

func (l *follows) leaveAll(w *worker) {
	for _, p := range l.at {
		p.in.leave(w, p.at)
	}
	l.at = nil
}

func (c *crowd) leave(w *worker, at int) {
	c.list[at] = nil
	if c.here--; c.here == 0 {
		delete(w.topics, c.name)
	}
	c.closeUp()
}

// closeUp gives the places of those who have left to others, once they are many.
func (c *crowd) closeUp() {
	if c.busy > 0 || c.here >= len(c.list)/2 {
		return
	}
	n := 0
	for at, who := range c.list {
		if who == nil {
			continue
		}
		for i := range who.places().at {
			if p := &who.places().at[i]; *p == (spot{c, at}) {
				p.at = n
			}
		}
		c.list[n] = who
		n++
	}
	clear(c.list[n:])
	c.list = c.list[:n]
}

// delivery is a publication on its way.
type delivery struct {
	p    *publication
	to   *crowd
	next int // in to.list
	end  int // who has come later gets nothing of it
}

// How many followers are served before the loop looks at its sockets again, and how many bytes
// of publications may be on their way before it does so no more: who publishes faster than all
// can be served is held up by that.
const (
	mostTakes     = 128
	mostDelivered = 4 << 20
)

// deliver gives a publication to those of w's who follow its topic, soon.
func (w *worker) deliver(p *publication) {
	c := w.topics[p.name]
	if c == nil {
		return
	}
	c.busy++
	w.deliveries = append(w.deliveries, delivery{p: p, to: c, end: len(c.list)})
	w.delivered += p.size()
	switch {
	case len(w.deliveries) == 1:
		w.fanOut(mostTakes)
	case w.delivered > mostDelivered:
		w.fanOut(0)
	}
}

// fanOut goes on with what is on its way. After so many followers, or if one of them panics, it
// comes again later.
func (w *worker) fanOut(most int) {
	defer func() {
		if len(w.deliveries) > 0 && w.loop != nil && !w.fanning {
			w.fanning = w.loop.Post((*fanning)(w))
		}
	}()
	for len(w.deliveries) > 0 {
		d := &w.deliveries[0]
		for d.next < d.end {
			if most <= 0 && w.loop != nil && w.delivered <= mostDelivered {
				return
			}
			who := d.to.list[d.next]
			if d.next++; who != nil {
				most--
				who.take(w, d.p)
			}
		}
		w.delivered -= d.p.size()
		d.to.busy--
		d.to.closeUp()
		w.deliveries[0] = delivery{}
		if w.deliveries = w.deliveries[1:]; len(w.deliveries) == 0 {
			w.deliveries = nil
		}
	}
}

// deliverAll delivers what is on its way, before those who follow are sent away.
func (w *worker) deliverAll() { w.fanOut(math.MaxInt) }

// fanning is a worker that goes on with deliveries.
type fanning worker

// RunOnLoop implements loop.Task.
func (w *fanning) RunOnLoop(*loop.Loop) {
	w.fanning = false
	(*worker)(w).fanOut(mostTakes)
}
