package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asCommand makes the test's own binary the command, for tests that need a process.
const asCommand = "ETAMIL_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is a command that runs.
type process struct {
	testing.TB
	cmd  *exec.Cmd
	url  string
	mu   sync.Mutex
	errs strings.Builder
	out  strings.Builder // read it after the end
	read chan struct{}   // closed at the end of stderr
}

var listens = regexp.MustCompile(`https?://[^ "\n]+`)

// serve starts the command and waits until it says where it listens.
func serveProcess(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{TB: t, cmd: exec.Command(os.Args[0], append([]string{"serve"}, args...)...), read: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stdout = &p.out
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	url := make(chan string, 1)
	go func() {
		defer close(p.read)
		for in := bufio.NewScanner(stderr); in.Scan(); {
			p.mu.Lock()
			fmt.Fprintln(&p.errs, in.Text())
			p.mu.Unlock()
			if u := listens.FindString(in.Text()); u != "" {
				url <- u
			}
		}
	}()
	select {
	case p.url = <-url:
	case <-time.After(time.Minute):
		t.Fatalf("it does not listen:\n%s", p.said())
	case <-p.read:
		t.Fatalf("it has ended:\n%s", p.said())
	}
	return p
}

func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.errs.String()
}

func (p *process) get(path string) (int, string) {
	p.Helper()
	r, err := http.Get(p.url + path)
	if err != nil {
		p.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		p.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// end waits for the end and checks the exit code.
func (p *process) end(want int) {
	p.Helper()
	select {
	case <-p.read:
	case <-time.After(time.Minute):
		p.Fatal("it does not end")
	}
	err := p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != want {
		p.Errorf("it ends with %d (%v), want %d\n%s", got, err, want, p.said())
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const greeting = `
server.on("GET", "/", செயல்(r) { திரும்பு {"வணக்கம்": r.query.get("peyar", "உலகம்")}; });
server.on("GET", "/slow", செயல்() { log_info("begun"); உறங்கு(0.3); திரும்பு "மெதுவாக"; });
server.on("GET", "/exit", செயல்() { வெளியேறு(7); });
அச்சு "தொடக்கம்";
`

func TestServeFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "app.qmz", "x = 1;\n")
	write(t, dir, "செயலி.qmz", greeting)
	write(t, dir, "etamil.toml", "[server]\nport = 1\nhandler_timeout = 5\n")
	p := serveProcess(t, "--port=0", "--log-format=text", dir)
	if status, body := p.get("/?peyar=%E0%AE%85"); status != 200 || body != `{"வணக்கம்":"அ"}` {
		t.Errorf("%d %s", status, body)
	}
	slow := make(chan string, 1)
	go func() {
		_, body := p.get("/slow")
		slow <- body
	}()
	for began := time.Now(); !strings.Contains(p.said(), "begun") && time.Since(began) < time.Minute; {
		time.Sleep(5 * time.Millisecond)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if body := <-slow; body != "மெதுவாக" {
		t.Errorf("what was in work at SIGTERM got %q", body)
	}
	p.end(exitOK)
	if p.out.String() != "தொடக்கம்\n" {
		t.Errorf("it printed %q", p.out.String())
	}
	for _, says := range []string{"செயலி.qmz", "etamil.toml", "(time) 5s", "(shutting down)"} {
		if !strings.Contains(p.said(), says) {
			t.Errorf("it said nothing of %q:\n%s", says, p.said())
		}
	}
}

func TestServeExit(t *testing.T) {
	p := serveProcess(t, "--port=0", write(t, t.TempDir(), "a.qmz", greeting))
	http.Get(p.url + "/exit")
	p.end(7)
}

func TestServeRefuses(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	dir, empty := t.TempDir(), t.TempDir()
	good := write(t, dir, "good.qmz", greeting)
	for _, c := range []struct {
		name string
		args []string
		want int
		says string
	}{
		{"a taken port", []string{good, "--port", port}, exitFail, "--port 8081"},
		{"a strange address", []string{good, "--host", "192.0.2.1"}, exitFail, "--host 127.0.0.1"},
		{"a mistake", []string{write(t, dir, "bad.qmz", "அச்சு இல்லை;\n")}, exitFail, "bad.qmz:1:"},
		{"an error at the top", []string{write(t, dir, "zero.qmz", greeting+"x = 1 / 0;\n"), "--port=0"}, exitFail, "division by zero"},
		{"two routes alike", []string{write(t, dir, "twice.qmz", greeting+"server.on(\"GET\", \"/\", செயல்() { });\n"), "--port=0"}, exitFail, "twice.qmz:2:8"},
		{"an exit", []string{write(t, dir, "exit.qmz", "வெளியேறு(3);\nserver.start();\n"), "--port=0"}, 3, ""},
		{"no file", []string{filepath.Join(dir, "none.qmz")}, exitFail, "no such file"},
		{"an empty folder", []string{empty}, exitFail, "main.qmz"},
		{"an unknown flag", []string{good, "--prot", "1"}, exitUsage, "--port ?"},
		{"a bad value", []string{good, "--body-limit", "much"}, exitUsage, "64KiB"},
	} {
		var out, errs strings.Builder
		if got := run(append([]string{"serve"}, c.args...), Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); got != c.want || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%s: exit code %d, want %d, and to hear of %q:\n%s", c.name, got, c.want, c.says, errs.String())
		}
	}
	write(t, dir, "etamil.toml", "[server]\nprot = 1\n")
	var errs strings.Builder
	if got := run([]string{"serve", good}, Stdio{In: strings.NewReader(""), Out: io.Discard, Err: &errs}); got != exitUsage || !strings.Contains(errs.String(), "port?") {
		t.Errorf("exit code %d:\n%s", got, errs.String())
	}
}
