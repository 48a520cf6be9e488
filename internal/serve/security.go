package serve

import (
	"strings"

	"etamil/http1"
)

// block is whole lines that every answer has, unless its handler says one of them.
type block struct {
	text  []byte
	lines []securityLine
}

type securityLine struct{ name, text string }

// securityBlock is what the setting security_headers says.
//
// basic keeps browsers from guessing what an answer is and other sites from framing it,
// and nothing that works today stops working. strict is for servers that answer only
// data: a page that came with it could load and run nothing.
func securityBlock(setting string) *block {
	switch setting {
	case "basic":
		return makeBlock(
			"X-Content-Type-Options: nosniff",
			"X-Frame-Options: SAMEORIGIN",
		)
	case "strict":
		return makeBlock(
			"X-Content-Type-Options: nosniff",
			"X-Frame-Options: DENY",
			"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
			"Referrer-Policy: no-referrer",
			"Cross-Origin-Opener-Policy: same-origin",
			"Cross-Origin-Resource-Policy: same-origin",
		)
	}
	return nil // off
}

func makeBlock(lines ...string) *block {
	b := &block{}
	for _, l := range lines {
		name, _, _ := strings.Cut(l, ":")
		b.text = append(append(b.text, l...), "\r\n"...)
		b.lines = append(b.lines, securityLine{name, l + "\r\n"})
	}
	return b
}

// index is the line of that name, or -1.
func (b *block) index(name []byte) int {
	if b != nil {
		for i := range b.lines {
			if len(b.lines[i].name) == len(name) && strings.EqualFold(b.lines[i].name, view(name)) {
				return i
			}
		}
	}
	return -1
}

// append appends the lines that said, a bit for each, does not have.
func (b *block) append(dst []byte, said uint32) []byte {
	switch {
	case b == nil:
		return dst
	case said == 0:
		return append(dst, b.text...)
	}
	for i := range b.lines {
		if said&(1<<i) == 0 {
			dst = append(dst, b.lines[i].text...)
		}
	}
	return dst
}

// idMost is how long an id from outside may be; ours are idLen long.
const (
	idMost = 64
	idLen  = 16
)

// validID reports whether an id from outside may be taken over: it goes into logs and
// answers.
func validID(id []byte) bool {
	return len(id) > 0 && len(id) <= idMost && http1.CheckField(id, nil) != http1.ErrFieldToWrite
}
