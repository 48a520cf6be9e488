package compile

import (
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/diag"

	"etamil/internal/source/load"
	"etamil/internal/vectors"
)

func compileText(t *testing.T, text string, o Options) *Result {
	t.Helper()
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	o.Lenient, o.Verify = true, true
	r, err := Program(entry, load.NewFinder("", "", nil), o)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	return r
}

// Every vector goes through every stage with everything checked that can be:
// SSA after each pass, each assignment of registers, the bytecode.
func TestStagesHoldTheirPromises(t *testing.T) {
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, v := range all {
		for _, noOpt := range []bool{false, true} {
			if r := compileText(t, v.Program, Options{NoOpt: noOpt}); r.Code != nil {
				n++
			}
		}
	}
	if n < 400 {
		t.Errorf("only %d programs were compiled", n)
	}
}

// Statements that are hard to put into SSA.
var hard = []string{
	// variables assigned in try, read in catch, after it and in finally
	`x = 1; முயல் { x = 2; எறி "a"; x = 3; } பிழை(e) { அச்சு x; x = 4; } இறுதியில் { அச்சு x; } அச்சு x;`,
	`செயல் f() { முயல் { திரும்பு 1; } இறுதியில் { அச்சு "f"; } } அச்சு f();`,
	`செயல் f() { (1) சுற்று { முயல் { நிறுத்து; } இறுதியில் { அச்சு "f"; } } திரும்பு 2; } அச்சு f();`,
	`செயல் f(x) { முயல் { y = x?; திரும்பு y; } இறுதியில் { அச்சு "f"; } } அச்சு f(தவறு(1)); அச்சு f(சரி(1));`,
	`செயல் f(x) { முயல் { முயல் { எறி x; } பிழை(e) { எறி "b"; } இறுதியில் { x = 2; } } பிழை(e) { திரும்பு x; } } அச்சு f(1);`,
	`ஒவ்வொரு i இல் வீச்சு(1, 3) { முயல் { (i == 2) எனில் { தொடர்; } அச்சு i; } இறுதியில் { அச்சு "f" & i; } }`,
	`a = [1, 2]; முயல் { a = இணை(a, 3); a[0] = 9; } பிழை(e) { } b = a; a[1] = 7; அச்சு a; அச்சு b;`,
	// loops with several ways out, variables set in one branch only
	`செயல் f(n) { i = 0; (மெய்) சுற்று { (i > n) எனில் { நிறுத்து; } (i == 3) எனில் { x = i; } i = i + 1; } திரும்பு x; } அச்சு f(5);`,
	`செயல் f(n) { (n) சுற்று { n = n - 1; (n == 2) எனில் { தொடர்; } அச்சு n; } } f(4);`,
	`x = 5; செயல் f() { (x > 3) எனில் { x = 1; } திரும்பு x; } அச்சு f(); அச்சு x;`,
	// swaps on a loop's edge
	`செயல் f(n) { a = 0; b = 1; (n > 0) சுற்று { t = a + b; a = b; b = t; n = n - 1; } திரும்பு a; } அச்சு f(90);`,
	`செயல் f(n) { a = 1; b = 2; c = 3; (n > 0) சுற்று { t = a; a = b; b = c; c = t; n = n - 1; } திரும்பு [a, b, c]; } அச்சு f(4);`,
	// values read out of containers that change afterwards
	`r = {n: {v: 1}}; t = r.n; r.n.v = 2; அச்சு t; அச்சு r;`,
	`செயல் g(r) { r.n.v = 5; திரும்பு r; } செயல் f() { r = {n: {v: 1}}; t = r.n; r = g(r); அச்சு t; அச்சு r; } f();`,
	`a = [[1]]; ஒவ்வொரு x இல் a { x[0] = 9; } அச்சு a;`,
	`g = [1]; செயல் s() { திரும்பு g; } t = g; g = இணை(g, 2); அச்சு t; அச்சு s();`,
	`செயல் f(a, b = a, c = [b]) { a[0] = 9; திரும்பு [a, b, c]; } அச்சு f([1]);`,
	`செயல் f() { x = [1]; h = செயல்() { x[0] = 2; திரும்பு x; }; y = h(); z = h(); திரும்பு [x, y, z]; } அச்சு f();`,
	`[a, {b, c: d}, _] = [1, {b: 2, c: 3}, 4]; அச்சு a & b & d; [a, b] = [b, a]; அச்சு a & b;`,
	`x = {..{a: 1, b: 2}, a: 3}; அச்சு x; y = [0, ..[1, 2], 3]; அச்சு y;`,
	`அச்சு 1 < 2 < 3; அச்சு 3 > 2 > 2; a = 5; அச்சு 1 < a <= 5 == 5;`,
	`வடிவம் P { எண் x, எண் y, செயல் நீள(இது) { திரும்பு இது.x + இது.y; } } p = P{x: 1, y: 2}; அச்சு p.நீள(); அச்சு p; q = P{x: 5, ..p}; அச்சு q.y;`,
}

