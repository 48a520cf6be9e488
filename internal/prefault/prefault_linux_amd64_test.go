package prefault

import "testing"

// TestLarge: wherever in the 4 MiB by which it begins Go has placed the heap at this start, it
// goes on at a large page.
func TestLarge(t *testing.T) {
	if large == 0 || large%largePage != 0 {
		t.Errorf("the heap goes on at %#x", large)
	}
}
