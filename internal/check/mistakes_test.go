package check

import (
	"strings"
	"testing"
)

// TestMistakes: each program with the place, code and suggestion of every
// message, in order. W marks what only warns under Lenient.
func TestMistakes(t *testing.T) {
	files := mapLoader{
		"b.qmz":     "பி = 1;\nசெயல் g(எண் x) எண் { திரும்பு x; }\nவடிவம் வ { எண் a }\n_தனி = 1;\n",
		"b2.qmz":    "செயல் g() { }\n",
		"wrong.qmz": "அச்சு ;\n",
	}
	for _, c := range []struct{ name, program, want string }{
		// Types.
		{"all of them", "எண் x = \"a\"; சொல் y = மெய்; ஈர்ம z = 5;\n", "1:5 T001; 1:19 T001; 1:34 T001"},
		{"no value", "அணி a; ஈர்ம b; பொருள் r; எண் n; சொல் s; தேதி d;\n", "1:5 T001; 1:13 T001; 1:23 T001"},
		{"later", "எண் x = 1;\nx = \"a\";\nx = [1];\n", "2:1 T001; 3:1 T001"},
		{"nested target keeps the type", "அணி a = [1];\na[0] = \"x\";\n", ""},
		{"leaks out of branches, not into functions", "(1) எனில் { எண் x = 1; }\nx = \"a\";\nசெயல் f() { x = \"b\"; }\n", "2:1 T001"},
		{"loop variable drops it", "எண் x = 1;\nஒவ்வொரு x இல் [\"a\"] { }\nx = \"b\";\n", ""},
		{"read into drops it", "எண் x = 1;\nகோப்பு_படி \"p\", x;\nx = \"b\";\nஎண் y = 1;\nஉள்ளிடு y;\ny = \"c\";\n", ""},
		{"unknown is accepted", "எண் x = இன்மை;\nx = f();\nx = [1][0];\nx = {a: 1}.a;\nசெயல் f() { }\n", ""},
		{"text and dates take numbers", "சொல் s = 5; தேதி d = 5; தேதி e = \"2026-01-01\";\n", ""},
		{"lists of a type", "அணி<எண்> a = [1, 2];\na = [\"x\"];\na = [];\na = [1, \"x\"];\nஅணி<அணி<சொல்>> b = [[\"x\"]];\n", "2:1 T001"},
		{"functions", "செயல் f = செயல்() { };\nf = 5;\nசெயல் g = f;\n", "2:1 T001"},
		{"parameters", "செயல் f(எண் a, சொல் b = 1) { a = \"x\"; }\nf(\"x\");\nf(1, மெய்);\nஎண் n = \"q\";\n", "1:30 T001; 2:3 T002; 3:6 T002; 4:5 T001"},
		{"a default of another type", "செயல் f(எண் a = \"x\") { }\n", "1:17 T001"},
		{"results", "செயல் f() எண் { (1) எனில் { திரும்பு \"a\"; } திரும்பு; }\nசொல் s = f();\nஈர்ம b = f();\n", "1:38 T003; 3:6 T001"},
		{"calls in conditions", "செயல் f(எண் a) { திரும்பு a; }\n(f(\"x\")) எனில் { }\n", "2:4 T002"},
		{"unknown type", "எணு x = 1;\nசெயல் f(பயனர் p) வடவம் { }\n", "1:1 T005 -> எண்; 2:9 T005; 2:18 T005"},
		{"argument counts", "செயல் f(a, b = 1) { }\nf(); f(1); f(1, 2); f(1, 2, 3);\nநீளம்(); சூழல்(\"a\"); குறைந்தபட்சம்();\nசெயல் g() { f = 1; f(1, 2, 3); }\n",
			"2:1 T004 W; 2:21 T004 W; 3:1 T004 W; 3:22 T004 W"},

		// Names.
		{"spelt alike", "விலை = 1;\nஅச்சு விலய்;\nஅச்சு nilam([]);\n", "2:7 N001 W -> விலை; 3:7 N002 W -> nILam"},
		{"once in each function", "அச்சு zz9;\nஅச்சு zz9;\nசெயல் f() { அச்சு zz9; }\n", "1:7 N001 W; 3:19 N001 W"},
		{"only where no path defines it", "(1) எனில் { w = 1; }\nஅச்சு w;\nஒவ்வொரு q இல் [] { }\nஅச்சு q;\n", ""},
		{"before it is set", "அச்சு x;\nx = 1;\n", "1:7 N001 W"},
		{"itself", "x = x + 1;\n", "1:5 N001 W"},
		{"part of nothing", "zz[0] = 1;\nr.a.b = 2;\n", "1:1 N001 W; 2:1 N001 W"},
		{"a caller's local", "செயல் inner() { திரும்பு loc; }\nசெயல் outer() { loc = 5; திரும்பு inner(); }\nouter();\n", "1:26 N001 W"},
		{"assigned and never read", "செயல் f() {\n    முயல் {\n        பயனர் = 1;\n        (पयोक्ता) எனில் { திரும்பு पयोक्ता; }\n    } பிழை(e) { }\n}\n", "4:10 N001 W -> பயனர்"},
		{"constants", "நிலை c = [1];\nc = 2;\nc[0] = 1;\nஒவ்வொரு c இல் [1] { }\nகோப்பு_படி \"p\", c;\nஉள்ளிடு c;\n[c] = [1];\nநிலை c = 5;\nc;\n",
			"2:1 N003; 3:1 N003; 4:9 N003; 5:17 N003; 6:9 N003; 7:2 N003; 8:6 N003; 9:1 N003"},
		{"a function's own", "நிலை c = 1;\nசெயல் f() { c = 2; நிலை d = c; திரும்பு d; }\n", ""},
		{"a constant parameter", "செயல் f(நிலை a) { a = 1; }\n", "1:19 N003"},
		{"in each branch", "(1) எனில் { நிலை c = 1; } இன்றேல் { நிலை c = 2; }\nஅச்சு c;\n", ""},
		{"in a loop", "(1) சுற்று { நிலை c = 1; அச்சு c; }\n", ""},
		{"இது is constant", "வடிவம் S { எண் a, செயல் m(இது) { இது.a = 1; இது = 2; } }\n", "1:34 N003; 1:45 N003"},

		{"a lambda with copies can't name itself", "செயல் f(a) { x = async g(n) { திரும்பு g(a); }; திரும்பு x; }\n", "1:40 N002 W"},

		// Imports.
		{"missing", "இறக்கு \"nope.qmz\";\nஅச்சு எதுவோ;\n", "1:8 N005"},
		{"with mistakes of its own", "இறக்கு \"wrong.qmz\";\nஅச்சு எதுவோ;\n", "wrong.qmz:1:7 P003"},
		{"nested", "(1) எனில் { இறக்கு \"b.qmz\"; }\n", "1:13 N007"},
		{"two modules", "இறக்கு \"b.qmz\";\nஇறக்கு \"b2.qmz\";\n", "b2.qmz:1:7 N004"},
		{"the program overrides", "இறக்கு \"b.qmz\";\nஇறக்கு \"b2.qmz\";\nசெயல் g() { }\n", ""},
		{"signatures of a module", "இறக்கு \"b.qmz\" என m;\nm.g(\"x\");\nm.g();\nசொல் s = m.g(1);\nஅணி l = m.g(1);\n", "2:5 T002; 3:1 T004 W; 5:5 T001"},
		{"members of a module", "இறக்கு \"b.qmz\" என m;\nஅச்சு m.பீ;\nஅச்சு m._தனி;\nஅச்சு m;\nm();\nm = 1;\nm.பி = 2;\nஇறக்கு \"b2.qmz\" என m;\n",
			"2:9 N008; 3:9 N009; 4:7 N010; 5:1 N010; 6:1 N011; 7:1 N011; 8:20 N012"},

		// Shapes.
		{"literals", "வடிவம் S { எண் a, சொல் b?, c = 1 }\nx = S{a: 1};\nx = S{b: 2};\nx = S{a: \"x\", d: 1};\nx = S{..x};\nx = S{a: 1, ..x};\nx = S{..5};\n",
			"3:5 S001; 4:10 S003; 4:15 S002; 7:9 S003"},
		{"shapes in shapes", "வடிவம் A { எண் n }\nவடிவம் B { A a }\nB b = B{a: A{n: 1}};\nb = B{a: {n: 1}};\nb = A{n: 1};\nஅச்சு b.a.n;\nஅச்சு b.a.m;\nb.a = 1;\nb.q = 1;\n",
			"4:10 S003; 5:1 T001; 7:11 S006 W; 8:3 S003; 9:3 S006 W"},
		{"methods", "வடிவம் S { எண் a, செயல் m(இது, எண் x) எண் { திரும்பு இது.b; } }\nS s = S{a: 1};\ns.m(\"x\");\ns.m();\nS.m(s, 1);\nS.m(1);\nசொல் t = s.m(1);\nஅணி u = s.m(1);\ns.q();\nS.q();\n",
			"1:58 S006 W; 3:5 T002; 4:1 T004 W; 6:1 T004 W; 8:5 T001; 9:3 S006 W; 10:3 S006 W"},
		{"conversion", "வடிவம் S { எண் a }\nS();\nஅச்சு S({a: 1});\n", "2:1 T004 W"},
		{"twice", "வடிவம் S { எண் a, எண் a, செயல் a() { } }\nவடிவம் S { }\n", "1:23 S005; 1:32 S005; 2:8 S004"},
		{"rules", "வடிவம் S { எண் a விதி 5..1, சொல் b விதி \"[\", சொல் c விதி மின்னஞ்சல், சொல் d விதி மின்னஞ்சள், ஈர்ம e விதி 1..2, சொல் g விதி f }\nசெயல் f(x) { திரும்பு மெய்; }\n",
			"1:23 S008; 1:41 S008; 1:82 S008 -> மின்னஞ்சல்; 1:106 S008; 1:124 S008"},
		{"rules of the wrong type", "வடிவம் S { எண் a விதி email, ஈர்ம b விதி \"x\", பொருள் c விதி 1..2, அணி<எண்> d விதி url, அணி<சொல்> e விதி url மற்றும் 1..2, எண் g விதி ஒன்று(\"x\"), ஈர்ம h விதி ஒன்று(மெய்), அணி i விதி date }\n",
			"1:23 S008; 1:42 S008; 1:61 S008; 1:83 S008; 1:140 S003"},
		{"choices", "x = 1;\nவடிவம் S { a விதி ஒன்று(), b விதி ஒன்று(x), c விதி email(1), d விதி ஒன்று(-1, (2), பொய், \"a\"), e விதி \"a)|(b\" }\n",
			"2:19 S008; 2:41 S008; 2:52 S008; 2:103 S008"},
		{"a shape is a function", "வடிவம் S { எண் a }\nசெயல் f = S;\nஎண் n = S;\nஅச்சு f({a: 1});\n", "3:5 T001"},
		{"defaults", "வடிவம் S { எண் a = \"x\", b = zz9 }\n", "1:20 S003; 1:29 N001 W"},

		// Serving.
		{"paths", "வழி பெறு, \"a\" { }\nவழி பெறு, \"/:\" { }\nவழி பெறு, \"/*a/b\" { }\nவழி பெறு, \"/:a/:a\" { }\nவழி பெறு, \"/:a<எண்>/*b\" { }\nவழி பெறு, \"/:a<\" { }\n",
			"1:11 N014; 2:11 N014; 3:11 N014; 4:11 N014; 6:11 N014"},
		{"members", "server.on(\"GET\", \"/\", f);\nசெயல் f(r) { }\nserver.strat();\nserver.start(1, 2, 3);\nகுறி.query_async(\"x\");\nஅச்சு குறி.ஒன்ரு(\"x\");\n", "3:8 N013 W -> start; 4:1 T004 W; 6:12 N013 W -> ஒன்று"},
		{"frozen values", "a = இன்று();\nb = \"x\" & சூழல்(\"HOME\");\nகோப்பு_படி \"f\", c;\nd = நீளம்(\"x\");\ne = இன்று();\nஅச்சு e;\nவழி பெறு, \"/\" { பதில் 200, a & b & c & d; }\n", "1:1 W002 W; 2:1 W002 W; 3:17 W002 W"},
		{"not served", "a = இன்று();\nசெயல் f() { திரும்பு a; }\n", ""},
		{"tasks", "பணி f() { }\nகாத்திரு f();\nx = இணையாக [f(), ..f()];\nபூட்டு(\"k\") { }\nத = தொடங்கு(f);\nதொடங்கு(f());\n", "3:20 N016; 5:5 P022"},

		// Warnings.
		{"look alike", "а = 1;\nа2 = 1;\nசெயல் f(a) { திரும்பு a; }\n", "3:9 W001 W"},
		{"signs and letters", "கொடி = 1;\nகெரடி = 2;\nஔடதம் = 3;\nஒளடதம் = 4;\nதனி = 5;\nதணி = 6;\n", "2:1 W001 W; 4:1 W001 W"},
		{"one warning for a pair", "கணக்கு = 1;\nகணக்௧ு = 2;\nசெயல் f() { கணக்௧ு = 2; }\n", "2:1 W001 W"},
		{"a function that makes an answer has no members itself", "அச்சு response._headers;\n", ""},
		{"text added", "x = 1;\nஅச்சு \"a\" + x;\nஅச்சு x + 1 + \"b\" + f\"எண் {x}\" + f\"{x}.5\";\nஅச்சு \"5\" + x;\nஅச்சு \" 7 \" + 1;\nஅச்சு \"a\" & x;\nஅச்சு \"a\" * 2;\n", "2:7 W006 W; 3:15 W006 W; 3:21 W006 W"},
		{"return outside", "(1) எனில் { திரும்பு; }\nசெயல் f() { திரும்பு; }\n", "1:13 W004 W"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, strict := checkText(t, c.program, files, false)
			_, lenient := checkText(t, c.program, files, true)
			var got []string
			for i, line := range strings.Split(strings.TrimSpace(show(p.Set, strict)), "\n") {
				if i < len(strict) {
					line = strings.Replace(line, " warning", "", 1)
					if lenient[i].Severity() > 0 {
						place, arrow, more := strings.Cut(line, " -> ")
						line = place + " W"
						if more {
							line += " -> " + arrow
						}
					}
					got = append(got, line)
				}
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("got  %s\nwant %s\n%s", s, c.want, c.program)
			}
			for _, m := range strict {
				if strings.Contains(m.Both(), "{0}") || strings.Contains(m.Both(), "{1}") {
					t.Errorf("%s: an argument is missing: %s", m.Code, m.Both())
				}
			}
		})
	}
}
