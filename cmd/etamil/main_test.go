package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"etamil/internal/config"
	"etamil/internal/diag"
	"etamil/internal/early"
	"etamil/internal/std/logs"
)

// commandProcess is the command as a process of its own.
func commandProcess(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), exe, args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	return cmd
}

// TestInterrupt: a program ends at once when somebody wants it to, whatever it does; what
// it printed is written, and its finally blocks run.
func TestInterrupt(t *testing.T) {
	for _, c := range []struct {
		name, program, out string
		signal             os.Signal
		exit               int
	}{
		{"loop", `அச்சு "a"; உறங்கு(0); (மெய்) சுற்று { }`, "a\n", os.Interrupt, 130},
		{"recursion", `செயல் f(n) { (n > 0) எனில் { f(n - 1); f(n - 1); } } அச்சு "a"; உறங்கு(0); f(1000);`, "a\n", os.Interrupt, 130},
		{"sleep", `அச்சு "a"; முயல் { உறங்கு(1000); } இறுதியில் { அச்சு "b"; }`, "a\nb\n", os.Interrupt, 130},
		{"input", `அச்சு "a"; உள்ளிடு x; அச்சு "b";`, "a\n", os.Interrupt, 130},
		{"term", `அச்சு "a"; உறங்கு(0); (மெய்) சுற்று { }`, "a\n", syscall.SIGTERM, 143},
		{"stubborn", `அச்சு "a"; உறங்கு(0); (மெய்) சுற்று { முயல் { (மெய்) சுற்று { } } பிழை(e) { } }`, "a\n", os.Interrupt, 130},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := commandProcess(t, "run", write(t, t.TempDir(), "a.qmz", c.program))
			if _, err := cmd.StdinPipe(); err != nil {
				t.Fatal(err)
			}
			var errs bytes.Buffer
			cmd.Stderr = &errs
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			first := make([]byte, 2) // it runs, and waits or loops
			if _, err := io.ReadFull(out, first); err != nil {
				t.Fatal(err)
			}
			asked := time.Now()
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			rest, _ := io.ReadAll(out)
			cmd.Wait()
			if got := string(first) + string(rest); cmd.ProcessState.ExitCode() != c.exit || got != c.out || errs.Len() > 0 {
				t.Errorf("exit %v, want %d; stdout %q, want %q; stderr %q", cmd.ProcessState, c.exit, got, c.out, errs.String())
			}
			if took := time.Since(asked); took > time.Minute {
				t.Errorf("it took %v to end", took)
			}
		})
	}
}

// TestClosedOutput: a reader that has seen enough ends the program quietly.
func TestClosedOutput(t *testing.T) {
	cmd := commandProcess(t, "run", write(t, t.TempDir(), "a.qmz", `(மெய்) சுற்று { அச்சு "வணக்கம்"; }`))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	out.Close()
	err = cmd.Wait()
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if err == nil || status.Signal() != syscall.SIGPIPE || errs.Len() > 0 {
		t.Errorf("%v, stderr %q", cmd.ProcessState, errs.String())
	}
}

// full is a disk without room, closed a pipe without a reader.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// TestLostOutput: output that is lost is a failure, and is told unless nobody wants it.
func TestLostOutput(t *testing.T) {
	for _, c := range []struct {
		out     io.Writer
		program string
		exit    int
		err     string
	}{
		{full{}, `அச்சு 1;`, 1, "etamil: வெளியீட்டை எழுத முடியவில்லை  (cannot write the output): no space left\n"},
		{full{}, `அச்சு 1; வெளியேறு(9);`, 9, "etamil: வெளியீட்டை எழுத முடியவில்லை  (cannot write the output): no space left\n"},
		{closed{}, `அச்சு 1;`, 1, ""},
	} {
		var errs bytes.Buffer
		exit := run([]string{"run", "-"}, Stdio{In: strings.NewReader(c.program), Out: c.out, Err: &errs})
		if exit != c.exit || errs.String() != c.err {
			t.Errorf("%s: exit %d, want %d; stderr %q", c.program, exit, c.exit, errs.String())
		}
	}
}

// TestBug: a panic is our bug. It is reported as one, with its own exit code.
func TestBug(t *testing.T) {
	defer func(list []command) { commands = list }(commands)
	commands = append(commands, command{name: "bug", run: func(c *call) int {
		c.Out.Write([]byte("before\n"))
		panic("the wheels came off")
	}})
	var out, errs bytes.Buffer
	exit := run([]string{"bug"}, Stdio{Out: &out, Err: &errs})
	if exit != exitBug || out.String() != "before\n" {
		t.Errorf("exit %d, stdout %q", exit, out.String())
	}
	for _, want := range []string{"உங்கள் நிரலின் பிழை அல்ல", "This is a bug in eTamil", "etamil " + versionText(), "the wheels came off", "goroutine"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, errs.String())
		}
	}
}

// TestNoSignalsLeft: a program that has ended leaves Ctrl-C as it found it.
func TestNoSignalsLeft(t *testing.T) {
	ctx, done := early.Interruptible()
	done()
	<-ctx.Done()
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, os.Interrupt)
	defer signal.Stop(caught)
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if s := <-caught; s != os.Interrupt {
		t.Errorf("got %v", s)
	}
}

// TestColour: colours are for terminals whose owner doesn't mind.
func TestColour(t *testing.T) {
	terminal, err := os.Open("/dev/ptmx")
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	plain, err := os.Create(filepath.Join(t.TempDir(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	for _, c := range []struct {
		noColor, term string
		file          *os.File
		want          bool
	}{
		{"", "xterm", terminal, true},
		{"1", "xterm", terminal, false},
		{"", "dumb", terminal, false},
		{"", "xterm", plain, false},
	} {
		t.Setenv("NO_COLOR", c.noColor)
		t.Setenv("TERM", c.term)
		if got := diag.ColorFor(c.file); got != c.want {
			t.Errorf("NO_COLOR=%q TERM=%q %s: colours %v, want %v", c.noColor, c.term, c.file.Name(), got, c.want)
		}
	}
}

// TestLogOfRun: the log of a program that is run is JSON unless somebody reads along, and hides what
// that of a server hides.
func TestLogOfRun(t *testing.T) {
	program := `log_info("a", {password: "hush", x: {"கடவுச்சொல்": "hush"}, y: 1});`
	for watched, want := range map[bool]string{false: `"event":"a","password":"***"`, true: "a password=*** "} {
		var errs strings.Builder
		code := run([]string{"run", "-"}, Stdio{In: strings.NewReader(program), Out: io.Discard, Err: &errs, Watched: watched})
		if code != exitOK || !strings.Contains(errs.String(), want) || strings.Contains(errs.String(), "hush") {
			t.Errorf("watched=%v: %d %s", watched, code, errs.String())
		}
	}
	cfg, err := config.Load(config.Given{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(cfg.LogRedact, logs.Redacted) {
		t.Errorf("a server hides %q, a program that is run %q", cfg.LogRedact, logs.Redacted)
	}
}
