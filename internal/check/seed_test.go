package check

import (
	"os"
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// TestSeed: the first programs of the document that eTamil began with. The
// first has no mistake; the second has one, which must be found and explained.
func TestSeed(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := read("seed1.qmz")
	p, msgs := checkText(t, first, nil, false)
	if len(msgs) > 0 {
		t.Errorf("example 1:\n%s", show(p.Set, msgs))
	}
	if !p.Serves {
		t.Error("example 1 starts a server")
	}

	second := read("seed2.qmz")
	p, msgs = checkText(t, second, nil, false)
	if len(msgs) != 1 || msgs[0].Code != diag.NameUndefined || msgs[0].Args[0] != "पयोक्ता" || msgs[0].Suggestion != "பயனர்" {
		t.Errorf("example 2:\n%s", show(p.Set, msgs))
	}
	p, msgs = checkText(t, strings.ReplaceAll(second, "पयोक्ता", "பயனர்"), nil, false)
	if len(msgs) > 0 {
		t.Errorf("example 2, mended:\n%s", show(p.Set, msgs))
	}
}

// TestPrefixes: whatever a program is cut down to, the checker answers.
func TestPrefixes(t *testing.T) {
	programs := []string{everything}
	for _, row := range diag.Table() {
		programs = append(programs, row.Wrong, row.Right)
	}
	for _, name := range []string{"seed1.qmz", "seed2.qmz"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, string(text))
	}
	n := 0
	for _, program := range programs {
		for i := range program {
			set := source.NewSet()
			// A broken tree is checked too: the language server will want it.
			file, _ := syntax.Parse(set.Add("main.qmz", program[:i]))
			p, _ := Check(file, mapLoader{}, Options{Set: set, Key: "main.qmz"})
			if err := Dump(discard{}, p); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	if n < 5000 {
		t.Errorf("only %d prefixes", n)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// everything holds each kind of statement and expression once.
const everything = `
இறக்கு "a.qmz"; இறக்கு "b.qmz" என m;
வடிவம் S { எண் a = 1 விதி 1..2, சொல் b? விதி ஒன்று("x"), அணி<S> c?, செயல் m(இது) { திரும்பு இது.a; } }
நிலை எண் k = 1; சொல் s; செயல் f = செயல்(x, y = 2) { திரும்பு x + y + k; }; y;
x = [1, ..[2]]; x[0] = {a: 1, ..{b: 2}}; r = S{a: 1}; r.a = 2;
[p, {q, z: w}, _] = x; f(1)(2); x?.a[1]; (x)(); விசைகள் {a: 1};
அச்சு f"{x}{k:.2}" & -1 + 2 * 3 / 4 - 5; உள்ளிடு v; உள்ளிடு 5; எறி x; எறி(x); திரும்பு x;
(x == 1) எனில் { } இன்றேல் (1 < 2 < 3) எனில் { } இன்றேல் { }
यदि x = 1 { } (இல்லை x மற்றும் y அல்லது k) சுற்று { நிறுத்து; தொடர்; }
ஒவ்வொரு i, j இல் x { பணி g(a) { காத்திரு a; } }
முயல் { } பிழை(e) { } இறுதியில் { }
வழி பெறு, "/:id", {a: 1} { n = param_id; பதில் 200, n, {}; ஜேசான்_உரை "x", 200; }
இடைவெளி 60 { n = 1; l = செயல்() { திரும்பு n; }; }
சோதனை "t" { சோதனை "u" { } } பூட்டு("k") { } காலக்கெடு(1) { }
தேர்ந்தெடு { a = f(1) => { } f(2) => { } }
த = தொடங்கு f(1); பின்னணி { x = 1; } இணையாக [f(1), f(2)]; z = இணையாக[0];
கோப்பு_திற "a", write; கோப்பு_படி "a", v; கோப்பு_எழுது "a", 1; கோப்பு_மூடு "a";
தளம்_இணை சீகுலைட், "a"; தளம்_வினா "a", [], v; தளம்_செய் "a", []; தளம்_பிரி சீகுலைட்; தளம்_செருக t, {a: 1};
வழங்கி_தொடங்கு "h", 1; வழங்கி_நிறுத்து;
server.on("GET", "/", f); m.f(1); m.x = 1; S.m(r); S({a: 1});
`
