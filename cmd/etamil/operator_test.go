package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
)

// event waits for a line of the process's log with that event.
func (p *process) event(name string) map[string]any {
	p.Helper()
	return p.eventAfter(name, 0)
}

// eventAfter is the first line about an event after so many others about it.
func (p *process) eventAfter(name string, before int) map[string]any {
	p.Helper()
	for range 4000 {
		n := 0
		for line := range strings.Lines(p.said()) {
			var fields map[string]any
			if json.Unmarshal([]byte(line), &fields) == nil && fields["event"] == name {
				if n++; n > before {
					return fields
				}
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	p.Fatalf("it says nothing of %s:\n%s", name, p.said())
	return nil
}

func (p *process) signal(s os.Signal) {
	p.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.Fatal(err)
	}
}

// Where nobody reads along, the start is one line of JSON, and so is every other.
func TestStartIsOneLineOfJSON(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DATABASE_URL", "sqlite://u:hush@/x.db")
	p := serveProcess(t, "--port=0", "--workers=2", "--mode=development", write(t, dir, "a.qmz", greeting))
	start := p.event("server_started")
	for name, want := range map[string]any{
		"url": p.url, "workers": 2.0, "routes": 3.0, "mode": "development", "database": "sqlite://u:***@/x.db", "config": "", "body_limit": 1048576.0, "level": "info",
	} {
		if start[name] != want {
			t.Errorf("%s is %v, want %v", name, start[name], want)
		}
	}
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	if got := p.event("server_stopping")["signal"]; got != "SIGTERM" {
		t.Errorf("stopped by %v", got)
	}
	for line := range strings.Lines(p.said()) {
		if !json.Valid([]byte(line)) || strings.Contains(line, "hush") {
			t.Errorf("it said %s", line)
		}
	}
}

// At a terminal the start is a table, and in development it names the routes.
func TestStartAtATerminal(t *testing.T) {
	p := serveProcess(t, "--port=0", "--log-format=text", "--mode=development", "--trusted-proxies=10.0.0.0/8", write(t, t.TempDir(), "a.qmz", greeting))
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	for _, says := range []string{"eTamil · http://127.0.0.1:", "(routes)", "etamil.db", "trusted_proxies 10.0.0.0/8", "GET  /slow", "a.qmz:3"} {
		if !strings.Contains(p.said(), says) {
			t.Errorf("it said nothing of %q:\n%s", says, p.said())
		}
	}
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p := serveProcess(t, "--port=0", write(t, t.TempDir(), "a.qmz", `server.on("GET", "/", செயல்() { log_info("begun"); உறங்கு(60); });`))
		go http.Get(p.url)
		p.event("begun")
		p.signal(syscall.SIGTERM)
		p.event("server_stopping")
		p.signal(s)
		p.end(exitSignal + int(s))
	}
}

// SIGHUP has the program read again; one with mistakes does not take the old one's place, and
// the log says why.
func TestHangupReloads(t *testing.T) {
	dir := t.TempDir()
	answers := func(n int) string {
		return fmt.Sprintf("server.on(\"GET\", \"/\", செயல்() { திரும்பு %d; });\n", n)
	}
	// Where this runs under nohup, the server would ignore SIGHUP as well.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	p := serveProcess(t, "--port=0", write(t, dir, "a.qmz", answers(1)))
	serves := func(want string) {
		t.Helper()
		if status, body := p.get("/"); status != 200 || body != want {
			t.Errorf("it answers %d %s, want %s", status, body, want)
		}
	}
	serves("1")
	write(t, dir, "a.qmz", answers(2))
	p.signal(syscall.SIGHUP)
	p.event("reloaded")
	serves("2")
	failed := 0
	for text, says := range map[string]string{
		answers(3) + "அச்சு இல்லாதது;": "இல்லாதது",
		answers(3) + "x = 1 / 0;":      "a.qmz:2",
		"server.on(":                   "a.qmz:1",
	} {
		write(t, dir, "a.qmz", text)
		p.signal(syscall.SIGHUP)
		got, _ := p.eventAfter("reload_failed", failed)["error"].(string)
		failed++
		if !strings.Contains(got, says) {
			t.Errorf("it said %q, nothing of %q", got, says)
		}
		serves("2")
	}
	write(t, dir, "a.qmz", answers(4))
	write(t, dir, "etamil.toml", "[server]\nmax_waiting = 99\nrequest_ids = false\n")
	p.signal(syscall.SIGHUP)
	if got := p.eventAfter("reloaded", 1)["need_start"]; got != "server.max_waiting" {
		t.Errorf("need_start is %v", got)
	}
	serves("4")
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
}

// What was asked before SIGTERM is answered, whatever the load.
func TestSignalUnderLoad(t *testing.T) {
	p := serveProcess(t, "--port=0", write(t, t.TempDir(), "a.qmz", greeting))
	address := strings.TrimPrefix(p.url, "http://")
	var answered, lost atomic.Int64
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c, err := net.Dial("tcp", address)
				if err != nil {
					return // it listens no longer
				}
				fmt.Fprintf(c, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
				b, err := io.ReadAll(c)
				c.Close()
				if n := strings.Count(string(b), "HTTP/1.1 200 OK"); err != nil || n != 2 {
					// A connection that the server closed before it read from it may be tried again
					// elsewhere; half an answer may not.
					if len(b) > 0 && !strings.Contains(strings.ToLower(string(b)), "connection: close") {
						lost.Add(1)
					}
				} else {
					answered.Add(1)
				}
			}
		})
	}
	for began := time.Now(); answered.Load() < 100 && time.Since(began) < time.Minute; {
		time.Sleep(10 * time.Millisecond)
	}
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	close(stop)
	clients.Wait()
	if answered.Load() < 8 || lost.Load() > 0 {
		t.Errorf("%d connections answered, %d lost", answered.Load(), lost.Load())
	}
}

