package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// outcome is what a command line did, in this process.
type outcome struct {
	out, err string
	exit     int
}

func does(stdin string, args ...string) outcome {
	return doesWith(Stdio{In: strings.NewReader(stdin)}, args)
}

func doesWith(std Stdio, args []string) outcome {
	var out, errs bytes.Buffer
	std.Out, std.Err = &out, &errs
	exit := run(args, std)
	return outcome{out.String(), errs.String(), exit}
}

// patience is what no refusal may take, on a machine that is busy with something else; most take
// milliseconds.
const patience = 5 * time.Minute

// TestBadFiles: what can't be a program is refused with a reason, at once, by every
// command that reads one.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge.qmz")
	f, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(100 << 20); err != nil { // no disk is used for it
		t.Fatal(err)
	}
	f.Close()
	for _, c := range []struct{ name, want string }{
		{write(t, dir, "latin.qmz", "அச்சு \"caf\xe9\";\n"), "UTF-8 உரை அல்ல  (not UTF-8 text)"},
		{write(t, dir, "cut.qmz", "அச்சு \"அ\";"[:10]), "UTF-8 உரை அல்ல  (not UTF-8 text)"},
		{write(t, dir, "utf16.qmz", "\xff\xfe\x85\x0b"), "UTF-8 உரை அல்ல  (not UTF-8 text)"},
		{dir, "அது ஒரு கோப்பகம்  (it is a folder)"},
		{filepath.Join(dir, "none.qmz"), "கோப்போ கோப்பகமோ இல்லை  (no such file or directory)"},
		{filepath.Join(dir, "latin.qmz", "a.qmz"), "படிக்க முடியவில்லை: அது கோப்பகம் அல்ல  (cannot be read: it is not a folder)"},
		{huge, "16 MiB ஐ விடப் பெரியது  (larger than 16 MiB)"},
		{"a\x00b", "படிக்க முடியவில்லை: கணினி மறுத்தது  (cannot be read: invalid argument)"},
	} {
		for _, command := range []string{"run", "check", "dis"} {
			began := time.Now()
			got := does("", command, c.name)
			if want := "etamil: " + c.name + ": " + c.want + "\n"; got.exit != exitFail || got.out != "" || !strings.HasPrefix(got.err, want) {
				t.Errorf("%s %q: exit %d, stdout %q, stderr %q, want %q", command, c.name, got.exit, got.out, got.err, want)
			}
			if took := time.Since(began); took > patience {
				t.Errorf("%s %s took %v", command, c.name, took)
			}
		}
	}
	if got := does(strings.Repeat("அச்சு 1;\n", 1<<20), "run", "-"); got.exit != exitFail || !strings.Contains(got.err, "larger than 16 MiB") {
		t.Errorf("a long standard input: exit %d, %q", got.exit, got.err)
	}
}

