package metrics

import (
	"fmt"
	"strings"
)

// Type is the type of a metric.
type Type string

// The types.
const (
	Counter       Type = "counter"
	Gauge         Type = "gauge"
	HistogramType Type = "histogram"
)

// ID is a metric: its place in the table.
type ID int

// The metrics.
const (
	Info ID = iota

	Requests
	RequestSeconds
	RequestsInFlight
	RequestsRefused

	Connections
	ConnectionsAccepted
	ConnectionsExpelled
	BodyBytes
	OutputBytes
	LoopLag
	LoopLagWorst
	Fibers
	FiberBytes
	Waiting
	Computing

	CacheHits
	CacheMisses
	CacheEvictions
	CacheEntries
	CacheBytes
	RememberComputing
	RememberWaiting

	PoolMax
	PoolOpen
	PoolInUse
	PoolWaiting
	PoolTaken
	PoolWaitSeconds
	PoolTimedOut
	PoolRefused
	PoolOpened
	PoolFailed

	count
)

// row is one metric. Its unit is the last word of its name but "total", as Prometheus wants it.
type row struct {
	name           string
	typ            Type
	unit           string
	labels         []string
	tamil, english string
}

var (
	ofRoute = []string{"method", "route"}
	ofPool  = []string{"pool", "kind"}
)

// table is every metric there is.
var table = [count]row{
	Info: {"etamil_info", Gauge, "", []string{"version"}, "இயங்கும் பதிப்பு; எப்போதும் 1", "the version that runs; always 1"},

	Requests: {"etamil_http_requests_total", Counter, "requests", append(ofRoute[:2:2], "status"),
		"பதில் பெற்ற கோரிக்கைகள்: வழியின் வடிவம், நிலை", "requests that were answered, by the route's pattern and status; route is empty where none fits, and /health and /ready are (built-in)"},
	RequestSeconds: {"etamil_http_request_seconds", HistogramType, "seconds", ofRoute,
		"கோரிக்கை வந்ததிலிருந்து பதில் தொடங்கும் வரை", "from a request's arrival to the beginning of its answer"},
	RequestsInFlight: {"etamil_http_requests_in_flight", Gauge, "requests", nil,
		"கையாளப்படும் கோரிக்கைகள்", "requests in work"},
	RequestsRefused: {"etamil_http_requests_refused_total", Counter, "requests", []string{"status"},
		"வழி தேடும் முன் மறுக்கப்பட்டவை: தவறானவை, மிகப் பெரியவை, இடமில்லாதவை", "requests refused before a route was looked for: malformed, too large, too slow, no room"},

	Connections: {"etamil_connections", Gauge, "connections", nil,
		"திறந்த இணைப்புகள்", "open connections"},
	ConnectionsAccepted: {"etamil_connections_accepted_total", Counter, "connections", nil,
		"ஏற்கப்பட்ட இணைப்புகள்", "connections accepted"},
	ConnectionsExpelled: {"etamil_connections_expelled_total", Counter, "connections", nil,
		"இடமின்றித் துண்டிக்கப்பட்டவை", "connections cut for lack of room"},
	BodyBytes: {"etamil_request_body_bytes", Gauge, "bytes", nil,
		"நினைவில் உள்ள கோரிக்கை உடல்கள்", "bytes of requests that are held"},
	OutputBytes: {"etamil_unsent_bytes", Gauge, "bytes", nil,
		"வாடிக்கையாளர் இன்னும் பெறாத பதில்கள்", "bytes of answers that clients have not taken"},
	LoopLag: {"etamil_loop_lag_seconds", Gauge, "seconds", nil,
		"மிகத் தாமதமான நிகழ்வுச் சுற்றின் தாமதம்", "how late the latest event loop is"},
	LoopLagWorst: {"etamil_loop_lag_worst_seconds", Gauge, "seconds", nil,
		"கடந்த ஒரு நிமிடத்தின் மிக அதிகத் தாமதம்", "the worst lag of about the last minute"},
	Fibers: {"etamil_fibers", Gauge, "fibers", nil,
		"காத்திருக்கும் அல்லது கணக்கிடும் இழைகள்", "fibers that wait or compute"},
	FiberBytes: {"etamil_fiber_bytes", Gauge, "bytes", nil,
		"அவற்றின் மதிப்புகளுக்கான நினைவகம்", "memory for their values"},
	Waiting: {"etamil_blocking_operations", Gauge, "operations", nil,
		"வேறிடத்தில் நடக்கும் காத்திருப்புகள் (தரவுதளம், கோப்பு …)", "operations that wait on goroutines beside the loops: databases, files, servers"},
	Computing: {"etamil_computing", Gauge, "fibers", nil,
		"சுற்றுகளுக்கு வெளியே கணக்கிடும் இழைகள்", "fibers that compute beside the loops"},

	CacheHits: {"etamil_cache_hits_total", Counter, "lookups", []string{"store"},
		"தற்காலிகத்தில் கிடைத்தவை", "what was found in the cache"},
	CacheMisses: {"etamil_cache_misses_total", Counter, "lookups", []string{"store"},
		"தற்காலிகத்தில் கிடைக்காதவை", "what was not found in the cache"},
	CacheEvictions: {"etamil_cache_evictions_total", Counter, "entries", []string{"store"},
		"இடமின்றி நீக்கப்பட்டவை", "entries that had to go for lack of room"},
	CacheEntries: {"etamil_cache_entries", Gauge, "entries", []string{"store"},
		"நினைவகத்தில் உள்ள பதிவுகள்", "entries of a cache in memory"},
	CacheBytes: {"etamil_cache_bytes", Gauge, "bytes", []string{"store"},
		"நினைவகத்தில் உள்ள தற்காலிகத்தின் அளவு", "about what a cache in memory takes"},
	RememberComputing: {"etamil_cache_remember_computing", Gauge, "computations", nil,
		"நடக்கும் நினைவில் கணக்கீடுகள்", "computations of remember that are under way"},
	RememberWaiting: {"etamil_cache_remember_waiting", Gauge, "fibers", nil,
		"நினைவில் கணக்கீட்டிற்காகக் காத்திருப்போர்", "who waits for a computation of remember"},

	PoolMax: {"etamil_db_connections_max", Gauge, "connections", ofPool,
		"குளத்தின் அதிகபட்ச இணைப்புகள்", "connections that the pool may have"},
	PoolOpen: {"etamil_db_connections_open", Gauge, "connections", ofPool,
		"திறந்த இணைப்புகள்", "connections that are open"},
	PoolInUse: {"etamil_db_connections_in_use", Gauge, "connections", ofPool,
		"பயன்பாட்டில் உள்ளவை", "connections in use"},
	PoolWaiting: {"etamil_db_waiting", Gauge, "fibers", ofPool,
		"இணைப்புக்காகக் காத்திருப்போர்", "who waits for a connection"},
	PoolTaken: {"etamil_db_taken_total", Counter, "connections", ofPool,
		"எத்தனை முறை இணைப்பு பெறப்பட்டது", "how often a connection was taken"},
	PoolWaitSeconds: {"etamil_db_wait_seconds_total", Counter, "seconds", ofPool,
		"இணைப்புக்காகக் காத்த நேரம், எல்லோருக்கும் சேர்த்து", "time that was waited for connections, by all together"},
	PoolTimedOut: {"etamil_db_acquire_timeouts_total", Counter, "requests", ofPool,
		"உரிய நேரத்தில் இணைப்பு கிடைக்காதவை", "who got no connection in time"},
	PoolRefused: {"etamil_db_acquire_refused_total", Counter, "requests", ofPool,
		"மிகப் பலர் காத்திருந்ததால் மறுக்கப்பட்டவை", "who was refused as too many waited already"},
	PoolOpened: {"etamil_db_opened_total", Counter, "connections", ofPool,
		"திறக்கப்பட்ட இணைப்புகள்", "connections opened"},
	PoolFailed: {"etamil_db_open_failures_total", Counter, "attempts", ofPool,
		"இணைப்பைத் திறக்கத் தோற்ற முயற்சிகள்", "attempts to open a connection that failed"},
}

