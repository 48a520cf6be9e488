package serve

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"etamil/http1"
)

// The cookie of a session: its token and, with a secret, a signature, so that the store is asked
// for none that we have not given out.

// tokenLength is how long a token is: what rand.Text answers has 130 bits.
const tokenLength = 26

// sessionToken is the token that the request came with; "": none that can be ours.
func (c *call) sessionToken() string {
	o := &c.w.app.o.Config.Session
	for k := http1.CookiesOf(&c.x.Req); k.Next(); {
		if view(k.Name) != o.Cookie {
			continue
		}
		token, signature, signed := strings.Cut(string(k.Value), ".")
		if len(token) == tokenLength && isBase32(token) && signed == (o.Secret != "") &&
			(!signed || hmac.Equal([]byte(signature), []byte(signatureOf(token, o.Secret)))) {
			return token
		}
	}
	return ""
}

func isBase32(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

func signatureOf(token, secret string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(token))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// appendSessionCookie appends the line that gives the client a token, or with "" takes away the
// one that it has.
func (c *call) appendSessionCookie(b []byte, token string) []byte {
	o := &c.w.app.o.Config.Session
	k := http1.SetCookie{Name: o.Cookie, Value: token, Path: "/", MaxAge: int(o.TTL / time.Second), HTTPOnly: true, SameSite: http1.SameSiteLax, Secure: c.secure()}
	switch {
	case token == "":
		k.MaxAge = -1
	case o.Secret != "":
		k.Value += "." + signatureOf(token, o.Secret)
	}
	line, err := k.AppendValue(append(b, "Set-Cookie: "...))
	if err != nil {
		return b // a name that needs Secure, where nothing is: browsers would drop it
	}
	return append(line, "\r\n"...)
}

// secure reports whether the client speaks TLS: with us, or with a proxy that is trusted.
func (c *call) secure() bool {
	remote := c.x.Remote()
	if c.w.app.first.o.TLS != nil && remote.IsValid() {
		return true
	}
	t := c.w.app.answers.trusted
	if t.Empty() || !t.Trusts(remote.Addr()) {
		return false
	}
	scheme, _ := c.x.Req.Lookup("X-Forwarded-Proto")
	return equalFold(scheme, "https")
}