// TestOddTexts: texts that are odd and still programs, or programs with one mistake.
func TestOddTexts(t *testing.T) {
	line := strings.Repeat("அ = அ + 1; ", 1<<16)
	for _, c := range []struct{ name, text, out, code string }{
		{"empty", "", "", ""},
		{"BOM alone", "\ufeff", "", ""},
		{"white space", " \t\n\n\r\n", "", ""},
		{"comment alone", "// எதுவும் இல்லை", "", ""},
		{"CRLF", "அச்சு 1;\r\nஅச்சு \"அ\r\nஆ\";\r\n", "1\nஅ\nஆ\n", ""},
		{"no line end", "அச்சு 1;", "1\n", ""},
		{"CR", "அச்சு 1;\rஅச்சு 2;", "", "L006"},
		{"NUL", "அச்சு 1;\x00", "", "L0"},
		{"NUL in text", "அச்சு \"a\x00b\";", "a\x00b\n", ""},
		{"a line of a megabyte", "அ = 0; " + line + "அச்சு அ;", "65536\n", ""},
		{"a megabyte of text", "அச்சு நீளம்(\"" + strings.Repeat("x", 1<<20) + "\");", "1048576\n", ""},
		{"a name of a megabyte", strings.Repeat("அ", 1<<18) + " = 1;", "", ""},
		{"a number of a megabyte", "அச்சு " + strings.Repeat("9", 1<<20) + ";", "", "L003"},
		{"digits without end", "அச்சு 0." + strings.Repeat("1", 1<<20) + ";", "0.1111111111111111111111111111\n", ""},
		{"a megabyte of signs", strings.Repeat("@", 1<<20), "", "L001"},
		{"a megabyte of semicolons", strings.Repeat(";", 1<<20), "", "P020"},
		{"a megabyte of quotes", strings.Repeat("\"", 1<<20), "", "P"},
	} {
		began := time.Now()
		got := does(c.text, "run", "--steps=1000000", "-")
		switch {
		case c.code == "" && (got.exit != exitOK || got.out != c.out || got.err != ""):
			t.Errorf("%s: exit %d, stdout %.100q, want %q; stderr %.1000s", c.name, got.exit, got.out, c.out, got.err)
		case c.code != "" && (got.exit != exitFail || got.out != "" || !strings.Contains(got.err, "பிழை "+c.code)):
			t.Errorf("%s: exit %d, stdout %.100q, stderr %.1000s, want %s", c.name, got.exit, got.out, got.err, c.code)
		}
		if len(got.err) > 100_000 {
			t.Errorf("%s: %d bytes of messages", c.name, len(got.err))
		}
		if took := time.Since(began); took > patience {
			t.Errorf("%s took %v", c.name, took)
		}
	}
}

// TestDeepNesting: whatever stands in whatever 100,000 times is refused, not followed.
func TestDeepNesting(t *testing.T) {
	const n = 100_000
	nest := func(open, middle, shut string) string {
		return strings.Repeat(open, n) + middle + strings.Repeat(shut, n)
	}
	for name, text := range map[string]string{
		"parentheses":  "அச்சு " + nest("(", "1", ")") + ";",
		"lists":        "அச்சு " + nest("[", "", "]") + ";",
		"records":      "அச்சு " + nest("{a: ", "1", "}") + ";",
		"calls":        "அச்சு " + nest("f(", "1", ")") + ";",
		"places":       "அச்சு a" + nest("[a", "", "]") + ";",
		"minus":        "அச்சு " + nest("-", "1", "") + ";",
		"not":          "அச்சு " + nest("இல்லை ", "1", "") + ";",
		"blocks":       nest("(1) எனில் { ", "", "}"),
		"loops":        nest("(1) சுற்று { ", "", "}"),
		"else if":      "(1) எனில் { }" + nest(" இன்றேல் (1) எனில் { }", "", ""),
		"functions":    nest("செயல் f() { ", "", "}"),
		"lambdas":      "x = " + nest("செயல்() { திரும்பு ", "1", "; }") + ";",
		"tries":        nest("முயல் { ", "", "} இறுதியில் { }"),
		"comments":     nest("/*", "", "*/"),
		"f-strings":    "அச்சு " + nest("f\"{", "1", "}\"") + ";",
		"sums":         "அச்சு 1" + nest(" + 1", "", "") + ";",
		"fields":       "அச்சு a" + nest(".b", "", "") + ";",
		"results":      "அச்சு a" + nest("?", "", "") + ";",
		"called":       "அச்சு a" + nest("()", "", "") + ";",
		"comparisons":  "அச்சு 1" + nest(" < 1", "", "") + ";",
		"unclosed":     "அச்சு " + nest("(", "", ""),
		"blocks alone": nest("{", "", "}"),
		"patterns":     nest("[", "a", "]") + " = [1];",
		"types":        nest("அணி<", "எண்", ">") + " a = [];",
	} {
		for _, command := range []string{"run", "check", "dis"} {
			began := time.Now()
			got := does(text, command, "-")
			if got.exit == exitBug || got.exit == exitOK && name != "comments" && name != "comparisons" {
				t.Errorf("%s %s: exit %d\n%.3000s", command, name, got.exit, got.err)
			}
			if len(got.err) > 200_000 {
				t.Errorf("%s: %d bytes of messages", name, len(got.err))
			}
			if took := time.Since(began); took > patience {
				t.Errorf("%s %s took %v", command, name, took)
			}
		}
	}
}

