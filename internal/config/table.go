package config

import (
	"slices"
	"strings"

	"etamil/internal/cors"
)

// key is one row of the table.
type key struct {
	section, name  string
	kind           kind
	def            string   // as it would be written; "" of a text: it may be empty
	min, max       int64    // of a count or size
	values         []string // that a choice or the members of a list can have
	zero           bool     // a duration that may be 0: never
	secret         bool     // its passwords are never shown
	also           []string // names in the environment that others have made known
	live           bool     // it turns something on that the start tells of
	tamil, english string
	field          func(*Config) any // a pointer to the type that its kind says
}

// flag is the key's name on the command line, without dashes. Only what stands in the
// two sections that are about serving in general goes without its section's name.
func (k *key) flag() string { return strings.ReplaceAll(k.full(), "_", "-") }

// env is the key's name in the environment.
func (k *key) env() string { return envPrefix + strings.ToUpper(k.full()) }

// envs are all of its names in the environment, the strongest first.
func (k *key) envs() []string { return append([]string{k.env()}, k.also...) }

func (k *key) full() string {
	if k.section == "server" || k.section == "limits" {
		return k.name
	}
	return k.section + "_" + k.name
}

// path is the key's name in the file and for programs.
func (k *key) path() string { return k.section + "." + k.name }

// appSection is the section that belongs to the program.
const appSection = "app"

var (
	modes    = []string{"production", "development"}
	preludes = []string{"once", "each"}
)

var (
	cacheDown   = []string{"error", "miss"}
	cacheTimers = []string{"each", "once"}
	cacheStores = []string{"auto", "memory", "sql", "redis"}
)

var slashes = []string{"strict", "loose"}

const (
	mib   = 1 << 20
	gib   = 1 << 30
	large = 1 << 50 // no limit at all, for all that anyone can notice
)

// levels are in the order in which they matter.
var levels = []string{"debug", "info", "warn", "error"}

