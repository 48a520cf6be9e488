package sdnotify

import (
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Notifier sends to one supervisor. It is safe for concurrent use.
type Notifier struct {
	conn  *net.UnixConn
	every time.Duration // how often the watchdog wants to hear of us; 0: never
}

// maxWait is how long a message waits for a supervisor whose queue is full.
const maxWait = 5 * time.Millisecond

// New reads NOTIFY_SOCKET, and for the watchdog WATCHDOG_USEC and WATCHDOG_PID. It is nil
// when the socket is not named or cannot be reached: a service goes on without.
func New(env func(string) (string, bool)) *Notifier {
	path, _ := env("NOTIFY_SOCKET")
	if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "@") {
		return nil // net takes "@" for the names that are in no file system, as systemd does
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Net: "unixgram", Name: path})
	if err != nil {
		return nil
	}
	n := &Notifier{conn: conn}
	usec, _ := env("WATCHDOG_USEC")
	pid, given := env("WATCHDOG_PID")
	if us, err := strconv.ParseInt(usec, 10, 64); err == nil && us > 0 && (!given || pid == strconv.Itoa(os.Getpid())) {
		n.every = time.Duration(us) * time.Microsecond / 2
	}
	return n
}

func (n *Notifier) send(message string) {
	if n == nil {
		return
	}
	_ = n.conn.SetWriteDeadline(time.Now().Add(maxWait))
	_, _ = n.conn.Write([]byte(message)) // a supervisor that has gone cannot be told
}

// Ready says that the service answers, with a status for people.
func (n *Notifier) Ready(status string) { n.send("READY=1\n" + statusLine(status)) }

// Stopping says that the service is about to end, with a status for people.
func (n *Notifier) Stopping(status string) { n.send("STOPPING=1\n" + statusLine(status)) }

func statusLine(s string) string { return "STATUS=" + strings.ReplaceAll(s, "\n", " ") }

// Watchdog reports that all of several workers are alive.
type Watchdog struct {
	n     *Notifier
	beats []atomic.Bool // who has been heard of since the last message
	next  atomic.Int64  // when it is time for the next message, on the clock of began
	began time.Time
}

// Watchdog makes one for so many workers; nil when the supervisor has none.
func (n *Notifier) Watchdog(workers int) *Watchdog {
	if n == nil || n.every == 0 {
		return nil
	}
	return &Watchdog{n: n, beats: make([]atomic.Bool, workers), began: time.Now()}
}

// Alive says that the worker of that number, from 0, is not stuck. When all have said so
// since the supervisor was told last, and half of its time is over, it is told again. It
// may be called from any goroutine and costs next to nothing.
func (w *Watchdog) Alive(worker int) {
	if w == nil {
		return
	}
	w.beats[worker].Store(true)
	next, now := w.next.Load(), int64(time.Since(w.began))
	if now < next {
		return
	}
	for i := range w.beats {
		if !w.beats[i].Load() {
			return
		}
	}
	if !w.next.CompareAndSwap(next, now+int64(w.n.every)) {
		return // another worker tells
	}
	for i := range w.beats {
		w.beats[i].Store(false)
	}
	w.n.send("WATCHDOG=1")
}
