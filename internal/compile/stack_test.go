package compile_test

import (
	"strings"
	"testing"

	"etamil/internal/compile"
)

// Calls that are no more stand in stacks as if they were made.
var stacks = []struct {
	name, text string
	output     string
	stack      string // of the error that ends it, as it is quoted
}{
	{"one in another, in a loop", "செயல் f(x) {\nதிரும்பு 1 / x; }\nசெயல் g(x) {\nதிரும்பு f(x); }\nஒவ்வொரு i இல் [0] {\n g(i); }",
		"", `["f (-:2:10)" "g (-:4:10)" "-:6:2"]`},
	{"caught around the call", "செயல் f(x) {\nதிரும்பு 1 / x; }\nசெயல் g(x) { முயல் { f(x); } பிழை(e) { அச்சு e.stack; } f(x); }\ng(0);",
		"[f (-:2:10), g (-:3:22), -:4:1]\n", `["f (-:2:10)" "g (-:3:57)" "-:4:1"]`},
	{"thrown by a closure that map calls", "செயல் g(l) {\nn = 2;\nf = செயல்(x) {\n(x == n) எனில் { எறி \"e\"; }\nதிரும்பு x; };\nதிரும்பு ஒவ்வொன்றுக்கும்(l, f); }\nஅச்சு g([1, 2]);",
		"", `["-:4:18" "g (-:6:10)" "-:7:7"]`},
	{"behind the call", "செயல் f(x) { திரும்பு x - 1; }\nசெயல் g(x) {\ny = f(x);\nதிரும்பு 1 / y; }\ng(1);",
		"", `["g (-:4:10)" "-:5:1"]`},
	{"a field that one function reads and another adds to", "செயல் f(r) { திரும்பு r.x; }\nசெயல் g(r) {\nr.x =\n f(r) + 1; திரும்பு r; }\ng({x: 79228162514264337593543950335});",
		"", `["g (-:4:2)" "-:5:1"]`},
	{"a sum that one instruction stores", "n = {x: 79228162514264337593543950335};\nn.x = n.x + (1 + 1);",
		"", `["-:2:7"]`},
	{"a field that isn't there", "n = {x: 1};\nn.y = n.y + (1 + 1);",
		"", `["-:2:9"]`},
	{"at the bottom of many", "செயல் f(x) { திரும்பு 1 / x; }\nசெயல் g(x) {\n(x > 0) எனில் { திரும்பு g(x - 1); }\nதிரும்பு f(x); }\ng(40);",
		"", `["f (-:1:23)" "g (-:4:10)"` + strings.Repeat(` "g (-:3:26)"`, 10) + ` "… 19 …"` + strings.Repeat(` "g (-:3:26)"`, 11) + ` "-:5:1"]`},
}

func TestStacksShowInlinedCalls(t *testing.T) {
	for _, c := range stacks {
		for how, o := range map[string]compile.Options{"on": {}, "off": {NoOpt: true}} {
			got, ok := execute(t, c.text, o)
			if !ok || got.output != c.output || !strings.HasSuffix(got.err, " "+c.stack) {
				t.Errorf("%s, %s: %q %s\nnot %q … %s", c.name, how, got.output, got.err, c.output, c.stack)
			}
		}
	}
}

// A function that may call itself keeps its calls, and so the limit on how many may be open.
func TestRecursionIsLimited(t *testing.T) {
	for _, text := range []string{
		`செயல் f(x) { திரும்பு f(x + 1); } f(0);`,
		`செயல் f(x) { திரும்பு g(x); } செயல் g(x) { திரும்பு f(x); } f(0);`,
		`செயல் f(g) { திரும்பு g(g); } f(f);`,
		`செயல் f(g) { h = செயல்(x) { திரும்பு x(x); }; திரும்பு h(h); } f(1);`,
	} {
		if got, ok := execute(t, text, compile.Options{}); !ok || !strings.HasPrefix(got.err, "too_deep ") {
			t.Errorf("%s\n%+v", text, got)
		}
	}
}
