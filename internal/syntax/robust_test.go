package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/vectors"
)

// programs returns the programs of the golden files: every form the grammar has.
func programs(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range strings.Split("\n"+string(text), "\n==== ")[1:] {
			_, rest, _ := strings.Cut(entry, "\n")
			program, _, _ := strings.Cut(rest, "\n----")
			all = append(all, program)
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d programs", len(all))
	}
	return all
}

// checkParse parses whatever text and checks what must hold for any of it.
func checkParse(t testing.TB, text string) []*diag.Message {
	t.Helper()
	set := source.NewSet()
	f := set.Add("x.qmz", text)
	file, messages := Parse(f)
	last := source.Pos(0)
	for _, m := range messages {
		m.Both() // panics if there is no row
		if m.Span.Start < f.Pos(0) || m.Span.End > f.Pos(len(text)) || m.Span.Start > m.Span.End {
			t.Fatalf("%q: %s stands at %v, outside the file", text, m.Code, m.Span)
		}
		if m.Kind() == diag.Lex && m.Span.Start < last {
			t.Fatalf("%q: %s is out of order", text, m.Code)
		}
		last = m.Span.Start
	}
	if len(messages) > maxMessages+1 {
		t.Fatalf("%d messages", len(messages))
	}
	for _, s := range file.Body {
		whole(t, text, reflect.ValueOf(s), f)
	}
	return messages
}

// optional are the fields that may be nil.
var optional = map[string]bool{
	"Import.As": true, "Return.X": true, "Declare.Type": true, "Declare.X": true, "If.Else": true, "ForEach.Key": true,
	"Try.CatchVar": true, "Try.Catch": true, "Try.Finally": true, "Route.Options": true, "FileOp.X": true, "FileOp.Into": true,
	"DBOp.SQL": true, "DBOp.Params": true, "DBOp.Into": true, "DBOp.Handle": true, "Response.Headers": true, "JSONBody.Status": true,
	"Arm.Target": true, "ShapeField.Type": true, "ShapeField.Default": true, "Rule.Low": true, "Rule.Up": true, "Lambda.Name": true,
	"Spawn.X": true, "Spawn.Block": true, "FPart.X": true, "Entry.Key": true, "Func.Result": true, "Param.Type": true,
	"Param.Default": true, "Type.Elem": true,
}

// whole fails if a node that must be there is nil or stands outside the file.
func whole(t testing.TB, text string, v reflect.Value, f *source.File) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			t.Fatalf("%q: a nil node", text)
		}
		if n, ok := v.Interface().(Node); ok {
			s := n.Span()
			if s.Start < f.Pos(0) || s.End > f.Pos(len(text)) || s.Start >= s.End {
				t.Fatalf("%q: %T stands at %v", text, n, s)
			}
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		switch field.Kind() {
		case reflect.Pointer, reflect.Interface:
			if field.IsNil() {
				if name := v.Type().Name() + "." + name; !optional[name] {
					t.Fatalf("%q: %s is nil", text, name)
				}
				continue
			}
			whole(t, text, field, f)
		case reflect.Slice:
			for j := range field.Len() {
				whole(t, text, field.Index(j), f)
			}
		}
	}
}

func TestEveryPrefix(t *testing.T) {
	for _, program := range programs(t) {
		for n := range len(program) {
			checkParse(t, program[:n])
		}
	}
}

func TestEveryByteChanged(t *testing.T) {
	changes := []byte("(){}[]\";.=:,f_ \n\x00\xff\\/%!5")
	for _, program := range programs(t) {
		text := []byte(program)
		for i := range text {
			was := text[i]
			for _, c := range changes {
				if i%3 != int(c)%3 && len(text) > 200 {
					continue // a third of the changes will do for the long ones
				}
				text[i] = c
				checkParse(t, string(text))
			}
			text[i] = was
			checkParse(t, string(text[:i])+string(text[i+1:]))
		}
	}
}

