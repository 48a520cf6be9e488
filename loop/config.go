package loop

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"runtime"
	"time"

	"etamil/http1"
)

// Config says where a [Server] listens and what its clients may cost it. The
// zero value of a field stands for its default; Addr, Unix or Local must be set.
//
// Times are kept to a tenth of a second.
type Config struct {
	Addr string // TCP address "host:port" to listen on; port 0 takes a free one
	Unix string // path of a Unix socket to listen on, beside Addr or instead of it

	// UnixMode are the permissions of the Unix socket: who may write to it may
	// connect. Default: 0660.
	UnixMode fs.FileMode

	// Local serves the clients that Server.Dial makes, in this process, and
	// nobody else: Addr and Unix must be empty.
	Local bool

	// ShareAddr lets another process of the same user listen on Addr as well,
	// as for a restart without a gap. Without it that is an error.
	ShareAddr bool

	// Proxied reports whether connections from peer, which is not valid for a
	// Unix socket, begin with a PROXY protocol header, version 1 or 2. It must
	// be true only of balancers that always send one: Exchange.Remote is then
	// whom it names, and a connection that begins otherwise is closed. It is
	// called on a loop for each connection. Default: none do.
	Proxied func(peer netip.AddrPort) bool

	// TLS makes Addr speak TLS, and nothing else; Unix stays as it is. Its NextProtos
	// should name "http/1.1", and "h2" if there is HTTP2.
	TLS *tls.Config

	// HTTP2 serves a connection on which the client wants HTTP/2, on a goroutine of its
	// own, until it is closed. Server.DialFrom is how its requests come to a loop.
	HTTP2 func(c *tls.Conn, remote netip.AddrPort)

	Workers int // event loops; default: GOMAXPROCS

	// OneByOne makes each read and each write a system call of its own. Otherwise a loop
	// does several in one by io_uring, where the kernel has it and allows it.
	OneByOne bool

	Limits http1.Limits // of one request; default: http1.DefaultLimits

	// Bodies, if there is one, is asked about a request that has a body, when its head has
	// come: for its limits, which must not change, nil for Limits; and whether its handler is
	// called before its body has come (Exchange.Take). It is called on every loop.
	Bodies func(r *http1.Request) (lim *http1.Limits, early bool)

	// Always, if there is one, reports whether a request that comes while MaxInFlight are suspended is given to
	// the handler all the same, which answers it at once. It is called on every loop.
	Always func(r *http1.Request) bool

	HeaderTimeout  time.Duration // from a request's first byte to the end of its head, and of a new connection to its first request; default 10 s
	BodyTimeout    time.Duration // from the head to the end of the body, longer only for BodyRate; default 30 s
	BodyRate       int           // bytes a second that a body longer than BodyTimeout must keep; default 16 KiB
	IdleTimeout    time.Duration // from an answer to the next request's first byte; default 60 s
	HandlerTimeout time.Duration // from a whole request to its answer; default 30 s
	WriteTimeout   time.Duration // without the client taking a byte of what waits for it; default 20 s
	HalfClose      time.Duration // for answers to a client that has ended its side; default 5 s
	Linger         time.Duration // for a client to read the last answer and close, from the last byte it sends; default 1 s

	MaxConns    int // open connections; default and upper bound: what RLIMIT_NOFILE leaves
	MaxPipeline int // requests of one connection in work, 1 to 64; default 64
	MaxInFlight int // suspended requests of all connections, beyond: 503, but for Always; default 16,384

	OutputCap    int   // bytes of answers waiting for one client, beyond: none of its requests is started; default 256 KiB
	BodyBudget   int64 // bytes of unfinished requests of all connections, beyond: 503; default 16 MiB
	OutputBudget int64 // bytes of answers that wait for all clients, without shared ones; beyond: reset; default 16 MiB

	SpareFiles int // descriptors left to the rest of the process; default 64, or a quarter of the limit if that is less

	// Refusal gives the body of an answer that the loop makes itself: to a
	// malformed request, in overload, past a deadline; and lines to go before
	// its head's others, as http1.AppendFields makes them. The body must not
	// change afterwards; the lines are borrowed. It is called on x's loop, and
	// of a malformed request knows nothing. Default: the reason as a line of text.
	Refusal func(x *Exchange, status int, reason string) (body []byte, contentType string, lines []byte)

	OnLoopStart func(*Loop) // on the loop, before anything else there
	// Last is called by Drain when the connections are gone and the loops still run: what
	// has outlived its connection may end until the deadline. It may be nil.
	Last       func(deadline time.Time)
	OnLoopStop func(*Loop) // after the loop's last event; the last call about it
	OnTick     func(*Loop) // on the loop, about every 100 ms

	Log *slog.Logger // what goes wrong; default: nothing is logged
}

// Tick is the resolution of all deadlines, and the period of OnTick.
const Tick = 100 * time.Millisecond

const (
	maxPipeline    = 64
	ticksPerSecond = int64(time.Second / Tick)
)

// ErrNoAddress says that a Config names nothing to listen on, or names it beside Local.
var ErrNoAddress = errors.New("loop: set Addr or Unix, or else Local")

// withDefaults returns c with every zero field filled in.
func (c Config) withDefaults() (Config, error) {
	if c.Local == (c.Addr != "" || c.Unix != "") {
		return c, ErrNoAddress
	}
	setDefault(&c.UnixMode, 0o660)
	setDefault(&c.Workers, runtime.GOMAXPROCS(0))
	if c.Limits == (http1.Limits{}) {
		c.Limits = http1.DefaultLimits
	}
	setDefault(&c.HeaderTimeout, 10*time.Second)
	setDefault(&c.BodyTimeout, 30*time.Second)
	setDefault(&c.BodyRate, 16<<10)
	setDefault(&c.IdleTimeout, 60*time.Second)
	setDefault(&c.HandlerTimeout, 30*time.Second)
	setDefault(&c.WriteTimeout, 20*time.Second)
	setDefault(&c.HalfClose, 5*time.Second)
	setDefault(&c.Linger, time.Second)
	setDefault(&c.MaxPipeline, maxPipeline)
	setDefault(&c.MaxInFlight, 16<<10)
	setDefault(&c.OutputCap, 256<<10)
	setDefault(&c.BodyBudget, 16<<20)
	setDefault(&c.OutputBudget, 16<<20)
	if c.MaxPipeline > maxPipeline {
		return c, fmt.Errorf("loop: MaxPipeline is %d, more than %d", c.MaxPipeline, maxPipeline)
	}
	if c.UnixMode&^fs.ModePerm != 0 {
		return c, fmt.Errorf("loop: UnixMode %v is more than permissions", c.UnixMode)
	}
	for _, n := range []int{c.Workers, c.MaxPipeline, c.MaxInFlight, c.OutputCap, c.BodyRate, c.MaxConns, c.SpareFiles} {
		if n < 0 {
			return c, fmt.Errorf("loop: a limit is negative: %d", n)
		}
	}
	for _, d := range []time.Duration{c.HeaderTimeout, c.BodyTimeout, c.IdleTimeout, c.HandlerTimeout, c.WriteTimeout, c.HalfClose, c.Linger} {
		if d < 0 {
			return c, fmt.Errorf("loop: a timeout is negative: %v", d)
		}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}

func setDefault[T int | int64 | time.Duration | fs.FileMode](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// ticks is d in ticks, rounded up, and one more: the tick that runs now may
// be nearly over.
func ticks(d time.Duration) int64 {
	return int64((d+Tick-1)/Tick) + 1
}
