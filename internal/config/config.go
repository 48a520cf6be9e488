package config

import (
	"net"
	"strconv"
	"strings"
	"time"
)

// Config is what is in force. It is read-only.
type Config struct {
	Host    string
	Port    int
	Workers int // event loops; 0: one for each processor

	BodyLimit   int // bytes of a request's body
	HeaderLimit int // bytes of all header lines
	HeaderCount int // header lines

	HeaderTimeout  time.Duration
	BodyTimeout    time.Duration
	IdleTimeout    time.Duration
	HandlerTimeout time.Duration
	WriteTimeout   time.Duration
	DrainTimeout   time.Duration

	MaxConnections int // open connections; 0: what the system's limit leaves
	MaxWaiting     int // requests that wait for something
	MaxComputing   int // requests that have not ended within their first slice of steps

	Steps  int // calls and turns of loops of one request
	Memory int // bytes of one request's values
	Depth  int // calls inside each other

	Mode string // production or development

	from map[string]Source
	app  map[string]any
}

// Source is where a value comes from, from the weakest to the strongest.
type Source uint8

// The sources.
const (
	Default Source = iota
	Program
	File
	Environment
	Flag
)

// String is the source's name.
func (s Source) String() string {
	return [...]string{"default", "program", "file", "environment", "flag"}[s]
}

// From says where the value of the key with that flag's name comes from.
func (c *Config) From(name string) Source { return c.from[name] }

// Development reports whether answers may tell what went wrong inside.
func (c *Config) Development() bool { return c.Mode == modes[1] }

// Address is where to listen, as host:port. program is what the program asks for:
// "host:port", ":port", a port, or "" for nothing; flag, environment and file are
// stronger. ok is false when program is none of these.
func (c *Config) Address(program string) (address string, ok bool) {
	host, port := c.Host, c.Port
	if program != "" {
		h, p, err := net.SplitHostPort(program)
		if err != nil {
			h, p = "", program
		}
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > maxPort || strings.ContainsAny(h, " \t/") {
			return "", false
		}
		if h == "" {
			h = anyHost
		}
		if c.from["host"] < Program {
			host = h
		}
		if c.from["port"] < Program {
			port = n
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), true
}

const (
	maxPort = 65535
	anyHost = "0.0.0.0"
)

// Lookup answers the program's config("path"): a key by its section and name, or a
// value of the section app.
func (c *Config) Lookup(path string) (val any, ok bool) {
	for i := range table {
		k := &table[i]
		if k.section+"."+k.name != path {
			continue
		}
		switch p := k.field(c).(type) {
		case *string:
			return *p, true
		case *int:
			return *p, true
		case *time.Duration:
			return p.Seconds(), true
		}
	}
	rest, ok := strings.CutPrefix(path, appSection+".")
	if !ok {
		return nil, false
	}
	val = any(c.app)
	for name := range strings.SplitSeq(rest, ".") {
		m, ok := val.(map[string]any)
		if !ok {
			return nil, false
		}
		if val, ok = m[name]; !ok {
			return nil, false
		}
	}
	return val, true
}