// TestRecovery puts a damaged statement between two good ones: the mistakes in it
// are told, none that only follow from them, and its neighbours are read.
func TestRecovery(t *testing.T) {
	good := "அச்சு \"முன்\";\n%s\nஅச்சு \"பின்\";\n"
	for _, c := range []struct {
		damaged string
		want    string // codes
	}{
		{"x = ;", "P003"},
		{"x = 5", "P001"},
		{"y = f(1, 2;", "P004"},
		{"r = {a 1} + 2;", "P004"},
		{"(x = 5) எனில் { அச்சு 1; }", "P017"},
		{"(x == 5) எனில் { அச்சு 1 அச்சு 2; } இன்றேல் { = 5; }", "P001 P002"},
		{"செயல் f(5) { அச்சு 1; }", "P007"},
		{"செயல் f() { x = ; y = ; அச்சு 3; }", "P003 P003"},
		{"வரிசை = 5;", "P016"},
		{"நிலை வரிசை = 5;", "P016"},
		{"வடிவம் இடம் { எண் x }", "P016"},
		{"ஒவ்வொரு எண் இல் [1] { அச்சு 1; };", "P016"},
		{"x = f\"{1 2}\";", "P034"},
		{"[a, 5] = e;", "P033"},
		{"தேர்ந்தெடு { x = f() { } };", "P031"},
		{"}", "P002"},
		{")", "P002"},
		{"5 5 5;", "P002"},
		{"x = செயல்() { அச்சு ; } + ;", "P003 P003"},
	} {
		file, messages, _ := parse(fmt.Sprintf(good, c.damaged))
		var codes []string
		for _, m := range messages {
			codes = append(codes, string(m.Code))
		}
		if got := strings.Join(codes, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.damaged, got, c.want)
		}
		if len(file.Body) < 2 {
			t.Errorf("%s: only %d statements were read", c.damaged, len(file.Body))
			continue
		}
		for i, want := range map[int]string{0: "முன்", len(file.Body) - 1: "பின்"} {
			if p, ok := file.Body[i].(*Print); !ok || p.X.(*String).Value != want {
				t.Errorf("%s: statement %d is not அச்சு %q", c.damaged, i, want)
			}
		}
	}
}

// TestDeepInput nests everything that nests a hundred thousand deep: the answer
// is a message, not a stack that overflows.
func TestDeepInput(t *testing.T) {
	const n = 100_000
	for _, c := range []struct{ name, before, middle, after string }{
		{"parentheses", "x = " + strings.Repeat("(", n), "1", strings.Repeat(")", n) + ";"},
		{"lists", "x = " + strings.Repeat("[", n), "1", strings.Repeat("]", n) + ";"},
		{"records", "x = " + strings.Repeat("{a: ", n), "1", strings.Repeat("}", n) + ";"},
		{"open parentheses", strings.Repeat("(", n), "", ""},
		{"open braces", strings.Repeat("{", n), "", ""},
		{"minus", "x = " + strings.Repeat("-", n), "1", ";"},
		{"not", "x = " + strings.Repeat("இல்லை ", n), "1", ";"},
		{"calls in calls", "x = " + strings.Repeat("f(", n), "1", strings.Repeat(")", n) + ";"},
		{"calls in a row", "f" + strings.Repeat("(1)", n), "", ";"},
		{"fields", "x = r" + strings.Repeat(".a", n), "", ";"},
		{"field targets", "r" + strings.Repeat(".a", n), "", " = 1;"},
		{"questions", "f()" + strings.Repeat("?", n), "", ";"},
		{"sum", "x = 1" + strings.Repeat(" + 1", n), "", ";"},
		{"or", "x = 1" + strings.Repeat(" அல்லது 1", n), "", ";"},
		{"blocks", strings.Repeat("(1) எனில் { ", n), "", strings.Repeat("}", n)},
		{"else-ifs", "(1) எனில் { }" + strings.Repeat(" இன்றேல் (1) எனில் { }", n), "", ""},
		{"functions", strings.Repeat("செயல் f() { ", n), "", strings.Repeat("}", n)},
		{"lambdas", "x = " + strings.Repeat("செயல்() { திரும்பு ", n), "1", strings.Repeat("; }", n) + ";"},
		{"patterns", strings.Repeat("[", n), "a", strings.Repeat("]", n) + " = e;"},
		{"types", "செயல் f() " + strings.Repeat("அணி<", n), "எண்", strings.Repeat(">", n) + " { }"},
		{"f-strings", "x = " + strings.Repeat("f\"{", n), "1", strings.Repeat("}\"", n) + ";"},
		{"tests", strings.Repeat("சோதனை \"a\" { ", n), "", strings.Repeat("}", n)},
		{"selects", strings.Repeat("தேர்ந்தெடு { f() => { ", n), "", strings.Repeat("} }", n)},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.before + c.middle + c.after
			messages := checkParse(t, text)
			if len(messages) == 0 {
				t.Fatal("no message")
			}
			if code := messages[0].Code; c.after != "" && code != diag.ParseDeep {
				t.Errorf("%s: %s", code, messages[0].Text(diag.English))
			}
		})
	}
	t.Run("comments", func(t *testing.T) {
		checkParse(t, strings.Repeat("/*", n)+strings.Repeat("*/", n))
	})
	t.Run("a thousand is not deep", func(t *testing.T) {
		for _, text := range []string{
			"x = " + strings.Repeat("(", 900) + "1" + strings.Repeat(")", 900) + ";",
			"x = 1" + strings.Repeat(" + 1", 9000) + ";",
		} {
			if got := mistakes(text); got != "" {
				t.Error(got)
			}
		}
	})
}

