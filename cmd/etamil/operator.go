package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"etamil/internal/certs"
	"etamil/internal/config"
	"etamil/internal/sdnotify"
	"etamil/internal/serve"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
)

// operator is the side of a server that looks at who runs it: what it says at its start
// and end, signals, and the supervisor. Whoever looks on at a terminal is told in words,
// others in lines of the log.
type operator struct {
	*call
	cfg     *config.Config
	file    string // the program
	say     *host.Queue
	out     *host.Output
	in      *host.Input
	certs   *certs.Store // nil without TLS
	log     *logs.Logger
	signals host.Signals   // that the program handles itself
	cache   *cache.Service // of all that are read one after the other
	adminSide
	supervisor *sdnotify.Notifier
	watchdog   atomic.Pointer[sdnotify.Watchdog] // nil until the server is ready
}

// supervisor is who has started us and wants to know how we are; nil when nobody does.
// Programs that ours starts are not to speak for us.
func supervisor() *sdnotify.Notifier {
	n := sdnotify.New(os.LookupEnv)
	for _, name := range []string{"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} {
		os.Unsetenv(name)
	}
	return n
}

// tick is what each loop calls again and again, so that one that is stuck is noticed;
// nil when nobody watches.
func (o *operator) tick() func(loop int) {
	if o.supervisor == nil {
		return nil
	}
	return func(loop int) { o.watchdog.Load().Alive(loop) }
}

// ready says that the server is up, and what it is like.
func (o *operator) ready(i serve.Info) {
	url := serverURL(i)
	if o.logOptions(o.cfg).JSON {
		o.logReady(url, i)
	} else {
		o.showReady(url, i)
	}
	o.watchdog.Store(o.supervisor.Watchdog(i.Workers))
	o.supervisor.Ready(url)
}

// serverURL is where a browser on this machine finds the server, or the socket's path.
func serverURL(i serve.Info) string {
	scheme := "http://"
	if i.TLS {
		scheme = "https://"
	}
	tcp, ok := i.Addr.(*net.TCPAddr)
	switch {
	case !ok:
		return "unix:" + i.Unix
	case tcp.IP.IsUnspecified():
		return fmt.Sprintf("%slocalhost:%d", scheme, tcp.Port)
	}
	return scheme + tcp.String()
}

// database is where the default database is, without passwords.
func (o *operator) database() string {
	if o.cfg.Database == "" {
		return "etamil.db"
	}
	return config.Mask(o.cfg.Database)
}

// thinPool reports that the pool of the default database has fewer connections than there are workers: some
// of them wait whenever all ask at once.
func (o *operator) thinPool(workers int) bool {
	kind := db.KindOf(o.cfg.Database)
	return o.cfg.Database != "" && kind != "" && kind != "SQLite" && o.cfg.Pool.Max < workers
}

func (o *operator) logReady(url string, i serve.Info) {
	c := o.cfg
	o.log.Write(time.Now(), host.Info, "server_started", func(l *logs.Line) {
		l.Text("url", url)
		if i.Unix != "" {
			l.Text("unix", i.Unix)
		}
		l.Text("version", versionText())
		l.Text("program", o.file)
		l.Text("config", c.File())
		l.Text("mode", c.Mode)
		l.Int("pid", int64(os.Getpid()))
		l.Int("workers", int64(i.Workers))
		l.Int("routes", int64(len(i.Routes)))
		l.Int("timers", int64(i.Timers))
		l.Text("database", o.database())
		l.Int("body_limit", int64(c.BodyLimit))
		l.Seconds("handler_timeout", c.HandlerTimeout)
		l.Int("steps", int64(c.Steps))
		l.Int("memory", int64(c.Memory))
		l.Text("live", strings.Join(c.Live(), ", "))
	})
	if o.thinPool(i.Workers) {
		o.log.Write(time.Now(), host.Warn, "database_pool_small", func(l *logs.Line) {
			l.Int("max_connections", int64(c.Pool.Max))
			l.Int("workers", int64(i.Workers))
		})
	}
}

