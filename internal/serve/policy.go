package serve

import (
	"slices"

	"etamil/internal/compress"
	"etamil/internal/config"
	"etamil/internal/cors"
	"etamil/internal/limit"
	"etamil/internal/proxies"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// policy is what requests are held to and answers are given, whatever their handlers say:
// the server's, or that of a route which differs in something.
type policy struct {
	cors     *cors.Policy   // nil: none
	limit    *limit.Limiter // nil: none
	limitID  int            // its number among the program's: 0 is the server's
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
	unpackers   compress.DecoderPool
	decoded     allowance // of bodies that came compressed
	sockets     allowance // of messages that have come on WebSockets and that nobody has received
}

// everyStatus and errorStatus are the lowest statuses that an access log can begin with.
const (
	everyStatus = 100
	errorStatus = 400
)

func (a *answers) set(c *config.Config) {
	a.security = securityBlock(c.SecurityHeaders)
	a.ids = c.RequestIDs
	a.trusted = proxies.New(c.TrustedProxies)
	a.compressMin, a.bodyLimit, a.clients = c.CompressionMin, c.BodyLimit, c.RateClients
	switch c.AccessLog {
	case "all":
		a.logged = everyStatus
	case "errors":
		a.logged = errorStatus
	}
	a.policy = policy{compress: c.Compression, etag: c.ETag}
	a.sockets.limit = max(socketBudget, int64(8*c.SocketLimit))
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

// own is the policy of a route, to be changed: it begins as that of its group, or the
// server's.
func (o *routeOptions) own(f *vm.Fiber) (*policy, error) {
	a, err := appOf(f)
	if err != nil {
		return nil, err
	}
	p := a.answers.policy
	if o.policy != nil {
		p = *o.policy
	}
	o.policy = &p
	return o.policy, nil
}

// off reports whether an option says that there is to be none.
func off(v *value.Value) bool {
	return v.IsBool() && !v.Truth() || v.IsText() && v.Str() == "off"
}

// readLimit reads a rate, or a record with one.
func readLimit(o *routeOptions, f *vm.Fiber, v value.Value) error {
	p, err := o.own(f)
	if err != nil {
		return err
	}
	if p.limit = nil; off(&v) {
		return nil
	}
	burst := 0
	if v.IsRecord() {
		if err := onlyFields(f, &v, "rate", "burst"); err != nil {
			return err
		}
		if b, ok := v.Field("burst"); ok {
			if burst, err = host.Whole(b, "burst", "burst"); err != nil {
				return err
			}
		}
		rate, ok := v.Field("rate")
		if !ok {
			return badRate()
		}
		v = *rate
	}
	r, ok := config.ParseRate(host.Text(f, &v))
	if !ok || r.Count == 0 || burst < 0 {
		return badRate()
	}
	a, _ := appOf(f) // own has asked
	if p.limit, err = limit.New(limit.Rule{Requests: r.Count, Period: r.Per, Burst: burst}, a.answers.clients); err != nil {
		return badRate()
	}
	a.limits++
	p.limitID = a.limits
	return nil
}

func badRate() error {
	return host.Raise("route", "limit என்பது \"10/s\", \"100/m\" போன்ற வீதமாக, அல்லது {rate: \"10/s\", burst: 20} ஆக இருக்க வேண்டும்", "limit must be a rate such as \"10/s\" or \"100/m\", or {rate: \"10/s\", burst: 20}")
}

// readCORS reads a list of origins, or a record.
func readCORS(o *routeOptions, f *vm.Fiber, v value.Value) error {
	p, err := o.own(f)
	if err != nil {
		return err
	}
	if p.cors = nil; off(&v) {
		return nil
	}
	var c cors.Options
	if v.IsRecord() {
		if err := onlyFields(f, &v, "origins", "credentials", "methods", "headers", "expose", "max_age"); err != nil {
			return err
		}
		for name, to := range map[string]*[]string{"origins": &c.Origins, "methods": &c.Methods, "headers": &c.Headers, "expose": &c.Expose} {
			if x, ok := v.Field(name); ok {
				if *to, err = textList(f, x); err != nil {
					return err
				}
			}
		}
		if x, ok := v.Field("credentials"); ok {
			if err := readBool(&c.Credentials, f, x); err != nil {
				return err
			}
		}
		if x, ok := v.Field("max_age"); ok {
			if c.MaxAge, err = host.Duration(f, x); err != nil {
				return err
			}
		}
	} else if c.Origins, err = textList(f, &v); err != nil {
		return err
	}
	if p.cors, err = cors.New(c); err != nil {
		e := err.(*cors.Error)
		tamil, english := e.Tamil, e.English
		if e.Suggestion != "" {
			tamil, english = tamil+"; '"+e.Suggestion+"'?", english+"; did you mean '"+e.Suggestion+"'?"
		}
		return host.Raise("route", tamil, english)
	}
	if a, _ := appOf(f); !a.answers.preflights { // own has asked; a later run of the top level finds it set
		if !a.answers.preflights { // a top level that runs again, on any loop, only finds it so
			a.answers.preflights = true
		}
	}
	return nil
}

// textList is a text, or a list of them.
func textList(f *vm.Fiber, v *value.Value) (list []string, err error) {
	if v.IsText() {
		return []string{v.Clone()}, nil
	}
	if !v.IsList() {
		return nil, host.NeedList(f, v)
	}
	for i := range v.List().Len() {
		x := v.List().At(i)
		if !x.IsText() {
			return nil, host.Need(f, "ஓர் உரை", "text", x)
		}
		list = append(list, x.Clone())
	}
	return list, nil
}

// onlyFields finds a field of a record that is none of these.
func onlyFields(f *vm.Fiber, v *value.Value, fields ...string) error {
	return host.Fields(f, v, func(name string, _ *value.Value) error {
		if slices.Contains(fields, name) {
			return nil
		}
		return host.NoSuch("route", "'%s' என்ற புலம் இங்கு இல்லை", "there is no field '%s' here", name, fields)
	})
}

func readCompress(o *routeOptions, f *vm.Fiber, v value.Value) error {
	p, err := o.own(f)
	if err != nil {
		return err
	}
	return readBool(&p.compress, f, &v)
}

func readETag(o *routeOptions, f *vm.Fiber, v value.Value) error {
	p, err := o.own(f)
	if err != nil {
		return err
	}
	return readBool(&p.etag, f, &v)
}
