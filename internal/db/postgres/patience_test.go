package postgres

import (
	"testing"
	"time"
)

// TestPatience: fewer statements than another lane is under way with wait for it, but no longer than a moment, however often somebody looks.
func TestPatience(t *testing.T) {
	l := &lanes{}
	b := l.newBay(nil)
	free := &lane{l: l, bay: b, up: true}
	b.lanes = []*lane{{l: l, bay: b, up: true, busy: true, taken: 10}, free}
	b.queue = []*job{{}}
	b.wait()
	b.since = time.Now().Add(time.Hour)
	for range 3 {
		if b.next() != nil {
			t.Fatal("it leaves alone")
		}
	}
	if !b.since.After(time.Now().Add(time.Minute)) {
		t.Error("its patience begins anew each time that somebody looks")
	}
	b.since = time.Now().Add(-patience)
	if b.next() != free || len(free.batch) != 1 {
		t.Error("it has waited long enough, and doesn't leave")
	}
	b.timer.Stop()
}