// table is every key there is.
var table = []key{
	{section: "server", name: "host", kind: text, def: "127.0.0.1",
		tamil: "எந்த முகவரியில் கேட்பது; 0.0.0.0 எல்லாவற்றிலும்", english: "the address to listen on; 0.0.0.0 for all",
		field: func(c *Config) any { return &c.Host }},
	{section: "server", name: "port", kind: count, def: "8080", max: maxPort, also: []string{"PORT"},
		tamil: "எந்தத் துறையில் கேட்பது; 0 ஏதேனும் ஒன்று", english: "the port to listen on; 0 for any that is free",
		field: func(c *Config) any { return &c.Port }},
	{section: "server", name: "unix_socket", kind: text,
		tamil: "கேட்கும் யூனிக்ஸ் சாக்கெட்டின் பாதை; host, port கொடுக்கப்படாவிட்டால் அதில் மட்டும்", english: "the path of a Unix socket to listen on; only there unless a host or port is given",
		field: func(c *Config) any { return &c.UnixSocket }},
	{section: "server", name: "unix_mode", kind: choice, def: "0660", values: []string{"0600", "0660", "0666"},
		tamil: "அந்த சாக்கெட்டின் அனுமதிகள்", english: "the permissions of that socket: who may write to it may connect",
		field: func(c *Config) any { return &c.UnixMode }},
	{section: "server", name: "workers", kind: count, def: "0", max: 1024,
		tamil: "நிகழ்வுச் சுற்றுகள்; 0 ஒவ்வொரு செயலிக்கும் ஒன்று", english: "event loops; 0: one for each processor",
		field: func(c *Config) any { return &c.Workers }},
	{section: "server", name: "compute", kind: count, def: "0", max: 1024,
		tamil: "நீண்ட கணக்கீடுகளைச் செய்வோர்; 0 ஒவ்வொரு செயலிக்கும் ஒன்று", english: "goroutines for handlers that compute for long; 0: one for each processor",
		field: func(c *Config) any { return &c.Compute }},
	{section: "server", name: "mode", kind: choice, def: "production", values: modes,
		tamil: "development இல் பிழையின் விவரமும் பதிலில் வரும்", english: "in development, answers tell what went wrong inside",
		field: func(c *Config) any { return &c.Mode }},
	{section: "server", name: "trailing_slash", kind: choice, def: "strict", values: slashes,
		tamil: "loose இல் /a, /a/ இரண்டும் ஒன்று", english: "with loose, /a and /a/ are one path unless the program has both",
		field: func(c *Config) any { return &c.TrailingSlash }},

	{section: "server", name: "body_limit", kind: size, def: "1MiB", min: 1, max: gib,
		tamil: "கோரிக்கை உடலின் அளவு; மீறினால் 413", english: "bytes of a request's body; beyond: 413",
		field: func(c *Config) any { return &c.BodyLimit }},
	{section: "server", name: "header_limit", kind: size, def: "32KiB", min: 256, max: mib,
		tamil: "தலைப்புகளின் மொத்த அளவு; மீறினால் 431", english: "bytes of all header lines; beyond: 431",
		field: func(c *Config) any { return &c.HeaderLimit }},
	{section: "server", name: "header_count", kind: count, def: "128", min: 1, max: 4096,
		tamil: "தலைப்புகளின் எண்ணிக்கை; மீறினால் 431", english: "header lines; beyond: 431",
		field: func(c *Config) any { return &c.HeaderCount }},
	{section: "server", name: "max_connections", kind: count, def: "0", max: 1 << 20,
		tamil: "ஒரே நேரத்தில் இணைப்புகள்; 0 கணினியின் வரம்பு", english: "open connections; 0: what the system's limit leaves",
		field: func(c *Config) any { return &c.MaxConnections }},
	{section: "server", name: "max_waiting", kind: count, def: "16384", min: 1, max: 1 << 20,
		tamil: "ஒரே நேரத்தில் காத்திருக்கும் கோரிக்கைகள்; மீறினால் 503", english: "requests that wait for something; beyond: 503",
		field: func(c *Config) any { return &c.MaxWaiting }},
	{section: "server", name: "max_computing", kind: count, def: "1024", min: 1, max: 1 << 16,
		tamil: "ஒரே நேரத்தில் நீண்ட கணக்கிடும் கோரிக்கைகள்; மீறினால் 503", english: "requests that compute for long; beyond: 503",
		field: func(c *Config) any { return &c.MaxComputing }},
	{section: "server", name: "io_uring", kind: toggle, def: "true",
		tamil: "பல சாக்கெட்டுகளில் படிப்பதையும் எழுதுவதையும் io_uring மூலம் ஒரே அழைப்பில் செய்வது, கணினி அனுமதித்தால்", english: "reads and writes of many sockets in one system call by io_uring, where the system allows it",
		field: func(c *Config) any { return &c.IOUring }},

	{section: "server", name: "trusted_proxies", kind: networks, live: true,
		tamil: "எந்த இடைநிலை வழங்கிகளின் X-Forwarded-For, X-Request-Id தலைப்புகளை நம்புவது; loopback, private என்றும்", english: "the proxies whose X-Forwarded-For and X-Request-Id are believed; also loopback and private",
		field: func(c *Config) any { return &c.TrustedProxies }},
	{section: "server", name: "proxy_protocol", kind: toggle, live: true, def: "false",
		tamil: "trusted_proxies இன் ஒவ்வொரு இணைப்பும் PROXY தலைப்புடன் (1, 2) தொடங்கும்; இல்லையெனில் மூடப்படும்", english: "each connection from trusted_proxies begins with a PROXY protocol header, version 1 or 2; else it is closed",
		field: func(c *Config) any { return &c.ProxyProtocol }},
	{section: "server", name: "request_ids", kind: toggle, live: true, def: "true",
		tamil: "ஒவ்வொரு பதிலிலும் X-Request-Id", english: "X-Request-Id in every answer",
		field: func(c *Config) any { return &c.RequestIDs }},
	{section: "server", name: "security_headers", kind: choice, live: true, def: "basic", values: []string{"basic", "strict", "off"},
		tamil: "உலாவிகளுக்கான பாதுகாப்புத் தலைப்புகள்", english: "headers that keep browsers from guessing and framing",
		field: func(c *Config) any { return &c.SecurityHeaders }},
	{section: "server", name: "access_log", kind: choice, live: true, def: "off", values: []string{"off", "errors", "all"},
		tamil: "எந்தக் கோரிக்கைகளைப் பதிவது: எதுவுமில்லை, பிழைகள் (400 முதல்), எல்லாம்", english: "which requests are logged: none, errors (from 400 on) or all",
		field: func(c *Config) any { return &c.AccessLog }},
	{section: "server", name: "compression", kind: toggle, live: true, def: "true",
		tamil: "கேட்பவர்களுக்குப் பதிலை gzip, zstd ஆகச் சுருக்குவது", english: "answers compressed with gzip or zstd for those who ask for it",
		field: func(c *Config) any { return &c.Compression }},
	{section: "server", name: "compression_min", kind: size, def: "1KiB", min: 1, max: gib,
		tamil: "இதைவிடச் சிறிய பதில் சுருக்கப்படாது", english: "bytes of the smallest body that is compressed",
		field: func(c *Config) any { return &c.CompressionMin }},
	{section: "server", name: "etag", kind: toggle, live: true, def: "true",
		tamil: "GET பதில்களின் ETag; மாறாத பதிலுக்கு 304", english: "ETag in answers to GET; 304 where nothing has changed",
		field: func(c *Config) any { return &c.ETag }},

	{section: "server", name: "header_timeout", kind: duration, def: "10s",
		tamil: "தலைப்புகள் வந்து முடிய", english: "for a request's head to arrive",
		field: func(c *Config) any { return &c.HeaderTimeout }},
	{section: "server", name: "body_timeout", kind: duration, def: "30s",
		tamil: "உடல் வந்து முடிய", english: "for a request's body to arrive",
		field: func(c *Config) any { return &c.BodyTimeout }},
	{section: "server", name: "idle_timeout", kind: duration, def: "60s",
		tamil: "அடுத்த கோரிக்கை வர", english: "for a connection's next request to begin",
		field: func(c *Config) any { return &c.IdleTimeout }},
	{section: "server", name: "handler_timeout", kind: duration, def: "30s",
		tamil: "பதில் சொல்ல; மீறினால் 504", english: "for a handler to answer; beyond: 504",
		field: func(c *Config) any { return &c.HandlerTimeout }},
	{section: "server", name: "write_timeout", kind: duration, def: "20s",
		tamil: "பதிலைப் பெறாத வாடிக்கையாளரைத் துண்டிக்க", english: "for a client to take something of its answer",
		field: func(c *Config) any { return &c.WriteTimeout }},
	{section: "server", name: "drain_timeout", kind: duration, def: "10s",
		tamil: "நிறுத்தும்போது நடப்பவை முடிய", english: "for what is in work to end at shutdown",
		field: func(c *Config) any { return &c.DrainTimeout }},

	{section: "server", name: "heartbeat", kind: duration, zero: true, def: "15s",
		tamil: "நிகழ்வு ஓடைகளில் எதுவும் இல்லாதபோது ஒரு குறிப்பு; 0 எனில் இல்லை", english: "between comments on streams of events that are silent; 0: none",
		field: func(c *Config) any { return &c.Heartbeat }},

	{section: "server", name: "socket_limit", kind: size, def: "1MiB", min: 125, max: gib,
		tamil: "WebSocket இன் ஒரு செய்தியின் அளவு; மீறினால் 1009", english: "bytes of one message of a WebSocket; beyond: 1009",
		field: func(c *Config) any { return &c.SocketLimit }},

	{section: "uploads", name: "folder", kind: text,
		tamil: "படிவங்களுடன் வரும் பெரிய கோப்புகள் கோரிக்கை முடியும் வரை இருக்கும் கோப்பகம்; கொடுக்கப்படாவிட்டால் கணினியின் தற்காலிகக் கோப்பகம்", english: "the folder in which large files of forms lie until their request has ended; the system's temporary one when nobody says",
		field: func(c *Config) any { return &c.UploadDir }},
	{section: "uploads", name: "memory", kind: size, def: "256KiB", max: gib,
		tamil: "ஒரு படிவத்தின் கோப்புகளுக்கான நினைவகம்; மீறினால் வட்டில்", english: "memory for the files of one form; beyond, they go to disk",
		field: func(c *Config) any { return &c.UploadMemory }},
	{section: "uploads", name: "disk", kind: size, def: "16GiB", max: large,
		tamil: "எல்லாப் படிவங்களின் கோப்புகளுக்கான வட்டு; மீறினால் 507", english: "disk for the files of all forms; beyond: 507",
		field: func(c *Config) any { return &c.UploadDisk }},
	{section: "uploads", name: "parts", kind: count, def: "1000", min: 1, max: 1 << 20,
		tamil: "ஒரு படிவத்தின் புலங்களும் கோப்புகளும்; மீறினால் 413", english: "fields and files of one form; beyond: 413",
		field: func(c *Config) any { return &c.UploadParts }},
	{section: "uploads", name: "fields", kind: size, def: "1MiB", min: 1, max: gib,
		tamil: "ஒரு படிவத்தின் கோப்பல்லாத புலங்களின் அளவு; மீறினால் 413", english: "bytes of one form's fields other than files; beyond: 413",
		field: func(c *Config) any { return &c.UploadFields }},

	{section: "tls", name: "cert", kind: text, live: true,
		tamil: "TLS சான்றிதழின் PEM கோப்பு, சங்கிலியுடன்; key உடன் சேர்ந்து துறையில் HTTPS மட்டுமே", english: "the PEM file of the TLS certificate with its chain; together with key, the port speaks HTTPS only",
		field: func(c *Config) any { return &c.TLSCert }},
	{section: "tls", name: "key", kind: text,
		tamil: "அதன் தனிச்சாவியின் PEM கோப்பு", english: "the PEM file of its private key",
		field: func(c *Config) any { return &c.TLSKey }},

	{section: "limits", name: "rate", kind: rate, live: true, def: "off",
		tamil: "ஒரு வாடிக்கையாளரின் கோரிக்கை வீதம்; மீறினால் 429", english: "requests of each client; beyond: 429",
		field: func(c *Config) any { return &c.Rate }},
	{section: "limits", name: "rate_burst", kind: count, def: "0", max: 1_000_000_000,
		tamil: "ஒரே நேரத்தில் எத்தனை; 0 வீதத்தின் எண்ணிக்கை", english: "of them at once; 0: as many as the rate has in its period",
		field: func(c *Config) any { return &c.RateBurst }},
	{section: "limits", name: "rate_clients", kind: count, def: "65536", min: 512, max: 1 << 24,
		tamil: "நினைவில் வைக்கும் வாடிக்கையாளர்கள், ஒவ்வொருவருக்கும் 24 பைட்டுகள்", english: "clients that are remembered, at 24 bytes each",
		field: func(c *Config) any { return &c.RateClients }},
	{section: "limits", name: "steps", kind: count, def: "200000000", min: 1000, max: large,
		tamil: "ஒரு கோரிக்கையின் படிகள் (அழைப்புகளும் சுற்றுகளும்)", english: "steps of one request: calls and turns of loops",
		field: func(c *Config) any { return &c.Steps }},
	{section: "limits", name: "memory", kind: size, def: "64MiB", min: mib, max: large,
		tamil: "ஒரு கோரிக்கையின் மதிப்புகளுக்கான நினைவகம்", english: "memory for the values of one request",
		field: func(c *Config) any { return &c.Memory }},
	{section: "limits", name: "depth", kind: count, def: "10000", min: 16, max: 10_000_000,
		tamil: "ஒன்றனுள் ஒன்றாக அழைப்புகள்", english: "calls inside each other",
		field: func(c *Config) any { return &c.Depth }},
	{section: "limits", name: "memory_total", kind: size, def: "1GiB", min: mib, max: large,
		tamil: "காத்திருக்கும், நீண்ட கணக்கிடும் எல்லாக் கோரிக்கைகளின் மதிப்புகளுக்கான நினைவகம்; மீறினால் 503", english: "memory for the values of all requests that wait or compute for long; beyond: 503",
		field: func(c *Config) any { return &c.MemoryTotal }},

	{section: "compat", name: "prelude", kind: choice, def: "once", values: preludes,
		tamil: "each எனில் மேல்மட்டக் கூற்றுகள் ஒவ்வொரு கோரிக்கைக்கும் முன் இயங்கும்; once எனில் தொடக்கத்தில் ஒருமுறை", english: "each: the top level runs before every request; once: at the start",
		field: func(c *Config) any { return &c.Prelude }},

	{section: "cors", name: "origins", kind: list, live: true,
		tamil: "எந்தத் தளங்கள் பதில்களைப் படிக்கலாம், https://shop.example போல; இல்லையேல் CORS இல்லை", english: "the sites that may read answers, such as https://shop.example; without any there is no CORS",
		field: func(c *Config) any { return &c.CORS.Origins }},
	{section: "cors", name: "credentials", kind: toggle, def: "false",
		tamil: "நினைவிகளும் வரலாமா; * உடன் முடியாது", english: "whether cookies may come along; not with *",
		field: func(c *Config) any { return &c.CORS.Credentials }},
	{section: "cors", name: "methods", kind: list, def: strings.Join(cors.DefaultMethods, ", "),
		tamil: "முறைகள்", english: "methods",
		field: func(c *Config) any { return &c.CORS.Methods }},
	{section: "cors", name: "headers", kind: list, def: strings.Join(cors.DefaultHeaders, ", "),
		tamil: "கோரிக்கையில் வரலாகும் தலைப்புகள்", english: "headers that requests may have",
		field: func(c *Config) any { return &c.CORS.Headers }},
	{section: "cors", name: "expose", kind: list,
		tamil: "நிரல்கள் படிக்கலாகும் பதிலின் தலைப்புகள்", english: "headers of answers that scripts may read",
		field: func(c *Config) any { return &c.CORS.Expose }},
	{section: "cors", name: "max_age", kind: duration, def: "1h",
		tamil: "உலாவி இதை நினைவில் வைக்கும் நேரம்", english: "how long browsers remember all this",
		field: func(c *Config) any { return &c.CORS.MaxAge }},

	{section: "database", name: "url", kind: text, secret: true, also: []string{"DATABASE_URL"},
		tamil: "இயல்பான தரவுதளம்; கொடுக்கப்படாவிட்டால் etamil.db", english: "the default database; etamil.db when nobody says",
		field: func(c *Config) any { return &c.Database }},
	{section: "database", name: "max_connections", kind: count, def: "10", min: 1, max: 10_000,
		tamil: "தரவுதள வழங்கிக்கு அதிகபட்ச இணைப்புகள்", english: "connections to a database server, at most",
		field: func(c *Config) any { return &c.Pool.Max }},
	{section: "database", name: "min_connections", kind: count, def: "0", max: 10_000,
		tamil: "எப்போதும் திறந்திருக்கும் இணைப்புகள்", english: "connections that are kept open",
		field: func(c *Config) any { return &c.Pool.Min }},
	{section: "database", name: "max_waiting", kind: count, def: "1000", max: 1 << 20,
		tamil: "இணைப்புக்காகக் காத்திருப்போர்; மீறினால் 503", english: "who may wait for a connection; beyond: 503",
		field: func(c *Config) any { return &c.Pool.Waiting }},
	{section: "database", name: "acquire_timeout", kind: duration, def: "5s",
		tamil: "இணைப்புக்காகக் காத்திருக்கும் நேரம்; மீறினால் 503", english: "for a connection to become free; beyond: 503",
		field: func(c *Config) any { return &c.Pool.Acquire }},
	{section: "database", name: "query_timeout", kind: duration, def: "30s",
		tamil: "வழங்கியில் ஒரு வினா; மீறினால் 504", english: "for a statement on a database server; beyond: 504",
		field: func(c *Config) any { return &c.Pool.Query }},
	{section: "database", name: "idle_timeout", kind: duration, def: "5m",
		tamil: "பயன்படாத இணைப்பை மூட", english: "for an unused connection to be closed",
		field: func(c *Config) any { return &c.Pool.Idle }},
	{section: "database", name: "lifetime", kind: duration, def: "30m",
		tamil: "ஓர் இணைப்பின் ஆயுள்", english: "for a connection to be replaced by a new one",
		field: func(c *Config) any { return &c.Pool.Lifetime }},
	{section: "database", name: "lanes", kind: count, def: "2", max: 64,
		tamil: "PostgreSQL: வாசிப்புகள் பகிரும் இணைப்புகள்; 0 எனில் குளம் மட்டும்", english: "PostgreSQL: connections whose reads are batched; 0: only the pool",
		field: func(c *Config) any { return &c.Pool.Lanes }},
	{section: "database", name: "pooler", kind: toggle, def: "false",
		tamil: "PostgreSQL: முகவரி PgBouncer போன்றதன் முகவரி; அமர்வு நிலை எதுவும் வைக்கப்படாது", english: "PostgreSQL: the URL is one of PgBouncer or its like; nothing is kept in sessions",
		field: func(c *Config) any { return &c.Pool.Pooler }},

	{section: "cache", name: "store", kind: choice, def: "auto", values: cacheStores,
		tamil: "தற்காலிகம் எங்கே: memory இந்தச் செயல்முறை, sql இயல்பான தரவுதளம், redis url; auto எனில் url இருந்தால் redis, இல்லையேல் memory, பூட்டுகளும் அமர்வுகளும் தரவுதள வழங்கியில்", english: "where the cache is: memory, this process; sql, the default database; redis, url; auto: redis with a url, else memory, with locks and sessions on the default database if that is a server",
		field: func(c *Config) any { return &c.Cache.Store }},
	{section: "cache", name: "url", kind: text, secret: true, live: true, also: []string{"REDIS_URL"},
		tamil: "தற்காலிகம் இருக்கும் Redis வழங்கி, redis://host:6379 போல", english: "the Redis server that is the cache, such as redis://host:6379",
		field: func(c *Config) any { return &c.Cache.URL }},
	{section: "cache", name: "memory", kind: size, def: "64MiB", min: mib, max: large,
		tamil: "நினைவகத்தில் உள்ள தற்காலிகத்தின் அளவு", english: "bytes of a cache in memory",
		field: func(c *Config) any { return &c.Cache.Memory }},
	{section: "cache", name: "value_limit", kind: size, def: "8MiB", min: 1, max: gib,
		tamil: "ஒரு மதிப்பின் அளவு; மீறினால் cache.too_large", english: "bytes of one value; beyond: cache.too_large",
		field: func(c *Config) any { return &c.Cache.ValueLimit }},
	{section: "cache", name: "timeout", kind: duration, def: "1s",
		tamil: "வழங்கி விடை தர; மீறினால் cache.timeout", english: "for the server to answer; beyond: cache.timeout",
		field: func(c *Config) any { return &c.Cache.Timeout }},
	{section: "cache", name: "down", kind: choice, def: "error", values: cacheDown,
		tamil: "வழங்கி கிடைக்காதபோது: error பிழை, miss எதுவும் இல்லாதது போல", english: "when the server can't be reached: error, or miss, as if nothing were kept",
		field: func(c *Config) any { return &c.Cache.Down }},
	{section: "cache", name: "timers", kind: choice, def: "each", values: cacheTimers,
		tamil: "இடைவெளி: each ஒவ்வொரு வழங்கியிலும் இயங்கும், once எல்லா வழங்கிகளிலும் சேர்த்து ஒருமுறை", english: "இடைவெளி: each runs in every instance; once, in one of all that share the cache's server",
		field: func(c *Config) any { return &c.Cache.Timers }},
	{section: "cache", name: "prefix", kind: text, def: "etamil:",
		tamil: "வழங்கியில் எல்லாச் சாவிகளின் முன்னொட்டு", english: "before all keys on the server, so that programs can share it",
		field: func(c *Config) any { return &c.Cache.Prefix }},

	{section: "session", name: "cookie", kind: text, def: "etamil_session",
		tamil: "அமர்வின் நினைவியின் பெயர்", english: "the name of the session's cookie",
		field: func(c *Config) any { return &c.Session.Cookie }},
	{section: "session", name: "ttl", kind: duration, def: "24h",
		tamil: "கடைசிக் கோரிக்கைக்குப் பின் அமர்வு இருக்கும் நேரம்", english: "how long a session lasts after its last request",
		field: func(c *Config) any { return &c.Session.TTL }},
	{section: "session", name: "secret", kind: text, secret: true,
		tamil: "நினைவியைக் கையொப்பமிடும் இரகசியம்; எல்லா வழங்கிகளிலும் ஒன்று", english: "signs the cookie, the same in all instances; without one it is not signed",
		field: func(c *Config) any { return &c.Session.Secret }},

	{section: "admin", name: "listen", kind: text, live: true,
		tamil: "இயக்குவோருக்கான முகவரி, 127.0.0.1:9090 போல: அங்கு GET /metrics; இல்லையேல் எதுவும் எண்ணப்படாது", english: "an address for operators, such as 127.0.0.1:9090: GET /metrics there; without one nothing is counted",
		field: func(c *Config) any { return &c.AdminListen }},

	{section: "log", name: "level", kind: choice, def: "info", values: levels,
		tamil: "இதைவிட முக்கியமற்றவை பதிவாகா", english: "what matters less is not logged",
		field: func(c *Config) any { return &c.LogLevel }},
	{section: "log", name: "format", kind: choice, def: "auto", values: []string{"auto", "json", "text"},
		tamil: "auto: முனையத்தில் text, மற்ற இடங்களில் json", english: "auto: text on a terminal, json elsewhere",
		field: func(c *Config) any { return &c.LogFormat }},
	{section: "log", name: "redact", kind: list, def: "password, passwd, secret, token, authorization, cookie, api_key, கடவுச்சொல், ரகசியம்",
		tamil: "இந்தப் பெயர்களில் உள்ள மதிப்புகள் பதிவில் மறைக்கப்படும்", english: "fields with these names are hidden in the log",
		field: func(c *Config) any { return &c.LogRedact }},
}

