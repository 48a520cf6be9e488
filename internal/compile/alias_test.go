package compile_test

import (
	"testing"

	"etamil/internal/compile"
)

// Values are copied, never aliased (facts.md 5): a change of one name is never
// seen under another. Each program tries one way in which a compiler that
// changes things in place could get that wrong.
var aliases = []struct{ name, text, want string }{
	{"a variable and its copy", `a = [1]; b = a; b[0] = 9; அச்சு a; அச்சு b;`, "[1]\n[9]\n"},
	{"a list in a list", `a = [1, 2]; d = [a]; a[1] = 5; அச்சு d; அச்சு a;`, "[[1, 2]]\n[1, 5]\n"},
	{"one list twice in a list", `a = [1]; d = [a, a]; d[0][0] = 7; அச்சு d; அச்சு a;`, "[[7], [1]]\n[1]\n"},
	{"a list appended to itself", `a = [1]; a = இணை(a, a); a = இணை(a, a); அச்சு a; a[1][0] = 9; அச்சு a;`, "[1, [1], [1, [1]]]\n[1, [9], [1, [1]]]\n"},
	{"an item read before a nested change", `r = {n: {v: 1}}; t = r.n; r.n.v = 2; அச்சு t; அச்சு r;`, "{v: 1}\n{n: {v: 2}}\n"},
	{"an item read before a call that changes it", `செயல் g(r) { r.n.v = 5; திரும்பு r; } செயல் f() { r = {n: {v: 1}}; t = r.n; r = g(r); அச்சு t; அச்சு r; } f();`, "{v: 1}\n{n: {v: 5}}\n"},
	{"an argument changed by the callee", `செயல் g(x) { x[0] = 9; திரும்பு x; } a = [1]; b = g(a); அச்சு a; அச்சு b;`, "[1]\n[9]\n"},
	{"one argument twice", `செயல் g(x, y) { x[0] = 9; y[0] = 8; திரும்பு [x, y]; } a = [1]; அச்சு g(a, a); அச்சு a;`, "[[9], [8]]\n[1]\n"},
	{"one argument twice, one only read", `செயல் g(x, y) { x[0] = 9; திரும்பு y; } a = [1]; அச்சு g(a, a); அச்சு a;`, "[1]\n[1]\n"},
	{"an argument read only, kept by the caller", `செயல் g(x) { திரும்பு x[0]; } செயல் f() { a = [[1]]; b = g(a); b[0] = 5; அச்சு a; அச்சு b; } f();`, "[[1]]\n[5]\n"},
	{"a part of an argument that is returned", `செயல் g(x) { திரும்பு x.n; } r = {n: [1]}; t = g(r); t[0] = 5; அச்சு r; r.n[0] = 6; அச்சு t;`, "{n: [1]}\n[5]\n"},
	{"a list while it is iterated", `a = [1, 2]; ஒவ்வொரு x இல் a { a = இணை(a, x); a[0] = 7; } அச்சு a;`, "[7, 2, 1, 2]\n"},
	{"an item of an iteration", `a = [[1], [2]]; ஒவ்வொரு x இல் a { x[0] = 9; அச்சு x; } அச்சு a;`, "[9]\n[9]\n[[1], [2]]\n"},
	{"an item of an iteration, kept", `a = [[1]]; ஒவ்வொரு x இல் a { b = x; } b[0] = 5; அச்சு a; a[0][0] = 6; அச்சு b; அச்சு x;`, "[[1]]\n[5]\n[1]\n"},
	{"an iterated field changed under the iteration", `r = {l: [[1], [2]]}; ஒவ்வொரு x இல் r.l { r.l[1][0] = 7; அச்சு x; } அச்சு r;`, "[1]\n[2]\n{l: [[1], [7]]}\n"},
	{"a value of a keyed iteration", `r = {a: [1]}; ஒவ்வொரு k, v இல் r { r[k][0] = 5; அச்சு v; } அச்சு r;`, "[1]\n{a: [5]}\n"},
	{"a parameter iterated while its owner waits", `செயல் g(l) { n = []; ஒவ்வொரு x இல் l { x[0] = 0; n = இணை(n, x); } திரும்பு n; } a = [[1], [2]]; b = g(a); அச்சு a; a[0][0] = 5; அச்சு b;`, "[[1], [2]]\n[[0], [0]]\n"},
	{"a capture", `செயல் f() { x = [1]; h = செயல்() { x[0] = 2; திரும்பு x; }; y = h(); z = h(); x[0] = 3; திரும்பு [x, y, z, h()]; } அச்சு f();`, "[[3], [2], [2], [2]]\n"},
	{"a capture in two closures", `செயல் f() { x = [1]; g = செயல்() { x = இணை(x, 2); திரும்பு x; }; h = செயல்() { x[0] = 7; திரும்பு x; }; திரும்பு [g(), h(), x, g()]; } அச்சு f();`, "[[1, 2], [7], [1], [1, 2]]\n"},
	{"a default parameter that is another parameter", `செயல் f(a, b = a, c = [b]) { a[0] = 9; திரும்பு [a, b, c]; } அச்சு f([1]); x = [2]; அச்சு f(x, x); அச்சு x;`, "[[9], [1], [[1]]]\n[[9], [2], [[2]]]\n[2]\n"},
	{"an argument for a parameter with a default", `செயல் f(a, b = [1]) { b[0] = 9; திரும்பு b; } x = [5]; அச்சு f(1, x); அச்சு x; அச்சு f(1);`, "[9]\n[5]\n[9]\n"},
	{"a capture of a parameter with a default", `செயல் f(a = [1]) { g = செயல்() { திரும்பு a; }; a[0] = 9; திரும்பு [g(), a]; } x = [5]; அச்சு f(x); அச்சு x; அச்சு f();`, "[[5], [9]]\n[5]\n[[1], [9]]\n"},
	{"a capture that may not be set", `செயல் f(n) { (n) எனில் { a = [1]; } g = செயல்() { திரும்பு a; }; a[0] = 9; திரும்பு [g(), a]; } அச்சு f(1);`, "[[1], [9]]\n"},
	{"a slot and its copy", `a = [1, 2]; முயல் { b = a; a = இணை(a, 3); a[0] = 9; } பிழை(e) { } அச்சு b; b = a; a[1] = 7; அச்சு a; அச்சு b;`, "[1, 2]\n[9, 7, 3]\n[9, 2, 3]\n"},
	{"a slot changed, then an error", `a = [[1]]; முயல் { a[0][0] = 2; a[5][0] = 3; } பிழை(e) { } அச்சு a;`, "[[2]]\n"},
	{"a slot of which a part is held", `செயல் f() { r = {n: [1]}; முயல் { t = r.n; r.n[0] = 2; r = {n: t, m: r.n}; t[0] = 3; r.m[0] = 4; எறி "x"; } பிழை(e) { } திரும்பு [r, t]; } அச்சு f();`, "[{m: [4], n: [1]}, [3]]\n"},
	{"a result", `a = [1]; r = சரி(a); b = r?; b[0] = 2; c = r?; அச்சு a; அச்சு b; அச்சு c; அச்சு r;`, "[1]\n[2]\n[1]\nசரி([1])\n"},
	{"a failure's content, caught", `a = [1]; முயல் { எறி {code: "c", details: a}; } பிழை(e) { d = e.details; d = 5; } a[0] = 2; அச்சு a;`, "[2]\n"},
	{"a thrown value changed after", `a = {code: "c", details: [1]}; முயல் { எறி a; } பிழை(e) { a.details[0] = 5; அச்சு e.details; } அச்சு a.details;`, "[1]\n[5]\n"},
	{"a method's receiver", `வடிவம் P { l, செயல் m(இது) { r = இது; r.l[0] = 5; திரும்பு r; } } p = P{l: [1]}; q = p.m(); அச்சு p; அச்சு q;`, "P{l: [1]}\nP{l: [5]}\n"},
	{"a field of a receiver that is returned", `வடிவம் P { l, செயல் m(இது) { திரும்பு இது.l; } } p = P{l: [1]}; q = p.m(); q[0] = 2; அச்சு p; p.l[0] = 3; அச்சு q;`, "P{l: [1]}\n[2]\n"},
	{"a shape filled from another", `வடிவம் P { l, m } p = P{l: [1], m: 2}; q = P{m: 3, ..p}; q.l[0] = 9; அச்சு p; p.l[0] = 8; அச்சு q;`, "P{l: [1], m: 2}\nP{l: [9], m: 3}\n"},
	{"a spread list", `a = [[1]]; b = [..a, 2]; b[0][0] = 5; அச்சு a; a[0][0] = 6; அச்சு b;`, "[[1]]\n[[5], 2]\n"},
	{"a spread record", `a = {x: [1]}; b = {..a, y: 2}; b.x[0] = 5; அச்சு a; a.x[0] = 6; அச்சு b;`, "{x: [1]}\n{x: [5], y: 2}\n"},
	{"a spread of the list it is stored in", `a = [1]; a = [..a, a, ..a]; a[1][0] = 9; அச்சு a;`, "[1, [9], 1]\n"},
	{"a swap", `a = [1]; b = [2]; [a, b] = [b, a]; a[0] = 8; அச்சு a; அச்சு b;`, "[8]\n[1]\n"},
	{"a swap of items", `a = [[1], [2]]; t = a[0]; a[0] = a[1]; a[1] = t; a[0][0] = 9; அச்சு a; அச்சு t;`, "[[9], [1]]\n[1]\n"},
	{"an item made of its list", `a = [[1], 2]; a[1] = a; a[1][0][0] = 5; அச்சு a;`, "[[1], [[5], 2]]\n"},
	{"an item put under itself", `a = [[1]]; a[0] = [a[0], a[0]]; a[0][0][0] = 3; அச்சு a;`, "[[[3], [1]]]\n"},
	{"a nested change with a value read from the same place", `a = [{x: [1]}]; a[0].x = a[0].x; b = a[0].x; a[0].x[0] = 2; அச்சு b; அச்சு a;`, "[1]\n[{x: [2]}]\n"},
	{"a nested change whose value is the whole", `a = {n: {v: 1}}; a.n.v = a; a.n.v.n.v = 5; அச்சு a;`, "{n: {v: {n: {v: 5}}}}\n"},
	{"a nested change whose value is the part", `a = {n: {v: 1}}; a.n.v = a.n; a.n.w = 2; அச்சு a;`, "{n: {v: {v: 1}, w: 2}}\n"},
	{"one read twice, one changed", `செயல் f(r) { x = r.l; y = r.l; x[0] = 1; அச்சு y; y[0] = 2; அச்சு r; திரும்பு x; } அச்சு f({l: [0]});`, "[0]\n{l: [0]}\n[1]\n"},
	{"text that grows", `a = "x"; b = a & "y"; c = a & "z"; a = a & "w"; அச்சு a & b & c; d = b; b = b & "1"; d = d & "2"; அச்சு b & d;`, "xwxyxz\nxy1xy2\n"},
	{"text that grows in a loop and is kept", `s = ""; l = []; ஒவ்வொரு i இல் வீச்சு(1, 3) { s = s & i; l = இணை(l, s); } அச்சு l; s = s & l[0]; அச்சு l; அச்சு s;`, "[1, 12, 123]\n[1, 12, 123]\n1231\n"},
	{"text and its prefix", `a = "ab" & 1; b = a & "c"; c = a & "d"; அச்சு b; அச்சு c; அச்சு a;`, "ab1c\nab1d\nab1\n"},
	{"a global changed while a copy lives", `g = [1]; செயல் s() { திரும்பு g; } t = g; g = இணை(g, 2); g[0] = 5; அச்சு t; அச்சு s();`, "[1]\n[5, 2]\n"},
	{"a global's part changed while it is held", `g = {l: [1]}; செயல் s() { திரும்பு g; } t = g.l; u = s(); g.l[0] = 2; அச்சு t; அச்சு u; அச்சு s();`, "[1]\n{l: [1]}\n{l: [2]}\n"},
	{"a global stored in itself", `g = [1]; செயல் s() { திரும்பு g; } g = இணை(g, g); g[1][0] = 5; அச்சு g; g[1] = g; அச்சு s();`, "[1, [5]]\n[1, [1, [5]]]\n"},
	{"a global changed by what it is appended to", `g = [1]; செயல் s() { திரும்பு g; } g = இணை(g, s()); g[0] = 3; அச்சு g; g[1][0] = g; அச்சு g;`, "[3, [1]]\n[3, [[3, [1]]]]\n"},
	{"a global that a local copies", `g = [1, 2]; செயல் f() { g[0] = 9; g = இணை(g, 3); திரும்பு g; } அச்சு f(); அச்சு g; அச்சு f();`, "[9, 2, 3]\n[1, 2]\n[9, 2, 3]\n"},
	{"a global's nested part that a local copies", `g = {a: {b: [1]}}; செயல் f() { g.a.b[0] = 9; திரும்பு g; } அச்சு f(); அச்சு g;`, "{a: {b: [9]}}\n{a: {b: [1]}}\n"},
	{"a local set on one way only", `g = [1]; செயல் f(x) { (x) எனில் { g = [2]; } g[0] = 7; திரும்பு g; } அச்சு f(1); அச்சு f(0); அச்சு g;`, "[7]\n[7]\n[1]\n"},
	{"a loop's value and its last", `a = [0]; l = []; ஒவ்வொரு i இல் வீச்சு(1, 3) { b = a; a[0] = i; l = இணை(l, b); } அச்சு l; அச்சு a; அச்சு b;`, "[[0], [1], [2]]\n[3]\n[2]\n"},
	{"rotation in a loop", `செயல் f() { a = [1]; b = [2]; c = [3]; n = 0; (n < 4) சுற்று { t = a; a = b; b = c; c = t; a[0] = a[0] + 10; n = n + 1; } திரும்பு [a, b, c, t]; } அச்சு f();`, "[[22], [13], [11], [11]]\n"},
	{"a value passed on both ways of a branch", `செயல் f(x) { a = [1]; (x) எனில் { b = a; } இன்றேல் { b = [2]; } b[0] = 9; திரும்பு [a, b]; } அச்சு f(1); அச்சு f(0);`, "[[1], [9]]\n[[1], [9]]\n"},
	{"an argument that a small function changes", `செயல் f(r) { r.x = 5; r.z[0] = 6; திரும்பு r; } செயல் g() { a = {x: 1, z: [2]}; b = f(a); c = f(a).z; a.z[0] = 9; திரும்பு [a, b, c]; } அச்சு g();`, "[{x: 1, z: [9]}, {x: 5, z: [6]}, [6]]\n"},
	{"a part read before a small function changes the whole", `செயல் f(r) { r.n.v = 5; திரும்பு r; } செயல் g() { r = {n: {v: 1}}; t = r.n; r = f(r); திரும்பு [t, r]; } அச்சு g();`, "[{v: 1}, {n: {v: 5}}]\n"},
	{"what a closure holds, changed in each call", `செயல் g() { l = [1]; f = செயல்(x) { l[0] = l[0] + x; திரும்பு l; }; a = f(1); b = f(2); l[0] = 7; திரும்பு [a, b, l, f(3)]; } அச்சு g();`, "[[2], [3], [7], [4]]\n"},
	{"an argument that is given twice", `செயல் f(a, b) { a[0] = 5; திரும்பு [a, b]; } செயல் g(l) { m = f(l, l); திரும்பு [m, l]; } அச்சு g([1]);`, "[[[5], [1]], [1]]\n"},
	{"a global that a small function changes for itself", `g = [1]; செயல் f(a) { a[0] = a[0] + 1; திரும்பு a; } செயல் h() { x = f(g); y = f(g); திரும்பு [x, y, g]; } அச்சு h();`, "[[2], [2], [1]]\n"},
	{"a value that a callback changes", `l = [[1], [2]]; m = ஒவ்வொன்றுக்கும்(l, செயல்(x) { x[0] = x[0] * 10; திரும்பு x; }); அச்சு l; அச்சு m; m[0][0] = 0; அச்சு l;`, "[[1], [2]]\n[[10], [20]]\n[[1], [2]]\n"},
	{"a return from a try with finally", `செயல் f() { a = [1]; முயல் { திரும்பு a; } இறுதியில் { a[0] = 5; அச்சு a; } } அச்சு f();`, "[5]\n[1]\n"},
	{"an iterator in a try", `a = [[1], [2]]; முயல் { ஒவ்வொரு x இல் a { a[1][0] = 7; அச்சு x; (x[0] == 2) எனில் { எறி "a"; } } } பிழை(e) { அச்சு a; }`, "[1]\n[2]\n[[1], [7]]\n"},
	{"a destructured part", `p = {x: [1], y: [[2]]}; {x, y} = p; x[0] = 5; y[0][0] = 6; அச்சு p; அச்சு x; அச்சு y; [[q]] = [p.y]; q[0] = 7; அச்சு p;`, "{x: [1], y: [[2]]}\n[5]\n[[6]]\n{x: [1], y: [[2]]}\n"},
	{"a member that is a function in a field", `செயல் h(a) { a[0] = 9; திரும்பு a; } r = {f: h, l: [1]}; x = r.f(r.l); அச்சு r.l; அச்சு x;`, "[1]\n[9]\n"},
	{"a global grown by what is read of it", `g = [[1]]; செயல் s() { திரும்பு g; } g = இணை(g, g[0]); g[1][0] = 5; அச்சு g; g = இணை(g, நீளம்(g) + g[0][0]); அச்சு s();`, "[[1], [5]]\n[[1], [5], 3]\n"},
	{"a global whose item holds it", `g = [1]; செயல் s() { திரும்பு g; } g[0] = [g, நீளம்(g)]; g[0][0][0] = 7; அச்சு s(); g[0] = g[0]; g[0][1] = 8; அச்சு s();`, "[[[7], 1]]\n[[[7], 8]]\n"},
	{"a global's part read and then put elsewhere", `g = {a: [1], b: 0}; செயல் s() { திரும்பு g; } g.b = g.a; g.a[0] = g.a[0] + நீளம்(g.a); அச்சு s(); g.b[0] = 9; அச்சு s();`, "{a: [2], b: [1]}\n{a: [2], b: [9]}\n"},
	{"a global changed by a choice of its parts", `g = [[1], [2]]; செயல் s() { திரும்பு g; } t = g[1]; g[0] = [g[1][0], t]; g[0][1][0] = 4; g[1][0] = 6; அச்சு s(); அச்சு t;`, "[[2, [4]], [6]]\n[2]\n"},
	{"an argument that its function changes, on some ways after it became another", `செயல் f(p, c) { (c) எனில் { p = [9]; } p[0] = 5; திரும்பு நீளம்(p); } செயல் g() { l = [1]; n = f(l, பொய்); m = f(l, மெய்); திரும்பு [l, n, m]; } அச்சு g();`, "[[1], 1, 1]\n"},
}

func TestValuesNeverAlias(t *testing.T) {
	for _, c := range aliases {
		for how, o := range map[string]compile.Options{
			"on": {}, "off": {NoOpt: true}, "gvn alone": {Passes: func(p string) bool { return p == "gvn" }},
			"inline alone": {Passes: func(p string) bool { return p == "inline" }},
		} {
			got, ok := execute(t, c.text, o)
			if !ok || got.err != "" || got.output != c.want {
				t.Errorf("%s, %s:\n%s\ngives\n%s%s\nnot\n%s", c.name, how, c.text, got.output, got.err, c.want)
			}
		}
	}
}
