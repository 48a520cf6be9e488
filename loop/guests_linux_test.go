package loop

import (
	"bufio"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestGuests: whatever else a loop is told, by gnet or by itself, it tells of all that comes on a guest's descriptor; and
// when it ends, that it is gone.
func TestGuests(t *testing.T) {
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) { testGuests(t, workers) })
	}
}

func testGuests(t *testing.T, workers int) {
	path := filepath.Join(t.TempDir(), "s")
	s := start(t, Config{Addr: "127.0.0.1:0", Unix: path, Workers: workers}, echo)
	c := dial(t, s)
	send(t, c, get("/a")) // a loop waits itself from its first connection on
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
	c.Close()
	var all sync.WaitGroup
	var gone atomic.Int32
	stop := make(chan struct{})
	all.Go(func() { // connections that gnet must take
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			network, address := "tcp", s.Addr().String()
			if i%2 == 0 {
				network, address = "unix", path
			}
			c, err := net.Dial(network, address)
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprint(c, "GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
			readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /1 ")
			c.Close()
			if i%10 == 0 {
				time.Sleep(5 * time.Millisecond)
			}
		}
	})
	var guests sync.WaitGroup
	var open []int
	for g := range 4 {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, fds[0], fds[1])
		guests.Go(func() {
			came := make(chan byte, 1)
			l := s.Loops()[g%workers]
			if !l.Watch(fds[0], func() {
				var b [8]byte
				if n, _ := unix.Read(fds[0], b[:]); n > 0 {
					came <- b[0]
				}
			}, func() { gone.Add(1) }) {
				t.Error("the loop takes no guest")
				return
			}
			for i := range 300 {
				if _, err := unix.Write(fds[1], []byte{byte(i)}); err != nil {
					t.Error(err)
					return
				}
				select {
				case b := <-came:
					if b != byte(i) {
						t.Errorf("%d came instead of %d", b, byte(i))
					}
				case <-time.After(time.Minute):
					t.Errorf("the loop has not told of byte %d", i)
					return
				}
			}
			if g == 0 {
				l.Unwatch(fds[0])
			}
		})
	}
	guests.Wait()
	close(stop)
	all.Wait()
	s.Stop()
	eventually(t, "guests are sent away", func() bool { return gone.Load() == 3 })
	for _, fd := range open {
		unix.Close(fd)
	}
	if s.Loops()[0].Watch(0, func() {}, func() {}) {
		t.Error("a loop that has ended takes a guest")
	}
}

// TestGuestsRest: a loop that has guests rests when there is nothing to do, also after gnet has brought it back to them.
func TestGuestsRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := start(t, Config{Addr: "127.0.0.1:0", Unix: path, Workers: 1}, echo)
	c := dial(t, s)
	send(t, c, get("/a"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[0])
	defer unix.Close(fds[1])
	l := s.Loops()[0]
	if !l.Watch(fds[0], func() {}, func() {}) {
		t.Fatal("the loop takes no guest")
	}
	defer l.Unwatch(fds[0])
	other, err := net.Dial("unix", path) // gnet must take it, and come back
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	send(t, other, get("/b"))
	readAnswer(t, bufio.NewReader(other), "GET").want(t, 200, "GET /b ")
	one := [8]byte{1} // as a Post does it in the moment in which the loop holds its processor
	_, _ = unix.Write((*s.poller.(*gnetPoller).loops.Load())[0].wait.bell, one[:])
	time.Sleep(50 * time.Millisecond)
	var before, after unix.Rusage
	unix.Getrusage(unix.RUSAGE_SELF, &before)
	time.Sleep(500 * time.Millisecond)
	unix.Getrusage(unix.RUSAGE_SELF, &after)
	used := time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano())
	if used > 100*time.Millisecond {
		t.Errorf("a loop with nothing to do has used %v of half a second", used)
	}
}
