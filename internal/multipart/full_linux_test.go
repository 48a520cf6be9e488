package multipart

import (
	"os"
	"strings"
	"testing"
)

// TestFullDisk: a disk that is full is told as what it is, and nothing stays counted.
func TestFullDisk(t *testing.T) {
	s := spool(t, 100)
	f, err := s.New("b")
	if err == nil {
		err = f.Write([]byte(files(strings.Repeat("x", 200))[:250]))
	}
	if err != nil || !f.OnDisk() {
		t.Fatalf("%v", err)
	}
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.disk.Close()
	f.disk = full
	if err := f.Write([]byte(strings.Repeat("y", 1000))); err != ErrFull {
		t.Errorf("%v", err)
	}
	f.Close()
	if s.InMemory() != 0 || s.OnDisk() != 0 {
		t.Errorf("left: %d %d", s.InMemory(), s.OnDisk())
	}
}
