package config

import (
	"maps"
	"slices"

	"etamil/internal/diag"
)

// Given is what Load reads.
type Given struct {
	FileName string            // of Text, for messages
	Text     string            // of the file
	Env      []string          // "NAME=value", as os.Environ has it
	Flags    map[string]string // by name, without dashes
}

// Load reads the table's keys from what was given. The error is an Errors with all that
// is wrong. It reads no file but those that variables ending in _FILE name.
func Load(g Given) (*Config, error) {
	l := &loader{c: &Config{origins: map[string]Origin{}}}
	for i := range table {
		k := &table[i]
		if !k.read(l.c, k.def) {
			panic("config: the default of " + k.path() + " does not fit")
		}
	}
	l.file(g.FileName, g.Text)
	l.environment(g.Env)
	for _, name := range slices.Sorted(maps.Keys(g.Flags)) {
		if k := byFlag(name); k != nil {
			l.set(k, g.Flags[name], Flag, "--"+name)
			continue
		}
		e := &Error{Source: Flag, Where: "--" + name, Tamil: "அப்படி ஓர் அமைப்பு இல்லை", English: "there is no such setting"}
		if best, ok := diag.Nearest(name, flags()); ok {
			e.Suggestion = "--" + best
		}
		l.errs = append(l.errs, e)
	}
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	return l.c, nil
}

type loader struct {
	c    *Config
	errs Errors
}

// set reads a value as its key wants it.
func (l *loader) set(k *key, s string, from Source, where string) {
	if k.read(l.c, s) {
		l.c.origins[k.flag()] = Origin{from, where}
		return
	}
	l.misfit(k, s, from, where)
}

// misfit says that s is no value of k.
func (l *loader) misfit(k *key, s string, from Source, where string) {
	e := &Error{Source: from, Where: where, Key: k.path()}
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
