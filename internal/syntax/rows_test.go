package syntax

import (
	"testing"

	"etamil/internal/diag"
)

// TestEveryMistakeHasItsProgram reads the wrong and the right program of each
// lexical and grammatical code.
func TestEveryMistakeHasItsProgram(t *testing.T) {
	for _, row := range diag.Table() {
		if row.Kind != diag.Lex && row.Kind != diag.Parse || row.Wrong == "" {
			continue
		}
		_, messages, _ := parse(row.Wrong)
		found := false
		for _, m := range messages {
			switch {
			case m.Code == row.Code:
				found = true
			case row.Code == diag.LexTooManyMistakes && m.Code == diag.LexUnknown: // they are what is too many
			default:
				t.Errorf("%s: the wrong program also gives %s: %s", row.Code, m.Code, m.Text(diag.English))
			}
		}
		if !found {
			t.Errorf("%s: the wrong program doesn't give it: %s", row.Code, mistakes(row.Wrong))
		}
		if got := mistakes(row.Right); got != "" {
			t.Errorf("%s: the right program gives %s", row.Code, got)
		}
	}
}
