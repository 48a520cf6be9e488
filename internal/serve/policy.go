package serve

import (
	"etamil/internal/compress"
	"etamil/internal/config"
	"etamil/internal/cors"
	"etamil/internal/limit"
	"etamil/internal/proxies"
)

// policy is what requests are held to and answers are given, whatever their handlers say:
// the server's, or that of a route which differs in something.
type policy struct {
	cors     *cors.Policy   // nil: none
	limit    *limit.Limiter // nil: none
	compress bool
	etag     bool
}

// answers is what the settings say about all answers.
type answers struct {
	policy             // of what has none of its own
	security    *block // lines of every answer
	ids         bool   // answers carry X-Request-Id
	trusted     *proxies.List
	compressMin int
	bodyLimit   int
	clients     int // that a limiter remembers
	logged      int // the lowest status that the access log has; 0: none
	preflights  bool
	packers     compress.Pool // for bodies that are too large for a loop
	decoded     allowance     // of bodies that came compressed
}

// everyStatus and errorStatus are the lowest statuses that an access log can begin with.
const (
	everyStatus = 100
	errorStatus = 400
)

func (a *answers) set(c *config.Config) {
	a.security = securityBlocks[c.SecurityHeaders]
	a.ids = c.RequestIDs
	a.trusted = proxies.New(c.TrustedProxies)
	a.compressMin, a.bodyLimit, a.clients = c.CompressionMin, c.BodyLimit, c.RateClients
	a.logged = map[string]int{"all": everyStatus, "errors": errorStatus}[c.AccessLog]
	a.policy = policy{compress: c.Compression, etag: c.ETag}
	a.decoded.limit = max(bodyBudget, int64(8*c.BodyLimit))
	if len(c.CORS.Origins) > 0 {
		a.policy.cors, a.preflights = must(cors.New(c.CORS)), true
	}
	if c.Rate.Count > 0 {
		a.policy.limit = must(limit.New(limit.Rule{Requests: c.Rate.Count, Period: c.Rate.Per, Burst: c.RateBurst}, c.RateClients))
	}
}

// must is for what config has checked.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
