package serve

import (
	"strings"

	"etamil/http1"
	"etamil/internal/route"
)

// target is what a request is for.
type target struct {
	path    string // decoded; into the request or decoded
	decoded []byte
	match   route.Match   // Route is -1 when no route fits and middleware answers
	outcome route.Outcome // why none does
}

// lately is a path that is a route's whole pattern, and so leads to it: what clients ask for
// most is found without walking the tree.
type lately struct {
	method http1.Method
	path   string // "": nothing yet
	route  int
}

const latelyPlaces = 16

// latelyAt is the one place for a path.
func (w *worker) latelyAt(path []byte) *lately {
	n := len(path)
	if n == 0 {
		return &w.lately[0]
	}
	return &w.lately[(n*5+int(path[n-1])+int(path[n/2])*3)%latelyPlaces]
}

// find finds the route. It reports false when the path is none.
func (t *target) find(w *worker, r *http1.Request) bool {
	e := w.latelyAt(r.Path)
	if e.path != "" && e.path == view(r.Path) && e.method == r.Method {
		t.path, t.match.Route, t.outcome = view(r.Path), e.route, route.Found
		return true
	}
	if !t.walk(w.app, r) {
		return false
	}
	if t.outcome == route.Found && r.Method != http1.MethodOther {
		if p := w.app.table.Route(t.match.Route).Pattern; p == view(r.Path) && len(w.app.table.Route(t.match.Route).Params) == 0 {
			*e = lately{r.Method, p, t.match.Route}
		}
	}
	return true
}

// walk is find in the tree of routes.
func (t *target) walk(a *App, r *http1.Request) bool {
	if http1.IsCleanPath(r.Path) {
		t.path = view(r.Path)
	} else {
		var err error
		if t.decoded, err = http1.AppendPath(t.decoded[:0], r.Path); err != nil {
			return false
		}
		t.path = view(t.decoded)
	}
	method := methodOf(r)
	t.outcome = a.table.Lookup(method, t.path, &t.match)
	if t.outcome != route.Found && a.o.Config.LooseSlash() {
		t.findLoosely(a, method)
	}
	return true
}

// findLoosely looks with a '/' more or less at the path's end. What is found so is what the
// path means.
func (t *target) findLoosely(a *App, method string) {
	path, without := strings.CutSuffix(t.path, "/")
	switch {
	case path == "" && without:
		return
	case !without:
		t.decoded = append(append(t.decoded[:0], t.path...), '/')
		path = view(t.decoded)
	}
	var m route.Match
	outcome := a.table.Lookup(method, path, &m)
	if outcome == route.Found || t.outcome == route.NotFound && outcome != route.NotFound {
		t.outcome, t.match, t.path = outcome, m, path
	}
}

// methodOf is a request's method, as routes have it.
func methodOf(r *http1.Request) string {
	if r.Method == http1.MethodOther {
		return view(r.MethodText)
	}
	return r.Method.String()
}

// exact reports whether a program answers a path of ours itself. A route that fits many
// paths, such as "/*rest", does so only for methods that ours don't have: what asks for the
// server's health must not get a page.
func (t *target) exact(a *App, r *http1.Request) bool {
	switch t.outcome {
	case route.NotFound:
		return false
	case route.Found:
		ours := r.Method == http1.MethodGet || r.Method == http1.MethodHead
		return !ours || len(a.table.Route(t.match.Route).Params) == 0
	}
	return true
}
