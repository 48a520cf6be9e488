package text

import (
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Casers keep a state while they work, so each call takes its own.
var (
	uppers = sync.Pool{New: func() any { c := cases.Upper(language.Und); return &c }}
	lowers = sync.Pool{New: func() any { c := cases.Lower(language.Und); return &c }}
)

func upper(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return changeCase(f, &a[0], 'a', &uppers)
}

func lower(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return changeCase(f, &a[0], 'A', &lowers)
}

// changeCase turns the ASCII letters from first on, 26 of them, into those of the other
// case. Text with letters that Unicode gives cases goes through x/text.
func changeCase(f *vm.Fiber, v *value.Value, first byte, casers *sync.Pool) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(v)
	s := t.Str()
	if !onlyASCIICases(s) {
		c := casers.Get().(*cases.Caser)
		out := c.String(s)
		casers.Put(c)
		return h.NewText(out), nil
	}
	buf := host.TakeScratch()
	defer buf.Give()
	changed := false
	for i := range len(s) {
		c := s[i]
		if c-first < 26 {
			c ^= 0x20
			changed = true
		}
		buf.B = append(buf.B, c)
	}
	if !changed {
		return host.Keep(&t), nil
	}
	return h.NewTextBytes(buf.B), nil
}

// onlyASCIICases reports whether all of s is ASCII or Tamil, which knows no cases.
func onlyASCIICases(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x80 {
			continue
		}
		if s[i] != 0xE0 || i+2 >= len(s) || s[i+1]&0xFE != 0xAE {
			return false
		}
		i += 2
	}
	return true
}
