package config

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"etamil/internal/cors"
)

// fit finds values that each are of their kind and still can't be: because of another value, or
// because of what they are for.
func (l *loader) fit() {
	l.cors()
	l.proxied()
	l.cached()
	l.certified()
	l.pooled()
	l.remembered()
	l.administered()
	l.logged()
}

// unfit says what is wrong with the value of the key with that flag's name.
func (l *loader) unfit(flag, tamil, english string) {
	at := l.c.origins[flag]
	l.errs = append(l.errs, &Error{Source: at.Source, Where: at.Where, Key: byFlag(flag).path(), Tamil: tamil, English: english})
}

// cors finds what is wrong with the keys of [cors] as a whole.
func (l *loader) cors() {
	if len(l.c.CORS.Origins) == 0 {
		return
	}
	_, err := cors.New(l.c.CORS)
	if e, ok := err.(*cors.Error); ok {
		at := l.c.origins["cors-origins"]
		l.errs = append(l.errs, &Error{Source: at.Source, Where: at.Where, Key: "cors", Tamil: e.Tamil, English: e.English, Suggestion: e.Suggestion})
	}
}

// proxied finds PROXY headers that nobody would be believed to send.
func (l *loader) proxied() {
	if l.c.ProxyProtocol && len(l.c.TrustedProxies) == 0 {
		l.unfit("proxy-protocol", "trusted_proxies இல் யாரும் இல்லை", "trusted_proxies names nobody who could send one")
	}
}

// cached finds a cache on a server that nobody has named.
func (l *loader) cached() {
	if l.c.CacheOnRedis() && l.c.Cache.URL == "" {
		l.unfit("cache-store", "redis க்கு [cache] url அல்லது REDIS_URL வேண்டும்", "redis needs [cache] url or REDIS_URL")
	}
}

// certified finds a certificate without its key, and a key without its certificate.
func (l *loader) certified() {
	switch {
	case l.c.TLSCert == "" && l.c.TLSKey != "":
		l.unfit("tls-key", "tls.key உடன் tls.cert வேண்டும்", "tls.key needs tls.cert: --tls-cert FILE")
	case l.c.TLSCert != "" && l.c.TLSKey == "":
		l.unfit("tls-cert", "tls.cert உடன் tls.key வேண்டும்", "tls.cert needs tls.key: --tls-key FILE")
	}
}

// pooled finds more connections that are kept open than there may be.
func (l *loader) pooled() {
	if p := &l.c.Pool; p.Min > p.Max {
		m := strconv.Itoa(p.Max)
		l.unfit("database-min-connections", "max_connections இல் அனுமதிக்கும் "+m+" ஐ விட இது அதிகம்", "that is more than max_connections allows, "+m)
	}
}

// cookieMarks are what may stand in a cookie's name beside letters and digits (RFC 9110, token).
const cookieMarks = "!#$%&'*+-.^_`|~"

// remembered finds a name that browsers would not take for a cookie's, so that no session would
// ever be kept.
func (l *loader) remembered() {
	if strings.ContainsFunc(l.c.Session.Cookie, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(cookieMarks, r))
	}) {
		l.unfit("session-cookie", "நினைவியின் பெயரில் a-z, A-Z, 0-9, "+cookieMarks+" மட்டுமே இருக்கலாம்", "the name of a cookie has nothing but a-z, A-Z, 0-9 and "+cookieMarks)
	}
}

// administered finds an address for operators that is none, or that of the program. Where nobody but the program says
// what that is, it comes out at the start.
func (l *loader) administered() {
	c := l.c
	if c.AdminListen == "" {
		return
	}
	_, port, err := net.SplitHostPort(c.AdminListen)
	switch n, bad := strconv.Atoi(port); {
	case err != nil || bad != nil || n < 0 || n > maxPort:
		l.unfit("admin-listen", "127.0.0.1:9090 போன்ற முகவரி வேண்டும்", "an address such as 127.0.0.1:9090 is needed")
	case c.origins["port"].Source != Default && c.IsAdmin(net.JoinHostPort(c.Host, strconv.Itoa(c.Port))):
		l.unfit("admin-listen", "server.host, server.port இன் முகவரியும் இதுவே; வேறொரு துறை வேண்டும்", "server.host and server.port are this address too: another port is needed")
	}
}

// IsAdmin reports whether who listens on address, a host and a port, can't listen on that for operators as well.
func (c *Config) IsAdmin(address string) bool {
	host, port, err := net.SplitHostPort(address)
	adminHost, adminPort, adminErr := net.SplitHostPort(c.AdminListen)
	if err != nil || adminErr != nil || port != adminPort || port == "0" {
		return false
	}
	return host == adminHost || isAny(host) || isAny(adminHost)
}

// isAny reports whether a host stands for all addresses.
func isAny(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "" || err == nil && a.IsUnspecified()
}

// logged finds an access log whose lines, which have the level info, would not be written.
func (l *loader) logged() {
	if c := l.c; c.AccessLog != "off" && slices.Index(levels, c.LogLevel) > slices.Index(levels, "info") {
		l.unfit("access-log", "log.level "+c.LogLevel+" ஆக இருந்தால் இவ்வரிகள் பதிவாகா; info வேண்டும்", "with log.level "+c.LogLevel+" none of its lines is written: info is needed")
	}
}
