package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/script"
	"etamil/internal/serve"
	"etamil/internal/std/all"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// serving makes what is served of a program: databases of its own, which are closed when
// nothing of the program runs any more.
func (o *operator) serving(r *compile.Result, cfg *config.Config) *serve.App {
	var binding *serve.Binding
	databases := db.New()
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		binding = serve.Bind(l)
		databases.Bind(l)
		o.cache.Bind(l)
	})
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	setDatabases(databases, cfg)
	h := host.New(o.log, true)
	h.Signals = &o.signals
	h.Out, h.In, h.Config = o.out, o.in, cfg.Lookup
	shared, agreed := instances(cfg)
	if agreed {
		h.Locks = o.cache
	}
	options := serve.Options{
		Config: cfg, Host: h, Log: o.log, Listen: true, Whole: !r.Checked.Serves,
		Checks: []serve.Check{{Name: "database", Run: databases.Check}, {Name: "cache", Run: o.cache.Check}},
		Ready:  o.ready, Tick: o.tick(), Ended: o.watch(databases),
		Cache: o.cache.Store, Sessions: o.cache.Sessions, Shared: shared, Metrics: o.metrics,
	}
	if agreed {
		options.Common = o.cache.Common
	}
	if o.certs != nil {
		options.TLS = o.certs.Config()
	}
	return serve.New(binding, img, options)
}

// reloadAgain is when a SIGHUP that came while a program was being read is looked at again.
const reloadAgain = 20 * time.Millisecond

// reload reads settings and program again, and has the new program take the old one's
// place. Where one of them is wrong, everything stays as it is, and what is wrong is said.
func (o *operator) reload(app *serve.App) {
	began := time.Now()
	o.renew()
	var said bytes.Buffer
	again := *o.call
	again.Err, again.Color = &said, false
	next, err := o.readAgain(&again)
	if err == nil {
		err = app.Reload(next.app)
		if err != nil && !errors.Is(err, errSaid) {
			again.sayProgramError(next.result, err)
		}
	}
	if err != nil {
		o.tellReload(host.Error, "reload_failed", "மீண்டும் படிக்க முடியவில்லை; முந்தைய நிரல் தொடர்கிறது  (not reloaded; the program goes on as it was)", func(l *logs.Line) {
			l.Text("error", strings.TrimSpace(said.String()))
		}, said.Bytes())
		return
	}
	fixed := config.Fixed(o.cfg, next.cfg)
	words := "நிரல் மீண்டும் படிக்கப்பட்டது  (reloaded)"
	if len(fixed) > 0 {
		words += fmt.Sprintf("; புதிய தொடக்கம் தேவை  (these need a new start): %s", strings.Join(fixed, ", "))
	}
	o.tellReload(host.Info, "reloaded", words, func(l *logs.Line) {
		l.Text("program", o.file)
		l.Seconds("seconds", time.Since(began))
		if len(fixed) > 0 {
			l.Text("need_start", strings.Join(fixed, ", "))
		}
	}, said.Bytes())
}

// errSaid is an error of which everything has been said.
var errSaid = errors.New("said")

// reading is a program that was read again.
type reading struct {
	app    *serve.App
	result *compile.Result
	cfg    *config.Config
}

func (o *operator) readAgain(c *call) (*reading, error) {
	cfg, err := c.settings(filepath.Dir(o.file))
	if err != nil {
		c.sayConfigErrors(err)
		return nil, errSaid
	}
	r, ok := c.compile(compile.Options{})
	if !ok {
		return nil, errSaid
	}
	return &reading{o.serving(r, cfg), r, cfg}, nil
}

// tellReload says what has come of a reload: as a line of the log, or in words, with what the
// compiler or the program has said.
func (o *operator) tellReload(level host.Level, event, words string, about func(*logs.Line), said []byte) {
	if o.logOptions(o.cfg).JSON {
		o.log.Write(time.Now(), level, event, about)
		return
	}
	o.say.Write(append(bytes.TrimLeft(said, "\n"), ("etamil: " + words + "\n")...))
}
