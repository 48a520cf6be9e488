//go:build !invariants

// With invariants every call collects, which values as deep as these make take hours.

package script_test

import (
	"fmt"
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/script/scripttest"
)

// TestLimits: programs and values of unusual size. Whatever they do, it is an answer or
// an error of the program, the same with and without the optimizer.
func TestLimits(t *testing.T) {
	many := func(n int, each, sep string) string {
		s := make([]string, n)
		for i := range s {
			s[i] = strings.ReplaceAll(each, "#", fmt.Sprint(i))
		}
		return strings.Join(s, sep)
	}
	wrap := func(n int, open, within, end string) string {
		return strings.Repeat(open, n) + within + strings.Repeat(end, n)
	}
	for _, c := range []struct {
		name, program, out string
		code               diag.Code
	}{
		{"a list 100,000 deep, printed, compared, as JSON", `a = []; ஒவ்வொரு i இல் வீச்சு(1, 100000) { a = [a]; } b = []; ஒவ்வொரு i இல் வீச்சு(1, 100000) { b = [b]; }
அச்சு நீளம்(_toString(a)); அச்சு a == b; அச்சு நீளம்(_jsonStringify(a)); அச்சு தவறா(_jsonParse(_repeat("[", 100000)));`, "200002\ntrue\n200002\ntrue\n", ""},
		{"a record 100,000 deep", `a = {}; ஒவ்வொரு i இல் வீச்சு(1, 100000) { a = {k: a}; } அச்சு நீளம்(_toString(a)); அச்சு a == a; முயல் { எறி a; } பிழை(e) { அச்சு e.details == a; }`, "500002\ntrue\ntrue\n", ""},
		{"results 100,000 deep", `a = 0; ஒவ்வொரு i இல் வீச்சு(1, 100000) { a = சரி(a); } அச்சு நீளம்(_toString(a));`, "400001\n", ""},
		{"causes 100,000 deep", `e = இன்மை; ஒவ்வொரு i இல் வீச்சு(1, 100000) { முயல் { எறி {code: "c", message: "m", cause: e}; } பிழை(q) { e = q; } } அச்சு e == e; எறி e;`, "true\n", ""},
		{"shapes 100,000 deep", `வடிவம் N { எண் v, N nx? } n = N{v: 1, nx: இன்மை}; ஒவ்வொரு i இல் வீச்சு(1, 100000) { n = N{v: i, nx: n}; } அச்சு n.nx.nx.v; அச்சு n == n;`, "99998\ntrue\n", ""},
		{"calls in tries", `செயல் f(n) { முயல் { (n > 0) எனில் { திரும்பு f(n - 1) + 1; } எறி "x"; } இறுதியில் { k = n; } } முயல் { f(9990); } பிழை(e) { அச்சு e.message; } செயல் g(n) { முயல் { திரும்பு g(n + 1); } பிழை(e) { எறி e; } } g(0);`, "x\n", diag.RunTooDeep},
		{"a value of 2^60 parts", `a = [1]; ஒவ்வொரு i இல் வீச்சு(1, 60) { a = [a, a]; } அச்சு a == a; செயல் f(a) { திரும்பு நீளம்(_toString(a)); } f(a);`, "true\n", diag.RunOutOfMemory},
		{"long text", `s = "அ"; ஒவ்வொரு i இல் வீச்சு(1, 20) { s = s & s; } அச்சு நீளம்(s); அச்சு s[1048575] & நீளம்(_reverse(s)) & நீளம்(பிரி(s & ",x", ","));`, "1048576\nஅ10485762\n", ""},
		{"long literals", `அச்சு 0.` + strings.Repeat("1", 5000) + `; அச்சு ` + strings.Repeat("0", 5000) + `5; அச்சு நீளம்("` + strings.Repeat("அ", 50000) + `");`, "0.1111111111111111111111111111\n5\n50000\n", ""},
		{"functions", many(3000, "செயல் f#(x) { திரும்பு x + #; }", "\n") + "அச்சு f0(f2999(1));", "3000\n", ""},
		{"255 parameters", "செயல் f(" + many(255, "p#", ", ") + ") { திரும்பு p0 + p254; } அச்சு f(" + many(255, "#", ", ") + ");", "254\n", ""},
		{"300 parameters", "செயல் f(" + many(300, "p#", ", ") + ") { திரும்பு p0; } அச்சு f(1);", "", diag.FunctionTooLarge},
		{"300 captures", "செயல் f() { " + many(300, "v# = #;", " ") + " g = செயல்() { திரும்பு " + many(300, "v#", " + ") + "; }; திரும்பு g(); } அச்சு f();", "", diag.FunctionTooLarge},
		{"records of 100 fields", "r = {" + many(100, "k#: #", ", ") + "}; r.k100 = 5; ஒவ்வொரு k, v இல் r { r[k] = v * 2; } அச்சு r.k50 & நீளம்(r); வடிவம் S { " + many(100, "எண் k#", ", ") + " } s = S{" + many(100, "k#: #", ", ") + "}; s.k99 = 1; {" + many(100, "k#", ", ") + "} = s; அச்சு k98 & k99;", "100101\n981\n", ""},
		{"300 locals in a loop", "செயல் f(n) { " + many(300, "v# = n + #;", " ") + " i = 0; (i < 3) சுற்று { " + many(299, "v# = v# + v299;", " ") + " i = i + 1; } திரும்பு v0 + v298; } அச்சு f(1);", "2100\n", ""},
		{"40,000 statements in a loop", "செயல் f(n) { s = 0; i = 0; (i < 3) சுற்று { (n == 0) எனில் { நிறுத்து; } " + strings.Repeat("s = s + n;", 40000) + " i = i + 1; (i == 2) எனில் { தொடர்; } s = s + 1; } திரும்பு s; } அச்சு f(1); அச்சு f(0);", "120002\n0\n", ""},
		{"lambdas 50 deep", "செயல் f() { v = 5; q = " + wrap(50, "செயல்() { திரும்பு ", "v", "; }") + "; " + strings.Repeat("q = q(); ", 50) + " திரும்பு q; } அச்சு f();", "5\n", ""},
		{"conditions 900 deep", wrap(900, "(1) எனில் { ", "அச்சு 1;", " }"), "1\n", ""},
		{"conditions 1,100 deep", wrap(1100, "(1) எனில் { ", "அச்சு 1;", " }"), "", diag.ParseDeep},
		{"brackets 100,000 deep", "அச்சு " + wrap(100000, "(", "1", ")") + ";", "", diag.ParseDeep},
		{"9,000 operands", "x = 1; அச்சு " + strings.Repeat("x + ", 8999) + "x;", "9000\n", ""},
		{"tries 300 deep", "செயல் f() { " + wrap(300, "முயல் { ", `எறி "x";`, " } இறுதியில் { c = 1; }") + " } முயல் { f(); } பிழை(e) { அச்சு e.message; }", "x\n", ""},
		{"tries in finally blocks", "செயல் f(n) { " + strings.Repeat("முயல் { திரும்பு n; } இறுதியில் { ", 40) + "c = 1; " + strings.Repeat("}", 41), "", diag.FunctionTooLarge},
		{"elements", "a = [" + many(20000, "#", ", ") + "]; அச்சு நீளம்(a) & a[19999];", "2000019999\n", ""},
		{"an index 900 deep", "a = [1]; ஒவ்வொரு i இல் வீச்சு(1, 900) { a = [a]; } a" + strings.Repeat("[0]", 901) + " = 7; அச்சு a" + strings.Repeat("[0]", 901) + ";", "7\n", ""},
	} {
		for _, off := range []bool{false, true} {
			got := scripttest.Run(t, c.program, scripttest.Options{NoOpt: off})
			if got.Out != c.out || got.Code() != c.code {
				t.Errorf("%s, optimizer off %v: printed %.80q, code %q; want %.80q, %q\n%.300s", c.name, off, got.Out, got.Code(), c.out, c.code, got.Said())
			}
		}
	}
}
