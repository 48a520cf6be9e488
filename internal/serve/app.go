package serve

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"etamil/http1"
	"etamil/internal/cache"
	"etamil/internal/config"
	"etamil/internal/h2"
	"etamil/internal/metrics"
	"etamil/internal/multipart"
	"etamil/internal/route"
	"etamil/internal/sched"
	"etamil/internal/static"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/internal/ws"
	"etamil/loop"
	"etamil/vm"
)

// Options say how a program is to be served.
type Options struct {
	Config *config.Config
	Host   *host.Host   // the world that the program sees
	Log    *logs.Logger // what goes wrong; nil: nobody is told

	// Listen has Run listen when the top level has ended without server.start.
	Listen bool

	// Whole says that the program declares no route, timer or server: it is itself the
	// handler of "/", and its top level runs for each request instead of once.
	Whole bool

	// TLS makes the address speak HTTPS, HTTP/1.1 and HTTP/2; nil: it does not.
	TLS *tls.Config

	// Local serves clients in this process only, those of App.Dial; no address is
	// listened on.
	Local bool

	// Checks are what /ready asks.
	Checks []Check

	// Cache is where answers are kept that a route's option says so of; nil: nowhere. Shared
	// says that other instances see the same: then clients' rates are kept there as well.
	Cache  func() (cache.Store, error)
	Shared bool

	// Common is where all instances keep what they must agree on, as which of them runs a timer;
	// nil: this one is alone.
	Common func() (cache.Store, error)

	// Sessions is where sessions are kept; nil: in Common, or in Cache.
	Sessions func() (cache.Store, error)

	// Metrics are told what the server counts; nil: it counts nothing.
	Metrics *metrics.Set

	// Bug is told of each panic that has ended a request or a timer: a bug in us. It may
	// be called on any loop, and must not block. It may be nil.
	Bug func(*vm.Error)

	// Ready is told, once, that connections are accepted.
	Ready func(Info)

	// Ended is told that nothing of the program will run any more: what it was given can be
	// closed. It may be nil.
	Ended func()

	// Tick is called on each loop, by its number, about every 100 ms. It must not wait.
	Tick func(loop int)
}

// Info is what a server can say when it is up.
type Info struct {
	TLS     bool     // Addr speaks it
	Addr    net.Addr // of the TCP listener, or of the Unix socket if there is no other
	Unix    string   // the path of the Unix socket, or ""
	Workers int
	Routes  []Route
	Timers  int
}

// Route is a route that a server has.
type Route struct{ Method, Pattern, Place string }

// App is a program that is being served. Run is called once; Shutdown and Reload may be
// called from any goroutine.
type App struct {
	generation
	b   *Binding
	img *vm.Image
	o   Options

	lastWait time.Duration // how long handlers that were cancelled by the end may take; tests that look how they end give them more

	// Until the freeze the top level's goroutine has these; after it nobody changes them.
	table    route.Table
	handlers []handler // by the table's number of the route
	root     *group
	timers   []*timer
	uses     []string // names of all middleware, by number
	limits   int      // how many rates routes have
	globals  *vm.Globals
	began    bool // frozen
	aside    bool // somebody else runs the top level, see local.go

	chain     value.Value // the function that requests with middleware start at
	unmatched handler     // of requests that no route fits, when the server has middleware

	folders         []*static.Dir // that the program shows files of
	server          value.Value   // the handle that programs have
	pool            pool
	crew            crew
	spool, inMemory multipart.Spool // of forms that come, and of those that have come whole
	buffers         buffers
	apart           atomic.Int64 // tasks that requests have started with பின்னணி and that run
	shared          sched.Shared
	forms           forms        // in which publications are needed
	memory          atomic.Int64 // bytes of fibers that have not ended in their first slice
	answers         answers
	before          before

	dependencies dependencies
	machine      vm.Limits
	main         *worker
	running      chan struct{} // closed when what server.run has begun is over; nil: it wasn't called

	mu       sync.Mutex
	srv      *loop.Server
	http2    *h2.Server    // nil without TLS
	ended    chan struct{} // closed when srv has; nil while there is none
	stopMain context.CancelFunc
	stopping bool
	status   int           // what the program has exited with
	drained  chan struct{} // closed when Shutdown has done its work
	workers  []*worker
	top      topFollower
}

