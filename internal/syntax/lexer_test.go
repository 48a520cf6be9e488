package syntax

import (
	"fmt"
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/source"

	"golang.org/x/text/unicode/norm"
)

// mistakes lists code and place of each message: "L001@1:8".
func mistakes(program string) string {
	_, messages, set := parse(program)
	var out []string
	for _, m := range messages {
		p := set.Place(m.Span.Start)
		out = append(out, fmt.Sprintf("%s@%d:%d", m.Code, p.Line, p.Column))
	}
	return strings.Join(out, " ")
}

func TestLexicalMistakes(t *testing.T) {
	for _, c := range []struct{ program, want string }{
		{"\ufeffஅச்சு 1;", ""},                   // a leading BOM is dropped
		{"அச்சு 1;\ufeff", "L015@1:9"},           // and only that
		{"\ufeffஅச்சு @;", "L001@1:7"},           // and not counted
		{"அச்சு 1;\r\nஅச்சு @;\r\n", "L001@2:7"}, // CRLF is one line end
		{"அச்சு 1;\rஅச்சு 2;", "L006@1:9"},       // a lone CR
		{"அச்சு \"a\rb\"; // c\rd\n/* \r */", "L006@1:9 L006@1:18 L006@2:4"},
		{"அச்சு\t1\f;", ""},
		{"அச்சு\u00a01;", "L015@1:6"},
		{"x\u200d = 1;", "L015@1:2"},
		{"x\u200c = 1;", "L015@1:2"},
		{"அச்சு \"\u00a0\u200d\u200c\"; // \u00a0\u200d", ""}, // text and comments hold anything
		{"\v", "L015@1:1"},
		{"\x00", "L015@1:1"},
		{"அச்சு \"\u202e\"; // \u2066\n/* \u2069 */ \u202a", "L004@1:8 L004@1:15 L004@2:4 L004@2:9"},
		{"அச்சு f\"{x:\u202b}\u202c\";", "L004@1:12 L004@1:14"},
		{"அச்சு \"\xff\xfe\"; // \xc3\n\xe0\xae", "L005@1:8 L005@1:16 L005@2:1"}, // a run of bytes is one mistake
		{"\xed\xa0\x80", "L005@1:1"}, // a surrogate
		{"\ufffd", "L001@1:1"},       // the replacement character itself is valid UTF-8
		{"அச்சு \"\ufffd\";", ""},
		{"/* a /* b */ c", "L007@1:1"},
		{"/* // */ அச்சு \"/*\"; // /*", ""},
		{"அச்சு \"a // b\";", ""},
		{"அச்சு 1 \"abc", "L002@1:9"},
		{"அச்சு \"a\\\"", "L002@1:7"},
		{"அச்சு \"a\\", "L002@1:7"},
		{"x = 5 @ 3 # 2 $ 1;", "L001@1:7 L001@1:11 L001@1:15"}, // all are collected
		{"x = 10 % 3;", "L013@1:8"},
		{"x = 5%%;", "L013@1:7"},
		{"x = !y;", "L014@1:5"},
		{"x = selects!y;", "L014@1:12"},
		{"x = select!=y;", ""},
		{"x = 79228162514264337593543950335.5;", "L003@1:5"},
		{"x = 79228162514264337593543950335%;", ""},
		{"x = f\"abc", "L008@1:5"},
		{"x = f\"abc {y", "L008@1:5"},
		{"x = f\"abc {f\"{y", "L008@1:5"},
		{"x = f\"abc {y:1", "L008@1:5"},
		{"x = f\"{y)}\";", "P034@1:9"},
		{"x = (f\"{y)}\");", "P034@1:10"}, // nothing in a hole pairs with anything outside
		{"x = f\"}\";", "L010@1:7"},
		{`x = f"\q\u{}\u{110000}\u{d800}\u{zz}\u41";`, "L009@1:7 L009@1:9 L009@1:13 L009@1:23 L009@1:31 L009@1:37"},
		{`x = f"\n\t\r\"\\\{\}\u{0000000041}\u{10ffff}";`, ""},
		{"x = f\"{y // z\n}\";", "L011@1:10"},
		{"x = f\"{/* z */y}\";", "L011@1:8"},
		{"x = f\"{y:a{b}\"}\";", "L012@1:11 L012@1:14"},
		{"x = f\"{}\";", "P003@1:8"},
		{"x = f\"{y z}\";", "P034@1:10"},
		{"x = f\"{y = 1}\";", "P017@1:10"},
		{"{f\"k\": 1} = e;", "P033@1:2"},
		{"x = {f\"k\": 1};", "P006@1:6"},
		{"இறக்கு f\"a\";", "P015@1:8"},
		{"அச்சுx\"a\";", "P013@1:7"},
		{"accu\"x\";accu-1;(1)eZil{accu 2;}", ""}, // no space is needed between tokens
		{"வரிசை_1 = 1; accuX = 1; il2 = 3;", ""},  // the longest match wins
		{"x = 1..9;", "P001@1:6"},
		{"x = 5.f();", ""},
		{strings.Repeat("@", 60), strings.TrimSpace(strings.Join(func() (all []string) {
			for i := range 50 {
				all = append(all, fmt.Sprintf("L001@1:%d", i+1))
			}
			return append(all, "L016@1:51")
		}(), " "))},
	} {
		if got := mistakes(c.program); got != c.want {
			t.Errorf("%q: got %s, want %s", c.program, got, c.want)
		}
	}
}

func TestUnterminatedTextIsQuoted(t *testing.T) {
	_, messages, _ := parse("அச்சு \"வணக்கம்;\n" + strings.Repeat("x", 1000))
	got := messages[0].Text(diag.English)
	if !strings.Contains(got, "\"வணக்கம்;⏎xxx") || !strings.Contains(got, "…") || len(got) > 200 {
		t.Errorf("got %s", got)
	}
}

