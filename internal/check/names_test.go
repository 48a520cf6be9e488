package check

import (
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/syntax"
)

// dump checks a program and returns its dump.
func dump(t *testing.T, program string, files mapLoader) string {
	t.Helper()
	p, _ := checkText(t, program, files, true)
	var b strings.Builder
	if err := Dump(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestNames holds, for each program, some lines of its dump. A line that begins
// with "-" must not be there.
func TestNames(t *testing.T) {
	files := mapLoader{
		"b.qmz":  "பி = 1;\nசெயல் g(x) { திரும்பு x + பி; }\nவடிவம் வ { எண் a, செயல் f(x) { } }\n",
		"c.qmz":  "இறக்கு \"b.qmz\";\nசி = g(1);\n",
		"d.qmz":  "இறக்கு \"main.qmz\";\nடி = 1;\n",
		"e.qmz":  "இறக்கு \"e2.qmz\" என n;\nசெயல் f() { திரும்பு n.g(); }\n",
		"e2.qmz": "இறக்கு \"e.qmz\" என o;\nசெயல் g() { திரும்பு 1; }\nசெயல் h() { திரும்பு o.f(); }\n",
	}
	for _, c := range []struct {
		name, program string
		want          []string
	}{
		{"global and local", "x = 1;\nசெயல் f(a) {\n    x = a;\n    திரும்பு x;\n}\nஅச்சு x;\n", []string{
			"func 1 named f (a) locals x", "global 0 x", "3:5 x local", "3:9 a local!", "4:14 x local!", "6:7 x global!"}},
		{"local that may be unset falls back to the global", "x = 1;\nசெயல் f(a) {\n    (a) எனில் { x = 2; }\n    திரும்பு x;\n}\n", []string{
			"4:14 x local|global", "global 0 x read elsewhere"}},
		{"partial write copies the global", "a = [1];\nசெயல் f() {\n    a[0] = 9;\n    திரும்பு a;\n}\n", []string{
			"3:5 a local|global", "4:14 a local!", "global 0 a read elsewhere"}},
		{"a parameter hides everything, but not in a call", "நீளம் = 1;\nசெயல் f(நீளம்) {\n    அச்சு நீளம்;\n    திரும்பு நீளம்(1);\n}\n", []string{
			"3:11 நீளம் local!", "4:14 நீளம் local!|global|builtin length"}},
		{"function before its definition", "அச்சு f(1);\nசெயல் f(x) { திரும்பு x; }\n", []string{"1:7 f func 1"}},
		{"last definition", "செயல் f() { }\nஅச்சு f();\nசெயல் f() { }\n", []string{"2:7 f func 2"}},
		{"a variable before a function", "f = 5;\nஅச்சு f(1);\nசெயல் f(x) { }\n", []string{"2:7 f global!|func 1"}},
		{"a function as a value", "x = நீளம்;\ny = f;\nசெயல் f() { }\n", []string{"1:5 நீளம் builtin length", "2:5 f func 1"}},
		{"own function hides a builtin's spelling", "செயல் nILam(x) { }\nஅச்சு nILam(1);\nஅச்சு நீளம்(1);\n", []string{
			"2:7 nILam func 1|builtin length", "3:7 நீளம் builtin length"}},
		{"lambda in a function copies", "செயல் f(a) {\n    b = 1;\n    திரும்பு செயல்(c) { b = b + a; திரும்பு b + c + g; };\n}\ng = 1;\n", []string{
			"func 1 named f (a^) locals b^", "func 2 lambda in 1 (c) locals b, a captures b, a", "3:29 b local!", "3:53 g global"}},
		{"lambda at the top level reads live", "x = 1;\nf = செயல்() { திரும்பு x; };\n", []string{
			"func 1 lambda ()", "2:24 x global", "global 0 x read elsewhere"}},
		{"lambda in a lambda", "செயல் f(a) {\n    திரும்பு செயல்() { திரும்பு செயல்() { திரும்பு a; }; };\n}\n", []string{
			"func 2 lambda in 1 () locals a^ captures a", "func 3 lambda in 2 () locals a captures a"}},
		{"named function in a function doesn't copy", "செயல் f(a) {\n    செயல் g() { திரும்பு a; }\n    திரும்பு g();\n}\n", []string{
			"2:26 a nothing", "3:14 g func 2", "func 2 named g in 1 ()"}},
		{"loop variables", "செயல் f(r) {\n    ஒவ்வொரு k, v இல் r { அச்சு k & v; }\n    திரும்பு v;\n}\n", []string{
			"2:13 k local", "2:16 v local", "2:32 k local!", "3:14 v local"}},
		{"loop comes round", "செயல் f(n) {\n    (n) சுற்று { (n > 1) எனில் { அச்சு x; } x = 1; }\n}\n", []string{"2:40 x local", "-2:40 x nothing"}},
		{"endless loop ends in a break only", "செயல் f(n) {\n    (மெய்) சுற்று { x = 1; (n) எனில் { நிறுத்து; } }\n    திரும்பு x;\n}\n", []string{"3:14 x local!"}},
		{"both branches set", "செயல் f(n) {\n    (n) எனில் { x = 1; } இன்றேல் { x = 2; }\n    திரும்பு x;\n}\n", []string{"3:14 x local!"}},
		{"a branch that leaves", "செயல் f(n) {\n    (n) எனில் { x = 1; } இன்றேல் { திரும்பு 0; }\n    திரும்பு x;\n}\n", []string{"3:14 x local!"}},
		{"try may leave anywhere", "செயல் f(n) {\n    முயல் { x = n; } பிழை(e) { அச்சு x & e; }\n    திரும்பு x;\n}\n", []string{
			"func 1 named f (n) locals e, x try", "2:38 x local", "2:42 e local!", "3:14 x local"}},
		{"finally", "செயல் f(n) {\n    முயல் { x = n; } இறுதியில் { அச்சு x; }\n    திரும்பு x;\n}\n", []string{"2:40 x local", "3:14 x local!"}},
		{"destructuring", "[a, {b, k: c}, _, d.x] = e;\n", []string{"1:2 a global", "1:6 b global", "1:12 c global", "1:19 d global", "-1:16"}},
		{"read into", "கோப்பு_படி \"a\", v;\nஅச்சு v;\nதளம்_வினா \"x\", [], w;\nஅச்சு w;\nஉள்ளிடு z;\nஅச்சு z;\n", []string{
			"2:7 v global!", "4:7 w global!", "5:9 z global", "6:7 z global!"}},
		{"request names", "செயல் f() { திரும்பு request_body & param_id & param_x; }\nவழி பெறு, \"/:id\" { பதில் 200, f(); }\n", []string{
			"1:22 request_body builtin request_body", "1:37 param_id builtin param", "1:48 param_x nothing"}},
		{"a request name that the program assigns", "headers = 1;\nஅச்சு headers;\n", []string{"2:7 headers global!"}},
		{"names of the first document", "அச்சு nil;\nஅச்சு விகற्षு_query_async(\"x\");\nஅச்சு குறி.query_async(\"x\");\n", []string{
			"1:7 nil builtin nil", "builtin query_async", "3:7 குறி builtin database"}},
		{"callable words", "அச்சு வரம்பு(1, 2);\nஅச்சு _join([], \"\");\nஅச்சு பதில்(200);\n", []string{
			"builtin range", "builtin join", "builtin response"}},

		{"a route's own name", "வழி பெறு, \"/\" { n = 1; பதில் 200, n; }\n", []string{"func 1 route GET () locals n", "1:35 n local!"}},
		{"a name that a function sees too", "n = 0;\nசெயல் f() { திரும்பு n; }\nவழி பெறு, \"/\" { n = n + 1; பதில் 200, f(); }\n", []string{
			"func 2 route GET ()\n", "window 0 n read elsewhere", "1:1 n window", "2:22 n window", "3:17 n window", "3:21 n window"}},
		{"only a route assigns it", "செயல் f() { திரும்பு n; }\nவழி பெறு, \"/\" { n = 1; பதில் 200, f(); }\n", []string{
			"window 0 n read elsewhere", "1:22 n window", "2:17 n window"}},
		{"helper with a local of the same name", "செயல் f() { i = 0; திரும்பு i; }\nவழி பெறு, \"/\" { i = 1; பதில் 200, i; }\n", []string{
			"func 2 route GET () locals i", "-window"}},
		{"frozen", "n = 0;\nவழி பெறு, \"/\" { பதில் 200, n; }\n", []string{"global 0 n read elsewhere", "2:28 n global"}},
		{"the top level gives the first value", "n = 5;\nஇடைவெளி 60 { n = n + 1; }\n", []string{"window 0 n read elsewhere", "2:18 n window"}},
		{"lambda in a route sees the name live", "வழி பெறு, \"/\" { n = 1; f = செயல்() { திரும்பு n; }; பதில் 200, f(); }\n", []string{"window 0 n read elsewhere", "func 2 lambda in 1 ()\n"}},

		{"imports are spliced", "இறக்கு \"b.qmz\";\nஅச்சு பி + g(1);\n", []string{"2:7 பி global!", "2:12 g func 1", "global 0 பி read elsewhere"}},
		{"once", "இறக்கு \"b.qmz\";\nஇறக்கு \"c.qmz\";\nஅச்சு சி;\n", []string{"3:7 சி global!", "-global 2"}},
		{"circles stop", "இறக்கு \"d.qmz\";\nஅச்சு டி;\n", []string{"2:7 டி global!"}},
		{"with a name", "பி = 7;\nஇறக்கு \"b.qmz\" என m;\nஅச்சு m.பி + m.g(1) + பி;\nஅச்சு m.வ.f(1);\n", []string{
			"global 0 பி\n", "global 1 பி read elsewhere", "3:9 .பி global!", "3:16 .g func 1", "3:23 பி global!", "4:9 .வ shape வ", "4:11 .f func 2", "b.qmz:2:27 பி global"}},
		{"spliced in and with a name", "இறக்கு \"b.qmz\";\nஇறக்கு \"b.qmz\" என m;\nஅச்சு g(1) + m.g(1) + பி;\n", []string{
			"3:7 g func 1", "3:16 .g func 3", "global 1 பி read elsewhere"}},
		{"a circle of names", "இறக்கு \"e.qmz\" என m;\nஅச்சு m.f();\n", []string{"2:9 .f func 1", "e.qmz:2:24 .g func 2", "e2.qmz:3:24 .f func 1"}},
		{"a local hides a module", "இறக்கு \"b.qmz\" என m;\nசெயல் f(m) { m.x = 1; திரும்பு m.x; }\n", []string{"2:14 m local!"}},

		{"words settled late", "எறி(x);\nx = 1;\n", []string{"1:1 late word"}},
		{"words that are functions", "செயல் எறி(x) { }\nஎறி(1);\n", []string{"2:1 late plain", "2:1 எறி func 1"}},
		{"shapes", "வடிவம் S { எண் a, செயல் m(இது, x) { திரும்பு இது.a + x; }, செயல் n(x) { } }\ns = S{a: 1};\nஅச்சு s.m(2) + S.m(s, 2);\nஅச்சு S({a: 1});\n", []string{
			"shape 0 S {a} m=1 n=2 from 3", "func 1 method S.m self (const இது, x)", "2:5 S{…} shape S", "3:18 .m func 1", "4:7 S shape S"}},
		{"filled calls", "அச்சு விசைகள் {a: 1};\n", []string{"1:7 விசைகள் builtin keys"}},
		{"main task", "பணி முதன்மை() { }\n", []string{"main func 1"}},
		{"main as the first document writes it", "मुख्य = async व्यावहारिक() { };\n", []string{"main variable मुख्य"}},
		{"an ordinary main is called by the program", "செயல் main() { }\nmain();\n", []string{"-\nmain func"}},
		{"a lambda's own name", "f = async g(n) { திரும்பு g(n); };\n", []string{"func 1 lambda g task (n)", "g func 1\n"}},
		{"parallel or an index", "இணையாக = [1];\nஅச்சு இணையாக[0];\n", []string{"late plain"}},
		{"constants", "நிலை x = 1;\nx2 = 1;\nx2 = 2;\n", []string{"global 0 x const", "global 1 x2\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := "\n" + dump(t, c.program, files)
			for _, w := range c.want {
				if not, ok := strings.CutPrefix(w, "-"); ok {
					if strings.Contains(got, not) {
						t.Errorf("%q is there:\n%s", not, got)
					}
				} else if !strings.Contains(got, w) {
					t.Errorf("no %q in:\n%s", w, got)
				}
			}
		})
	}
}

// TestEveryNodeHasMeaning: whatever a later stage looks up is there.
func TestEveryNodeHasMeaning(t *testing.T) {
	program := `
வடிவம் S { எண் a = நீளம்([1]), செயல் m(இது) { திரும்பு இது.a; } }
செயல் f(x, y = 2) { ஒவ்வொரு k, v இல் x { [p, {q}] = v; p.z = q; } திரும்பு செயல்() { திரும்பு p; }; }
பணி h(r) { முயல் { எறி(r); } பிழை(e) { அச்சு e; } இறுதியில் { அச்சு f"{r}"; } }
வழி பெறு, "/:id", {auth: f} { z = param_id; பதில் 200, S{a: 1}; }
சோதனை "t" { எண் i = 1; உறுதிப்படுத்து(i < 2 < 3); }
(f({})) எனில் { அச்சு S({}); } இன்றேல் (1) எனில் { அச்சு -f({})[0].b?; }
`
	p, msgs := checkText(t, program, nil, false)
	if diag.HasErrors(msgs) {
		t.Fatal(show(p.Set, msgs))
	}
	wholeMeaning(t, p)
	for i, f := range p.Funcs {
		if f.Index != i {
			t.Errorf("function %d has index %d", i, f.Index)
		}
		for j, v := range f.Locals {
			if v.Index != j || v.Func != f {
				t.Errorf("local %s of %s has index %d", v.Name, f.Name, v.Index)
			}
		}
	}
}

// wholeMeaning checks that all that later stages look up is there.
func wholeMeaning(t *testing.T, p *Program) {
	t.Helper()
	missing := func(n syntax.Node, what string) {
		t.Errorf("%v: %s has no meaning", p.Set.Place(n.Span().Start), what)
	}
	name := func(n *syntax.Name) {
		if n != nil && p.Names[n] == nil {
			missing(n, n.Text)
		}
	}
	target := func(e syntax.Expr) {
		if id := baseIdent(e); id != nil && id.Name != "_" {
			if u := p.Uses[id]; u == nil || u.Local == nil && u.Global == nil {
				missing(id, "the target "+id.Name)
			}
		}
	}
	for _, s := range p.Entry.Body {
		walk(s, p.Late, func(n any) bool {
			switch n := n.(type) {
			case *syntax.Ident:
				if p.Uses[n] == nil && n.Name != "_" {
					missing(n, n.Name)
				}
			case *syntax.Func:
				if p.FuncOf[n] == nil {
					missing(n, "a function")
				}
				for _, param := range n.Params {
					name(param.Name)
				}
			case *syntax.Shape:
				if p.ShapeOf[n] == nil {
					missing(n, n.Name.Text)
				}
			case *syntax.ForEach:
				name(n.Key)
				name(n.Var)
			case *syntax.Declare:
				name(n.Name)
			case *syntax.Try:
				name(n.CatchVar)
			case *syntax.FileOp:
				name(n.Into)
			case *syntax.DBOp:
				name(n.Into)
			case *syntax.Assign:
				target(n.Target)
			case *syntax.ItemTarget:
				target(n.Target)
			}
			return true
		})
	}
}
