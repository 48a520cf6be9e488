package config

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"etamil/internal/cors"
)

// Pool is what connections to database servers are held to.
type Pool struct {
	Max, Min, Waiting, Lanes       int
	Pooler                         bool
	Acquire, Query, Idle, Lifetime time.Duration
}

// Cache is where values are kept that may be lost.
type Cache struct {
	Store              string // auto, memory, sql or redis
	URL                string // of a Redis server; "": none
	Memory, ValueLimit int    // bytes: of all values in memory; of one
	Timeout            time.Duration
	Down               string // error or miss
	Prefix             string
	Timers             string // each or once
}

// Session is how long what request.session keeps lasts, and what its cookie is like.
type Session struct {
	Cookie string
	TTL    time.Duration
	Secret string // that signs the cookie; "": it isn't signed
}

// Config is what is in force. It is read-only.
type Config struct {
	Host    string
	Port    int
	Workers int // event loops; 0: one for each processor
	Compute int // goroutines for handlers that compute for long; 0: one for each processor

	UnixSocket string // path of a socket to listen on as well; "": none
	UnixMode   string // its permissions, octal

	TLSCert string // PEM files; "": no TLS
	TLSKey  string

	BodyLimit   int // bytes of a request's body
	HeaderLimit int // bytes of all header lines
	HeaderCount int // header lines

	TrustedProxies  []netip.Prefix // whose X-Forwarded-For and X-Request-Id are believed
	ProxyProtocol   bool           // connections from them begin with a PROXY header
	RequestIDs      bool           // answers carry X-Request-Id
	SecurityHeaders string         // basic, strict or off
	AccessLog       string         // off, errors or all
	Compression     bool
	CompressionMin  int // bytes of a body that is worth it
	ETag            bool

	Rate        Rate // of each client
	RateBurst   int  // 0: as many as in the rate's period
	RateClients int  // that are remembered

	UploadDir    string // of files that come with forms; "": the system's for temporary ones
	UploadMemory int    // bytes of one form's files in memory; beyond they go to disk
	UploadDisk   int    // bytes of all forms' files on disk
	UploadParts  int    // of one form
	UploadFields int    // bytes of one form's fields

	CORS cors.Options

	HeaderTimeout  time.Duration
	BodyTimeout    time.Duration
	IdleTimeout    time.Duration
	HandlerTimeout time.Duration
	WriteTimeout   time.Duration
	DrainTimeout   time.Duration
	SocketLimit    int           // bytes of one message of a WebSocket
	Heartbeat      time.Duration // of streams of events; 0: none

	MaxConnections int // open connections; 0: what the system's limit leaves
	IOUring        bool
	MaxWaiting     int // requests that wait for something
	MaxComputing   int // requests that have not ended within their first slice of steps

	Steps  int // calls and turns of loops of one request
	Memory int // bytes of one request's values
	Depth  int // calls inside each other

	MemoryTotal int // bytes of the values of all requests that wait or compute for long

	Prelude string // once or each: how often the top level runs

	Mode string // production or development

	TrailingSlash string // strict or loose

	Database string // where the default database is; "": DATABASE_URL is not set
	Pool     Pool   // of the default database, and what pool_create begins with

	Cache   Cache
	Session Session

	AdminListen string // address of /metrics, for operators; "": nowhere

	LogLevel  string // debug, info, warn or error
	LogFormat string // auto, json or text
	LogRedact []string

	origins map[string]Origin // by flag
	app     map[string]any
	lines   map[string]int // of the file's keys, by path
	file    string         // the file that was read, or ""
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

// Origin is where one value comes from.
type Origin struct {
	Source Source
	Where  string // as people say it: "etamil.toml:3", "ETAMIL_PORT", "--port"; "" for a default
}

// From says where the value of the key with that flag's name comes from.
func (c *Config) From(name string) Origin { return c.origins[name] }

// File is the file that was read, or "".
func (c *Config) File() string { return c.file }

// Development reports whether answers may tell what went wrong inside.
func (c *Config) Development() bool { return c.Mode == modes[1] }

// LooseSlash reports whether a path that no route fits may be read with a '/' more or
// less at its end.
func (c *Config) LooseSlash() bool { return c.TrailingSlash == slashes[1] }

// MissIfDown reports whether a cache that can't be reached is as if nothing were kept.
func (c *Config) MissIfDown() bool { return c.Cache.Down == cacheDown[1] }

// TimersOnce reports whether a timer runs in one of the instances that can agree on it.
func (c *Config) TimersOnce() bool { return c.Cache.Timers == cacheTimers[1] }

// CacheInDatabase reports whether the cache is in the default database.
func (c *Config) CacheInDatabase() bool { return c.Cache.Store == cacheStores[2] }

// CacheOnRedis reports whether the cache is on a Redis server.
func (c *Config) CacheOnRedis() bool {
	return c.Cache.Store == cacheStores[3] || c.CacheChosen() && c.Cache.URL != ""
}

// CacheChosen reports whether nobody has said where the cache is, so that what is there says so.
func (c *Config) CacheChosen() bool { return c.Cache.Store == cacheStores[0] }

// EachRequest reports whether the top level runs before every request.
func (c *Config) EachRequest() bool { return c.Prelude == preludes[1] }

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
		if c.origins["host"].Source < Program {
			host = h
		}
		if c.origins["port"].Source < Program {
			port = n
		}
	}
	return net.JoinHostPort(host, strconv.Itoa(port)), true
}

// Listen is where to listen: an address as Address has it, or "", and the path of a Unix
// socket, or "". Where a socket is given and nobody asks for an address, there is none.
func (c *Config) Listen(program string) (address, unix string, ok bool) {
	if c.UnixSocket != "" && program == "" && c.origins["host"].Source == Default && c.origins["port"].Source == Default {
		return "", c.UnixSocket, true
	}
	address, ok = c.Address(program)
	return address, c.UnixSocket, ok
}

const (
	maxPort = 65535
	anyHost = "0.0.0.0"
)

// Lookup answers the program's config("path"): a key by its section and name, or a
// value of the section app.
func (c *Config) Lookup(path string) (val any, ok bool) {
	for i := range table {
		if k := &table[i]; k.path() == path {
			return k.value(c), true
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
