package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a pseudoterminal with a process on its other end.
type terminal struct {
	*testing.T
	ours *os.File
	mu   sync.Mutex
	seen strings.Builder // what the process has shown, and the echo of what was typed
	read int             // how much of it was expected
}

// atTerminal runs the command line at a terminal of its own.
func atTerminal(t *testing.T, args ...string) (*terminal, *exec.Cmd) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	if err := unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	x := &terminal{T: t, ours: ours}
	go func() {
		for b := make([]byte, 4096); ; {
			n, err := ours.Read(b)
			x.mu.Lock()
			x.seen.Write(b[:n])
			x.mu.Unlock()
			if err != nil {
				return // the process has ended
			}
		}
	}()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return x, cmd
}

// types types, and waits until the terminal shows what is wanted, after what it has shown before.
func (x *terminal) types(keys, want string) {
	x.Helper()
	if _, err := x.ours.WriteString(keys); err != nil {
		x.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		x.mu.Lock()
		all := x.seen.String()
		x.mu.Unlock()
		if i := strings.Index(all[x.read:], want); i >= 0 {
			x.read += i + len(want)
			return
		}
		if time.Now().After(end) {
			x.Fatalf("after %q it shows %q, without %q", keys, all[x.read:], want)
		}
	}
}

// processorTime is how long a process has computed for itself, in hundredths of a second.
func processorTime(t *testing.T, pid int) (n int) {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	// The 14th field; the second, a name in parentheses, may hold anything.
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if _, err := fmt.Sscan(fields[11], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestDBShellAtATerminal: Ctrl-C ends a statement that runs, or gives up one that is typed, and
// never the shell; a mistake doesn't either; Ctrl-D does.
func TestDBShellAtATerminal(t *testing.T) {
	x, cmd := atTerminal(t, "db", "shell", filepath.Join(t.TempDir(), "a.db"))
	x.types("", "etamil> ")
	x.types("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT max(n) FROM s;\n", "FROM s;\r\n")
	used := processorTime(t, cmd.Process.Pid)
	for end := time.Now().Add(time.Minute); processorTime(t, cmd.Process.Pid) < used+20; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the statement does not run")
		}
	}
	x.types("\x03", "(interrupted)\r\netamil> ")
	x.types("SELECT\n", "   ...> ")
	x.types("\x03", "etamil> ")
	x.types("SELEC 1;\n", "syntax error)\r\netamil> ")
	x.types("SELECT 7 AS x;\n", "x\r\n─\r\n7\r\n(1)\r\netamil> ")
	x.types("\x03", "etamil> ")
	x.types("\x04", "\r\n")
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("Ctrl-D does not end it")
	}
}