func TestHardPrograms(t *testing.T) {
	for _, text := range hard {
		for _, noOpt := range []bool{false, true} {
			r := compileText(t, text, Options{NoOpt: noOpt})
			for _, m := range r.Messages {
				t.Errorf("%s\n%s %s", text, m.Code, m.Both())
			}
		}
	}
}

// A function with more values alive at once than a window has registers.
func TestFunctionTooLarge(t *testing.T) {
	var w strings.Builder
	w.WriteString("செயல் f(n) {\n")
	for i := range 4200 {
		w.WriteString("v" + string(rune('a'+i%26)) + itoa(i) + " = n + " + itoa(i) + ";\n")
	}
	w.WriteString("திரும்பு [")
	for i := range 4200 {
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString("v" + string(rune('a'+i%26)) + itoa(i))
	}
	w.WriteString("];\n}\nஅச்சு f(1);\n")
	r := compileText(t, w.String(), Options{})
	if r.Code != nil || len(r.Messages) == 0 || r.Messages[len(r.Messages)-1].Code != "C001" {
		t.Errorf("messages %v", r.Messages)
	}
}

// What an instruction counts or numbers in a narrow field has a limit, and is a message
// beyond it, not a panic.
func TestTooMany(t *testing.T) {
	many := func(n int, each, sep string) string {
		var b strings.Builder
		for i := range n {
			if i > 0 {
				b.WriteString(sep)
			}
			b.WriteString(strings.ReplaceAll(each, "#", itoa(i)))
		}
		return b.String()
	}
	for _, c := range []struct{ name, text, want string }{
		{"255 arguments", "செயல் f(" + many(255, "p#", ", ") + ") { திரும்பு p254; }\nf(" + many(255, "#", ", ") + ");", ""},
		{"parameters", "செயல் f(" + many(256, "p#", ", ") + ") { திரும்பு p1; }\nஅச்சு f;", "C001"},
		{"arguments", "அச்சு அதிகபட்சம்(" + many(256, "#", ", ") + ");", "C001"},
		{"arguments of a value", "f = நீளம்; f(" + many(256, "#", ", ") + ");", "C001"},
		{"captures", "செயல் f() { " + many(256, "v# = #;", " ") + " திரும்பு செயல்() { திரும்பு [" + many(256, "v#", ", ") + "]; }; } f();", "C001"},
		{"names of fields", "r = {}; " + many(4200, "r.k# = #;", " "), "C001"},
		{"fields of a literal", "r = {" + many(4200, "k#: #", ", ") + "};", "C001"},
		{"fields of a shape", "வடிவம் S { " + many(1001, "எண் k#", ", ") + " }", "C002"},
		{"1000 fields of a shape", "வடிவம் S { " + many(1000, "எண் k#", ", ") + " } அச்சு S({k0: 1});", ""},
		{"kinds of records", many(4200, "செயல் f#(x) { திரும்பு {k#: x}; }", "\n"), "C002"},
		{"tries in finally blocks", "செயல் f(n) { " + strings.Repeat("முயல் { திரும்பு n; } இறுதியில் { ", 40) + "c = 1; " + strings.Repeat("}", 41), "C001"},
		{"functions", many(66000, "செயல் f#() { }", "\n"), "C002"},
		{"shapes", many(4200, "வடிவம் S# { எண் a }", "\n"), "C002"},
	} {
		r := compileText(t, c.text, Options{NoOpt: true})
		got := ""
		for _, m := range r.Messages {
			if m.Severity() == diag.Error && !m.Soft {
				got = string(m.Code)
			}
		}
		if got != c.want || (r.Code == nil) != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A function that has no name is still called something.
func TestTooLargeWithoutName(t *testing.T) {
	var params strings.Builder
	for i := range 256 {
		params.WriteString("p" + itoa(i) + ", ")
	}
	r := compileText(t, "f = செயல்("+params.String()+"q) { திரும்பு q; };\n", Options{})
	if len(r.Messages) != 1 || r.Messages[0].Text(diag.English) != "function 'செயல்(…)' is too large" {
		t.Errorf("messages %v", r.Messages)
	}
}

func itoa(i int) string {
	var b []byte
	for {
		b = append([]byte{byte('0' + i%10)}, b...)
		if i /= 10; i == 0 {
			return string(b)
		}
	}
}
