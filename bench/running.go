package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The cores of a pinned run. Where a machine has fewer, nothing is pinned.
const (
	serverCore    = 0
	generatorCore = 1
)

// canPin says whether server and generator can each have a core.
func canPin() bool {
	_, err := exec.LookPath("taskset")
	return err == nil && runtime.NumCPU() >= 2
}

// A Running is a server that answers.
type Running struct {
	Port   string
	cmd    *exec.Cmd
	said   *tail
	folder string
	ready  time.Duration // from exec to the first answered request
	once   sync.Once
}

// start runs a command that serves on a port, on a core (below 0: any), and waits until it
// accepts. folder is removed when it is stopped, "" for none.
func start(command []string, port string, core int, folder string, env ...string) (*Running, error) {
	return startWhen(waitFor, command, port, core, folder, env...)
}

// startWhen is start where ready waits until the server answers at an address.
func startWhen(ready func(addr string) error, command []string, port string, core int, folder string, env ...string) (*Running, error) {
	if core >= 0 {
		command = append([]string{"taskset", "-c", strconv.Itoa(core)}, command...)
	}
	r := &Running{Port: port, said: &tail{}, folder: folder, cmd: exec.Command(command[0], command[1:]...)}
	r.cmd.Env = append(os.Environ(), env...)
	r.cmd.Stdout, r.cmd.Stderr = r.said, r.said
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // nginx has workers: all end together
	began := time.Now()
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	if err := ready("127.0.0.1:" + port); err != nil {
		r.stop()
		return nil, fmt.Errorf("%w; the server said: %s", err, r.said)
	}
	r.ready = time.Since(began)
	return r, nil
}

// stop ends the server and waits for it.
func (r *Running) stop() {
	r.once.Do(func() {
		syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) // an error means that it has ended already
		r.cmd.Wait()
		if r.folder != "" {
			os.RemoveAll(r.folder)
		}
	})
}

// pids returns the server's process and its children.
func (r *Running) pids() []int {
	pid := r.cmd.Process.Pid
	list := []int{pid}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return list
	}
	for _, word := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(word); err == nil {
			list = append(list, child)
		}
	}
	return list
}

// rss returns the resident memory of the server and its children in kB.
func (r *Running) rss() (int64, error) {
	var sum int64
	for _, pid := range r.pids() {
		text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
		if err != nil {
			return 0, err
		}
		kb, err := residentSize(string(text))
		if err != nil {
			return 0, err
		}
		sum += kb
	}
	return sum, nil
}

func residentSize(status string) (int64, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			return strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		}
	}
	return 0, errors.New("/proc/PID/status has no VmRSS")
}

// A tail keeps the last of what a process said.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	const most = 2000
	if over := len(t.text) - most; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

// freePort finds a port below those that the system gives to outgoing connections, so that
// none of the generator's thousands can take it before the server does.
func freePort() (string, error) {
	var err error
	for range 100 {
		port := strconv.Itoa(12_000 + rand.IntN(20_000))
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			return port, l.Close()
		}
	}
	return "", err
}

// waitFor returns when something at addr answers a request: accepting is not enough, for
// a server may still close what it accepts while it starts.
func waitFor(addr string) error {
	const limit = time.Minute
	for began := time.Now(); ; time.Sleep(200 * time.Microsecond) {
		err := probe(addr)
		if err == nil || time.Since(began) > limit {
			return err
		}
	}
}

func probe(addr string) error {
	w := wire{addr: addr}
	defer w.close()
	_, _, err := w.exchange("GET /text HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 0)
	return err
}

// launch starts a peer with so many workers on a core.
func (p Peer) launch(workers, core int) (*Running, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "bench-"+p.Name+"-")
	if err != nil {
		return nil, err
	}
	if err = writeCanned(folder); err == nil {
		var command []string
		if command, err = p.Command(port, workers, folder); err == nil {
			var r *Running
			if r, err = start(command, port, core, folder); err == nil {
				return r, nil
			}
		}
	}
	return nil, errors.Join(err, os.RemoveAll(folder))
}