// TestEndless: programs that would never end, or never be satisfied, are stopped by their
// budgets with an error that says so.
func TestEndless(t *testing.T) {
	for _, c := range []struct{ name, program, code string }{
		{"loop", `(மெய்) சுற்று { }`, "R017"},
		{"counting", `i = 0; (i < 1) சுற்று { i = i - 1; }`, "R017"},
		{"range", `ஒவ்வொரு i இல் வீச்சு(1, 1000000000000) { x = i; }`, "R017"},
		{"catching", `(மெய்) சுற்று { முயல் { (மெய்) சுற்று { } } பிழை(e) { } }`, "R017"},
		{"finally", `(மெய்) சுற்று { முயல் { எறி 1; } இறுதியில் { தொடர்; } }`, "R017"},
		{"recursion", `செயல் f(n) { திரும்பு f(n + 1); } f(0);`, "R016"},
		{"mutual recursion", `செயல் f() { g(); } செயல் g() { f(); } f();`, "R016"},
		{"tree of calls", `செயல் f(n) { (n > 0) எனில் { f(n - 1); f(n - 1); } } f(200);`, "R017"},
		{"string", `a = "அ"; (மெய்) சுற்று { a = a & a; }`, "R018"},
		{"string by letters", `a = ""; (மெய்) சுற்று { a = a & "அ"; }`, "R01"},
		{"repeated", `அச்சு மீண்டும்_மீண்டும்("அ", 100000000000);`, "R0"},
		{"list", `a = [1]; (மெய்) சுற்று { a = [..a, ..a]; }`, "R018"},
		{"list in itself", `a = []; (மெய்) சுற்று { a = [a, a]; }`, "R01"},
		{"record", `a = {}; i = 0; (மெய்) சுற்று { i = i + 1; a["k" & i] = i; }`, "R018"},
		{"range as list", `அச்சு [..வீச்சு(1, 1000000000000)];`, "R0"},
		{"closures", `f = செயல்() { திரும்பு 1; }; (மெய்) சுற்று { g = f; f = செயல்() { திரும்பு g; }; }`, "R01"},
		{"printed", `a = ["அ"]; ஒவ்வொரு i இல் வீச்சு(1, 60) { a = [a, a]; } அச்சு a;`, "R018"},
		{"as text", `a = ["அ"]; ஒவ்வொரு i இல் வீச்சு(1, 60) { a = [a, a]; } b = சொல்லாக்கு(a);`, "R018"},
		{"as JSON", `a = ["அ"]; ஒவ்வொரு i இல் வீச்சு(1, 60) { a = [a, a]; } b = ஜேசான்_ஆக்கு(a);`, "R018"},
		{"compared", `a = ["அ"]; b = ["அ"]; ஒவ்வொரு i இல் வீச்சு(1, 60) { a = [a, a]; b = [b, b]; } அச்சு a == b;`, ""},
		{"deep and printed", `a = 1; ஒவ்வொரு i இல் வீச்சு(1, 90000) { a = [a]; } அச்சு நீளம்(சொல்லாக்கு(a));`, ""},
		{"deep JSON read", `அச்சு வகை(ஜேசான்_படி(மீண்டும்_மீண்டும்("[", 500000)));`, ""},
		{"thrown", `எறி {a: [1, 2, 3], b: "x"};`, "R028"},
		{"caused", `செயல் f(n) { முயல் { (n == 0) எனில் { எறி "a"; } f(n - 1); } பிழை(e) { எறி e; } } f(500);`, "R028"},
	} {
		for _, opt := range []string{"on", "off"} {
			began := time.Now()
			got := does(c.program, "run", "--steps=3000000", "--memory=16MiB", "--opt="+opt, "-")
			if c.code != "" && (got.exit != exitFail || !strings.Contains(got.err, "பிழை "+c.code)) || got.exit == exitBug {
				t.Errorf("%s: exit %d, want %s\nstdout %.200q\n%.2000s", c.name, got.exit, c.code, got.out, got.err)
			}
			if len(got.err) > 20_000 {
				t.Errorf("%s: %d bytes of messages", c.name, len(got.err))
			}
			if took := time.Since(began); took > patience {
				t.Errorf("%s took %v", c.name, took)
			}
		}
	}
}
