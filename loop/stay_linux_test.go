package loop

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestOneLoopWaitsItself: a server with one loop does its own waiting, and gnet still gets
// what is gnet's: connections to accept, those accepted elsewhere, tasks, and the end.
func TestOneLoopWaitsItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := start(t, Config{Addr: "127.0.0.1:0", Unix: path, Workers: 1}, echo)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	if l.wait == nil {
		t.Fatal("gnet waits")
	}
	eventually(t, "the loop waits itself", func() bool {
		c := dial(t, s)
		defer c.Close()
		send(t, c, get("/a"))
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
		return l.inside.Load()
	})
	var all sync.WaitGroup
	for k := range 4 {
		all.Go(func() { // connections that come and go, by both ways
			for i := range 50 {
				network, address := "tcp", s.Addr().String()
				if (i+k)%2 == 0 {
					network, address = "unix", path
				}
				c, err := net.Dial(network, address)
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Fprintf(c, "GET /later/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", i)
				r := bufio.NewReader(c)
				readAnswer(t, r, "GET").want(t, 200, "GET /later/1 ")
				readAnswer(t, r, "GET").want(t, 200, fmt.Sprintf("GET /%d ", i))
				c.Close()
			}
		})
		all.Go(func() { // tasks, of which the loop may hear at any moment
			for range 200 {
				done := make(chan struct{})
				s.Loops()[0].Post(TaskFunc(func(*Loop) { close(done) }))
				select {
				case <-done:
				case <-time.After(time.Minute):
					t.Error("a task was not run")
					return
				}
			}
		})
	}
	all.Wait()
	if n := s.Drain(time.Minute); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

// TestHolding: a loop that waits for nothing but its sockets holds its processor for a moment,
// and hears of tasks and of the collector all the same; one with requests elsewhere, and one
// that has nothing to do, lets go of it.
func TestHolding(t *testing.T) {
	release := make(chan struct{})
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/held" {
			go func() {
				<-release
				x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
			}()
			return
		}
		echoNow(x)
	}))
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	held := countHolds(s)
	c := dial(t, s)
	defer c.Close()
	r := bufio.NewReader(c)
	ask := func() {
		for range 5 { // one alone is no reason to hold
			send(t, c, get("/a"))
			readAnswer(t, r, "GET").want(t, 200, "GET /a ")
		}
	}
	eventually(t, "the loop holds", func() bool {
		ask()
		return held.Load() > 0
	})
	eventually(t, "the loop lets go", func() bool { return l.wait.state.Load() == parked })

	// Tasks, posted at all moments of a hold, and the collector, which stops everybody.
	for i := range 300 {
		if i%30 == 0 {
			ask()
			runtime.GC()
		}
		time.Sleep(time.Duration(i%13) * 100 * time.Microsecond)
		done := make(chan struct{})
		s.Loops()[0].Post(TaskFunc(func(*Loop) { close(done) }))
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatal("a task was not run")
		}
	}

	other := dial(t, s)
	defer other.Close()
	send(t, other, get("/held"))
	eventually(t, "a request is elsewhere", func() bool { return s.Stats().InFlight == 1 })
	before := held.Load()
	for range 20 {
		ask()
		eventually(t, "the loop lets go at once", func() bool { return l.wait.state.Load() == parked })
	}
	if n := held.Load() - before; n > 0 {
		t.Errorf("it has held on %d times", n)
	}
	close(release)
	readAnswer(t, bufio.NewReader(other), "GET").want(t, 200, "GET /held ")
}

// countHolds counts the waits for which a server's one loop holds its processor: a client that
// looks whether it does may get none to look with.
func countHolds(s *Server) *atomic.Int64 {
	n := new(atomic.Int64)
	w := (*s.poller.(*gnetPoller).loops.Load())[0].wait
	runOn(s.Loops()[0], func() {
		alone := w.alone // the last that is asked
		w.alone = func() bool {
			is := alone()
			if is {
				n.Add(1)
			}
			return is
		}
	})
	return n
}

