package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/script"
	"etamil/internal/serve"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// entryNames are what a folder's program is called; the first that is there counts.
var entryNames = []string{"main.qmz", "செயலி.qmz", "app.qmz", "index.qmz"}

// maxOutput is how many bytes that the program has printed may wait to be read.
const maxOutput = 4 << 20

// maxLog is how many bytes of lines may wait to be written to the standard error stream.
const maxLog = 4 << 20

// lastFlush is how long the end waits for who reads what the program has printed.
const lastFlush = time.Second

// cmdServe answers HTTP with a program, until a signal ends it.
func cmdServe(c *call) int {
	file, ok := c.entry()
	if !ok {
		return exitFail
	}
	cfg, err := c.settings(filepath.Dir(file))
	if err != nil {
		c.sayConfigErrors(err)
		return configExit(err)
	}
	c.args[0] = file
	r, ok := c.compile(compile.Options{})
	if !ok {
		return exitFail
	}
	var binding *serve.Binding
	databases := db.New()
	defer databases.Close()
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		binding = serve.Bind(l)
		databases.Bind(l)
	})
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	log := logs.New(host.NewQueue(c.Err, maxLog), logs.Options{JSON: !c.Color, Color: c.Color, Min: host.Info, Context: serve.RequestContext})
	// What handlers print is seen at once, and no reader that is slow holds up a loop.
	out := host.NewQueue(c.Out, maxOutput)
	h := host.New(log, true)
	h.Out, h.In, h.Config = host.NewOutput(out, true), host.NewInput(c.In), cfg.Lookup
	app := serve.New(binding, img, serve.Options{
		Config: cfg, Host: h, Log: log, Listen: true, Whole: !r.Checked.Serves,
		Checks: []serve.Check{{Name: "database", Run: databases.Check}},
		Ready:  func(i serve.Info) { c.banner(file, cfg, i) },
	})
	defer c.onSignals(app)()
	err = app.Run(context.Background())
	_, _, _ = h.Out.Flush(), out.FlushWithin(lastFlush), log.Flush() // nobody is left to be told
	var program *vm.Error
	var listen *serve.ListenError
	switch {
	case err == nil:
		return app.Status()
	case errors.As(err, &program):
		showError(c, r, program)
	case errors.As(err, &listen):
		c.sayListenError(file, listen)
		return exitListen
	default:
		fmt.Fprintf(c.Err, "etamil: %v\n", err)
	}
	return exitFail
}

// entry is the file that is served: the one named, or that of the folder named.
func (c *call) entry() (file string, ok bool) {
	name := c.args[0]
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return name, true // what is wrong with it the loader says
	}
	for _, e := range entryNames {
		file := filepath.Join(name, e)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, true
		}
	}
	fmt.Fprintf(c.Err, "etamil: %s: இங்கு %s எதுவும் இல்லை  (there is none of them here)\n", name, strings.Join(entryNames, ", "))
	return "", false
}

// banner says that the server is up, and what its limits are.
func (c *call) banner(file string, cfg *config.Config, i serve.Info) {
	addr := i.Addr.String()
	if tcp, ok := i.Addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		addr = fmt.Sprintf("localhost:%d", tcp.Port)
	}
	fmt.Fprintf(c.Err, "eTamil · http://%s\n", addr)
	fmt.Fprintf(c.Err, "  %s · வழிகள் (routes) %d · இடைவெளிகள் (timers) %d · சுற்றுகள் (workers) %d\n", file, i.Routes, i.Timers, i.Workers)
	fmt.Fprintf(c.Err, "  வரம்புகள் (limits): உடல் (body) %s · நேரம் (time) %v · படிகள் (steps) %d · நினைவகம் (memory) %s\n",
		size(cfg.BodyLimit), cfg.HandlerTimeout, cfg.Steps, size(cfg.Memory))
	if cfg.Development() {
		fmt.Fprintln(c.Err, "  development: பிழைகள் பதிலில் விளக்கப்படும்  (answers explain errors)")
	}
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
// second.
func (c *call) onSignals(app *serve.App) (stop func()) {
	ch := make(chan os.Signal, 2)
	signal.Notify(ch, syscall.SIGTERM, os.Interrupt)
	done := make(chan struct{})
	go func() {
		select {
		case <-ch:
		case <-done:
			return
		}
		fmt.Fprintln(c.Err, "etamil: நிறுத்தப்படுகிறது  (shutting down)")
		go app.Shutdown()
		select {
		case <-ch:
			os.Exit(exitFail)
		case <-done:
		}
	}()
	return func() {
		signal.Stop(ch)
		close(done)
	}
}

// sayListenError says why the address can't be had, and what to do.
func (c *call) sayListenError(file string, e *serve.ListenError) {
	say := func(tamil, english, hint string) {
		fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", e.Addr, tamil, english)
		if hint != "" {
			fmt.Fprintf(c.Err, "  etamil serve %s %s\n", hint, file)
		}
	}
	switch {
	case errors.Is(e, syscall.EADDRINUSE):
		say("இந்தத் துறையில் ஏற்கெனவே ஒரு நிரல் கேட்கிறது", "another program listens there already", "--port 8081")
	case errors.Is(e, syscall.EACCES):
		say("இந்தத் துறைக்கு அனுமதி இல்லை", "this port is not for everybody", "--port 8080")
	case errors.Is(e, syscall.EADDRNOTAVAIL):
		say("இது இந்தக் கணினியின் முகவரி அல்ல", "this machine has no such address", "--host 127.0.0.1")
	default:
		say("இங்கு கேட்க முடியவில்லை", "cannot listen there: "+e.Err.Error(), "")
	}
}