const chatty = `
server.on("GET", "/", செயல்() {
    ஒவ்வொரு i இல் வீச்சு(1, 200) { log_info("event", {"text": "` + "வணக்கம் வணக்கம் வணக்கம் வணக்கம் வணக்கம் வணக்கம் வணக்கம் வணக்கம்" + `"}); அச்சு i; }
    திரும்பு "சரி";
});
`

// Neither a log on a full disk, nor one that nobody reads, nor one whose reader has gone
// costs a request or holds up the end.
func TestLogThatCannotBeWritten(t *testing.T) {
	file := write(t, t.TempDir(), "a.qmz", chatty)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	unread, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	defer pipe.Close()
	gone, closed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	defer closed.Close()
	for name, w := range map[string]*os.File{"a full disk": full, "a pipe that nobody reads": pipe, "a pipe whose reader has gone": closed} {
		t.Run(name, func(t *testing.T) {
			port := strconv.Itoa(dbtest.FreePort(t))
			cmd := exec.Command(os.Args[0], "serve", file, "--port", port)
			cmd.Env = append(os.Environ(), asCommand+"=1")
			cmd.Stdout, cmd.Stderr = w, w
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Process.Kill()
			client := &http.Client{Timeout: time.Minute}
			ok := 0
			for tries := 0; ok < 20 && tries < 1200; tries++ {
				r, err := client.Get("http://127.0.0.1:" + port + "/")
				if err != nil {
					if ok > 0 {
						t.Fatal(err)
					}
					time.Sleep(50 * time.Millisecond)
					continue
				}
				if r.StatusCode != 200 {
					t.Fatalf("answered %d", r.StatusCode)
				}
				io.Copy(io.Discard, r.Body)
				r.Body.Close()
				ok++
			}
			if ok < 20 {
				t.Fatalf("only %d answers", ok)
			}
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case err := <-ended:
				if err != nil {
					t.Errorf("it ended with %v", err)
				}
			case <-time.After(time.Minute):
				t.Error("it does not end")
			}
		})
	}
}