// handler is what answers a route.
type handler struct {
	fn           value.Value
	frozen       *value.Frozen // keeps fn's captures
	request      bool          // fn takes the request
	block        bool          // a வழி block: the answer is what பதில் said
	whole        bool          // the program itself
	group        *group        // nil for the program itself
	chain        []middleware  // what requests pass through first; nil: nothing
	options      routeOptions
	socket       value.Value // the function of a WebSocket
	isSocket     bool
	socketFrozen *value.Frozen // keeps its captures
	folder       *folder       // it shows the files of one; nil: it doesn't
}

// ListenError is why nothing could be listened on.
type ListenError struct {
	Addr string
	Err  error
}

// ErrAddress says that what a program gave server.start is no address.
var ErrAddress = errors.New("not an address: write host:port")

// Error says it.
func (e *ListenError) Error() string { return "cannot listen on " + e.Addr + ": " + e.Err.Error() }

// Unwrap is what the system said.
func (e *ListenError) Unwrap() error { return e.Err }

// New makes an App of an image that was linked with b.
func New(b *Binding, img *vm.Image, o Options) *App {
	a := &App{b: b, img: img, o: o, lastWait: lastWait, drained: make(chan struct{})}
	a.dependencies.time, a.dependencies.good = checkTime, checkGood
	a.root = &group{app: a}
	a.first = a
	a.retired, a.attached = make(chan struct{}), make(chan struct{})
	a.current.Store(a)
	a.all = []*App{a}
	a.server = img.NewGlobalHandle(b.server, a)
	o.Host.Exit = a.exit
	c := o.Config
	a.machine = vm.Limits{Steps: c.Steps, Memory: c.Memory, Depth: c.Depth}
	a.pool.max = maxGoroutines
	a.crew.app, a.crew.max = a, c.Compute
	if a.crew.max == 0 {
		a.crew.max = runtime.NumCPU()
	}
	a.answers.set(c)
	a.spools()
	return a
}

// Run runs the program, and serves until it has ended or Shutdown has been called. The
// error is the top level's *vm.Error, a *ListenError, or nil. When ctx is done it is as
// if Shutdown were called.
func (a *App) Run(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { a.Shutdown() })()
	err := a.run()
	a.over(err)
	return err
}

// run runs the program of one generation, and serves it until the end of the server or of the
// generation.
func (a *App) run() error {
	if a.o.Whole {
		a.addWhole()
		return a.listen("")
	}
	f := a.topLevel(vm.Limits{Depth: a.o.Config.Depth}).NewFiber()
	f.StartMain()
	mainCtx, cancel := context.WithCancel(context.Background())
	defer cancel()
	a.mu.Lock()
	a.stopMain = cancel
	a.mu.Unlock()
	if a.first.Stopping() {
		cancel()
	}
	tasks := sched.New()
	tasks.Time, tasks.Common, tasks.Lost = a.o.Host.Clock, &a.first.shared, func(e *vm.Error) { a.taskFailed(e, nil) }
	var e *vm.Error
	var listened chan error // serving, while what the top level has left behind goes on
	tasks.Add(f, func(f *vm.Fiber) {
		e = f.Err()
		if f.Status() == vm.Done && a.o.Listen && !a.began {
			a.freeze(f)
			listened = make(chan error, 1)
			go func() { listened <- a.listen("") }()
		}
		f.Release() // and with it what the top level left open
	})
	tasks.Run(mainCtx)
	switch {
	case listened != nil:
		return <-listened
	case e == nil, e.Code == host.ExitCode, e.Code == cancelledCode && a.first.Stopping():
		return a.endRun()
	}
	if le := a.listenError(e); le != nil {
		return le
	}
	return e
}

// topLevel makes the Machine that runs the top level.
func (a *App) topLevel(limits vm.Limits) *vm.Machine {
	m := vm.NewMachine(a.img, limits)
	a.main = &worker{app: a, m: m}
	m.Data = a.main
	return m
}

// freeze ends the time in which routes can be declared. f has run the top level so far.
func (a *App) freeze(f *vm.Fiber) {
	a.began = true
	a.link()
	a.globals = vm.Freeze(f)
}

// addWhole makes the program itself the handler of "/".
func (a *App) addWhole() {
	for _, method := range []string{"GET", "POST", "PUT", "DELETE"} {
		if err := a.table.Add(method, "/", ""); err != nil {
			panic(err) // an empty table takes these
		}
		a.handlers = append(a.handlers, handler{whole: true, block: true})
	}
	a.began = true
}

