package loop

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestGnetFields fails when gnet's private fields have changed, so that the
// server would quietly fall back to its own acceptor.
func TestGnetFields(t *testing.T) {
	if !canPause(slog.New(slog.NewTextHandler(testLog{t}, nil))) {
		t.Fatal("the epoll descriptor of a gnet loop is not where gnet.go looks for it")
	}
	s := start(t, Config{Workers: 2}, echo)
	loops := *s.poller.(*gnetPoller).loops.Load()
	if len(loops) != 2 {
		t.Fatalf("%d loops", len(loops))
	}
	for _, l := range loops {
		if l.epoll < 0 || len(l.lns) != 1 {
			t.Fatalf("loop %d: epoll %d, listeners %v", l.index, l.epoll, l.lns)
		}
		// /proc says what the descriptors are, independently of gnet.
		info, err := os.ReadFile(fmt.Sprintf("/proc/self/fdinfo/%d", l.epoll))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(strings.Fields(string(info)), " "), fmt.Sprintf("tfd: %d ", l.lns[0])) {
			t.Errorf("descriptor %d does not poll %d:\n%s", l.epoll, l.lns[0], info)
		}
	}
}

// TestUnsentLimitIsInherited: set once on the listener, it must hold for
// accepted connections.
func TestUnsentLimitIsInherited(t *testing.T) {
	w := &waiting{}
	s := start(t, Config{Workers: 1}, w)
	c := dial(t, s)
	send(t, c, get("/wait"))
	eventually(t, "the request is in work", func() bool { return s.Stats().InFlight == 1 })
	got := make(chan int)
	s.Loops()[0].Post(TaskFunc(func(*Loop) {
		x := w.kept[0]
		n, err := unix.GetsockoptInt(x.conn.sock.Fd(), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT)
		if err != nil {
			n = -1
		}
		echoNow(x)
		got <- n
	}))
	if n := <-got; n != unsentLimit {
		t.Errorf("TCP_NOTSENT_LOWAT is %d", n)
	}
}

// child runs a test of this binary in a process of its own, since what it
// does to the limit of open files can't be undone.
func child(t *testing.T, name string) (inChild bool) {
	const mark = "LOOP_TEST_CHILD"
	if os.Getenv(mark) == name {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.timeout=120s", "-test.v")
	cmd.Env = append(os.Environ(), mark+"="+name)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return false
}

func limitFiles(t *testing.T, n uint64) {
	t.Helper()
	r := unix.Rlimit{Cur: n, Max: n}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		t.Fatal(err)
	}
}

// flooder is this binary, too: clients in another process, so that their
// descriptors aren't the server's.
func TestFlooder(t *testing.T) {
	addr := os.Getenv("LOOP_TEST_FLOOD")
	if addr == "" {
		return // only as a child of the tests below
	}
	if _, err := io.ReadFull(os.Stdin, make([]byte, 1)); err != nil {
		return // nobody wants it any more
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		io.Copy(io.Discard, os.Stdin)
	}()
	if port, path, both := strings.Cut(addr, ","); both {
		rush(t, port, path, over)
		return
	}
	var cs []net.Conn
	storm := os.Getenv("LOOP_TEST_STORM") != ""
	for ended := false; !ended; {
		select {
		case <-over:
			ended = true
			continue
		default:
		}
		c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond)
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		cs = append(cs, c)
		if storm && len(cs) > 50 {
			reset(cs[0])
			cs = cs[1:]
		}
		if len(cs) >= 800 {
			time.Sleep(100 * time.Millisecond)
		}
	}
	for _, c := range cs {
		c.Close()
	}
}

// rush has as many clients as it may open connect at the same moment, over TCP and a Unix socket, none of which waits for another, and go
// again, until it is over.
func rush(t *testing.T, port, path string, over <-chan struct{}) {
	to, err := netip.ParseAddrPort(port)
	if err != nil {
		t.Fatal(err)
	}
	tcp := &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()}
	for {
		select {
		case <-over:
			return
		default:
		}
		var fds []int
		for i := 0; ; i++ {
			family, to := unix.AF_UNIX, unix.Sockaddr(&unix.SockaddrUnix{Name: path})
			if i%3 == 0 {
				family, to = unix.AF_INET, tcp
			}
			fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
			if err != nil {
				break // no more
			}
			fds = append(fds, fd)
			_ = unix.Connect(fd, to) // it is under way, or not
		}
		time.Sleep(20 * time.Millisecond)
		for _, fd := range fds {
			unix.Close(fd)
		}
	}
}

