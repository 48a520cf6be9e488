package text

import (
	"regexp"
	"strings"
	"sync"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Regular expressions are Go's: RE2 syntax, time linear in the text. Patterns are nearly
// always literals of the program, so compiled ones are kept for all fibers; when there
// are too many, which takes a program that makes them up, all are dropped.
var patterns struct {
	sync.RWMutex
	m map[string]*regexp.Regexp
}

const (
	maxPatterns     = 1000
	maxPatternBytes = 10_000
)

func compile(p string) (*regexp.Regexp, error) {
	patterns.RLock()
	re := patterns.m[p]
	patterns.RUnlock()
	if re != nil {
		return re, nil
	}
	if len(p) > maxPatternBytes {
		return nil, host.Raise("pattern", "பாங்கு மிக நீளமானது", "the pattern is too long")
	}
	p = strings.Clone(p) // it may be a view of a fiber's memory
	re, err := regexp.Compile(p)
	if err != nil {
		return nil, host.Raise("pattern", "'"+p+"' ஒரு செல்லுபடியான பாங்கு அல்ல", "'"+p+"' is not a valid pattern: "+reason(err))
	}
	patterns.Lock()
	defer patterns.Unlock()
	if patterns.m == nil || len(patterns.m) >= maxPatterns {
		patterns.m = map[string]*regexp.Regexp{}
	}
	patterns.m[p] = re
	return re, nil
}

// reason is what regexp complains about, without its own preface.
func reason(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// match is the first match and its groups as a list, nil for a group that took no part;
// nil if nothing matches.
func match(f *vm.Fiber, a []value.Value) (value.Value, error) {
	re, err := compile(host.Text(f, &a[1]))
	if err != nil {
		return value.Nil, err
	}
	s := host.Text(f, &a[0])
	at := re.FindStringSubmatchIndex(s)
	if at == nil {
		return value.Nil, nil
	}
	h := f.Heap()
	list := h.NewList(0, len(at)/2)
	for i := 0; i < len(at); i += 2 {
		v := value.Nil
		if at[i] >= 0 {
			v = h.NewText(s[at[i]:at[i+1]])
		}
		h.Append(&list, v)
	}
	return list, nil
}

// replacePattern puts new wherever the pattern matches. In new, $1 or ${1} is the first
// group, ${name} one by its name, $0 the whole match and $$ the sign itself.
func replacePattern(f *vm.Fiber, a []value.Value) (value.Value, error) {
	re, err := compile(host.Text(f, &a[1]))
	if err != nil {
		return value.Nil, err
	}
	h := f.Heap()
	t := h.ToText(&a[0])
	s, to := t.Str(), host.Text(f, &a[2])
	matches := re.FindAllStringSubmatchIndex(s, -1)
	if matches == nil {
		return host.Keep(&t), nil
	}
	buf := host.TakeScratch()
	defer buf.Give()
	done := 0
	for _, at := range matches {
		buf.B = append(buf.B, s[done:at[0]]...)
		buf.B = expand(buf.B, to, s, at, re)
		done = at[1]
		if len(buf.B) > checkEvery && !h.Room(len(buf.B)) {
			return value.EmptyText, nil
		}
	}
	buf.B = append(buf.B, s[done:]...)
	return h.NewTextBytes(buf.B), nil
}

// expand appends the replacement for one match. It is not regexp's own Expand, to which
// "$1அ" is a group called 1அ.
func expand(dst []byte, to, s string, at []int, re *regexp.Regexp) []byte {
	for {
		i := strings.IndexByte(to, '$')
		if i < 0 || i+1 == len(to) {
			return append(dst, to...)
		}
		dst = append(dst, to[:i]...)
		name, rest := "", to[i+1:]
		if rest[0] == '$' {
			dst, to = append(dst, '$'), rest[1:]
			continue
		}
		if end := strings.IndexByte(rest, '}'); rest[0] == '{' && end > 0 {
			name, rest = rest[1:end], rest[end+1:]
		} else {
			n := 0
			for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
				n++
			}
			name, rest = rest[:n], rest[n:]
		}
		if name == "" {
			dst, to = append(dst, '$'), to[i+1:]
			continue
		}
		group, ok := digits(name)
		if !ok {
			group = re.SubexpIndex(name)
		}
		if group >= 0 && 2*group < len(at) && at[2*group] >= 0 {
			dst = append(dst, s[at[2*group]:at[2*group+1]]...)
		}
		to = rest
	}
}