// listen serves until the server has been stopped. program is the address that the
// program asks for, or "".
func (a *App) listen(program string) error {
	if a.first != a {
		return a.attach()
	}
	c := a.o.Config
	addr, unix := "", ""
	if !a.o.Local {
		var ok bool
		if addr, unix, ok = c.Listen(program); !ok {
			return &ListenError{program, ErrAddress}
		}
	}
	where := addr
	if addr == "" {
		where = unix
	}
	workers := c.Workers
	if workers == 0 {
		workers = runtime.NumCPU()
	}
	limits := http1.DefaultLimits
	limits.BodyBytes, limits.HeaderBytes, limits.HeaderCount = c.BodyLimit, c.HeaderLimit, c.HeaderCount
	largest := a.bodyLimits(limits)
	settings := loop.Config{
		Addr:           addr,
		Unix:           unix,
		UnixMode:       unixMode(c.UnixMode),
		Local:          a.o.Local,
		Proxied:        a.proxied(),
		Workers:        workers,
		OneByOne:       !c.IOUring,
		Limits:         limits,
		Bodies:         a.bodiesOf,
		Always:         a.always,
		HeaderTimeout:  c.HeaderTimeout,
		BodyTimeout:    c.BodyTimeout,
		IdleTimeout:    c.IdleTimeout,
		HandlerTimeout: c.HandlerTimeout,
		WriteTimeout:   c.WriteTimeout,
		MaxConns:       c.MaxConnections,
		MaxInFlight:    c.MaxWaiting,
		BodyBudget:     max(bodyBudget, int64(8*largest)),
		Refusal:        a.refusal,
		OnLoopStart:    func(l *loop.Loop) { l.Data = a.newWorker(l) },
		OnLoopStop:     stopWorker,
		Last:           a.settleApart,
		OnTick:         a.onTick(),
		Log:            slogTo(a.o.Log),
	}
	var srv *loop.Server
	var http2 *h2.Server
	if a.o.TLS != nil && addr != "" {
		http2 = h2.New(func(remote netip.AddrPort) (io.ReadWriteCloser, error) { return srv.DialFrom(remote) },
			h2.Limits{HeaderBytes: c.HeaderLimit, Idle: c.IdleTimeout, Write: c.WriteTimeout})
		settings.TLS, settings.HTTP2 = a.o.TLS, http2.ServeConn
	}
	srv, err := loop.New(settings, a)
	if err != nil {
		endHTTP2(http2, 0)
		return &ListenError{where, err}
	}
	a.mu.Lock()
	stopping := a.stopping
	a.srv, a.http2 = srv, http2
	a.mu.Unlock()
	if stopping {
		endHTTP2(http2, 0)
		return nil
	}
	untold := func() {}
	if a.o.Metrics != nil {
		untold = a.o.Metrics.Add(a.tell)
	}
	over, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		select {
		case <-srv.Ready():
			a.ready(srv, workers, unix)
		case <-over:
		}
	}()
	ended := make(chan struct{})
	a.mu.Lock()
	a.ended = ended
	a.mu.Unlock()
	go func() {
		defer close(ended)
		defer untold()
		err = srv.Run()
		endHTTP2(http2, 0)
		close(over)
		<-told
		if err != nil {
			a.mu.Lock()
			a.srv, a.ended = nil, nil
			a.mu.Unlock()
			return
		}
		<-a.drained
		a.endJobs()
	}()
	select {
	case <-ended:
		if err != nil {
			return &ListenError{where, err}
		}
	case <-a.retired: // the loops go on for others
	}
	return nil
}

// endHTTP2 ends HTTP/2 within a time, after which its connections are cut; s may be nil.
func endHTTP2(s *h2.Server, within time.Duration) {
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	s.Shutdown(ctx)
}

// unixMode reads permissions, which config has checked.
func unixMode(octal string) fs.FileMode {
	return fs.FileMode(must(strconv.ParseUint(octal, 8, 9)))
}

// proxied tells whose connections begin with a PROXY header, or is nil for nobody's.
func (a *App) proxied() func(peer netip.AddrPort) bool {
	if !a.o.Config.ProxyProtocol || a.o.Local {
		return nil
	}
	return func(peer netip.AddrPort) bool { return a.current.Load().answers.trusted.Trusts(peer.Addr()) }
}

// ready is called when connections are accepted.
func (a *App) ready(srv *loop.Server, workers int, unix string) {
	a.startTimers()
	close(a.attached)
	if a.o.Ready != nil {
		info := Info{TLS: a.o.TLS != nil && !a.o.Local, Addr: srv.Addr(), Unix: unix, Workers: workers, Timers: len(a.timers)}
		for i := range a.table.Len() {
			r := a.table.Route(i)
			info.Routes = append(info.Routes, Route{r.Method, r.Pattern, r.Place})
		}
		a.o.Ready(info)
	}
}

