// Package cors tells browsers which other sites may read a server's answers (the Fetch
// standard, CORS protocol).
//
//	p, err := cors.New(cors.Options{Origins: []string{"https://shop.example"}})
//	dst = p.AppendAnswer(dst, origin)      // to an answer
//	dst = p.AppendPreflight(dst, origin)   // to what OPTIONS asks beforehand
//
// A [Policy] allows only origins that it lists. It never gives credentials to "any
// origin": that would let every site act as its visitors. All lines are made in New.
package cors

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"etamil/http1"
)

// Options say what a Policy allows.
type Options struct {
	Origins     []string      // "https://shop.example", "https://*.shop.example" for all below it, or "*" for all
	Credentials bool          // cookies and the like may come along; not with "*"
	Methods     []string      // none: DefaultMethods
	Headers     []string      // that requests may have; none: DefaultHeaders
	Expose      []string      // headers of answers that scripts may read
	MaxAge      time.Duration // for which a browser remembers it
}

// What is allowed where Options say nothing.
var (
	DefaultMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
	DefaultHeaders = []string{"Content-Type", "Authorization"}
)

// Policy is what is allowed. It is read-only.
type Policy struct {
	any       bool
	exact     map[string]bool
	below     []suffix
	answer    []byte // lines of each answer to an allowed origin, but its own
	preflight []byte // more of those to a preflight
}

// suffix is what an origin below a site begins and ends with.
type suffix struct{ scheme, host string }

// Error says what is wrong with Options.
type Error struct {
	Tamil, English string
	Suggestion     string // an origin that may have been meant; "" for none
}

// Error says it in English.
func (e *Error) Error() string {
	if e.Suggestion != "" {
		return e.English + " → " + e.Suggestion + "?"
	}
	return e.English
}

// Origin reports whether s can stand in Options.Origins: "*", or a scheme, a host and
// perhaps a port, without anything behind them.
func Origin(s string) bool {
	if s == "*" || s == "null" {
		return s == "*"
	}
	u, err := url.Parse(strings.Replace(s, "://*.", "://any.", 1))
	return err == nil && u.Scheme != "" && u.Host != "" && u.Hostname() != "" && u.User == nil && s == strings.ToLower(s) &&
		u.Path == "" && u.RawQuery == "" && u.Fragment == "" && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "#") && !strings.Contains(u.Host, "*")
}

// New makes a Policy. The error is an *Error.
func New(o Options) (*Policy, error) {
	p := &Policy{exact: map[string]bool{}}
	for _, s := range o.Origins {
		switch scheme, host, below := strings.Cut(s, "://*."); {
		case !Origin(s):
			e := &Error{Tamil: fmt.Sprintf("%q ஒரு மூலம் அல்ல; https://shop.example போல எழுதுக", s), English: fmt.Sprintf("%q is no origin: write it as https://shop.example", s)}
			if fixed := strings.TrimRight(strings.ToLower(s), "/"); fixed != s && Origin(fixed) {
				e.Suggestion = fixed
			}
			return nil, e
		case s == "*":
			p.any = true
		case below:
			p.below = append(p.below, suffix{scheme + "://", "." + host})
		default:
			p.exact[s] = true
		}
	}
	switch {
	case len(o.Origins) == 0:
		return nil, &Error{Tamil: "CORS க்கு மூலங்கள் வேண்டும்", English: "CORS needs origins"}
	case p.any && o.Credentials:
		return nil, &Error{Tamil: "'*' என்ற மூலத்துடன் credentials முடியாது; மூலங்களைப் பெயரிடுக", English: "credentials can't be given to the origin '*': name the origins"}
	case p.any && len(o.Origins) > 1:
		return nil, &Error{Tamil: "'*' என்ற மூலம் தனியே நிற்க வேண்டும்", English: "the origin '*' stands alone"}
	}
	for _, list := range [][]string{o.Methods, o.Headers, o.Expose} {
		for _, s := range list {
			if s != "*" && http1.CheckField([]byte(s), nil) == http1.ErrFieldToWrite || s == "*" && o.Credentials {
				return nil, &Error{Tamil: fmt.Sprintf("%q இங்குப் பொருந்தாது", s), English: fmt.Sprintf("%q does not fit here", s)}
			}
		}
	}
	if p.any {
		p.answer = append(p.answer, "Access-Control-Allow-Origin: *\r\n"...)
	}
	if o.Credentials {
		p.answer = append(p.answer, "Access-Control-Allow-Credentials: true\r\n"...)
	}
	p.preflight = appendList(slices.Clone(p.answer), "Access-Control-Allow-Methods", o.Methods, DefaultMethods)
	p.preflight = appendList(p.preflight, "Access-Control-Allow-Headers", o.Headers, DefaultHeaders)
	if s := int64(o.MaxAge / time.Second); s > 0 {
		p.preflight = append(p.preflight, "Access-Control-Max-Age: "...)
		p.preflight = append(strconv.AppendInt(p.preflight, s, 10), "\r\n"...)
	}
	p.answer = appendList(p.answer, "Access-Control-Expose-Headers", o.Expose, nil)
	return p, nil
}

func appendList(dst []byte, name string, list, other []string) []byte {
	if len(list) == 0 {
		list = other
	}
	if len(list) == 0 {
		return dst
	}
	dst = append(append(dst, name...), ": "...)
	return append(append(dst, strings.Join(list, ", ")...), "\r\n"...)
}

// Allows reports whether a site of that origin may read answers.
func (p *Policy) Allows(origin []byte) bool {
	if p.any || p.exact[string(origin)] {
		return true
	}
	for i := range p.below {
		s := &p.below[i]
		if len(origin) > len(s.scheme)+len(s.host) && bytes.HasPrefix(origin, []byte(s.scheme)) && bytes.HasSuffix(origin, []byte(s.host)) &&
			bytes.IndexAny(origin[len(s.scheme):len(origin)-len(s.host)], "/:@?#") < 0 {
			return true
		}
	}
	return false
}

// AppendAnswer appends the lines of an answer to a request from origin, which is nil for
// one that says none. Caches must keep answers to different origins apart.
func (p *Policy) AppendAnswer(dst, origin []byte) []byte { return p.append(dst, origin, p.answer) }

// AppendPreflight is AppendAnswer for a preflight.
func (p *Policy) AppendPreflight(dst, origin []byte) []byte {
	return p.append(dst, origin, p.preflight)
}

func (p *Policy) append(dst, origin, lines []byte) []byte {
	if p.any {
		return append(dst, lines...)
	}
	dst = append(dst, "Vary: Origin\r\n"...)
	if origin == nil || !p.Allows(origin) {
		return dst
	}
	dst = append(append(append(dst, "Access-Control-Allow-Origin: "...), origin...), "\r\n"...)
	return append(dst, lines...)
}

// Preflight returns the origin and method that a request asks about beforehand; ok is
// false when it is no preflight.
func Preflight(r *http1.Request) (origin, method []byte, ok bool) {
	if r.Method != http1.MethodOptions {
		return nil, nil, false
	}
	origin, ok = r.Lookup("Origin")
	if !ok {
		return nil, nil, false
	}
	method, ok = r.Lookup("Access-Control-Request-Method")
	return origin, method, ok
}
