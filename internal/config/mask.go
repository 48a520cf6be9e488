package config

import (
	"regexp"
	"strings"
	"sync"
)

// hidden stands in place of what must not be seen.
const hidden = "***"

// named parts of a text that are secret: password=x, token: y.
var secretParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)((?:pass|pwd|secret|token|key)[a-z_]*\s*[=:]\s*)('[^']*'|"[^"]*"|[^\s&;,]+)`)
})

// secretNames are words in names of values that are secret as a whole.
var secretNames = []string{"password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "private_key", "கடவுச்சொல்", "ரகசிய", "இரகசிய"}

// Mask hides the passwords in a text that says how to reach something: a URL, or
// settings one after the other.
func Mask(s string) string {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		from := 0
		if scheme := strings.Index(s[:at], "://"); scheme >= 0 {
			from = scheme + len("://")
		}
		if colon := strings.IndexByte(s[from:at], ':'); colon >= 0 {
			s = s[:from+colon+1] + hidden + s[at:]
		}
	}
	return secretParts().ReplaceAllString(s, "${1}"+hidden)
}

// secretName reports whether what is called so should not be shown.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, s := range secretNames {
		if strings.Contains(name, s) {
			return true
		}
	}
	return false
}