// onTick is what a loop calls at each tick.
func (a *App) onTick() func(*loop.Loop) {
	tick := a.o.Tick
	return func(l *loop.Loop) {
		w, now := l.Data.(*worker), time.Now()
		w.files.tidy(now)
		w.beats(now)
		w.lateCloses(now)
		if tick != nil {
			tick(l.Index)
		}
	}
}

// listening reports whether there is a server.
func (a *App) listening() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.srv != nil || a.isAttached()
}

// bodyBudget is the least that unfinished requests of all connections may hold.
const bodyBudget = 24 << 20

// Stopping reports whether Shutdown has been called.
func (a *App) Stopping() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stopping
}

// exit is the program's வெளியேறு. Who called it ends with an error of its own.
func (a *App) exit(status int) {
	a.mu.Lock()
	a.status = status
	a.mu.Unlock()
	if a.first != a && !a.isAttached() {
		return // it only does not take the place of another
	}
	go a.first.exited(status)
}

// exited ends the server with a status.
func (a *App) exited(status int) {
	a.mu.Lock()
	a.status = status
	a.mu.Unlock()
	a.Shutdown()
}

// closeFolders closes what server.files has opened.
func (a *App) closeFolders() {
	for _, d := range a.folders {
		_ = d.Close() // it was only read
	}
}

// Status is what the program has exited with, else 0.
func (a *App) Status() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.status
}

// shutdown is Shutdown within a time.
func (a *App) shutdown(within time.Duration) {
	a.mu.Lock()
	first := !a.stopping
	a.stopping = true
	srv, http2 := a.srv, a.http2
	a.mu.Unlock()
	if !first {
		<-a.drained
		return
	}
	all := a.generations()
	for _, g := range all {
		for _, t := range g.timers {
			t.stop()
		}
	}
	if srv != nil {
		go endHTTP2(http2, within)
		for _, g := range all {
			go g.onLoops(func(w *worker) {
				w.endStreams()
				w.endSockets(ws.GoingAway)
			})
		}
		if cut := srv.Drain(within); cut > 0 {
			a.warn("connections_cut", "connections", cut)
		}
	}
	close(a.drained)
	for _, g := range all {
		g.mu.Lock()
		stopMain := g.stopMain
		g.mu.Unlock()
		switch {
		case stopMain == nil:
		case srv != nil && g.isAttached():
			// The top level has come out of server.start and may still do something.
			time.AfterFunc(a.lastWords(within), stopMain)
		default:
			stopMain()
		}
	}
}

func (a *App) warn(event, name string, n int) {
	if a.o.Log != nil {
		a.o.Log.Write(time.Now(), host.Warn, event, func(l *logs.Line) { l.Int(name, int64(n)) })
	}
}

// endJobs ends what drain could not: handlers are cancelled and have a.lastWait to run
// their `இறுதியில்` blocks. Nobody else has the workers any more.
func (a *App) endJobs() {
	deadline := time.Now().Add(a.lastWait)
	left := 0
	all := a.generations()
	for _, g := range all {
		for _, w := range g.ownWorkers() {
			left += w.end(deadline)
		}
	}
	if left > 0 {
		a.warn("handlers_left", "handlers", left)
	}
	for _, g := range all {
		for time.Now().Before(deadline) && g.pool.busy()+g.crew.busy() > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	_ = a.o.Host.Out.Flush() // nobody is left to be told
}

// lastWait is how long handlers that were cancelled by the end may take.
const lastWait = time.Second

// listenError is the ListenError that a server.start raised as e.
func (a *App) listenError(e *vm.Error) *ListenError {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.Code == listenCode && a.main.listenErr != nil {
		return a.main.listenErr
	}
	return nil
}

// starting is a vm.Task: server.start.
type starting struct {
	a    *App
	addr string
	err  error
}

// Do serves until the end; the scheduler gives it a goroutine of its own.
func (s *starting) Do(context.Context) { s.err = s.a.listen(s.addr) }

// Finish goes on with the program.
func (s *starting) Finish(f *vm.Fiber) (value.Value, error) {
	if s.err == nil {
		return value.Nil, nil
	}
	var le *ListenError
	if errors.As(s.err, &le) {
		s.a.mu.Lock()
		s.a.main.listenErr = le
		s.a.mu.Unlock()
	}
	return value.Nil, host.Raise(listenCode, fmt.Sprintf("%v இல் கேட்க முடியவில்லை", s.addr), s.err.Error())
}

// Codes of errors that are ours.
const (
	listenCode    = "listen"
	cancelledCode = "cancelled"
)
