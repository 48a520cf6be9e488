package testrun

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/script"
	"etamil/internal/serve"
	"etamil/internal/source"
	"etamil/internal/std/all"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/vm"
)

// world is what one test has for itself. The goroutine of the test owns it, but for what
// asking guards and what is safe anyway.
type world struct {
	output    *capture
	log       *logs.Logger
	databases *db.Service
	cache     *cache.Service
	env       func(string) (string, bool)
	bind      func(*vm.Linker) // see Options
	cfg       *config.Config
	closers   []func() // in the order in which they must be called

	types  struct{ client, answer, fields uint32 }
	client value.Value

	wanted          source.Place // of the block that the next declare is to keep
	found           *function
	befores, afters []*function

	bug atomic.Pointer[vm.Error] // a panic in the program that is asked

	asking  sync.Mutex
	line    line
	cookies cookies
}

func newWorld(o *Options, cfg *config.Config) *world {
	w := &world{output: &capture{}, databases: db.NewInMemory(), cache: cache.New(func() cache.Options { return ownCache(cfg) }), client: value.Nil, bind: o.bind}
	w.log = logs.New(w.output, logs.Options{Min: host.Info, Redact: logs.Redacted, Context: serve.RequestContext})
	w.env = func(name string) (string, bool) {
		if name == "DATABASE_URL" || name == "REDIS_URL" {
			return "", false // a test has databases and a cache of its own
		}
		return o.Env(name)
	}
	own := *cfg
	own.Workers, own.DrainTimeout = 1, drainTime
	w.cfg = &own
	return w
}

// ownCache is a test's cache: as it is configured, but in memory, and nobody else's.
func ownCache(cfg *config.Config) cache.Options {
	c := &cfg.Cache
	return cache.Options{Prefix: c.Prefix, Memory: c.Memory, ValueLimit: c.ValueLimit, Timeout: c.Timeout, MissIfDown: cfg.MissIfDown()}
}

// drainTime is how long a program that was asked may take to end after its test.
const drainTime = time.Second

// host is the outside as a program of this world sees it.
func (w *world) host() *host.Host {
	h := host.New(w.log, true)
	h.Out, h.In = host.NewOutput(w.output, true), host.NewInput(strings.NewReader(""))
	h.Env, h.Config = w.env, w.cfg.Lookup
	return h
}

// app links a program and makes an App of it that only this world can ask.
func (w *world) app(r *compile.Result, whole bool, ready func()) *serve.App {
	var binding *serve.Binding
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		binding = serve.Bind(l)
		w.databases.Bind(l)
		w.cache.Bind(l)
		w.bindTest(l)
		if w.bind != nil {
			w.bind(l)
		}
	})
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	return serve.New(binding, img, serve.Options{
		Config: w.cfg, Host: w.host(), Log: w.log, Listen: true, Whole: whole, Local: true,
		Ready: func(serve.Info) { ready() }, Bug: w.bug.Store,
		Cache: w.cache.Store,
	})
}

// close ends everything that was started.
func (w *world) close() {
	w.asking.Lock() // a question that was given up ends soon
	w.line.close()
	w.asking.Unlock()
	for _, f := range w.closers {
		f()
	}
	w.databases.Close()
	w.cache.Close()
}

// serveOwn starts the App whose top level f has run.
func (w *world) serveOwn(ctx context.Context, app *serve.App, f *vm.Fiber, ready <-chan struct{}) error {
	ended := app.Begin(f)
	w.closers = append(w.closers, app.Shutdown)
	w.line.dial = app.Dial
	select {
	case <-ready:
		return nil
	case err := <-ended:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// capture keeps what a test prints and logs, up to a limit. It is safe for concurrent use.
type capture struct {
	mu  sync.Mutex
	b   []byte
	cut bool
}

// maxCaptured is how much is kept of the output of one test, in bytes.
const maxCaptured = 256 << 10

// Write implements io.Writer; it never fails.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if room := maxCaptured - len(c.b); room < len(p) {
		c.b, c.cut = append(c.b, p[:max(room, 0)]...), true
	} else {
		c.b = append(c.b, p...)
	}
	return len(p), nil
}

func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := host.Valid(string(c.b))
	if c.cut {
		s += "…\n"
	}
	return s
}
