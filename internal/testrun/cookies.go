package testrun

import (
	"strconv"
	"strings"
	"time"
)

// cookies are what the client was told to remember, as a browser would: by name and path.
type cookies []cookie

type cookie struct{ name, value, path string }

// set takes a Set-Cookie field of an answer to a request for path.
func (c *cookies) set(text, path string) {
	pair, rest, _ := strings.Cut(text, ";")
	name, v, ok := strings.Cut(pair, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return
	}
	k := cookie{name, strings.TrimSpace(v), cookiePath(path)}
	gone := false
	for attr := range strings.SplitSeq(rest, ";") {
		key, v, _ := strings.Cut(strings.TrimSpace(attr), "=")
		switch strings.ToLower(key) {
		case "path":
			if strings.HasPrefix(v, "/") {
				k.path = v
			}
		case "max-age":
			if n, err := strconv.Atoi(v); err == nil {
				gone = n <= 0
			}
		case "expires":
			if t, err := time.Parse(time.RFC1123, v); err == nil && t.Before(time.Now()) {
				gone = true
			}
		}
	}
	kept := (*c)[:0]
	for _, old := range *c {
		if old.name != k.name || old.path != k.path {
			kept = append(kept, old)
		}
	}
	if *c = kept; !gone {
		*c = append(*c, k)
	}
}

// cookiePath is the path of a cookie that names none: that of the request up to its last part.
func cookiePath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i > 0 {
		return path[:i]
	}
	return "/"
}

// of is the Cookie field of a request for path; "" for none.
func (c cookies) of(path string) string {
	var list []string
	for _, k := range c {
		if path == k.path || strings.HasPrefix(path, strings.TrimSuffix(k.path, "/")+"/") {
			list = append(list, k.name+"="+k.value)
		}
	}
	return strings.Join(list, "; ")
}