// TestHoldingUnderTLS: so does a loop whose connections goroutines accept, and it lets go of
// its processor for who comes, and while they have a connection.
func TestHoldingUnderTLS(t *testing.T) {
	server, client := certificate(t)
	over := make(chan struct{})
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1, TLS: server, HTTP2: func(c *tls.Conn, _ netip.AddrPort) { <-over; c.Close() }}, echo)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	c, err := tls.Dial("tcp", s.Addr().String(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	ask := func() {
		send(t, c, get("/a"))
		readAnswer(t, r, "GET").want(t, 200, "GET /a ")
	}
	held := countHolds(s)
	holds := func() bool {
		before := held.Load()
		for range 5 {
			ask()
		}
		return held.Load() > before
	}
	eventually(t, "the loop holds", holds)
	for range 20 {
		eventually(t, "the loop holds again", holds)
		ask()
		other, err := tls.Dial("tcp", s.Addr().String(), client)
		if err != nil {
			t.Fatal(err)
		}
		send(t, other, get("/b"))
		readAnswer(t, bufio.NewReader(other), "GET").want(t, 200, "GET /b ")
		other.Close()
	}
	let := make(chan time.Duration, 1)
	s.Loops()[0].Post(TaskFunc(func(*Loop) { let <- l.wait.others }))
	if <-let == 0 {
		t.Error("the loop has not heard of who came")
	}
	h2 := client.Clone()
	h2.NextProtos = []string{"h2"}
	guest, err := tls.Dial("tcp", s.Addr().String(), h2)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	eventually(t, "a goroutine has a connection", func() bool { return s.guests.Load() == 1 })
	before := held.Load()
	for range 20 {
		ask()
		eventually(t, "the loop lets go at once", func() bool { return l.wait.state.Load() == parked })
	}
	if n := held.Load() - before; n > 0 {
		t.Errorf("it has held on %d times", n)
	}
	close(over)
	eventually(t, "the loop holds once more", holds)
}

// TestGnetAccepts: a loop that waits itself has gnet accept what comes meanwhile, and gnet's
// method takes what admit_linux.go gives it.
func TestGnetAccepts(t *testing.T) {
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1}, echo)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	first := dial(t, s) // gnet accepts it, and the loop stays
	defer first.Close()
	eventually(t, "the loop waits itself", l.inside.Load)
	left := false
	watched := l.gnetAccept
	done := make(chan struct{})
	s.Loops()[0].Post(TaskFunc(func(*Loop) {
		l.gnetAccept = func(fd int) error {
			err := watched(fd)
			left = left || err != nil || l.admitted == nil || !l.inside.Load()
			return err
		}
		close(done)
	}))
	<-done
	for i := range 50 {
		c := dial(t, s)
		send(t, c, get(fmt.Sprintf("/%d", i)))
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, fmt.Sprintf("GET /%d ", i))
		c.Close()
	}
	eventually(t, "all but one are gone", func() bool { return s.Stats().Open == 1 })
	checked := make(chan bool)
	s.Loops()[0].Post(TaskFunc(func(*Loop) { checked <- left }))
	if <-checked {
		t.Error("a connection was not opened in stay")
	}
}

// TestOldNews: an event of a connection that is gone does nothing to the one that has its number now.
func TestOldNews(t *testing.T) {
	s := start(t, Config{Workers: 1}, echo)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	c := dial(t, s)
	r := bufio.NewReader(c)
	for range 3 {
		send(t, c, get("/a"))
		readAnswer(t, r, "GET").want(t, 200, "GET /a ")
		eventually(t, "the loop waits itself", l.inside.Load)
		runOn(s.Loops()[0], func() {
			for fd, sock := range l.socks {
				if sock != nil {
					l.take([]unix.EpollEvent{{Fd: int32(fd), Events: unix.EPOLLHUP | unix.EPOLLERR}})
				}
			}
		})
	}
	reset(c)
	eventually(t, "it is gone", func() bool { return s.Stats().Open == 0 })
}

// TestWhatWasPostedComesFirst: what was posted to a loop before a client has sent its request is done before the request,
// also where the loop hears of both at once.
func TestWhatWasPostedComesFirst(t *testing.T) {
	posted := false
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1}, handlerFunc(func(l *Loop, x *Exchange) { text(x, fmt.Sprint(posted)) }))
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	c := dial(t, s)
	r := bufio.NewReader(c)
	send(t, c, get("/"))
	readAnswer(t, r, "GET").want(t, 200, "false")
	eventually(t, "the loop waits itself", l.inside.Load)
	runOn(s.Loops()[0], func() {
		s.Loops()[0].Post(TaskFunc(func(*Loop) { posted = true }))
		send(t, c, get("/"))
		for fd, sock := range l.socks {
			if sock == nil {
				continue
			}
			for !sock.Unread() {
				runtime.Gosched()
			}
			l.turn([]unix.EpollEvent{{Fd: int32(fd), Events: unix.EPOLLIN}}) // as a wait brings it
		}
	})
	readAnswer(t, r, "GET").want(t, 200, "true")
}

