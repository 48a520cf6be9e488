package compile_test

import (
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/source/load"
	"etamil/internal/std/core"
	"etamil/internal/value"
	"etamil/vm"
)

// What is computed in a loop and again behind it, or on each turn, raises its error where the
// program says, behind what stands before; and what a loop changes is read anew.
var loops = []struct{ name, text, want, err string }{
	{"no turn, no error", `செயல் f(a, n) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { s = s + a.x; } திரும்பு s; } அச்சு f(5, 0);`, "0\n", ""},
	{"an error on the first turn", `செயல் f(a, n) { s = 0; i = 0; (i < n) சுற்று { s = a[1] + s; i = i + 1; } திரும்பு s; } அச்சு f([1, 2], 3); அச்சு f([], 0); அச்சு f([], 1);`, "6\n0\n", "index"},
	{"an effect before the error", `செயல் f(a, n) { i = 0; (i < n) சுற்று { அச்சு i; i = i + a[1]; } திரும்பு i; } அச்சு f([1], 3);`, "0\n", "index"},
	{"a head with an error", `செயல் f(a) { i = 0; (i < நீளம்(a)) சுற்று { i = i + 1; } திரும்பு i; } அச்சு f([1, 2]); அச்சு f(3);`, "2\n", "no_length"},
	{"what a loop counts is read behind it", `செயல் f(r, n) { i = 0; s = 0; l = []; (i < n) சுற்று { s = s + r.x; l = இணை(l, s); i = i + 1; } திரும்பு [i, s, l]; } அச்சு f({x: 2}, 3); அச்சு f({x: 2}, 0);`, "[3, 6, [2, 4, 6]]\n[0, 0, []]\n", ""},
	{"in two loops", `செயல் f(a, b) { s = 0; ஒவ்வொரு i இல் வீச்சு(0, 1) { ஒவ்வொரு j இல் வீச்சு(0, i) { s = s + a[i][j] * b.x; } } திரும்பு s; } அச்சு f([[1, 2], [3, 4]], {x: 10}); அச்சு f([[1, 2]], {x: 1});`, "80\n", "index"},
	{"a part that is held while its container changes", `செயல் f(a, n) { t = []; ஒவ்வொரு i இல் வீச்சு(0, n) { r = a[0]; t = இணை(t, r); t[i][0] = i + 5; } a[0][0] = 9; திரும்பு [a, t]; } அச்சு f([[1]], 1);`, "[[[9]], [[5], [6]]]\n", ""},
	{"a global that the loop sets", `g = 1; செயல் h() { திரும்பு g; } ஒவ்வொரு i இல் வீச்சு(1, 3) { t = g; g = t + h(); } அச்சு g;`, "8\n", ""},
	{"a global that isn't set yet", `செயல் h(n) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { s = s + g; } திரும்பு s; } அச்சு h(0); முயல் { அச்சு h(1); } பிழை(e) { அச்சு "no"; } g = 3; அச்சு h(2);`, "0\nno\n6\n", ""},
	{"a field that is taken from something", `செயல் f(r, y) { r.x = y - r.x; r.x = 10 - r.x; r.x = r.x - y; திரும்பு r; } அச்சு f({x: 3}, 7);`, "{x: -1}\n", ""},
	{"the first of two errors", `செயல் f(a, b) { s = 0; i = 0; (i < 3) சுற்று { முயல் { s = s + b[7]; } பிழை(e) { அச்சு "b"; } s = s + a.x; i = i + 1; } திரும்பு s; } அச்சு f(1, [1]);`, "b\n", "not_record"},
	{"an error that differs from turn to turn comes first", `செயல் f(r, a, b) { s = 0; i = 0; (i < 3) சுற்று { s = s + r.x; s = s + b[i]; s = s + a.x; i = i + 1; } திரும்பு s; } அச்சு f({x: 1}, {x: 2}, [1, 2, 3]); அச்சு f({x: 1}, 1, []);`, "15\n", "index"},
	{"a global set between two reads", `g = 1; செயல் h() { திரும்பு g; } x = g + 0.5; g = 5; அச்சு x + g; அச்சு h();`, "6.5\n5\n", ""},
	{"a global set on the first way to a read", `g = 1; செயல் h() { திரும்பு g; } x = g + 1; (h() == 1) எனில் { g = 9; } இன்றேல் { x = 3; } அச்சு g + 1; அச்சு x;`, "10\n2\n", ""},
	{"a global set on the second way to a read", `n = 2; g = 1; செயல் h() { திரும்பு g + n; } k = h() == 0; x = g + 1; (k) எனில் { x = 3; } இன்றேல் { g = 9; } அச்சு g + 1; அச்சு x;`, "10\n2\n", ""},
	{"a global set on a loop's turn", `g = 1; செயல் h() { திரும்பு g; } x = g + 1; ஒவ்வொரு i இல் வீச்சு(1, 3) { x = x + g; g = i * 10; } அச்சு x; அச்சு h();`, "33\n30\n", ""},
	{"a global set in a try, read where it is caught", `g = 1; செயல் h() { திரும்பு g; } x = g + 1; முயல் { g = 5; y = [][x]; } பிழை(e) { அச்சு g + x; } அச்சு h();`, "7\n5\n", ""},
	{"builtins of one argument", `செயல் f(x) { திரும்பு [முழுமதிப்பு(x), தரை(x), மேல்(x), முழுமதிப்பு(x)]; } அச்சு f(0 - 1.5);`, "[1.5, -2, -1, 1.5]\n", ""},
	{"left from the middle", `செயல் f(a, n) { i = 0; (i < n) சுற்று { (a.x == i) எனில் { நிறுத்து; } i = i + 1; } திரும்பு i; } அச்சு f({x: 2}, 5); அச்சு f({x: 9}, 5); அச்சு f(1, 0);`, "2\n5\n0\n", ""},
	{"a constant of the head that is read behind", `செயல் f(a, n) { i = n; (i < 7.50) சுற்று { i = i + a.x; } திரும்பு [i, 7.50]; } அச்சு f({x: 4}, 1); அச்சு f(1, 8);`, "[9, 7.5]\n[8, 7.5]\n", ""},
	{"a sum with a product, small and not", `செயல் f(s, x, y) { திரும்பு s + x * y; } அச்சு f(1, 2, 3); அச்சு f(9223372036854775807, 1, 1); அச்சு f(0.50, 2.5, 3); அச்சு f(1, 0.5, 0.5); அச்சு f("5", 2, 3); அச்சு f(1, 9223372036854775807, 2);`, "7\n9223372036854775808\n8\n1.25\n11\n18446744073709551615\n", ""},
	{"a product that is needed when it has been added", `செயல் f(s, x, y) { p = x * y; s = s + p; திரும்பு [s, p]; } அச்சு f(1, 2, 3);`, "[7, 6]\n", ""},
	{"an item that is needed when its own item has been read", `செயல் f(a, i, j) { r = a[i]; x = r[j]; திரும்பு [x, r, a[j][i] + r[i]]; } அச்சு f([[1, 2], [3, 4]], 0, 1);`, "[2, [1, 2], 4]\n", ""},
	{"an item's item of what is no list, and one that isn't there", `செயல் f(a, i, j) { திரும்பு a[i][j]; } அச்சு f([[1]], 0, 0); அச்சு f([{x: 5}], 0, "x"); அச்சு f(["கல்"], 0, 1); f([[1]], 0, 1);`, "1\n5\nல்\n", "index"},
	{"through a list by its places", `செயல் f(a) { s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { s = s * 10 + a[i]; } திரும்பு s; } அச்சு f([1, 2, 3]); அச்சு f([]); அச்சு f([7]);`, "123\n0\n7\n", ""},
	{"through a list from its second place, or to the last but one", `செயல் f(a) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, நீளம்(a) - 1) { s = s * 10 + a[i]; } ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 2) { s = s * 10 + a[i]; } திரும்பு s; } அச்சு f([1, 2, 3]); அச்சு f([5]);`, "2312\n0\n", ""},
	{"through a list, beyond its end", `செயல் f(a) { s = 0; i = 0; (i <= நீளம்(a)) சுற்று { s = s + a[i]; i = i + 1; } திரும்பு s; } அச்சு f([1, 2]);`, "", "index"},
	{"through a list by every second place", `செயல் f(a) { s = 0; i = 0; (i < நீளம்(a)) சுற்று { s = s * 10 + a[i]; i = i + 2; } திரும்பு s; } அச்சு f([1, 2, 3, 4]); அச்சு f([]);`, "13\n0\n", ""},
	{"through one list by the places of another", `செயல் f(a, b) { s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { s = s * 10 + b[i]; } திரும்பு s; } அச்சு f([1, 2], [3, 4, 5]); அச்சு f([1, 2], [3]);`, "34\n", "index"},
	{"through a list that changes meanwhile", `செயல் f() { a = [1, 2, 3]; s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { a[2] = 9; s = s * 10 + a[i]; } திரும்பு [s, a]; } அச்சு f();`, "[129, [1, 2, 9]]\n", ""},
	{"through a list that changes afterwards", `செயல் f(n) { a = []; ஒவ்வொரு i இல் வீச்சு(1, n) { a = இணை(a, i); } s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { s = s + a[i]; } a[0] = s; திரும்பு a; } அச்சு f(3);`, "[6, 2, 3]\n", ""},
	{"the place is read too, and the next one", `செயல் f(a) { s = []; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { (a[i] == 2) எனில் { தொடர்; } (a[i] == 9) எனில் { நிறுத்து; } s = இணை(s, [i, a[i], i + 1]); } திரும்பு s; } அச்சு f([1, 2, 3, 9, 4]);`, "[[0, 1, 1], [2, 3, 3]]\n", ""},
	{"a place that is kept behind the loop", `செயல் f(a) { i = 0; (i < நீளம்(a)) சுற்று { (a[i] == 2) எனில் { நிறுத்து; } i = i + 1; } திரும்பு i; } அச்சு f([1, 2, 3]); அச்சு f([1, 3]);`, "1\n2\n", ""},
	{"lists of lists by their places", `செயல் f(a) { s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { ஒவ்வொரு j இல் வீச்சு(0, நீளம்(a[i]) - 1) { s = s * 10 + a[i][j]; } } திரும்பு s; } அச்சு f([[1, 2], [], [3]]);`, "123\n", ""},
	{"what isn't a list by its places", `செயல் f(a) { s = 0; ஒவ்வொரு i இல் வீச்சு(0, நீளம்(a) - 1) { s = s & a[i]; } திரும்பு s; } அச்சு f("அஆ"); அச்சு f([1]);`, "0அஆ\n01\n", ""},
	{"a constant that is stored on each turn", `செயல் f(n) { a = []; r = {}; ஒவ்வொரு i இல் வீச்சு(1, n) { a = இணை(a, 2.50); a = இணை(a, இன்மை); r.x = மெய்; r[i] = 2.50; r["t" & i] = "அ"; } திரும்பு [a, r]; } அச்சு f(0); அச்சு f(1);`, "[[], {}]\n[[2.5, nil], {1: 2.5, t1: அ, x: true}]\n", ""},
	{"a sum that is too large on the second turn", `செயல் f(a, n) { s = 1; i = 0; (i < n) சுற்று { அச்சு i; s = s * (a * a); i = i + 1; } திரும்பு s; } அச்சு f(100000000000000, 0); அச்சு f(100000000000000, 4);`, "1\n0\n1\n", "number_too_large"},
}