// Files are the files made from the table, by their path from the repository's root. A test
// compares them with what stands there.
func Files() map[string][]byte {
	return map[string][]byte{"docs/reference/metrics.md": reference()}
}

func reference() []byte {
	var b strings.Builder
	b.WriteString(`# அளவீடுகள் · Metrics

This page is made from the table in ` + "`internal/metrics/table.go`" + ` by its test; change the table and run ` + "`go test ./internal/metrics -update`" + `.

` + "`[admin] listen`" + ` (` + "`--admin-listen`" + `) names an address at which ` + "`GET /metrics`" + ` answers with these, in the text format of Prometheus. Without it
nothing is counted. Counts begin with the process, and go on over a reload.

| metric | type | unit | labels | what | |
|---|---|---|---|---|---|
`)
	for i := range table {
		r := &table[i]
		var labels string
		if len(r.labels) > 0 {
			labels = "`" + strings.Join(r.labels, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", r.name, r.typ, r.unit, labels, r.tamil, r.english)
	}
	fmt.Fprintf(&b, `
A histogram has %d buckets, from %v to %v seconds. Behind these come the figures of Go's runtime (`+"`go_…`"+`: goroutines, memory, garbage collection)
and of the process (`+"`process_…`"+`: processor time, memory, open files), as the library VictoriaMetrics/metrics has them.
`, len(bounds), bounds[0].Seconds(), bounds[len(bounds)-1].Seconds())
	return []byte(b.String())
}
