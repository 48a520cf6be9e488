package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/diag"
	"etamil/internal/serve"
	"etamil/internal/std/cache"
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
		return exitUsage
	}
	c.args[0] = file
	r, ok := c.compile(compile.Options{})
	if !ok {
		return exitFail
	}
	store, ok := c.certificate(cfg)
	if !ok || !c.uploadsFolder(cfg) {
		return exitUsage
	}
	// What is said and printed is seen at once, and no reader that is slow holds up a loop.
	say, out := host.NewQueue(c.Err, maxLog), host.NewQueue(c.Out, maxOutput)
	log := logs.New(say, c.logOptions(cfg))
	c.Err = say
	defer func() {
		_, _ = out.FlushWithin(lastFlush), log.Flush() // nobody is left to be told
	}()
	o := &operator{call: c, cfg: cfg, say: say, log: log, file: file, supervisor: supervisor(),
		out: host.NewOutput(out, true), in: host.NewInput(c.In), certs: store}
	o.cache = cache.New(func() cache.Options { return cacheOptions(cfg) })
	defer o.cache.Close()
	if !o.listenAdmin() {
		return exitFail
	}
	defer o.closeAdmin()
	app := o.serving(r, cfg)
	stop, ignore := o.onSignals(app), o.watchCertificate()
	err = app.Run(context.Background())
	stop()
	ignore()
	_ = o.out.Flush()
	var listen *serve.ListenError
	if errors.As(err, &listen) {
		if errors.Is(err, syscall.EADDRINUSE) && cfg.IsAdmin(listen.Addr) {
			fmt.Fprintf(c.Err, "etamil: %s: admin.listen இன் முகவரியும் இதுவே  (admin.listen is this address too)\n  etamil serve --admin-listen 127.0.0.1:9090 %s\n", listen.Addr, file)
			return exitFail
		}
		c.sayListenError(file, listen, [3]string{"--port 8081", "--port 8080", "--host 127.0.0.1"})
		return exitFail
	}
	if err != nil {
		c.sayProgramError(r, err)
		return exitFail
	}
	return app.Status()
}

// sayProgramError says why a program that was to serve has ended.
func (c *call) sayProgramError(r *compile.Result, err error) {
	var program *vm.Error
	if errors.As(err, &program) {
		showError(c, r, program)
		return
	}
	fmt.Fprintf(c.Err, "etamil: %v\n", err)
}

// logOptions are how the log is written.
func (c *call) logOptions(cfg *config.Config) logs.Options {
	o := logs.Options{JSON: !c.Watched, Color: c.Color, Redact: cfg.LogRedact, Context: serve.RequestContext}
	switch cfg.LogFormat {
	case "json":
		o.JSON = true
	case "text":
		o.JSON = false
	}
	o.Min = map[string]host.Level{"debug": host.Debug, "info": host.Info, "warn": host.Warn, "error": host.Error}[cfg.LogLevel]
	return o
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
		switch info, err := os.Stat(file); {
		case err == nil && !info.IsDir():
			return file, true
		case err != nil && !errors.Is(err, os.ErrNotExist):
			tamil, english := diag.Why(err)
			fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", file, tamil, english)
			return "", false
		}
	}
	fmt.Fprintf(c.Err, "etamil: %s: இங்கு %s எதுவும் இல்லை  (there is none of them here)\n", name, strings.Join(entryNames, ", "))
	return "", false
}

// sayListenError says why the address can't be had, and what to do: where somebody else has it, where
// it isn't for everybody, and where this machine has none such.
func (c *call) sayListenError(file string, e *serve.ListenError, instead [3]string) {
	addr := e.Addr
	if op := (*net.OpError)(nil); errors.As(e, &op) && op.Net == "unix" && op.Addr != nil {
		addr = op.Addr.String() // beside an address it is the socket that can't be had
	}
	say := func(tamil, english, hint string) {
		fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", addr, tamil, english)
		if hint != "" {
			fmt.Fprintf(c.Err, "  etamil serve %s %s\n", hint, file)
		}
	}
	switch {
	case errors.Is(e, serve.ErrAddress):
		say("இது முகவரி அல்ல; host:port என எழுதுக", serve.ErrAddress.Error(), "")
	case errors.Is(e, syscall.EADDRINUSE) && notSocket(addr):
		say("இங்கு வேறொரு கோப்பு உள்ளது; அது சாக்கெட் அல்ல", "a file that is no socket stands there", "")
	case errors.Is(e, syscall.EADDRINUSE) && !strings.Contains(addr, ":"):
		say("இந்தச் சாக்கெட்டில் ஏற்கெனவே ஒரு நிரல் கேட்கிறது", "another program listens on this socket already", "")
	case errors.Is(e, syscall.EADDRINUSE):
		say("இந்தத் துறையில் ஏற்கெனவே ஒரு நிரல் கேட்கிறது", "another program listens there already", instead[0])
	case errors.Is(e, syscall.EACCES) && strings.Contains(addr, ":"):
		say("இந்தத் துறைக்கு அனுமதி இல்லை", "this port is not for everybody", instead[1])
	case errors.Is(e, syscall.EADDRNOTAVAIL):
		say("இது இந்தக் கணினியின் முகவரி அல்ல", "this machine has no such address", instead[2])
	default:
		tamil, english := diag.Why(e.Err)
		say("இங்கு கேட்க முடியவில்லை: "+tamil, "cannot listen there: "+english, "")
	}
}

// notSocket reports whether addr is a path at which something else than a socket stands.
func notSocket(addr string) bool {
	info, err := os.Lstat(addr)
	return err == nil && info.Mode()&os.ModeSocket == 0
}
