package syntax

import "testing"

// TestSpawnCalls asks the words that the parser leaves to the checker whether
// they start anything.
func TestSpawnCalls(t *testing.T) {
	for operand, want := range map[string]bool{
		"(f())": true, "(f()).x": true, "(r.f(1)[0])": true, "((f()))": true, "(y)": false, "(y).z": false,
		"(y).z()": true, "(f() + 1)": false, "(இணையாக [1, 2])": true, "(S{a: 1})": true, "(y[f()])": false,
	} {
		file, _, _ := parse("x = தொடங்கு" + operand + ";")
		late, ok := file.Body[0].(*Assign).X.(*LateExpr)
		if !ok {
			t.Errorf("%s: %T", operand, file.Body[0].(*Assign).X)
			continue
		}
		if got := late.Word.(*Spawn).Calls(); got != want {
			t.Errorf("%s: Calls() = %v, want %v", operand, got, want)
		}
	}
}
