package sdnotify

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func vars(pairs map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := pairs[name]
		return v, ok
	}
}

// supervisor listens as systemd does.
func supervisor(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Net: "unixgram", Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// hears is the next message, or "" when there is none for a while.
func hears(t *testing.T, c *net.UnixConn, within time.Duration) string {
	t.Helper()
	b := make([]byte, 4096)
	if err := c.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	n, err := c.Read(b)
	if err != nil {
		return ""
	}
	return string(b[:n])
}

func TestMessages(t *testing.T) {
	for _, name := range []string{filepath.Join(t.TempDir(), "notify"), fmt.Sprintf("@etamil-test-%d", os.Getpid())} {
		c := supervisor(t, name)
		n := New(vars(map[string]string{"NOTIFY_SOCKET": name}))
		n.Ready("http://x\nSTOPPING=1")
		n.Stopping("முடிகிறது")
		for _, want := range []string{"READY=1\nSTATUS=http://x STOPPING=1", "STOPPING=1\nSTATUS=முடிகிறது"} {
			if got := hears(t, c, 5*time.Second); got != want {
				t.Errorf("%s heard %q, want %q", name, got, want)
			}
		}
		if n.Watchdog(1) != nil {
			t.Error("a watchdog that nobody asked for")
		}
	}
}

func TestNobodyListens(t *testing.T) {
	for _, path := range []string{"", "relative", filepath.Join(t.TempDir(), "none")} {
		n := New(vars(map[string]string{"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "1000000"}))
		if n != nil {
			t.Errorf("%q is taken", path)
		}
		n.Ready("x")
		n.Watchdog(2).Alive(1)
		n.Stopping("x")
	}
	// One that goes, and one that never reads, hold up nobody.
	name := filepath.Join(t.TempDir(), "notify")
	c := supervisor(t, name)
	n := New(vars(map[string]string{"NOTIFY_SOCKET": name}))
	began := time.Now()
	for range 200 {
		n.Ready("x")
	}
	c.Close()
	n.Ready("x")
	if d := time.Since(began); d > 200*100*maxWait {
		t.Errorf("it took %v", d)
	}
}

func TestWatchdog(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	c := supervisor(t, name)
	given := map[string]string{"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "100000", "WATCHDOG_PID": fmt.Sprint(os.Getpid())}
	dog := New(vars(given)).Watchdog(2)
	dog.Alive(0)
	dog.Alive(0)
	if got := hears(t, c, 100*time.Millisecond); got != "" {
		t.Errorf("with one of two workers silent it heard %q", got)
	}
	dog.Alive(1)
	if got := hears(t, c, 5*time.Second); got != "WATCHDOG=1" {
		t.Errorf("heard %q", got)
	}
	dog.Alive(1)
	time.Sleep(60 * time.Millisecond)
	dog.Alive(1)
	if got := hears(t, c, 100*time.Millisecond); got != "" {
		t.Errorf("with one of two workers silent since, it heard %q", got)
	}
	dog.Alive(0)
	if got := hears(t, c, 5*time.Second); got != "WATCHDOG=1" {
		t.Errorf("heard %q", got)
	}
	given["WATCHDOG_PID"] = "1"
	if New(vars(given)).Watchdog(1) != nil {
		t.Error("a watchdog that is for another process")
	}
	given["WATCHDOG_PID"], given["WATCHDOG_USEC"] = fmt.Sprint(os.Getpid()), "x"
	if New(vars(given)).Watchdog(1) != nil {
		t.Error("a watchdog without a time")
	}
}
