package postgres

import (
	"testing"
	"time"
)

// TestSlowComesBack: a statement that was slow comes back after a while, and after twice the while if it is slow again; one that lanes can't run never does.
func TestSlowComesBack(t *testing.T) {
	l := &lanes{history: map[string]*history{}}
	h := l.of("SELECT 1")
	for away := firstAway; away <= 2*lastAway; away *= 2 {
		if h.isRefused() {
			t.Fatal("refused")
		}
		for range 3 {
			h.took(2*slow, 1)
		}
		h.took(2*slow, 1) // of a batch that was under way
		if !h.isRefused() {
			t.Fatal("not refused")
		}
		left := time.Until(time.Unix(0, h.back.Load()))
		if want := min(away, lastAway); left > want || left < want-30*time.Second {
			t.Errorf("it stays away for %v, want %v", left, want)
		}
		h.back.Store(time.Now().UnixNano() - 1)
	}
	h.isRefused()
	h.refuse()
	for _, h := range []*history{h, l.of("SELECT nextval('s')")} {
		if !h.isRefused() || h.back.Load() != never {
			t.Error("it comes back, and can't be run")
		}
	}
}
