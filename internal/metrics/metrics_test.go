package metrics

import (
	"bytes"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write docs/reference/metrics.md anew")

// TestReference holds the page of the documentation to the table.
func TestReference(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the table says: go test ./internal/metrics -update (%v)", name, err)
		}
	}
}

// TestTable: names are of the kind that Prometheus wants, and no two are alike.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for i := range table {
		r := &table[i]
		switch {
		case !regexp.MustCompile(`^etamil_[a-z_]+$`).MatchString(r.name), seen[r.name]:
			t.Errorf("name %q", r.name)
		case (r.typ == Counter) != strings.HasSuffix(r.name, "_total"):
			t.Errorf("%s is a %s", r.name, r.typ)
		case r.tamil == "" || r.english == "":
			t.Errorf("%s has no help", r.name)
		case r.unit == "seconds" && !strings.Contains(r.name, "seconds"), r.unit == "bytes" && !strings.HasSuffix(r.name, "bytes"):
			t.Errorf("%s is in %s", r.name, r.unit)
		}
		seen[r.name] = true
	}
}

// sample is a line of the text format.
var sample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:, ?[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*")*\})? (-?[0-9.e+-]+|[+-]Inf|NaN)$`)

// TestPage: what a page looks like, and that everything on it is of the format, the library's part
// too: each metric in one place, behind its type.
func TestPage(t *testing.T) {
	var h Histogram
	for _, d := range []time.Duration{0, 100 * time.Microsecond, 101 * time.Microsecond, 7 * time.Millisecond, time.Hour} {
		h.Observe(d)
	}
	var s Set
	s.Add(func(p *Page) {
		p.Add(Requests, 3, "GET", "/a/:\"x\"\\\n", "200")
		p.Add(RequestsInFlight, 1)
	})
	remove := s.Add(func(p *Page) { p.Add(CacheHits, 7, "memory") })
	s.Add(func(p *Page) { p.Histogram(RequestSeconds, &h, "GET", "/அ") })
	text := string(s.Text())
	for _, want := range []string{
		"# TYPE etamil_http_requests_total counter\netamil_http_requests_total{method=\"GET\",route=\"/a/:\\\"x\\\"\\\\\\n\",status=\"200\"} 3\n# HELP",
		"etamil_http_requests_in_flight 1\n",
		"etamil_cache_hits_total{store=\"memory\"} 7\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"0.0001\"} 2\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"0.00025\"} 3\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"0.005\"} 3\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"0.01\"} 4\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"10\"} 4\n",
		"etamil_http_request_seconds_bucket{method=\"GET\",route=\"/அ\",le=\"+Inf\"} 5\n",
		"etamil_http_request_seconds_sum{method=\"GET\",route=\"/அ\"} 3600.007201\n",
		"etamil_http_request_seconds_count{method=\"GET\",route=\"/அ\"} 5\n",
		"\ngo_goroutines ", "\nprocess_resident_memory_bytes ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	typed := map[string]string{}
	last := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if rest, ok := strings.CutPrefix(line, "# TYPE "); ok {
			name, typ, _ := strings.Cut(rest, " ")
			if typed[name] != "" {
				t.Errorf("%s is there twice", name)
			}
			typed[name], last = typ, name
			continue
		}
		if strings.HasPrefix(line, "# HELP ") {
			continue
		}
		m := sample.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is no sample", line)
			continue
		}
		name := m[1]
		if typ := typed[last]; name != last && !(slices.Contains([]string{"histogram", "summary"}, typ) &&
			slices.Contains([]string{last + "_bucket", last + "_sum", last + "_count"}, name)) {
			t.Errorf("%q stands behind the type of %s", line, last)
		}
	}
	remove()
	if strings.Contains(string(s.Text()), "etamil_cache") {
		t.Error("who was removed is asked")
	}
	defer func() {
		if recover() == nil {
			t.Error("wrong labels are not noticed")
		}
	}()
	new(Page).Add(Requests, 1, "GET")
}

// TestMerge: histograms add up, and counting allocates nothing.
func TestMerge(t *testing.T) {
	var a, b Histogram
	if n := testing.AllocsPerRun(100, func() { a.Observe(time.Millisecond) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	b.Observe(time.Second)
	before := a.Count()
	a.Merge(&b)
	if a.Count() != before+1 || b.Count() != 1 {
		t.Errorf("%d and %d", a.Count(), b.Count())
	}
}

// TestServer: only GET /metrics is there, and nothing any more behind the end.
func TestServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var set Set
	s := Serve(l, &set)
	url := "http://" + l.Addr().String()
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/metrics", 200}, {"HEAD", "/metrics", 200}, {"POST", "/metrics", 405}, {"GET", "/", 404}, {"GET", "/metrics/x", 404}} {
		r, err := http.NewRequest(c.method, url+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(a.Body)
		a.Body.Close()
		if a.StatusCode != c.status {
			t.Errorf("%s %s: %d", c.method, c.path, a.StatusCode)
		}
		if c.status == 200 && (a.Header.Get("Content-Type") != ContentType || c.method == "GET" && !bytes.Contains(body, []byte("go_goroutines"))) {
			t.Errorf("%s: %v %s", c.method, a.Header, body)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	s.Close()
	if _, err := http.Get(url + "/metrics"); err == nil {
		t.Error("it answers behind its end")
	}
}
