package config

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"etamil/internal/diag"

	"github.com/BurntSushi/toml"
)

// file reads etamil.toml.
func (l *loader) file(name, text string) {
	l.c.file = name
	bad := func(line int, says string) {
		l.errs = append(l.errs, &Error{Source: File, Where: name, Line: line, Tamil: "TOML ஆகப் படிக்க முடியவில்லை", English: "cannot be read as TOML: " + says})
	}
	if !utf8.ValidString(text) && !strings.HasPrefix(text, "\xff\xfe") && !strings.HasPrefix(text, "\xfe\xff") {
		line := 1
		for s := range strings.Lines(text) {
			if !utf8.ValidString(s) {
				break
			}
			line++
		}
		bad(line, "not UTF-8")
		return
	}
	var sections map[string]any
	if _, err := toml.Decode(text, &sections); err != nil {
		var p toml.ParseError
		if !errors.As(err, &p) {
			bad(0, err.Error())
			return
		}
		says := p.Message
		if says == "" { // the parser had nothing but an error of its own kind
			says = strings.TrimPrefix(p.Error(), "toml: ")
		}
		bad(p.Position.Line, says)
		l.errs[len(l.errs)-1].Suggestion = quotedKey(text, p.Position.Line)
		return
	}
	l.c.lines = lines(text)
	f := fileLoader{l, name}
	for _, section := range f.order("", sections) {
		keys, ok := sections[section].(map[string]any)
		switch {
		case section == appSection && ok:
			l.c.app = keys
		case ok && slices.Contains(sectionNames(), section):
			for _, key := range f.order(section+".", keys) {
				f.key(section, key, keys[key])
			}
		default:
			f.noSection(section, ok)
		}
	}
}

// bareWord is what TOML would have in quotes, as its keys are ASCII.
var bareWord = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"[^"]*"|'[^']*'|[\pL\pM\pN_\x{200c}\x{200d}-]+`)
})

// quotedKey is the key or header on that line with its Tamil words in quotes; "" when
// there are none without.
func quotedKey(text string, line int) string {
	n := 1
	for s := range strings.Lines(text) {
		if n++; n <= line {
			continue
		}
		key, _, pair := strings.Cut(s, "=")
		if key = strings.TrimSpace(key); !pair && !strings.HasPrefix(key, "[") {
			return ""
		}
		better := bareWord().ReplaceAllStringFunc(key, func(w string) string {
			if w[0] == '"' || w[0] == '\'' || !strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) {
				return w
			}
			return `"` + w + `"`
		})
		if better == key {
			return ""
		}
		if pair {
			better += " = …"
		}
		return better
	}
	return ""
}

// fileLoader reads the values of one file.
type fileLoader struct {
	*loader
	name string
}

// where is the place of the key or section of that path.
func (f fileLoader) where(path string) place { return place{f.name, f.c.lines[path]} }

// order are the names of a table as they stand in the file.
func (f fileLoader) order(prefix string, m map[string]any) []string {
	return slices.SortedStableFunc(slices.Values(slices.Sorted(maps.Keys(m))), func(a, b string) int {
		return f.c.lines[prefix+a] - f.c.lines[prefix+b]
	})
}

// noSection says that there is no section of that name; table: it stands there as one.
func (f fileLoader) noSection(section string, table bool) {
	best, near := diag.Nearest(section, sectionNames())
	e := &Error{Source: File, Where: f.name, Line: f.c.lines[section], Tamil: diag.Quote(section) + " என்ற பிரிவு இல்லை", English: "there is no section " + diag.Quote(section)}
	if near {
		e.Suggestion = "[" + best + "]"
	}
	if k := named(section); k != nil && !table {
		e.Tamil, e.English = "'"+section+"' எந்தப் பிரிவிலும் இல்லை", "'"+section+"' stands in no section"
		e.Suggestion = "[" + k.section + "] " + k.name
	}
	if !table && slices.Contains(sectionNames(), section) {
		e.Tamil, e.English, e.Suggestion = "'"+section+"' ஒரு பிரிவு, மதிப்பு அல்ல", "'"+section+"' is a section, not a value", "["+section+"]"
	}
	f.errs = append(f.errs, e)
}

// key reads one key of a section.
func (f fileLoader) key(section, name string, v any) {
	where := f.where(section + "." + name)
	k := inSection(section, name)
	if k == nil {
		e := &Error{Source: File, Where: f.name, Line: where.line, Tamil: "[" + section + "] இல் " + diag.Quote(name) + " என்ற அமைப்பு இல்லை", English: "there is no key " + diag.Quote(name) + " in [" + section + "]"}
		if other := named(name); other != nil {
			e.Suggestion = "[" + other.section + "] " + name
		} else if near, ok := diag.Nearest(name, namesIn(section)); ok {
			e.Suggestion = near
		} else if near, ok := diag.Nearest(name, names()); ok {
			e.Suggestion = "[" + named(near).section + "] " + near
		}
		f.errs = append(f.errs, e)
		return
	}
	if words, ok := v.([]any); ok && (k.kind == list || k.kind == networks) {
		f.list(k, words, where)
		return
	}
	s, ok := scalar(k, v)
	if !ok {
		f.wrongType(k, where)
		return
	}
	f.set(k, s, File, where)
}

// scalar is a value of the file as k would read it; false when its type is none of k's.
func scalar(k *key, v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, k.kind != toggle && k.kind != count
	case bool:
		return strconv.FormatBool(v), k.kind == toggle
	case int64:
		return strconv.FormatInt(v, 10), k.kind == count || k.kind == size || k.kind == duration
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), k.kind == duration
	}
	return "", false
}

// list reads a list of texts.
func (f fileLoader) list(k *key, values []any, where place) {
	all := make([]string, len(values))
	for i, v := range values {
		s, ok := v.(string)
		if !ok {
			f.wrongType(k, where)
			return
		}
		all[i] = s
	}
	for _, w := range all {
		if w == "" || strings.TrimSpace(w) != w || strings.Contains(w, ",") || !k.readList(f.c, []string{w}) {
			f.misfit(k, w, File, where)
			return
		}
	}
	k.readList(f.c, all)
	f.found(k, File, where)
}

func (f fileLoader) wrongType(k *key, where place) {
	e := &Error{Source: File, Where: f.name, Line: where.line, Key: k.path(), Tamil: "இங்கு " + k.tamilUnit() + " வேண்டும்", English: k.unit() + " is needed here"}
	if k.def != "" {
		e.Suggestion = k.name + " = " + quoted(k)
	}
	f.errs = append(f.errs, e)
}

// quoted is k's default as the file would have it.
func quoted(k *key) string {
	switch k.kind {
	case count, toggle:
		return k.def
	case list, networks:
		return `["` + strings.Join(words(k.def), `", "`) + `"]`
	}
	return `"` + k.def + `"`
}
