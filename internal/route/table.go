package route

import (
	"slices"
	"strings"
)

// Route is a route of a Table.
type Route struct {
	Method  string
	Pattern string
	Place   string // where it was declared, for messages
	Params  []Param
}

// Table is a set of routes. The zero Table is empty. Once everything has been
// added, any number of goroutines may look things up in it.
type Table struct {
	routes  []Route
	methods []method
}

// method is the tree of one method's routes.
type method struct {
	name string
	root *node
}

// node is where the pieces of some patterns have led so far.
type node struct {
	texts  []textEdge
	params []paramEdge // by the rank of their kinds
	route  int         // the pattern that ends here, or -1
	rest   int         // the pattern that takes all that is left, or -1
}

type textEdge struct {
	text string
	to   *node
}

type paramEdge struct {
	kind Kind
	to   *node
}

// Match is what Lookup found.
type Match struct {
	Route  int // as counted by Add
	values [MaxParams]string
}

// Value is what the pattern's i-th name stands for: a part of the path that was
// looked up.
func (m *Match) Value(i int) string { return m.values[i] }

// Outcome is what became of a lookup.
type Outcome uint8

// The outcomes.
const (
	NotFound   Outcome = iota // no pattern fits the path
	Found                     // Match is filled in
	NotAllowed                // patterns fit, but none of this method
	Options                   // the same for the method OPTIONS
)

// Len is how many routes were added.
func (t *Table) Len() int { return len(t.routes) }

// Route is the i-th route added.
func (t *Table) Route(i int) *Route { return &t.routes[i] }

// Add adds a route, which gets the next number; place says where it was
// declared. An error is always an *Error; nothing was added then.
func (t *Table) Add(name, pattern, place string) error {
	pieces, params, bad := parse(pattern)
	if bad != nil {
		return bad
	}
	m := t.method(name)
	if m == nil {
		t.methods = append(t.methods, method{name: name, root: newNode()})
		m = &t.methods[len(t.methods)-1]
	}
	n := m.root
	slot := &n.route
	for i, p := range pieces {
		if p.param != nil && p.param.Rest {
			slot = &n.rest
			break
		}
		n = n.child(p)
		if i == len(pieces)-1 {
			slot = &n.route
		}
	}
	if *slot >= 0 {
		r := &t.routes[*slot]
		return &Error{
			Tamil:   name + " " + pattern + " ஏற்கெனவே உள்ளது: " + r.Pattern + ", " + r.Place,
			English: name + " " + pattern + " fits the same paths as " + r.Pattern + " at " + r.Place,
			Before:  r.Place,
		}
	}
	*slot = len(t.routes)
	t.routes = append(t.routes, Route{Method: name, Pattern: pattern, Place: place, Params: params})
	return nil
}

func newNode() *node { return &node{route: -1, rest: -1} }

// child is where a piece leads from n; it is made where there is none.
func (n *node) child(p piece) *node {
	if p.param == nil {
		for _, e := range n.texts {
			if e.text == p.text {
				return e.to
			}
		}
		e := textEdge{p.text, newNode()}
		i, _ := slices.BinarySearchFunc(n.texts, p.text, textEdge.compare)
		n.texts = slices.Insert(n.texts, i, e)
		return e.to
	}
	for _, e := range n.params {
		if e.kind == p.param.Kind {
			return e.to
		}
	}
	e := paramEdge{p.param.Kind, newNode()}
	i := 0
	for i < len(n.params) && n.params[i].kind.rank() < e.kind.rank() {
		i++
	}
	n.params = slices.Insert(n.params, i, e)
	return e.to
}

func (e textEdge) compare(text string) int { return strings.Compare(e.text, text) }

func (t *Table) method(name string) *method {
	for i := range t.methods {
		if t.methods[i].name == name {
			return &t.methods[i]
		}
	}
	return nil
}

// Knows reports whether any route is of the method.
func (t *Table) Knows(name string) bool { return t.method(name) != nil }

// Lookup finds the route for a method and a path, which begins with '/'. What
// it writes into m points into path.
func (t *Table) Lookup(name, path string, m *Match) Outcome {
	if h := t.method(name); h != nil && h.find(path, m) {
		return Found
	}
	if name == "HEAD" {
		if h := t.method("GET"); h != nil && h.find(path, m) {
			return Found
		}
	}
	for i := range t.methods {
		if h := &t.methods[i]; h.name != name && h.find(path, m) {
			if name == "OPTIONS" {
				return Options
			}
			return NotAllowed
		}
	}
	return NotFound
}

// AppendAllow appends the methods that a path may be asked with, for the Allow
// field: those of its routes, HEAD beside GET, and OPTIONS.
func (t *Table) AppendAllow(dst []byte, path string) []byte {
	var m Match
	head, options := false, false
	for i := range t.methods {
		h := &t.methods[i]
		if path != "*" && !h.find(path, &m) {
			continue
		}
		dst = append(append(dst, h.name...), ", "...)
		head = head || h.name == "HEAD"
		options = options || h.name == "OPTIONS"
		if h.name == "GET" && !head && !t.explicitHead(path, &m) {
			dst = append(dst, "HEAD, "...)
			head = true
		}
	}
	if options {
		return dst[:len(dst)-len(", ")]
	}
	return append(dst, "OPTIONS"...)
}

func (t *Table) explicitHead(path string, m *Match) bool {
	h := t.method("HEAD")
	return h != nil && (path == "*" || h.find(path, m))
}

func (h *method) find(path string, m *Match) bool {
	if len(path) == 0 || path[0] != '/' {
		return false
	}
	return h.root.find(path, m, 0)
}

// find goes on from n with the rest of a path, which begins with '/' or is
// empty; named pieces so far: named.
func (n *node) find(path string, m *Match, named int) bool {
	if path == "" {
		m.Route = n.route
		return n.route >= 0
	}
	piece, rest := path[1:], ""
	if i := strings.IndexByte(piece, '/'); i >= 0 {
		piece, rest = piece[:i], piece[i:]
	}
	if to := n.text(piece); to != nil && to.find(rest, m, named) {
		return true
	}
	for i := range n.params {
		e := &n.params[i]
		if !e.kind.reads(piece) {
			continue
		}
		m.values[named] = piece
		if e.to.find(rest, m, named+1) {
			return true
		}
	}
	if n.rest >= 0 {
		m.values[named] = path[1:]
		m.Route = n.rest
		return true
	}
	return false
}

// few is up to how many texts are compared one by one: most comparisons end at
// the length.
const few = 8

func (n *node) text(piece string) *node {
	if len(n.texts) <= few {
		for i := range n.texts {
			if n.texts[i].text == piece {
				return n.texts[i].to
			}
		}
		return nil
	}
	low, high := 0, len(n.texts)
	for low < high {
		if mid := int(uint(low+high) >> 1); n.texts[mid].text < piece {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(n.texts) && n.texts[low].text == piece {
		return n.texts[low].to
	}
	return nil
}