func TestLoops(t *testing.T) {
	for _, c := range loops {
		for how, o := range map[string]compile.Options{
			"on": {}, "off": {NoOpt: true}, "gvn alone": {Passes: func(p string) bool { return p == "gvn" }},
			"licm alone":     {Passes: func(p string) bool { return p == "licm" }},
			"hold alone":     {Passes: func(p string) bool { return p == "hold" }},
			"types and walk": {Passes: func(p string) bool { return p == "types" || p == "gvn" || p == "licm" || p == "walk" }},
			"all but inline": {Passes: func(p string) bool { return p != "inline" }},
		} {
			got, ok := execute(t, c.text, o)
			if !ok || got.output != c.want || (got.err == "") != (c.err == "") || !strings.Contains(got.err, c.err) {
				t.Errorf("%s, %s:\n%s\ngives\n%s%s\nnot\n%s%s", c.name, how, c.text, got.output, got.err, c.want, c.err)
			}
		}
	}
}

// What is used again, and so lives longer, doesn't make a list be copied on each turn, nor
// does a look at a variable that is about to change: 100,000 items take milliseconds, and
// would take minutes.
var inPlace = []struct{ name, text string }{
	{"a list grows beside one that is read", `செயல் f(n, r) { l = []; ஒவ்வொரு i இல் வீச்சு(1, n) { l = இணை(l, r.x); l[i - 1] = l[i - 1] + r.x; } திரும்பு l; } f(100000, {x: 1});`},
	{"a list of which the length is asked", `செயல் f(n) { l = []; (நீளம்(l) < n) சுற்று { l = இணை(l, நீளம்(l)); } திரும்பு l; } f(100000);`},
	{"a row is read while parts change", `செயல் f(n, a, b) { ஒவ்வொரு i இல் வீச்சு(1, n) { ஒவ்வொரு k இல் வீச்சு(0, 2) { b[0][k] = a[0][k]; } a[0][0] = i; } திரும்பு a; } l = []; ஒவ்வொரு i இல் வீச்சு(1, 100000) { l = இணை(l, i); } f(100000, [l], [[0, 0, 0]]);`},
	{"a part is read on both sides of a change", `செயல் f(n, a, b) { ஒவ்வொரு i இல் வீச்சு(1, n) { t = a.l[0]; b.m[0] = t; u = a.l[1]; a.l[0] = u + t; } திரும்பு a; } l = []; ஒவ்வொரு i இல் வீச்சு(1, 100000) { l = இணை(l, 0); } f(100000, {l: l}, {m: [0]});`},
	{"a global grows by what is read of it", `l = [0]; k = 2; செயல் f() { திரும்பு நீளம்(l) + k; } ஒவ்வொரு i இல் வீச்சு(1, 100000) { l = இணை(l, நீளம்(l) + k + l[0]); } அச்சு f();`},
	{"a global's item becomes more", `l = [0]; செயல் f() { திரும்பு நீளம்(l); } ஒவ்வொரு i இல் வீச்சு(1, 100000) { l = இணை(l, i); } ஒவ்வொரு i இல் வீச்சு(1, 100000) { l[i] = l[i] + l[i - 1] + நீளம்(l); } அச்சு f();`},
	{"a list is looked through by its places, and changed", `செயல் f(n) { l = []; ஒவ்வொரு i இல் வீச்சு(1, n) { l = இணை(l, i); } ஒவ்வொரு i இல் வீச்சு(1, n) { ஒவ்வொரு k இல் வீச்சு(0, நீளம்(l) - 1) { (l[k] < n) எனில் { நிறுத்து; } } l[0] = i; } திரும்பு l; } f(100000);`},
	{"a list is looked through by its places, and handed back", `செயல் g(l, x) { ஒவ்வொரு k இல் வீச்சு(0, நீளம்(l) - 1) { (l[k] < x) எனில் { நிறுத்து; } } திரும்பு l; } செயல் f(n) { l = [0]; ஒவ்வொரு i இல் வீச்சு(1, n) { l = g(l, i); l = இணை(l, i); } திரும்பு l; } f(100000);`},
	{"a global grows", `l = []; k = 2; செயல் f() { திரும்பு நீளம்(l) + k; } ஒவ்வொரு i இல் வீச்சு(1, 100000) { (நீளம்(l) > k) எனில் { l[0] = k; } l = இணை(l, k); l[0] = நீளம்(l); } அச்சு f();`},
}

func TestLoopsChangeInPlace(t *testing.T) {
	for _, c := range inPlace {
		entry, err := load.Stdin(strings.NewReader(c.text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := compile.Program(entry, load.NewFinder("", "", nil), compile.Options{Lenient: true})
		if err != nil || r.Code == nil {
			t.Fatalf("%s: %v %v", c.name, err, r.Messages)
		}
		l := vm.NewLinker()
		core.Bind(l)
		l.Bind("print", 1, 1, func(*vm.Fiber, []value.Value) (value.Value, error) { return value.Nil, nil })
		img, err := l.Link(r.Code)
		if err != nil {
			t.Fatal(err)
		}
		f := vm.NewMachine(img, vm.Limits{Steps: 5_000_000, Memory: 256 << 20, Depth: 100}).NewFiber()
		f.StartMain()
		began := time.Now()
		for f.Run(1000) == vm.Spent {
			if time.Since(began) > time.Minute {
				t.Fatalf("%s: a copy on each turn", c.name)
			}
		}
		if e := f.Err(); e != nil {
			t.Errorf("%s: %s", c.name, e.Message)
		}
		f.Release()
	}
}