// Key is a row of the table, for help and documentation.
type Key struct {
	Section, Name  string // as in the file
	Flag           string // without dashes
	Env            string
	Also           []string // further names in the environment
	Default        string
	Unit           string
	Choices        []string // the values that there are, where they can be listed
	Switch         bool     // the flag can stand without a value, which means true
	Tamil, English string
}

// Keys lists the table.
func Keys() []Key {
	keys := make([]Key, len(table))
	for i := range table {
		keys[i] = table[i].public()
	}
	return keys
}

func (k *key) public() Key {
	return Key{k.section, k.name, k.flag(), k.env(), k.also, k.def, k.unit(), k.values, k.kind == toggle, k.tamil, k.english}
}

func byFlag(name string) *key {
	for i := range table {
		if table[i].flag() == name {
			return &table[i]
		}
	}
	return nil
}

// inSection is the key of that section and name.
func inSection(section, name string) *key {
	for i := range table {
		if table[i].section == section && table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

// named is the first key of that name, in any section.
func named(name string) *key {
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

func flags() (list []string) {
	for i := range table {
		list = append(list, table[i].flag())
	}
	return list
}

// namesIn are the names of a section's keys.
func namesIn(section string) (list []string) {
	for i := range table {
		if table[i].section == section {
			list = append(list, table[i].name)
		}
	}
	return list
}

func names() (list []string) {
	for i := range table {
		list = append(list, table[i].name)
	}
	return list
}

func sectionNames() []string {
	list := []string{appSection}
	for i := range table {
		if !slices.Contains(list, table[i].section) {
			list = append(list, table[i].section)
		}
	}
	return list
}
