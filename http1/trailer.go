package http1

// forbiddenTrailers are fields that a recipient acts on before it has the
// body, or that frame, route, authenticate or describe the message (RFC 9110,
// 6.5.1). If they counted in a trailer, a client could slip them past
// whoever checked the head.
var forbiddenTrailers = [...]string{
	"accept-encoding", "age", "authorization", "cache-control", "connection",
	"content-encoding", "content-length", "content-location", "content-range",
	"content-type", "cookie", "date", "expect", "expires", "forwarded", "host",
	"if-match", "if-modified-since", "if-none-match", "if-range",
	"if-unmodified-since", "keep-alive", "last-modified", "location",
	"max-forwards", "origin", "pragma", "proxy-authenticate",
	"proxy-authorization", "proxy-connection", "range", "referer",
	"retry-after", "set-cookie", "te", "trailer", "transfer-encoding",
	"upgrade", "vary", "via", "warning", "www-authenticate",
	"x-http-method-override", "x-real-ip",
}

// forbiddenPrefixes are families of such fields: set by proxies, or by
// browsers to say where a request comes from.
var forbiddenPrefixes = [...]string{"access-control-", "sec-", "x-forwarded-"}

func forbiddenTrailer(name []byte) bool {
	for _, s := range forbiddenTrailers {
		if equalFold(name, s) {
			return true
		}
	}
	for _, s := range forbiddenPrefixes {
		if len(name) >= len(s) && equalFold(name[:len(s)], s) {
			return true
		}
	}
	return false
}
