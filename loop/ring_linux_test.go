package loop

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sys/unix"
)

// hasRing reports whether this kernel has io_uring and lets us use it, which many containers don't.
// Where it doesn't, everything goes on without.
func hasRing(t *testing.T) bool {
	t.Helper()
	r, err := newRing()
	switch {
	case err == nil:
		r.close()
		return true
	case errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EINVAL): // the last where it is older than what we use
		t.Logf("no io_uring here: %v", err)
		return false
	}
	t.Fatal(err)
	return false
}

// TestRing: what comes of operations done together is what a system call for each would
// have answered, also where some of them fail.
func TestRing(t *testing.T) {
	if !hasRing(t) {
		return
	}
	r, err := newRing()
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	pair := func() (a, b int) {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0) // blocking: it is the operation that must not wait
		if err != nil {
			t.Fatal(err)
		}
		return fds[0], fds[1]
	}
	for round := range 3 * ringSize { // the queues wrap around
		n := 1 + round%ringSize
		var ours, theirs [ringSize]int
		var want, got [ringSize][]byte
		for i := range n {
			ours[i], theirs[i] = pair()
			want[i] = fmt.Appendf(nil, "message %d of round %d", i, round)
			got[i] = make([]byte, 64)
			r.add(opSend, ours[i], want[i])
		}
		r.do()
		for i, res := range r.results[:n] {
			if k, err := resultOf(res); k != len(want[i]) || err != nil {
				t.Fatalf("send %d of %d: %d, %v", i, n, k, err)
			}
			r.add(opRecv, theirs[i], got[i])
		}
		r.do()
		for i, res := range r.results[:n] {
			if k, err := resultOf(res); err != nil || !bytes.Equal(got[i][:k], want[i]) {
				t.Fatalf("receive %d of %d: %q, %v", i, n, got[i][:k], err)
			}
			unix.Close(ours[i])
			unix.Close(theirs[i])
		}
	}

	empty, other := pair()
	ended, peer := pair()
	unix.Close(peer)
	full, _ := pair()
	p := make([]byte, 64<<10)
	for err := error(nil); err == nil; {
		_, err = unix.SendmsgN(full, p, nil, nil, unix.MSG_DONTWAIT)
	}
	buf := make([]byte, 8)
	if !r.full() {
		r.add(opRecv, empty, buf)
		r.add(opRecv, ended, buf)
		r.add(opSend, ended, buf)
		r.add(opSend, full, buf)
		r.add(opRecv, 1<<20, buf)
		r.add(opSend, empty, buf)
	}
	r.do()
	for i, want := range []struct {
		n   int
		err error
	}{{0, unix.EAGAIN}, {0, nil}, {0, unix.EPIPE}, {0, unix.EAGAIN}, {0, unix.EBADF}, {8, nil}} {
		if n, err := resultOf(r.results[i]); n != want.n || !errors.Is(err, want.err) {
			t.Errorf("operation %d: %d, %v; want %d, %v", i, n, err, want.n, want.err)
		}
	}
	for _, fd := range []int{empty, other, ended, full} {
		unix.Close(fd)
	}
}