// TestBrokenOrNot: a signal that comes while a connection is asked whether it is broken does not make it so.
func TestBrokenOrNot(t *testing.T) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fds[0])
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, me := unix.Getpid(), unix.Gettid()
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-over:
				return
			default:
				_ = unix.Tgkill(pid, me, unix.SIGURG)
			}
		}
	}()
	for i := range 200_000 {
		if broken(fds[0]) {
			t.Errorf("broken at the %d. time", i)
			break
		}
	}
	close(over)
	<-ended
	unix.Close(fds[1])
	if !broken(fds[0]) {
		t.Error("the other end is closed")
	}
}

// TestNewsThatGnetHolds: of a reset that gnet had heard of when the loop began to wait itself, nobody hears who has the number of
// that connection later, when the loop is in gnet's hands again.
func TestNewsThatGnetHolds(t *testing.T) {
	w := &waiting{}
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1}, w)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	ask := func(c net.Conn) {
		t.Helper()
		send(t, c, get("/a"))
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
	}
	some := func(is func(*gnetSocket) bool) { // waits until there is one
		for !slices.ContainsFunc(l.socks, func(s *gnetSocket) bool { return s != nil && is(s) }) {
			runtime.Gosched()
		}
	}
	for i := range 5 {
		first, gone := dial(t, s), dial(t, s)
		ask(first)
		send(t, gone, get("/wait"))
		eventually(t, "one waits", func() bool { return s.Stats().InFlight == 1 && l.inside.Load() })
		l.asked.Add(1) // the loop is in gnet's hands
		l.interrupt()
		eventually(t, "gnet waits", func() bool { return !l.inside.Load() })
		runOn(s.Loops()[0], func() {
			send(t, first, get("/a"))
			some((*gnetSocket).Unread)
			reset(gone)
			some(func(s *gnetSocket) bool { return broken(s.fd) })
			l.asked.Add(-1)
		})
		readAnswer(t, bufio.NewReader(first), "GET").want(t, 200, "GET /a ")
		eventually(t, "one has gone", func() bool { return s.Stats().Open == 1 })
		runOn(s.Loops()[0], func() { echoNow(w.kept[i]) })
		next := dial(t, s)
		ask(next)
		eventually(t, "the loop waits itself", l.inside.Load)
		l.asked.Add(1)
		l.interrupt()
		eventually(t, "gnet waits once more", func() bool { return !l.inside.Load() })
		l.asked.Add(-1)
		ask(next)
		next.Close()
		first.Close()
		eventually(t, "all have gone", func() bool { return s.Stats().Open == 0 })
	}
}

// TestNewsOfWhoHasEnded: a client that ends its side while its request is in work is answered, though gnet had heard of the request when
// the loop began to wait itself, and has not looked since.
func TestNewsOfWhoHasEnded(t *testing.T) {
	w := &waiting{}
	s := start(t, Config{Addr: "127.0.0.1:0", Workers: 1}, w)
	l := (*s.poller.(*gnetPoller).loops.Load())[0]
	first, half := dial(t, s), dial(t, s)
	for _, c := range []net.Conn{first, half} {
		send(t, c, get("/a"))
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
	}
	inGnetsHands := func() {
		eventually(t, "the loop waits itself", l.inside.Load)
		l.asked.Add(1)
		l.interrupt()
		eventually(t, "gnet waits", func() bool { return !l.inside.Load() })
	}
	inGnetsHands()
	runOn(s.Loops()[0], func() {
		send(t, first, get("/a"))
		send(t, half, get("/wait"))
		for n := 0; n < 2; runtime.Gosched() {
			n = 0
			for _, sock := range l.socks {
				if sock != nil && sock.Unread() {
					n++
				}
			}
		}
		l.asked.Add(-1)
	})
	eventually(t, "one waits", func() bool { return s.Stats().InFlight == 1 })
	if err := half.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	inGnetsHands()
	l.asked.Add(-1)
	runOn(s.Loops()[0], func() { echoNow(w.kept[0]) })
	readAnswer(t, bufio.NewReader(half), "GET").want(t, 200, "GET /wait ")
}
