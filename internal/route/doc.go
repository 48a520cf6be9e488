// Package route finds which route answers a method and a path.
//
//	var t route.Table
//	t.Add("GET", "/products/:id<எண்>", "shop.qmz:12")    // route 0
//	t.Add("GET", "/products/new", "shop.qmz:20")        // route 1
//	t.Lookup("GET", "/products/7", &m)                  // Found, m.Route 0, m.Value(0) "7"
//
// # Patterns
//
// A path is cut at each '/'; a pattern says what each piece must be:
//
//	text        exactly this
//	:name       any piece that isn't empty
//	:name<type> a piece that reads as the type: a number, a truth value, a date …
//	*name       all that is left, which may be empty; as the last piece only
//
// Nothing is left out: "/a" and "/a/" are two paths, the second with an empty
// piece at its end. Paths are given decoded; names of types in Types.
//
// # Which one wins
//
// Among the routes of the method whose pattern fits, the most specific, however
// they were declared: from the left, the first piece where two patterns differ
// decides, and text beats a typed piece (a whole number beats a number) beats a
// plain one beats the rest. Two
// patterns that differ only in the names of their pieces fit the same paths:
// the second is an error that names both places.
//
// HEAD is answered by a route for GET where it has none of its own. A path
// that fits a pattern of other methods only is NotAllowed, with AppendAllow
// for the answer, or, for the method OPTIONS, Options.
//
// # How it is found
//
// There is one tree of pieces for each method. Lookup walks down the most
// specific branch and goes back where it leads nowhere. A node of the tree is
// looked at once at most, so the cost is bounded by the number of routes, not
// by the path; usually it is one comparison for each piece. Nothing is
// allocated.
package route