func (o *operator) showReady(url string, i serve.Info) {
	c := o.cfg
	rows := [][]string{
		{"நிரல் (program)", visible(o.file)},
		{"அமைப்புகள் (settings)", visible(configFile(c))},
		{"பயன்முறை (mode)", c.Mode},
		{"சுற்றுகள் (workers)", fmt.Sprint(i.Workers)},
		{"வழிகள் (routes)", fmt.Sprint(len(i.Routes))},
		{"இடைவெளிகள் (timers)", fmt.Sprint(i.Timers)},
		{"தரவுதளம் (database)", visible(o.database())},
		{"வரம்புகள் (limits)", fmt.Sprintf("உடல் (body) %s · நேரம் (time) %v · படிகள் (steps) %d · நினைவகம் (memory) %s",
			size(c.BodyLimit), c.HandlerTimeout, c.Steps, size(c.Memory))},
	}
	if i.Unix != "" {
		rows = append(rows, []string{"socket", visible(i.Unix)})
	}
	if live := c.Live(); len(live) > 0 {
		rows = append(rows, []string{"இயங்குபவை (live)", visible(strings.Join(live, " · "))})
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "eTamil · %s\n", url)
	table(&b, "  ", rows)
	if o.thinPool(i.Workers) {
		fmt.Fprintf(&b, "  எச்சரிக்கை: %d சுற்றுகளுக்கு %d தரவுதள இணைப்புகள் மட்டுமே; [database] max_connections ஐக் கூட்டுக  (warning: %d workers share %d connections to the database: raise [database] max_connections)\n",
			i.Workers, c.Pool.Max, i.Workers, c.Pool.Max)
	}
	if c.Development() {
		fmt.Fprintln(&b, "  development: பிழைகள் பதிலில் விளக்கப்படும்  (answers explain errors)")
		var routes [][]string
		for _, r := range i.Routes {
			routes = append(routes, []string{r.Method, visible(r.Pattern), r.Place})
		}
		table(&b, "    ", routes)
	}
	o.say.Write(b.Bytes())
}

// size is a number of bytes as people write it.
func size(n int) string {
	for _, u := range []struct {
		of   int
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.of && n%u.of == 0 {
			return fmt.Sprintf("%d %s", n/u.of, u.name)
		}
	}
	return fmt.Sprintf("%d B", n)
}

// onSignals shuts app down at the first SIGTERM or SIGINT, and ends the process at the
// second. stop returns to what signals did before.
func (o *operator) onSignals(app *serve.App) (stop func()) {
	ends := make(chan os.Signal, 2)
	signal.Notify(ends, syscall.SIGTERM, os.Interrupt)
	// A pipe that nobody reads any more must not end us. Ignored, it would be ignored by
	// the programs that ours starts, too.
	pipes := make(chan os.Signal, 1)
	signal.Notify(pipes, syscall.SIGPIPE)
	// The end of the terminal that we run in is the end; without one, SIGHUP asks for the
	// program to be read again.
	hangup := make(chan os.Signal, 1)
	switch {
	case signal.Ignored(syscall.SIGHUP): // by nohup
	case o.Watched:
		signal.Notify(ends, syscall.SIGHUP)
	default:
		signal.Notify(hangup, syscall.SIGHUP)
	}
	over := make(chan struct{})
	var reloading sync.Mutex
	go func() {
		first := true
		for {
			select {
			case s := <-ends:
				if !first {
					os.Exit(exitSignal + int(s.(syscall.Signal)))
				}
				first = false
				if o.signals.Taken(s) {
					continue // the program does as it likes; the second ends it
				}
				o.stopping(s)
				go app.Shutdown()
			case <-hangup:
				if o.signals.Taken(syscall.SIGHUP) {
					continue
				}
				if reloading.TryLock() { // one that came meanwhile waits in the channel
					go func() {
						defer reloading.Unlock()
						o.reload(app)
					}()
				} else {
					time.AfterFunc(reloadAgain, func() {
						select {
						case hangup <- syscall.SIGHUP:
						default:
						}
					})
				}
			case <-over:
				return
			}
		}
	}()
	return func() {
		signal.Stop(ends)
		signal.Stop(hangup)
		close(over)
	}
}

// stopping says that the server is about to end.
func (o *operator) stopping(s os.Signal) {
	o.supervisor.Stopping("நிறுத்தப்படுகிறது (shutting down)")
	o.tell(host.Info, "server_stopping", "நிறுத்தப்படுகிறது  (shutting down)", signalName(s))
}

func signalName(s os.Signal) string {
	switch s {
	case syscall.SIGTERM:
		return "SIGTERM"
	case os.Interrupt:
		return "SIGINT"
	}
	return "SIGHUP"
}

// tell says what a signal has brought about.
func (o *operator) tell(level host.Level, event, words, signal string) {
	if o.logOptions(o.cfg).JSON {
		o.log.Write(time.Now(), level, event, func(l *logs.Line) { l.Text("signal", signal) })
		return
	}
	fmt.Fprintf(o.say, "etamil: %s\n", words)
}
