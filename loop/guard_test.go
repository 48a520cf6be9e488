package loop

import (
	"bytes"
	"log/slog"
	"os"
	"strings"
	"testing"
)

// TestGuardCounts: connections that have gone leave holes among those that
// stay, so that a new one's descriptor is low although few are left. What
// counts is how many there are.
func TestGuardCounts(t *testing.T) {
	used, err := openFiles()
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{limit: 1000, last: used + 20}
	var told bytes.Buffer
	g.log = slog.New(slog.NewTextHandler(&told, nil))
	accepting := true
	g.use(func(on bool) { accepting = on })
	var open []*os.File
	connect := func() {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, f)
		g.opened(int(f.Fd()))
	}
	end := func(i int) {
		open[i].Close()
		open = append(open[:i], open[i+1:]...)
		g.closed()
	}
	for range 500 {
		for accepting {
			connect()
		}
		if n, _ := openFiles(); n > g.last+1 {
			t.Fatalf("%d descriptors are in use, of %d", n, g.last)
		}
		end(len(open) / 3) // the oldest and the newest stay
	}
	if n := strings.Count(told.String(), "msg=connections_full"); n != 1 {
		t.Errorf("pauses of one minute are told %d times", n)
	}
	if len(open) < 10 {
		t.Errorf("only %d connections had room", len(open))
	}

	// Others take what was free, in the holes: noticed by the next tick.
	for accepting {
		connect()
	}
	for range 8 {
		end(0)
	}
	var others []*os.File
	for range 8 {
		f, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		others = append(others, f)
	}
	g.tick()
	for accepting {
		connect()
	}
	if n, _ := openFiles(); n > g.last+1 {
		t.Errorf("beside others, %d descriptors are in use, of %d", n, g.last)
	}
	few := len(open)
	for _, f := range others {
		f.Close()
	}
	g.tick()
	for accepting {
		connect()
	}
	if len(open) < few+6 {
		t.Errorf("%d connections, %d while others had descriptors", len(open), few)
	}
	for len(open) > 0 {
		end(0)
	}
	if !accepting {
		t.Error("all have gone and none is accepted")
	}
}

// TestGuardBesideMany: where others have all descriptors but those that are set aside, clients are still served, one or two at a time.
func TestGuardBesideMany(t *testing.T) {
	used, err := openFiles()
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{limit: 1000, last: used - 20}
	accepting := true
	g.use(func(on bool) { accepting = on })
	for range 3 {
		if g.full() {
			t.Fatal("our own acceptors never accept")
		}
		n := 0
		for ; accepting && n < 100; n++ {
			g.opened(0)
		}
		if n > 2 || !g.full() {
			t.Errorf("%d connections had room", n)
		}
		for range n {
			g.closed()
		}
		if !accepting {
			t.Fatal("all have gone and none is accepted")
		}
	}
}
