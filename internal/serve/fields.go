package serve

import (
	"strings"

	"etamil/http1"
	"etamil/internal/value"
	"etamil/vm"
)

// languages are those in which clients can be told what is wrong with a body; the first
// is for those that don't say.
var languages = [...]string{"ta", "en"}

// language is the one of languages that the client likes best, by its number.
func (c *call) language() int {
	header, ok := c.x.Req.Lookup("Accept-Language")
	if !ok {
		return 0
	}
	return max(0, http1.ChooseLanguage(header, languages[:]...))
}

// wrongFields is what an answer says about the fields of a body.
type wrongFields struct {
	fields   []vm.FieldError
	language int
}

// of is the message in the client's language, if it is told in both: Tamil, two spaces,
// English in parentheses.
func (p *wrongFields) of(message string) string {
	tamil, english, ok := strings.Cut(message, "  (")
	if !ok || !strings.HasSuffix(english, ")") {
		return message
	}
	if p.language == 0 {
		return tamil
	}
	return strings.TrimSuffix(english, ")")
}

// appendJSON appends a member of an object that has others: errors.
func (p *wrongFields) appendJSON(dst []byte) []byte {
	dst = append(dst, `,"errors":[`...)
	for i := range p.fields {
		e := &p.fields[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"field":`...)
		dst = value.AppendQuoted(dst, e.Field)
		if e.Code != "" {
			dst = append(dst, `,"code":`...)
			dst = value.AppendQuoted(dst, e.Code)
		}
		dst = append(dst, `,"message":`...)
		if p.language == 0 {
			dst = value.AppendQuoted(dst, e.Tamil)
		} else {
			dst = value.AppendQuoted(dst, e.English)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func (p *wrongFields) appendHeaders(dst []byte) []byte {
	dst = append(dst, "Content-Language: "...)
	dst = append(dst, languages[p.language]...)
	return append(dst, "\r\nVary: Accept-Language\r\n"...)
}