// TestTimeIsLinear reads programs that would take long if any part of the work
// grew with the square of their length: eight times the length would then take
// 64 times as long, and seconds.
func TestTimeIsLinear(t *testing.T) {
	for _, c := range []struct{ name, unit string }{
		{"statements", "x = பட்டியல்[0].விலை * 12.5% + f(1, \"அ\");\n"},
		{"mistakes", "x = ( ;\n"},
		{"unclosed", "f(["},
		{"closers", ")]}"},
		{"openers and closers", "([{)"},
		{"late words", "எறி(x).a[0]?;\n"},
		{"paths", "return[0].a.b[1] = 1;\n"},
		{"tasks", "x = பணி(a) அணி<அணி<எண்>> { };\n"},
		{"junk", "@ \xff \u00a0"},
		{"f-strings", "x = f\"a{b}c{d:>5}\";\n"},
		{"open holes", "f\"{("},
		{"one line", "f(1); "},
		{"open text", "\"a\\"},
		{"async", "async "},
		{"names", "பெயர் "},
		{"types", "அணி<"},
		{"task calls", "பணி("},
		{"else", "இன்றேல் "},
		{"words", "x = சோதனை காத்திரு தொடங்கு (a); "},
	} {
		t.Run(c.name, func(t *testing.T) {
			short, long := shortest(c.unit, 1<<15), shortest(c.unit, 1<<18)
			if long > 40*short+100*time.Millisecond {
				t.Errorf("32 KiB take %v, 256 KiB take %v", short, long)
			}
		})
	}
}

// shortest is the least time of three for about length bytes of unit.
func shortest(unit string, length int) time.Duration {
	text := strings.Repeat(unit, length/len(unit))
	best := time.Hour
	for range 3 {
		start := time.Now()
		Parse(source.NewSet().Add("", text))
		best = min(best, time.Since(start))
	}
	return best
}

func TestTenThousandLines(t *testing.T) {
	text := strings.Repeat("விலை = பட்டியல்[0].விலை * 12.5% + f(1, \"அ\");\n", 10_000)
	if took := shortest(text, len(text)); took > time.Second {
		t.Errorf("10,000 lines took %v", took)
	}
}

// FuzzParse holds any text to what checkParse says.
func FuzzParse(f *testing.F) {
	for _, p := range programs(f) {
		f.Add(p)
	}
	dir, err := vectors.Dir()
	if err != nil {
		f.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, v := range all {
		f.Add(v.Program)
	}
	f.Fuzz(func(t *testing.T, text string) { checkParse(t, text) })
}