// onlyValue returns the value printed by the only statement of a program.
func onlyValue(t *testing.T, program string) Expr {
	t.Helper()
	file, messages, _ := parse(program)
	if len(messages) > 0 || len(file.Body) != 1 {
		t.Fatalf("%q: %d statements, %s", program, len(file.Body), mistakes(program))
	}
	return file.Body[0].(*Print).X
}

func TestTextValues(t *testing.T) {
	for written, want := range map[string]string{
		`"a\n\t\r\"\\b"`:         "a\n\t\r\"\\b",
		`"C:\kaNakku \u0041 \'"`: `C:\kaNakku \u0041 \'`,
		"\"a\r\nb\nc\"":          "a\nb\nc",
		"\"a\\\r\nb\"":           "a\\\nb",
		`""`:                     "",
		"\"e\u0301\"":            "e\u0301", // text is left as it is
	} {
		if got := onlyValue(t, "அச்சு "+written+";").(*String).Value; got != want {
			t.Errorf("%q: got %q, want %q", written, got, want)
		}
	}
}

func TestNumberValues(t *testing.T) {
	for written, want := range map[string]string{
		"007": "7", "00.50": "0.5", "12.5%": "0.125", "100%": "1", "0.001%": "0.00001",
		"79228162514264337593543950335":     "79228162514264337593543950335",
		"0.12345678901234567890123456789":   "0.1234567890123456789012345679",
		"1.1234567890123456789012345678901": "1.1234567890123456789012345679",
		"0.00000000000000000000000000005":   "0.0000000000000000000000000001",
	} {
		if got := onlyValue(t, "அச்சு "+written+";").(*Number).Value.String(); got != want {
			t.Errorf("%s: got %s, want %s", written, got, want)
		}
	}
}

// TestNamesAreNFC writes names decomposed and expects them composed, as names,
// keys and text that stands as a key, and nowhere else.
func TestNamesAreNFC(t *testing.T) {
	const split, whole = "e\u0301க\u0bc6\u0bbe", "é\u0b95\u0bca"
	tree := outcome(split + " = r." + split + " + r.\"" + split + "\" + r[\"" + split + "\"] + {\"" + split + "\": 1, " + split + ": 2};\n" +
		"செயல் \"" + split + "\"() { }\n" + split + "[\"" + split + "\"] = 1;")
	if n := strings.Count(tree, whole); n != 9 || strings.Contains(tree, split) {
		t.Errorf("%d names composed, want 9\n%s", n, tree)
	}
	if got := outcome("அச்சு \"" + split + "\";"); !strings.Contains(got, split) {
		t.Errorf("text was changed: %s", got)
	}
	// A keyword is found whatever its form.
	if got := outcome("க\u0bc7\u0bbeப்பு_மூடு \"a\";"); got != outcome("கோப்பு_மூடு \"a\";") || !strings.Contains(got, "FileOp Op=close") {
		t.Errorf("got %s", got)
	}
}

// Words of Tamil letters are mostly known to be in NFC without looking further: whatever two or three
// of the block stand side by side, behind another letter.
func TestTamilWordsInNFC(t *testing.T) {
	plain := 0
	look := func(s string) {
		may := false
		for i := 0; i < len(s); i += 3 {
			may = may || mayCompose(s[:i+3])
		}
		if !may {
			plain++
			if !norm.NFC.IsNormalString("a" + s) {
				t.Errorf("%+q isn't in NFC", s)
			}
		}
	}
	const first, last = 0x0b80, 0x0bff
	marks := []rune{0x0b92, 0x0bc6, 0x0bc7, 0x0bbe, 0x0bcd, 0x0bd7, 0x0bca}
	for a := rune(first); a <= last; a++ {
		if !tamilLetter(string(a)) || tamilLetter(string(a-first+0x0c00)) || tamilLetter(string(a-first+0x0b00)) {
			t.Errorf("%+q: not told from its neighbours", a)
		}
		for b := rune(first); b <= last; b++ {
			look(string(a) + string(b))
			for _, c := range marks {
				look(string(a) + string(b) + string(c))
			}
		}
	}
	if plain < 100_000 {
		t.Errorf("only %d are plain", plain)
	}
}

func TestWordCharacters(t *testing.T) {
	for r, want := range map[rune]string{
		'க': "sc", '௧': "sc", '்': "sc", '௹': "sc", 'é': "sc", 'अ': "sc", 'ि': "c", '漢': "sc", '℘': "sc", '٣': "c", '·': "c", '⁀': "c",
		0x200c: "", 0x200d: "", 0x00a0: "", '€': "", '½': "", 0x037a: "", 0x309b: "", 0xff9e: "c", 0x0e33: "c", '⸀': "", 0x2e2f: "", 0xfeff: "",
	} {
		got := ""
		if isStart(r) {
			got += "s"
		}
		if isContinue(r) {
			got += "c"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", r, got, want)
		}
	}
}

func TestBracketTable(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"( [ { } ] )", "5 4 3 2 1 0 -1"},
		{"( ] )", "2 -1 0 -1"},
		{"( [ )", "2 -1 0 -1"},
		{") (", "-1 -1 -1"},
		{"f\"{(}\" )", "4 3 -1 1 0 -1 -1"},
		{"( f\"{)}\" )", "6 5 4 -1 2 1 0 -1"},
	} {
		toks, _ := lex(source.NewSet().Add("", c.text))
		var got []string
		for _, t := range toks.list {
			got = append(got, fmt.Sprint(t.aux))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.text, s, c.want)
		}
	}
}
