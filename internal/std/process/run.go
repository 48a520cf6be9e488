package process

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// maxOutput bounds what is kept of each of the two outputs, in bytes.
const maxOutput = 16 << 20

// outcome is what came of a program that ran.
type outcome struct {
	status   int
	out, err string
}

var outcomeClass = sync.OnceValue(func() *value.Class {
	return value.ClassOf("நிலை", "வெளியீடு", "பிழை")
})

// Why a program's outcome is not known.
var (
	errDenied  = errors.New("not allowed")
	errTimeout = errors.New("timed out")
)

// run is a success with {நிலை: status, வெளியீடு: output, பிழை: errors} of a program that
// ran to its end, whatever its status; a failure if it may not or could not run, or did
// not end in time.
func run(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[1].IsList() {
		return value.Nil, host.NeedList(f, &a[1])
	}
	limit, err := host.Duration(f, &a[2])
	if err != nil {
		return value.Nil, err
	}
	name := host.Copy(f, &a[0])
	args := make([]string, a[1].List().Len())
	for i := range args {
		args[i] = host.Copy(f, a[1].List().At(i))
	}
	allow := ""
	h := host.Of(f)
	if h.Env != nil {
		allow, _ = h.Env("ETAMIL_EXEC_ALLOW")
	}
	_ = h.Out.Flush() // what the program shows comes after what was printed
	return host.Do(f,
		func(ctx context.Context) (outcome, error) { return execute(ctx, allow, name, args, limit) },
		func(f *vm.Fiber, o outcome, err error) (value.Value, error) { return answer(f, name, o, err) })
}

func answer(f *vm.Fiber, name string, o outcome, err error) (value.Value, error) {
	shown := host.Valid(name)
	switch {
	case errors.Is(err, errDenied):
		return host.Failure(f, "'"+shown+"' ஐ ஓட்ட அனுமதி இல்லை: ETAMIL_EXEC_ALLOW இல் அது இல்லை", "'"+shown+"' may not be run: ETAMIL_EXEC_ALLOW does not list it")
	case errors.Is(err, errTimeout):
		return host.Failure(f, "'"+shown+"' நேரத்திற்குள் முடியவில்லை; நிறுத்தப்பட்டது", "'"+shown+"' did not end in time and was killed")
	case err != nil:
		return host.FailureOf(f, "'"+shown+"' ஐத் தொடங்க முடியவில்லை", "cannot start '"+shown+"'", err)
	}
	h := f.Heap()
	return host.Success(f, h.NewRecord(outcomeClass(), []value.Value{value.Int(o.status), h.NewText(o.out), h.NewText(o.err)}))
}

// resolve is the path of the file that a name runs.
func resolve(name string) (string, bool) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", false
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", false
	}
	return path, true
}

// allowed is the path of a program if the list has it.
func allowed(list, name string) (string, bool) {
	path, ok := resolve(name)
	if !ok {
		return "", false
	}
	for _, entry := range filepath.SplitList(list) {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		if p, ok := resolve(entry); ok && p == path {
			return path, true
		}
	}
	return "", false
}

func execute(ctx context.Context, allow, name string, args []string, limit time.Duration) (outcome, error) {
	path, ok := allowed(allow, name)
	if !ok {
		return outcome{}, errDenied
	}
	timed, cancel := context.WithTimeout(ctx, max(limit, 0))
	defer cancel()
	var out, errs capped
	cmd := exec.CommandContext(timed, path, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	// A group of its own, so that what the program started ends with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	if timed.Err() != nil {
		return outcome{}, errTimeout
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return outcome{}, err
	}
	return outcome{status(cmd), out.text(), errs.text()}, nil
}

// status is the exit status; 128 and the signal's number for a program that one ended, as
// shells have it.
func status(cmd *exec.Cmd) int {
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return cmd.ProcessState.ExitCode()
}

// capped keeps the beginning of what is written to it.
type capped struct{ b bytes.Buffer }

func (c *capped) Write(b []byte) (int, error) {
	if room := maxOutput - c.b.Len(); room > 0 {
		c.b.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

func (c *capped) text() string { return host.Valid(c.b.String()) }