// A supervisor hears that the server is ready, that its loops turn, and that it stops.
func TestSupervisor(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: name})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	heard := make(chan string, 1000)
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := c.Read(b)
			if err != nil {
				return
			}
			heard <- string(b[:n])
		}
	}()
	hears := func(want string) {
		t.Helper()
		for limit := time.After(time.Minute); ; {
			select {
			case got := <-heard:
				if strings.HasPrefix(got, want) {
					return
				}
			case <-limit:
				t.Fatalf("nothing heard of %q", want)
			}
		}
	}
	t.Setenv("NOTIFY_SOCKET", name)
	t.Setenv("WATCHDOG_USEC", "400000")
	p := serveProcess(t, "--port=0", "--workers=2", write(t, dir, "a.qmz", greeting+`
server.on("GET", "/env", செயல்() { திரும்பு env("NOTIFY_SOCKET", "இல்லை"); });`))
	hears("READY=1\nSTATUS=" + p.url)
	hears("WATCHDOG=1")
	hears("WATCHDOG=1")
	if _, body := p.get("/env"); body != "இல்லை" {
		t.Errorf("the program sees %q", body)
	}
	p.signal(syscall.SIGTERM)
	hears("STOPPING=1")
	p.end(exitOK)
}

// TestNoAddress: what a program gives server.start and is no address is said to be none, in both languages.
func TestNoAddress(t *testing.T) {
	cmd := commandProcess(t, "serve", write(t, t.TempDir(), "a.qmz", `server.on("GET", "/", செயல்() { திரும்பு 1; }); server.start("nowhere");`))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "etamil: nowhere: இது முகவரி அல்ல; host:port என எழுதுக  (not an address: write host:port)") {
		t.Errorf("%v %s", err, out)
	}
}

func TestUnixSocket(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s")
	program := write(t, dir, "a.qmz", greeting)
	ask := func() (string, error) {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}}}
		r, err := client.Get("http://kadai/")
		if err != nil {
			return "", err
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		return string(b), err
	}
	// With a port there are both.
	p := serveProcess(t, "--unix-socket", path, "--port=0", program)
	if body, err := ask(); err != nil || body != `{"வணக்கம்":"உலகம்"}` {
		t.Errorf("%q %v", body, err)
	}
	if status, _ := p.get("/"); status != 200 || p.event("server_started")["unix"] != path {
		t.Errorf("%d %s", status, p.said())
	}
	// Where a program listens, or a file is, no other can, and no other port would help.
	nowhere := filepath.Join(filepath.Dir(path), "none", "s")
	for addr, says := range map[string]string{path: "another program listens on this socket", program: "a file that is no socket", nowhere: "no such file or directory"} {
		for _, beside := range [][]string{{}, {"--port=0"}} {
			other := exec.Command(os.Args[0], append([]string{"serve", "--unix-socket", addr, program}, beside...)...)
			other.Env = append(os.Environ(), asCommand+"=1")
			out, err := other.CombinedOutput()
			if err == nil || !strings.Contains(string(out), says) || !strings.Contains(string(out), "etamil: "+addr+": ") || strings.Contains(string(out), "--port") {
				t.Errorf("%s: %v %s", addr, err, out)
			}
		}
	}
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	// Alone, with a balancer that says who asks.
	cmd := exec.Command(os.Args[0], "serve", "--unix-socket", path, "--proxy-protocol", "--trusted-proxies=127.0.0.0/8", program)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	first, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil || !strings.Contains(first, `"url":"unix:`+path+`"`) || !strings.Contains(first, `proxy_protocol, `) {
		t.Errorf("it said %s %v", first, err)
	}
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "PROXY TCP4 192.0.2.7 192.0.2.1 5000 80\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	if b, err := io.ReadAll(c); err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 200 OK") {
		t.Errorf("%q %v", b, err)
	}
	c.Close()
	cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// A pool with fewer connections than workers is told at the start; a database that is a file has none.
func TestStartWarnsOfASmallPool(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://u:hush@127.0.0.1:1/x")
	p := serveProcess(t, "--port=0", "--workers=3", "--database-max-connections=2", write(t, t.TempDir(), "a.qmz", greeting))
	if got := p.event("database_pool_small"); got["workers"] != 3.0 || got["max_connections"] != 2.0 {
		t.Errorf("it said %v", got)
	}
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	t.Setenv("DATABASE_URL", "x.db")
	p = serveProcess(t, "--port=0", "--workers=3", "--database-max-connections=2", write(t, t.TempDir(), "a.qmz", greeting))
	p.event("server_started")
	p.signal(syscall.SIGTERM)
	p.end(exitOK)
	if strings.Contains(p.said(), "database_pool_small") {
		t.Errorf("it said %s", p.said())
	}
}
