package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"etamil/internal/config"
	"etamil/internal/diag"
	"etamil/internal/early"
	"etamil/internal/source/load"
	"etamil/internal/testrun"
)

// cmdTest runs the tests of programs.
func cmdTest(c *call) int {
	o, ok := c.testOptions()
	if !ok {
		return exitUsage
	}
	names := c.args
	if len(names) == 0 {
		names = []string{"."}
	}
	var err error
	if o.Files, err = testrun.Find(names); err != nil {
		c.sayTestFileError(err)
		return exitFail
	}
	printer := testrun.NewPrinter(c.Out, testrun.Style{Color: c.OutColor, Verbose: c.options.verbose})
	if !c.options.json {
		o.Done = printer.Result
	}
	o.Compiled = c.showTestFile
	ctx, done := early.Interruptible()
	defer done()
	report := testrun.Run(ctx, o)
	_, failed, files := report.Count()
	code := exitOK
	switch {
	case failed+files > 0:
		code = exitFail
	case len(report.Results) == 0:
		code = exitFail // what tests nothing proves nothing
	}
	switch {
	case c.options.json:
		writeJSON(c.Out, report.Document())
	case len(report.Results)+files > 0:
		printer.Summary(report)
	case len(o.Files) == 0:
		fmt.Fprintf(c.Err, "etamil: %s: சோதனைக் கோப்பு எதுவும் இல்லை  (there is no file with tests: *_test.qmz, *_சோதனை.qmz)\n", strings.Join(names, " "))
	default:
		fmt.Fprintln(c.Err, "etamil: சோதனை எதுவும் இல்லை  (there are no tests to run)")
	}
	if c.options.junit != "" {
		if err := writeJUnit(c.options.junit, report); err != nil {
			fmt.Fprintf(c.Err, "etamil: JUnit கோப்பை எழுத முடியவில்லை  (cannot write the JUnit file): %v\n", err)
			code = exitFail
		}
	}
	switch {
	case report.Bug():
		return exitBug
	case report.Interrupted:
		return exitSignal + int(early.Interrupter(ctx))
	}
	return code
}

// testOptions reads the command line. What is wrong with it has been said when ok is
// false.
func (c *call) testOptions() (o testrun.Options, ok bool) {
	o = testrun.Options{
		Filter: c.options.filter, Finder: early.Finder(), Env: os.LookupEnv,
		App: c.programOf, Config: func(dir string) (*config.Config, error) { return c.settings(dir) },
	}
	if s := c.options.parallel; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			c.wrong("--parallel 1 இலிருந்து ஒரு முழு எண்", "--parallel is a whole number from 1")
			return o, false
		}
		o.Parallel = n
	}
	if s := c.options.timeout; s != "" {
		d, valid := config.Duration(s)
		if !valid || d <= 0 || d > 24*time.Hour {
			c.wrong("--timeout க்கு 30s போன்ற ஒரு நேரம் வேண்டும்", "--timeout is a length of time such as 30s")
			return o, false
		}
		o.Timeout = d
	}
	return o, true
}

// programOf finds the program that the tests in a folder ask: that of the folder, or of
// the nearest one above, as far up as where we are or, from elsewhere, one step. home is
// the folder whose settings hold.
func (c *call) programOf(dir string) (file, home string) {
	here, err := os.Getwd()
	if err != nil {
		here = "."
	}
	at, err := filepath.Abs(dir)
	if err != nil {
		at = dir
	}
	below := at == here || strings.HasPrefix(at, here+string(filepath.Separator))
	for step := dir; ; step = filepath.Join(step, "..") {
		for _, e := range entryNames {
			file := filepath.Join(step, e)
			if info, err := os.Stat(file); err == nil && !info.IsDir() {
				return file, step
			}
		}
		if below && at == here || !below && step != dir {
			return "", dir
		}
		at = filepath.Dir(at)
	}
}

// showTestFile says what the compiler found in a file with tests, or why it can't be read.
func (c *call) showTestFile(f *testrun.File) {
	var unread *load.Error
	switch {
	case errors.As(f.Err, &unread):
		fmt.Fprintf(c.Err, "etamil: %s  (%s)\n", unread.Tamil(), strings.TrimPrefix(unread.Error(), unread.Path+": "))
	case f.Err != nil:
		fmt.Fprintf(c.Err, "etamil: %v\n", f.Err)
	case !c.options.json:
		render := diag.Renderer{Set: f.Set, Color: c.Color}
		_ = render.All(c.Err, f.Messages) // nobody is left to tell that stderr is gone
	}
}

// sayTestFileError says which of the names given isn't there.
func (c *call) sayTestFileError(err error) {
	var e *os.PathError
	if !errors.As(err, &e) {
		fmt.Fprintf(c.Err, "etamil: %v\n", err)
		return
	}
	tamil, english := diag.Why(err)
	fmt.Fprintf(c.Err, "etamil: %s: %s  (%s)\n", e.Path, tamil, english)
	if near := nearFile(e.Path); near != "" {
		fmt.Fprintf(c.Err, "  %s ?\n", near)
	}
}

// writeJUnit writes the report to a file.
func writeJUnit(name string, r *testrun.Report) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(testrun.WriteJUnit(f, r), f.Close())
}
