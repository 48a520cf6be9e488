package syntax

import (
	"strings"
	"testing"

	"etamil/internal/diag"
)

// TestWhatWasMeant: words, signs and forms of other languages are answered with what to
// write here, and what only looks like one of them is not.
func TestWhatWasMeant(t *testing.T) {
	for _, c := range []struct{ program, code, note string }{
		{"for (i = 0; i < 9; i++) { }", "P017", "write ஒவ்வொரு x இல்"},
		{"let x = 5", "P001", "write x = …; alone"},
		{"(1) எனில் { } இல்லையேல் { அச்சு 2; }", "P004", "write இன்றேல் { … }"},
		{"i++;", "P013", "write i = i + …;"},
		{"i -= 2;", "P013", "write i = i - …;"},
		{"i + 2;", "P018", "did you mean திரும்பு"},
		{"அச்சு 'அ';", "L001", `write text in "…"`},
		{"# அ", "L001", "begin a comment with //"},
		{"(1 && 2) எனில் { }", "P003", "for && write மற்றும்"},
		{"(1 || 2) எனில் { }", "L001", "write அல்லது"},
		{"அச்சு 5 @ 3;", "L001", ""},
		{"அச்சு 1 & & 2;", "P003", "for && write மற்றும்"},
		{"அச்சு 1 & ;", "P003", ""},
	} {
		_, messages, _ := parse(c.program)
		if len(messages) == 0 || string(messages[0].Code) != c.code {
			t.Errorf("%s: %s", c.program, mistakes(c.program))
			continue
		}
		var notes []string
		for _, n := range messages[0].Notes {
			notes = append(notes, n.English)
		}
		if got := strings.Join(notes, "; "); !strings.Contains(got, c.note) || c.note == "" && got != "" {
			t.Errorf("%s: noted %q, want %q", c.program, got, c.note)
		}
	}
	_, messages, _ := parse("விலை == 5;")
	if len(messages) != 1 || messages[0].Suggestion != "=" {
		t.Errorf("==: %s", mistakes("விலை == 5;"))
	}
}

// TestForgottenBeforeCondition: the ; that lacks before a condition belongs to the line
// above it, though the condition was taken for arguments.
func TestForgottenBeforeCondition(t *testing.T) {
	const text = "அ = 20\n(அ > (1)) எனில் { }\n"
	_, messages, _ := parse(text)
	if len(messages) != 1 || messages[0].Code != diag.ParseSemicolon || len(messages[0].Notes) != 1 {
		t.Fatal(mistakes(text))
	}
	if end := len("அ = 20"); int(messages[0].Notes[0].Span.Start) != end+1 {
		t.Errorf("the note stands at %d, want %d", messages[0].Notes[0].Span.Start, end+1)
	}
}
