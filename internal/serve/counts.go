package serve

import (
	"strconv"
	"sync"
	"time"

	"etamil/internal/metrics"
)

// What is counted of requests. Each loop counts in memory of its own, which nobody else touches,
// and hands a copy over when a page of metrics is asked for. What a generation has counted goes to
// the first when it retires, so that counts go on over a reload.

// counts are one worker's.
type counts struct {
	routes  []routeCount // by the table's number of the route
	none    routeCount   // of requests that no route fits
	builtIn routeCount
	refused []statusCount
}

// routeCount is what is counted of one route.
type routeCount struct {
	seconds  metrics.Histogram
	statuses []statusCount
}

type statusCount struct {
	status int
	n      uint64
}

// count is where a status is counted: one of very few.
func count(list *[]statusCount, status int) *uint64 {
	for i := range *list {
		if s := &(*list)[i]; s.status == status {
			return &s.n
		}
	}
	*list = append(*list, statusCount{status: status})
	return &(*list)[len(*list)-1].n
}

// counted counts an answer that is about to leave.
func (c *call) counted(status int) {
	n := c.w.counts
	r := &n.none
	switch {
	case c.handler != nil && c.handler != &c.w.app.unmatched && c.match.Route >= 0:
		r = &n.routes[c.match.Route]
	case isBuiltIn(c.path):
		r = &n.builtIn
	}
	r.seconds.Observe(time.Since(c.began))
	*count(&r.statuses, status)++
}

// routeName tells routes from each other in metrics.
type routeName struct{ method, pattern string }

// tally is the sum of what workers have counted.
type tally struct {
	order   []routeName
	routes  map[routeName]*routeCount
	refused []statusCount
	calls   int // in work
	fibers  int // that wait or compute
}

func (t *tally) add(name routeName, r *routeCount) {
	if len(r.statuses) == 0 {
		return
	}
	sum := t.routes[name]
	if sum == nil {
		if t.routes == nil {
			t.routes = map[routeName]*routeCount{}
		}
		sum = &routeCount{}
		t.routes[name] = sum
		t.order = append(t.order, name)
	}
	sum.seconds.Merge(&r.seconds)
	sum.statuses = added(sum.statuses, r.statuses)
}

func added(to, from []statusCount) []statusCount {
	for _, s := range from {
		*count(&to, s.status) += s.n
	}
	return to
}

// worker adds what a worker has counted; its loop calls it, or nobody counts there any more.
func (t *tally) worker(w *worker) {
	t.calls += w.calls
	for j := w.jobs; j != nil; j = j.next {
		t.fibers++
	}
	n := w.counts
	if n == nil {
		return
	}
	for i := range n.routes {
		r := w.app.table.Route(i)
		t.add(routeName{r.Method, r.Pattern}, &n.routes[i])
	}
	t.add(routeName{}, &n.none)
	t.add(routeName{pattern: "(built-in)"}, &n.builtIn)
	t.refused = added(t.refused, n.refused)
}

// other adds another tally.
func (t *tally) other(o *tally) {
	for _, name := range o.order {
		t.add(name, o.routes[name])
	}
	t.refused = added(t.refused, o.refused)
}

// before is what the generations that have retired have counted: the first App's.
type before struct {
	mu sync.Mutex
	tally
}

// keepCounts hands what a has counted to the first. Nobody counts there any more.
func (a *App) keepCounts() {
	if a.o.Metrics == nil {
		return
	}
	b := &a.first.before
	b.mu.Lock()
	defer b.mu.Unlock()
	var mu sync.Mutex // the loops take turns
	a.onLoops(func(w *worker) {
		mu.Lock()
		defer mu.Unlock()
		b.worker(w)
		w.counts = nil
	})
	b.calls, b.fibers = 0, 0
}

// askTime is how long a page waits for a loop that is busy; then it goes without.
const askTime = time.Second

// tell adds what a server knows to a page of metrics. a is the first App.
func (a *App) tell(p *metrics.Page) {
	sum, mu := new(tally), new(sync.Mutex)
	b := &a.before
	b.mu.Lock()
	sum.other(&b.tally)
	b.mu.Unlock()
	done := make(chan struct{})
	all := a.generations()
	go func() {
		defer close(done)
		for _, g := range all {
			g.onLoops(func(w *worker) {
				mu.Lock()
				defer mu.Unlock()
				sum.worker(w)
			})
		}
	}()
	select {
	case <-done:
	case <-time.After(askTime):
	}
	mu.Lock()
	defer mu.Unlock()
	sum.tell(p)
	var busy, computing int
	var bytes int64
	for _, g := range all {
		busy += g.pool.busy()
		computing += g.crew.busy()
		bytes += g.memory.Load()
	}
	p.Add(metrics.Waiting, float64(busy))
	p.Add(metrics.Computing, float64(computing))
	p.Add(metrics.FiberBytes, float64(bytes))
	a.tellLoops(p)
}

func (t *tally) tell(p *metrics.Page) {
	for _, name := range t.order {
		r := t.routes[name]
		for _, s := range r.statuses {
			p.Add(metrics.Requests, float64(s.n), name.method, name.pattern, strconv.Itoa(s.status))
		}
		p.Histogram(metrics.RequestSeconds, &r.seconds, name.method, name.pattern)
	}
	for _, s := range t.refused {
		p.Add(metrics.RequestsRefused, float64(s.n), strconv.Itoa(s.status))
	}
	p.Add(metrics.RequestsInFlight, float64(t.calls))
	p.Add(metrics.Fibers, float64(t.fibers))
}

// tellLoops adds what the loops know of connections and of themselves.
func (a *App) tellLoops(p *metrics.Page) {
	a.mu.Lock()
	srv := a.srv
	a.mu.Unlock()
	if srv == nil {
		return
	}
	s := srv.Stats()
	p.Add(metrics.Connections, float64(s.Open))
	p.Add(metrics.ConnectionsAccepted, float64(s.Accepted))
	p.Add(metrics.ConnectionsExpelled, float64(s.Expelled))
	p.Add(metrics.BodyBytes, float64(s.Bodies))
	p.Add(metrics.OutputBytes, float64(s.Output))
	p.Add(metrics.LoopLag, s.Lag.Seconds())
	p.Add(metrics.LoopLagWorst, s.WorstLag.Seconds())
}
