package postgres

import (
	"net"
	"testing"
	"time"

	"etamil/internal/db"
)

// none is a loop that takes nobody's sockets, or does, and hears of nothing.
type none struct{ takes bool }

func (n none) Watch(int, func(), func()) bool { return n.takes }
func (none) Unwatch(int)                      {}
func (none) Later(func()) bool                { return false }

// wires are a wire and what it leads to.
func wires(t *testing.T) (*wire, net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	near, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{plain: near, fd: -1}
	t.Cleanup(func() {
		w.Close()
		far.Close()
	})
	return w, far
}

// TestWireStaysGos: no socket is taken from under a goroutine that reads, nor for a loop that does not wait for it; what was
// read before, and comes afterwards, is whole.
func TestWireStaysGos(t *testing.T) {
	var b [8]byte
	read := func(w *wire, far net.Conn, text string) {
		t.Helper()
		if _, err := far.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Read(b[:]); string(b[:n]) != text || err != nil {
			t.Errorf("%q %v, want %q", b[:n], err, text)
		}
	}
	told := func(bool) { t.Error("told of what was not begun") }
	for _, p := range []db.Poller{nil, none{}} {
		w, far := wires(t)
		if w.stay(p) || w.begin([]byte("x"), told) || w.plain == nil {
			t.Errorf("%v: taken for nobody", p)
		}
		read(w, far, "before")
	}

	w, far := wires(t)
	got := make(chan string)
	go func() {
		var b [8]byte
		n, _ := w.Read(b[:])
		got <- string(b[:n])
	}()
	for w.readers.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if w.stay(none{takes: true}) || w.begin([]byte("x"), told) || w.plain == nil {
		t.Error("taken from who reads")
	}
	if _, err := far.Write([]byte("his")); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "his" {
		t.Errorf("who reads got %q", s)
	}
	if !w.stay(none{takes: true}) || !w.begin([]byte("x"), func(bool) {}) || w.plain != nil {
		t.Error("not taken from nobody")
	}
	read(w, far, "mine")
}
