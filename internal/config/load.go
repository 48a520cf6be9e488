package config

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"etamil/internal/diag"

	"github.com/BurntSushi/toml"
)

// Error is one thing that is wrong with what was given.
type Error struct {
	Where          string // a file, "ETAMIL_PORT", "--port"
	Tamil, English string
	Suggestion     string // what may have been meant; "" for nothing
}

// Error says it in both languages.
func (e *Error) Error() string {
	s := e.Where + ": " + diag.Both(e.Tamil, e.English)
	if e.Suggestion != "" {
		s += " → " + e.Suggestion + "?"
	}
	return s
}

// Given is what Load reads.
type Given struct {
	FileName string                      // of Text, for messages
	Text     string                      // of the file; "" without one
	Env      func(string) (string, bool) // nil: none
	Flags    map[string]string           // by name, without dashes
}

// Load reads the table's keys from what was given. The error joins an *Error for
// each thing that is wrong.
func Load(g Given) (*Config, error) {
	c := &Config{from: map[string]Source{}}
	l := &loader{c: c}
	for i := range table {
		k := &table[i]
		l.set(k, k.def, Default, k.flag())
	}
	l.file(g)
	if g.Env != nil {
		for i := range table {
			k := &table[i]
			if v, ok := g.Env(k.env()); ok && v != "" {
				l.set(k, v, Environment, k.env())
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(g.Flags)) {
		if k := byFlag(name); k != nil {
			l.set(k, g.Flags[name], Flag, "--"+name)
			continue
		}
		e := &Error{Where: "--" + name, Tamil: "அப்படி ஓர் அமைப்பு இல்லை", English: "there is no such setting"}
		if best, ok := diag.Nearest(name, flags()); ok {
			e.Suggestion = "--" + best
		}
		l.errs = append(l.errs, e)
	}
	if len(l.errs) > 0 {
		return nil, errors.Join(l.errs...)
	}
	return c, nil
}

type loader struct {
	c    *Config
	errs []error
}

func (l *loader) bad(where, tamil, english, suggestion string) {
	l.errs = append(l.errs, &Error{where, tamil, english, suggestion})
}

// file reads etamil.toml.
func (l *loader) file(g Given) {
	var sections map[string]any
	if _, err := toml.Decode(g.Text, &sections); err != nil {
		where, says := g.FileName, err.Error()
		var p toml.ParseError
		if errors.As(err, &p) {
			where = fmt.Sprintf("%s:%d", g.FileName, p.Position.Line)
			says = p.Message
		}
		l.bad(where, "TOML ஆகப் படிக்க முடியவில்லை: "+says, "cannot be read as TOML: "+says, "")
		return
	}
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		keys, ok := sections[section].(map[string]any)
		if section == appSection && ok {
			l.c.app = keys
			continue
		}
		if !ok || !slices.Contains(sectionNames(), section) {
			best, near := diag.Nearest(section, sectionNames())
			if k := byName(section); k != nil && !ok {
				best, near = k.section+"."+k.name, true
			}
			if near {
				best = "[" + best + "]"
			}
			l.bad(g.FileName, "'"+section+"' என்ற பிரிவு இல்லை", "there is no section '"+section+"'", best)
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(keys)) {
			l.fileKey(g.FileName, section, name, keys[name])
		}
	}
}

func (l *loader) fileKey(file, section, name string, v any) {
	k := byName(name)
	if k == nil || k.section != section {
		best := ""
		if k != nil {
			best = "[" + k.section + "] " + name
		} else if near, ok := diag.Nearest(name, names()); ok {
			best = near
		}
		l.bad(file, "["+section+"] இல் '"+name+"' என்ற அமைப்பு இல்லை", "there is no key '"+name+"' in ["+section+"]", best)
		return
	}
	where := file + ": " + section + "." + name
	switch v := v.(type) {
	case string:
		l.set(k, v, File, where)
	case int64:
		l.set(k, strconv.FormatInt(v, 10), File, where)
	case float64:
		l.set(k, strconv.FormatFloat(v, 'f', -1, 64), File, where)
	default:
		l.bad(where, "இங்கு "+k.tamilUnit()+" வேண்டும்", k.unit()+" is needed here", k.def)
	}
}

// set reads a value as its key wants it.
func (l *loader) set(k *key, s string, from Source, where string) {
	ok := false
	switch p := k.field(l.c).(type) {
	case *string:
		if ok = s != "" && (k.values == nil || slices.Contains(k.values, s)); ok {
			*p = s
		}
	case *int:
		var n int64
		if k.kind == size {
			n, ok = Bytes(s)
		} else {
			var err error
			n, err = strconv.ParseInt(s, 10, 64)
			ok = err == nil
		}
		if ok = ok && n >= k.min && n <= k.max; ok {
			*p = int(n)
		}
	case *time.Duration:
		var d time.Duration
		if d, ok = Duration(s); ok && d > 0 {
			*p = d
		} else {
			ok = false
		}
	}
	if ok {
		l.c.from[k.flag()] = from
		return
	}
	near := ""
	if k.values != nil {
		near, _ = diag.Nearest(s, k.values)
	}
	l.bad(where, "'"+s+"' பொருந்தாது; "+k.tamilUnit()+" வேண்டும்", "'"+s+"' does not fit; "+k.unit()+" is needed", near)
}

// Duration reads seconds, or a number with a unit: "0.5", "250ms", "5s", "2h".
func Duration(s string) (time.Duration, bool) {
	unit := time.Second
	for _, u := range []struct {
		name string
		of   time.Duration
	}{{"ms", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}} {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, unit = rest, u.of
			break
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > float64(1000*24*time.Hour/unit) {
		return 0, false
	}
	return time.Duration(n * float64(unit)), true
}

// Bytes reads a number of bytes, or one with a unit: "64KiB", "1MB".
func Bytes(s string) (int64, bool) {
	unit := int64(1)
	for _, u := range []struct {
		name string
		of   int64
	}{{"KiB", 1 << 10}, {"MiB", mib}, {"GiB", gib}, {"KB", 1000}, {"MB", 1000_000}, {"GB", 1000_000_000}, {"B", 1}} {
		if rest, ok := strings.CutSuffix(s, u.name); ok {
			s, unit = rest, u.of
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > large/unit {
		return 0, false
	}
	return n * unit, true
}

func (k *key) flag() string { return strings.ReplaceAll(k.name, "_", "-") }
func (k *key) env() string  { return "ETAMIL_" + strings.ToUpper(k.name) }

// unit is what a value must be, in English, and tamilUnit in Tamil.
func (k *key) unit() string {
	switch k.kind {
	case count:
		return "a whole number from " + amount(k.min) + " to " + amount(k.max)
	case size:
		return "a number of bytes such as 64KiB, from " + amount(k.min) + " to " + amount(k.max)
	case duration:
		return "seconds, or a time such as 250ms or 5s"
	case choice:
		return strings.Join(k.values, " or ")
	}
	return "text"
}

func (k *key) tamilUnit() string {
	switch k.kind {
	case count:
		return amount(k.min) + " முதல் " + amount(k.max) + " வரை ஒரு முழு எண்"
	case size:
		return "64KiB போன்ற அளவு, " + amount(k.min) + " முதல் " + amount(k.max) + " வரை"
	case duration:
		return "விநாடிகள், அல்லது 250ms, 5s போன்ற நேரம்"
	case choice:
		return strings.Join(k.values, " அல்லது ")
	}
	return "ஒரு சொல்"
}

func amount(n int64) string {
	if n == large {
		return "2^50"
	}
	return strconv.FormatInt(n, 10)
}

func byFlag(name string) *key {
	for i := range table {
		if table[i].flag() == name {
			return &table[i]
		}
	}
	return nil
}

func byName(name string) *key {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

func flags() (list []string) {
	for i := range table {
		list = append(list, table[i].flag())
	}
	return list
}

func names() (list []string) {
	for i := range table {
		list = append(list, table[i].name)
	}
	return list
}

func sectionNames() []string {
	list := []string{appSection}
	for i := range table {
		if !slices.Contains(list, table[i].section) {
			list = append(list, table[i].section)
		}
	}
	return list
}
