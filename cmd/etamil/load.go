package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/early"
	"etamil/internal/source/load"

	"github.com/goccy/go-json"
)

// compile reads and compiles the program that the command line names; "-" is
// standard input. What is wrong with it has been said on Err (or, with --json,
// on Out) when ok is false.
func (c *call) compile(o compile.Options) (r *compile.Result, ok bool) {
	r, err := c.read(o)
	return r, c.readable(r, err)
}

// read is compile without a word about it. The error is that of a file that can't be had.
func (c *call) read(o compile.Options) (*compile.Result, error) {
	name := c.args[0]
	var entry load.File
	var err error
	if name == "-" {
		entry, err = load.Stdin(c.In)
	} else {
		entry, err = load.Entry(name)
	}
	if err != nil {
		return nil, err
	}
	r, err := compile.Program(entry, early.Finder(), o)
	if err != nil {
		panic(err) // a stage broke another's promise
	}
	return r, nil
}

// readable says what is wrong with what read answered, and whether there is a program.
func (c *call) readable(r *compile.Result, err error) bool {
	if err != nil {
		c.sayLoadError(err)
		return false
	}
	c.show(r)
	return r.Code != nil
}

// show says what the compiler found: to people on Err, as JSON on Out.
func (c *call) show(r *compile.Result) {
	if c.options.json {
		list := []diag.JSON{}
		for _, m := range r.Messages {
			list = append(list, m.JSON(r.Set))
		}
		writeJSON(c.Out, list)
		return
	}
	render := diag.Renderer{Set: r.Set, Color: c.Color}
	_ = render.All(c.Err, r.Messages) // nobody is left to tell that stderr is gone
}

func writeJSON(w io.Writer, x any) {
	b, err := json.MarshalIndent(x, "", "  ")
	if err != nil {
		panic(err)
	}
	w.Write(append(b, '\n'))
}

// fileError is a file that couldn't be read, as --json shows it: a mistake without a
// place in the program.
type fileError struct {
	Code       string `json:"code"`
	Severity   string `json:"severity"`
	File       string `json:"file"`
	Tamil      string `json:"tamil"`
	English    string `json:"english"`
	Suggestion string `json:"suggestion,omitempty"`
}

// sayLoadError says why the program that the command line names can't be had.
func (c *call) sayLoadError(err error) {
	var e *load.Error
	if !errors.As(err, &e) {
		panic(err) // load promises it
	}
	near := ""
	if e.Problem == load.Missing {
		near = nearFile(e.Path)
	}
	if c.options.json {
		writeJSON(c.Out, []fileError{{"file", "error", e.Path, e.Tamil(), e.Error(), near}})
		return
	}
	fmt.Fprintf(c.Err, "etamil: %s  (%s)\n", e.Tamil(), strings.TrimPrefix(e.Error(), e.Path+": "))
	if near != "" {
		fmt.Fprintf(c.Err, "  %s ?\n", near)
	}
}

// nearFile is a file in the same folder whose name is nearly that of path; "" when there
// is none.
func nearFile(path string) string {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	best, ok := diag.Nearest(filepath.Base(path), names)
	if !ok {
		return ""
	}
	return filepath.Join(filepath.Dir(path), best)
}
