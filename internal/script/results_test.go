package script_test

import (
	"testing"

	"etamil/internal/script/scripttest"
)

// TestResultsHoldValues: what is taken out of a result is its taker's own, and the result
// keeps what it held if anybody can still look at it.
func TestResultsHoldValues(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"looked at afterwards", `
			r = சரி([1]);
			a = மதிப்பு(r);
			a[0] = 9;
			b = இயல்பு(r, 0);
			b[0] = 8;
			அச்சு r; அச்சு a; அச்சு b;`, "சரி([1])\n[9]\n[8]\n"},
		{"in a function", `
			செயல் f(r) { a = r?; a[0] = 9; திரும்பு சரி([a, r]); }
			x = சரி([1]);
			அச்சு f(x); அச்சு x; அச்சு f(சரி([2]));`, "சரி([[9], சரி([1])])\nசரி([1])\nசரி([[9], சரி([2])])\n"},
		{"taken twice", `
			செயல் f(r) { a = r?; b = r?; a[0] = 9; b[0] = 8; திரும்பு சரி([a, b]); }
			அச்சு f(சரி([1]));`, "சரி([[9], [8]])\n"},
		{"held by a list", `
			செயல் f() { l = [சரி([1])]; a = l[0]?; a[0] = 9; திரும்பு சரி([a, l]); }
			அச்சு f();`, "சரி([[9], [சரி([1])]])\n"},
		{"held by a closure", `
			செயல் f(r) { g = செயல்() { திரும்பு r; }; a = r?; a[0] = 9; திரும்பு சரி([a, g()]); }
			அச்சு f(சரி([1]));`, "சரி([[9], சரி([1])])\n"},
		{"given by an iteration", `
			செயல் f(l) { ஒவ்வொரு r இல் l { a = r?; a[0] = 9; } திரும்பு சரி(l); }
			அச்சு f([சரி([1]), சரி([2])]);`, "சரி([சரி([1]), சரி([2])])\n"},
		{"what went in is still somebody's", `
			செயல் f(l) { r = சரி(l); a = r?; a[0] = 9; திரும்பு சரி([l, a]); }
			அச்சு f([1]);`, "சரி([[1], [9]])\n"},
		{"taken on each turn", `
			செயல் f(r) { l = []; ஒவ்வொரு i இல் வீச்சு(1, 3) { a = r?; a[0] = i; l = இணை(l, a); } திரும்பு சரி(l); }
			அச்சு f(சரி([0]));`, "சரி([[1], [2], [3]])\n"},
		{"of a try", `
			செயல் f(r) { முயல் { a = r?; a[0] = 9; எறி a; } பிழை(e) { } திரும்பு r; }
			அச்சு f(சரி([1])); அச்சு f(தவறு([2]));`, "சரி([1])\nதவறு([2])\n"},
		{"of a failure", `
			செயல் f(r) { a = தவறு_மதிப்பு(r); a[0] = 9; திரும்பு [a, r]; }
			அச்சு f(தவறு([1]));`, "[[9], தவறு([1])]\n"},
		{"by a value that is the builtin", `
			செயல் f(r) { g = மதிப்பு; a = g(r); a[0] = 9; திரும்பு [a, r]; }
			அச்சு f(சரி([1]));`, "[[9], சரி([1])]\n"},
		{"a constant", `
			நிலை r = சரி([1]);
			செயல் f() { a = r?; a[0] = 9; திரும்பு சரி(a); }
			அச்சு f(); அச்சு f(); அச்சு r;`, "சரி([9])\nசரி([9])\nசரி([1])\n"},
	} {
		for _, noOpt := range []bool{false, true} {
			if got := scripttest.Run(t, c.text, scripttest.Options{NoOpt: noOpt}); got.Out != c.want || got.Err != nil {
				t.Errorf("%s (optimiser off: %v): it prints\n%swant\n%s%s", c.name, noOpt, got.Out, c.want, got.Said())
			}
		}
	}
}

// TestFailureOfTheMainTask: nobody takes what it returns, so a failure ends the program.
func TestFailureOfTheMainTask(t *testing.T) {
	for _, c := range []struct{ text, out, code string }{
		{`பணி முதன்மை() { அச்சு "a"; x = தவறு({code: "c"})?; அச்சு "b"; }`, "a\n", "c"},
		{`முதன்மை = async () { திரும்பு தவறு("c"); };`, "", "unhandled"},
		{`பணி main() { அச்சு "a"; திரும்பு சரி(1); }`, "a\n", ""},
	} {
		got := scripttest.Run(t, c.text, scripttest.Options{})
		code := ""
		if got.Err != nil {
			code = got.Err.Code
		}
		if got.Out != c.out || code != c.code {
			t.Errorf("%s: printed %q and ended with %q", c.text, got.Out, code)
		}
	}
}

// TestQuestionsBehindTasks: a ? behind what is started by இணையாக or an arm belongs to the function that
// waits, which returns the failure; one within is raised there.
func TestQuestionsBehindTasks(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`செயல் f(x) { [a, b] = இணையாக [எண்ணாக்கு(x)?, (சரி(சரி(2)))??]; திரும்பு [a, b]; } அச்சு f("1"); அச்சு தவறா(f("x"));`, "[1, 2]\ntrue\n"},
		{`செயல் f(x) { தேர்ந்தெடு { y = எண்ணாக்கு(x)? => { திரும்பு y + 1; } _ = உறங்கு(9) => { } } } அச்சு f("1"); அச்சு தவறா(f("x"));`, "2\ntrue\n"},
		{`செயல் f(x) { முயல் { [a, b] = இணையாக [எண்ணாக்கு(x)?, 2]; திரும்பு a; } பிழை(e) { திரும்பு e.code; } இறுதியில் { அச்சு "end"; } } அச்சு f("1"); அச்சு f("x");`, "end\n1\nend\nunhandled\n"},
		{`செயல் f(x) { முயல் { திரும்பு இணையாக [எண்ணாக்கு(x)? + 1, 2]; } பிழை(e) { திரும்பு e.code; } } அச்சு f("1"); அச்சு f("x");`, "[2, 2]\nunhandled\n"},
		{`செயல் f(x) { [a] = இணையாக [எண்ணாக்கு(x)?, 0]; } முயல் { [a, b] = இணையாக [எண்ணாக்கு("x")?, 0]; } பிழை(e) { அச்சு e.code; } அச்சு இணையாக [தவறு(1), சரி(2)?];`, "unhandled\n[தவறு(1), 2]\n"},
	} {
		for _, opt := range []bool{false, true} {
			got := scripttest.Run(t, c.text, scripttest.Options{NoOpt: !opt})
			if got.Err != nil || got.Out != c.want {
				t.Errorf("%s: printed %q, want %q (%v)", c.text, got.Out, c.want, got.Err)
			}
		}
	}
}
