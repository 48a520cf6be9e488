package config

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"

	"etamil/internal/diag"
)

// Given is what Load reads.
type Given struct {
	FileName string            // of Text, for messages
	Text     string            // of the file
	Env      []string          // "NAME=value", as os.Environ has it
	Flags    map[string]string // by name, without dashes

	fileErr error // why the file could not be read
}

// maxFile is the most bytes that a file of settings may hold.
const maxFile = 1 << 20

// ReadFile reads the file of that name into g. That there is none is only a mistake if
// it must be there. What is wrong with it Load says, with all the rest.
func (g *Given) ReadFile(name string, must bool) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return
	}
	g.FileName = name
	if err == nil {
		defer f.Close()
		var b []byte
		if b, err = io.ReadAll(io.LimitReader(f, maxFile+1)); err == nil && len(b) > maxFile {
			err = errTooLong("1MiB")
		}
		g.Text = string(b)
	}
	g.fileErr = err
}

// Load reads the table's keys from what was given. The error is an Errors with all that
// is wrong. It reads no file but those that
// variables ending in _FILE name.
func Load(g Given) (*Config, error) {
	l := &loader{c: &Config{origins: map[string]Origin{}}}
	for i := range table {
		k := &table[i]
		if !k.read(l.c, k.def) {
			panic("config: the default of " + k.path() + " does not fit")
		}
	}
	if g.fileErr != nil {
		tamil, english := unread(g.fileErr)
		l.errs = append(l.errs, &Error{Source: File, Where: g.FileName, Tamil: "படிக்க முடியவில்லை: " + tamil, English: "cannot be read: " + english})
	} else {
		l.file(g.FileName, g.Text)
	}
	l.environment(g.Env)
	for _, name := range slices.Sorted(maps.Keys(g.Flags)) {
		if k := byFlag(name); k != nil {
			l.set(k, g.Flags[name], Flag, place{what: "--" + name})
			continue
		}
		e := &Error{Source: Flag, Where: "--" + name, Tamil: "அப்படி ஓர் அமைப்பு இல்லை", English: "there is no such setting"}
		if best, ok := diag.Nearest(name, flags()); ok {
			e.Suggestion = "--" + best
		}
		l.errs = append(l.errs, e)
	}
	l.fit()
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return l.c, nil
}

type loader struct {
	c    *Config
	errs Errors
}

// place is where a value stands: a file with a line, a variable, a flag.
type place struct {
	what string
	line int
}

// at is a place as people write it.
func at(what string, line int) string {
	if line == 0 {
		return what
	}
	return what + ":" + strconv.Itoa(line)
}

// set reads a value as its key wants it.
func (l *loader) set(k *key, s string, from Source, p place) {
	if !k.read(l.c, s) {
		l.misfit(k, s, from, p)
		return
	}
	l.found(k, from, p)
}

// found notes where k's value comes from.
func (l *loader) found(k *key, from Source, p place) {
	l.c.origins[k.flag()] = Origin{from, at(p.what, p.line)}
}

// misfit says that s is no value of k.
func (l *loader) misfit(k *key, s string, from Source, p place) {
	e := &Error{Source: from, Where: p.what, Line: p.line, Key: k.path()}
	if k.values != nil {
		e.Suggestion, _ = diag.Nearest(s, k.values)
	}
	shown := diag.Quote(s)
	if k.secret {
		shown = "***"
	}
	e.Tamil = shown + " பொருந்தாது; " + k.tamilUnit() + " வேண்டும்"
	e.English = shown + " does not fit; " + k.unit() + " is needed"
	l.errs = append(l.errs, e)
}
