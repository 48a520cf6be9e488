package serve

import "testing"

// TestProcessors: they are there while somebody computes, and given up a while after.
// (Their number can't be compared: those of other tests come and go.)
func TestProcessors(t *testing.T) {
	var p processors
	raised := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.raised
	}
	p.need(3)
	p.spare(3)
	p.need(3) // in time
	if p.timer != nil || !raised() {
		t.Error("they are given up while somebody computes")
	}
	p.spare(3)
	if !raised() {
		t.Error("they are given up at once")
	}
	eventually(t, "they are given up", func() bool { return !raised() })
}