// flood has n processes flood a server until end is called, which waits for them. None begins before all are started: from then on
// this process may have no descriptor left to start one with.
func flood(t *testing.T, addr string, storm bool, n int) (end func()) {
	t.Helper()
	var cmds []*exec.Cmd
	var ins []io.WriteCloser
	for range n {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFlooder$")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(os.Environ(), "LOOP_TEST_FLOOD="+addr)
		if storm {
			cmd.Env = append(cmd.Env, "LOOP_TEST_STORM=1")
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds, ins = append(cmds, cmd), append(ins, in)
	}
	for _, in := range ins {
		if _, err := in.Write([]byte{1}); err != nil {
			t.Error("flooder:", err)
		}
	}
	return func() {
		for k, cmd := range cmds {
			ins[k].Close()
			if err := cmd.Wait(); err != nil {
				t.Error("flooder:", err)
			}
		}
	}
}

// TestDescriptorsRunOut floods a server that may open 64 files: existing
// connections are served all the time, the engine never dies, and new
// clients are served at once when the flood is over.
func TestDescriptorsRunOut(t *testing.T) {
	if !child(t, "TestDescriptorsRunOut") {
		return
	}
	limitFiles(t, 64)
	path := filepath.Join(t.TempDir(), "s")
	var log strings.Builder
	for _, c := range []struct {
		name  string
		storm bool
		cfg   Config
	}{
		{"flood", false, Config{}},
		{"storm", true, Config{}},
		// The rest of the process uses more than was set aside: seen by the
		// numbers of new descriptors.
		{"wrong reserve", false, Config{SpareFiles: 3}},
		{"own acceptor", false, Config{}},
		{"Unix socket", true, Config{Addr: "127.0.0.1:0", Unix: path, Workers: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
			c.cfg.HeaderTimeout = time.Minute
			s := start(t, c.cfg, echo, func(s *Server) {
				if c.name == "own acceptor" {
					s.canPause = func() bool { return false }
				}
			})
			old, end := dial(t, s), time.Now().Add(time.Minute)
			r, last := bufio.NewReader(old), time.Now()
			ask := func() {
				t.Helper()
				_ = old.SetDeadline(end)
				_, err := io.WriteString(old, get("/"))
				if err == nil {
					_, err = r.Peek(1)
				}
				if err != nil && time.Since(last) > time.Second/2 {
					// Where this machine lets us wait, it has been idle for so long that it may be closed for who waits.
					old = dial(t, s)
					r.Reset(old)
					_ = old.SetDeadline(end)
					send(t, old, get("/"))
				}
				readAnswer(t, r, "GET").want(t, 200, "GET / ")
				last = time.Now()
			}
			addr, floods := s.Addr().String(), 1
			if c.cfg.Unix != "" {
				addr, floods = addr+","+path, 10
			}
			over := flood(t, addr, c.storm, floods)
			paused := false
			for n := 0; n < 70 || c.cfg.Unix != "" && time.Until(end) > 57*time.Second || !paused && !c.storm && time.Now().Before(end); n++ {
				ask()
				paused = paused || s.Stats().Paused || s.guard.full()
				time.Sleep(10 * time.Millisecond)
			}
			if !paused && !c.storm {
				t.Errorf("the limit was not reached: %+v", s.Stats())
			}
			over()
			began := time.Now()
			fresh := dial(t, s)
			send(t, fresh, get("/"))
			readAnswer(t, bufio.NewReader(fresh), "GET").want(t, 200, "GET / ")
			if d := time.Since(began); d > 20*time.Second {
				t.Errorf("serving again took %v", d)
			}
			end = time.Now().Add(time.Minute)
			ask()
		})
	}
	if strings.Contains(log.String(), "started again") {
		t.Errorf("the engine has died: %s", log.String())
	}
}

// TestAcceptErrorIsSurvived takes the guard away, so that accept(2) fails and
// gnet's engine ends: the server is back as soon as there is room.
func TestAcceptErrorIsSurvived(t *testing.T) {
	if !child(t, "TestAcceptErrorIsSurvived") {
		return
	}
	limitFiles(t, 256)
	s := start(t, Config{Log: slog.New(slog.DiscardHandler)}, echo, func(s *Server) {
		s.guard.limit, s.guard.last = 1<<40, 1<<40
		s.guard.count()
	})
	current := func() poller {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return s.poller
	}
	first := current()
	over := flood(t, s.Addr().String(), false, 1)
	eventually(t, "the engine dies", func() bool { return current() != first })
	over()
	eventually(t, "the server answers", func() bool {
		c, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			return false
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Second))
		io.WriteString(c, get("/"))
		b := make([]byte, 12)
		_, err = io.ReadFull(c, b)
		return err == nil && string(b) == "HTTP/1.1 200"
	})
}

// TestEnrollTooEarly: a connection that was accepted elsewhere while the engine is started again is closed.
func TestEnrollTooEarly(t *testing.T) {
	p := newGnetPoller("", 2, slog.New(slog.DiscardHandler))
	near, far, err := connPair()
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	over := 0
	p.Enroll(1, near, func() { over++ })
	_ = far.SetDeadline(time.Now().Add(time.Minute))
	if _, err := far.Read(make([]byte, 1)); err != io.EOF || over != 1 {
		t.Errorf("%v, told %d times", err, over)
	}
}
