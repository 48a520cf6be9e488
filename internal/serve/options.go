package serve

import (
	"slices"
	"time"

	"etamil/http1"
	"etamil/internal/config"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// routeOptions are what a route is told about itself. A route of a group begins with those
// of the group.
type routeOptions struct {
	timeout time.Duration // 0: the server's
	limits  *http1.Limits // whose BodyBytes is the body's limit; nil: the server's
	policy  *policy       // nil: the server's
	keep    *keeping      // nil: answers are not kept
	stream  bool          // the handler starts with the head, and takes the body as it comes
}

// RouteOption is an option that a route or group may have: a row of one table, from which
// programs are read, mistakes are told, and documentation is checked.
type RouteOption struct {
	Spellings      []string // Tamil first, romanised, English
	Tamil, English string   // one sentence
	read           func(o *routeOptions, f *vm.Fiber, v value.Value) error
}

// RouteOptions are all of them.
var RouteOptions = []RouteOption{
	{Spellings: []string{"காலக்கெடு", "kAlakketu", "timeout"},
		Tamil: "பதில் சொல்ல உள்ள நேரம்; மீறினால் 504", English: "time to answer; beyond: 504",
		read: readTimeout},
	{Spellings: []string{"உடல்", "utal", "body"},
		Tamil: "கோரிக்கை உடலின் அளவு, எண்ணாகவோ \"5MiB\" என்றோ; மீறினால் 413", English: "bytes of a request's body, as a number or like \"5MiB\"; beyond: 413",
		read: readBody},
	{Spellings: []string{"ஓடை", "OtY", "stream"},
		Tamil: "உடல் வர வரப் படிக்கலாமா: தலைப்பு வந்ததும் கையாளும் செயல் தொடங்கும்", English: "whether the body is read as it comes: the handler starts when the head is there",
		read: readStream},
	{Spellings: []string{"வீதம்", "vIqam", "limit"},
		Tamil: "ஒரு வாடிக்கையாளரின் வீதம், \"10/m\" அல்லது {rate: \"10/m\", burst: 3}; மீறினால் 429; \"off\" எனில் இல்லை", English: "how often each client may ask, \"10/m\" or {rate: \"10/m\", burst: 3}; beyond: 429; \"off\" for no limit",
		read: readLimit},
	{Spellings: []string{"தற்காலிகம்", "qaRkAlikam", "cache"},
		Tamil: "200 என்ற பதிலை அவ்வளவு காலம் வைத்துக் கொள்ளும், GET, HEAD: \"60s\", அல்லது {ttl, vary, tags, everyone}; \"off\" எனில் இல்லை", English: "keeps answers of 200 to GET and HEAD for that time: \"60s\", or {ttl, vary, tags, everyone}; \"off\" for none",
		read: readKeeping},
	{Spellings: []string{"மூலங்கள்", "mUlawkaL", "cors"},
		Tamil: "எந்தத் தளங்கள் படிக்கலாம்: மூலங்களின் அணி, அல்லது {origins, credentials, methods, headers, expose, max_age}; \"off\" எனில் எதுவும் இல்லை", English: "which sites may read the answers: a list of origins, or {origins, credentials, methods, headers, expose, max_age}; \"off\" for none",
		read: readCORS},
	{Spellings: []string{"சுருக்கம்", "curukkam", "compress"},
		Tamil: "பதிலைச் சுருக்கலாமா", English: "whether answers may be compressed",
		read: readCompress},
	{Spellings: []string{"குறி", "kuRi", "etag"},
		Tamil: "பதிலுக்கு ETag தரலாமா", English: "whether answers get an ETag",
		read: readETag},
}

// spelt is a row of a table of options.
type spelt interface{ spellings() []string }

func (o RouteOption) spellings() []string { return o.Spellings }

// optionOf is the row of that name, or why there is none: its sentences have a %s for the
// name.
func optionOf[T spelt](table []T, name, code, tamil, english string) (*T, error) {
	var all []string
	for i := range table {
		if slices.Contains(table[i].spellings(), name) {
			return &table[i], nil
		}
		all = append(all, table[i].spellings()...)
	}
	return nil, host.NoSuch(code, tamil, english, name, all)
}

// read reads a record of options, or nil.
func (o *routeOptions) read(f *vm.Fiber, v *value.Value) error {
	err := host.Fields(f, v, func(name string, x *value.Value) error {
		row, err := optionOf(RouteOptions, name, "route", "'%s' என்ற விருப்பம் வழிக்கு இல்லை", "a route has no option '%s'")
		if err != nil {
			return err
		}
		return row.read(o, f, *x)
	})
	if err == nil && o.limits != nil && o.limits.BodyBytes > largestBody && !o.stream {
		return badBody()
	}
	return err
}

func readTimeout(o *routeOptions, f *vm.Fiber, v value.Value) error {
	d, err := host.Duration(f, &v)
	if err != nil {
		return err
	}
	if d <= 0 {
		return host.Raise("route", "காலக்கெடு பூஜ்ஜியத்தை விடப் பெரியதாக இருக்க வேண்டும்", "timeout must be more than 0")
	}
	o.timeout = d
	return nil
}

// largestBody is the most that a route's body limit may be: what is sent stays in memory.
const largestBody = 1 << 30

func readBody(o *routeOptions, f *vm.Fiber, v value.Value) error {
	n, ok := config.Bytes(host.Text(f, &v))
	if !ok || n < 1 || n > mostStreamed {
		return badBody()
	}
	o.limits = &http1.Limits{BodyBytes: int(n)} // the rest is the server's: see App.bodyLimits
	return nil
}

func badBody() error {
	return host.Raise("route",
		"உடல் 1 முதல் 1GiB வரை ஓர் அளவாக இருக்க வேண்டும்: 65536, \"5MiB\"; ஓடை மெய் எனில் அதற்கு மேலும்",
		"body must be a size from 1 to 1GiB: 65536, \"5MiB\"; beyond that only with stream: true")
}

// mostStreamed is the most that a route's body limit may be where it is taken as it comes.
const mostStreamed = 1 << 50

func readStream(o *routeOptions, _ *vm.Fiber, v value.Value) error {
	if !v.IsBool() {
		return host.Raise("route", "ஓடை என்பது மெய் அல்லது பொய்", "stream is true or false")
	}
	o.stream = v.Truth()
	return nil
}

// bodyLimits gives the routes that have a body limit of their own the server's others, and
// answers with the largest that there is.
func (a *App) bodyLimits(server http1.Limits) (largest int) {
	largest = server.BodyBytes
	for i := range a.handlers {
		o := &a.handlers[i].options
		own := o.limits
		a.ownLimits = a.ownLimits || own != nil || o.stream
		if own == nil {
			continue
		}
		n := own.BodyBytes
		*own = server
		own.BodyBytes = n
		if a.largestForm = max(a.largestForm, n); !o.stream {
			largest = max(largest, n)
		}
	}
	a.largestForm = max(a.largestForm, server.BodyBytes)
	return largest
}
