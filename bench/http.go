package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// An HTTPCase is one row: a route, and how hard it is asked for.
type HTTPCase struct {
	Name  string
	Title string
	Route string
	Conns int
	Depth int
	Rate  float64 // fixed rate: the row is about processor time, on ours and the floor only
	Fresh bool
	Loose bool // also measured without pinning, once
	Goal  float64
}

// httpCases in the order of the tables. The rates are far enough below what a core does
// that no server waits, and no queue hides what a request costs. Goal is what a request may
// cost above the floor, in microseconds.
var httpCases = []HTTPCase{
	{Name: "cost-text", Title: "plaintext", Route: "text", Conns: 64, Rate: 20_000, Goal: 0.3},
	{Name: "cost-json", Title: "JSON", Route: "json", Conns: 64, Rate: 20_000, Goal: 0.6},
	{Name: "cost-tax", Title: "tax, exact decimals", Route: "tax", Conns: 64, Rate: 20_000, Goal: 0.6},
	{Name: "cost-invoice", Title: "invoice of 1 KB, exact decimals", Route: "invoice", Conns: 64, Rate: 10_000, Goal: 1.5},
	{Name: "cost-fresh", Title: "plaintext, a new connection for each", Route: "text", Conns: 64, Rate: 4_000, Fresh: true, Goal: 2},
	{Name: "text", Title: "plaintext", Route: "text", Conns: 64, Depth: 1, Loose: true},
	{Name: "text16", Title: "plaintext, 16 pipelined", Route: "text", Conns: 64, Depth: 16},
	{Name: "json", Title: "JSON", Route: "json", Conns: 64, Depth: 1, Loose: true},
	{Name: "tax", Title: "tax", Route: "tax", Conns: 64, Depth: 1, Loose: true},
	{Name: "invoice", Title: "invoice of 1 KB", Route: "invoice", Conns: 64, Depth: 1, Loose: true},
	{Name: "fresh", Title: "plaintext, a new connection for each", Route: "text", Conns: 64, Fresh: true},
	{Name: "conns", Title: "plaintext over 5,000 connections", Route: "text", Conns: 5000, Depth: 1},
	{Name: "big", Title: "100 KB of text", Route: "big", Conns: 64, Depth: 1},
}

// HTTPResults is results/http.json.
type HTTPResults struct {
	Origin  Origin     `json:"origin"`
	Pinned  bool       `json:"pinned"` // server and generator each on a core of its own
	Peers   []PeerInfo `json:"peers"`
	Rows    []HTTPRow  `json:"rows"`
	Figures *Figures   `json:"figures,omitempty"`
}

// PeerInfo is one server.
type PeerInfo struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version string `json:"version,omitempty"`
	Absent  string `json:"absent,omitempty"` // why it was not measured
}

// HTTPRow is one case on one peer in one way, one sample a round, or more.
type HTTPRow struct {
	Case    string   `json:"case"`
	Peer    string   `json:"peer"`
	Way     Way      `json:"way"`
	Loose   bool     `json:"unpinned,omitempty"`
	Wrong   string   `json:"wrong,omitempty"`
	Samples []Sample `json:"samples"`
}

func (r *HTTPResults) row(name, peer string, w Way, loose bool) *HTTPRow {
	for i := range r.Rows {
		if row := &r.Rows[i]; row.Case == name && row.Peer == peer && row.Way == w && row.Loose == loose {
			return row
		}
	}
	return nil
}

// middle returns the median over a row's samples of one number, and whether they were
// clean. Samples that something else on the machine disturbed are left out where others
// are there.
func (row *HTTPRow) middle(of func(Sample) float64) (x float64, clean, ok bool) {
	if row == nil || row.Wrong != "" || len(row.Samples) == 0 {
		return 0, false, false
	}
	var all, good []float64
	for _, s := range row.Samples {
		all = append(all, of(s))
		if s.foreign() <= foreignLimit {
			good = append(good, of(s))
		}
	}
	if len(good) > 0 {
		return median(good), true, true
	}
	return median(all), false, true
}

// A plan is how long and how often an HTTP run measures.
type plan struct {
	rounds     int
	time, warm time.Duration
	repeats    int     // of a pair of cost samples in a round
	ease       float64 // what rates and more than 1,000 connections are divided by
	pin        bool
	figures    figurePlan
}

func standard(rounds int) plan {
	return plan{rounds, time.Second, 300 * time.Millisecond, 2, 1, canPin(), standardFigures}
}

var smoke = plan{1, 200 * time.Millisecond, 50 * time.Millisecond, 1, 10, false, smokeFigures}

// httpCommand is "go run ./bench http". The published results change only by a whole run.
func httpCommand(args []string) error {
	flags := flag.NewFlagSet("bench http", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "samples for each row; with 3 a whole run takes about 12 minutes")
	only := flags.String("only", "", "these cases only (names with commas); \"figures\": the user's own figures only")
	some := flags.String("peers", "", "these servers only (names with commas)")
	quick := flags.Bool("smoke", false, "one short round: does everything run, and answer right?")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	p := standard(*rounds)
	if *quick {
		p = smoke
	}
	cases, err := chosenCases(*only)
	if err != nil {
		return err
	}
	chosen, err := pick(peers, *some, func(p Peer) string { return p.Name })
	if err != nil {
		return err
	}
	if err := errors.Join(build(etamilBinary), buildGenerator(generatorBinary), copyPrograms()); err != nil {
		return err
	}
	r, err := measureHTTP(cases, chosen, p, os.Stderr)
	if err != nil {
		return err
	}
	if *only == "" || *only == "figures" {
		if r.Figures, err = measureFigures(p.figures, r.Pinned, os.Stderr); err != nil {
			return err
		}
	}
	r.Origin = here(strings.TrimSpace("go run ./bench http "+strings.Join(args, " ")), p.rounds)
	if *quick {
		fmt.Printf("%d rows, too short for a table\n", len(r.Rows))
	} else {
		fmt.Print(httpTable(r))
	}
	return errors.Join(keep(r, httpResults, *out, *only == "" && *some == "" && !*quick), r.wrong())
}

func chosenCases(only string) ([]HTTPCase, error) {
	if only == "figures" {
		return nil, nil
	}
	return pick(httpCases, only, func(c HTTPCase) string { return c.Name })
}

// wrong returns an error that names every row that does not count, or nil.
func (r *HTTPResults) wrong() error {
	var list []error
	for _, row := range r.Rows {
		if row.Wrong != "" {
			list = append(list, fmt.Errorf("%s on %s (%s) does not count: %s", row.Case, row.Peer, row.Way, row.Wrong))
		}
	}
	return errors.Join(list...)
}

// measureHTTP measures the cases on the peers that are here. Inside a round all peers are
// measured on a case one after the other, each alone, before the next case begins; every
// round begins with another peer.
func measureHTTP(cases []HTTPCase, chosen []Peer, p plan, progress io.Writer) (*HTTPResults, error) {
	r := &HTTPResults{Pinned: p.pin}
	present, all := whoIsHere(chosen, progress)
	r.Peers = all
	began := time.Now()
	for round := range p.rounds {
		turned := append(slices.Clone(present[round%max(len(present), 1):]), present[:round%max(len(present), 1)]...)
		for _, c := range cases {
			r.measureCase(c, turned, p, false)
			if c.Loose && round == 0 && r.Pinned {
				r.measureCase(c, turned, p, true)
			}
		}
		fmt.Fprintf(progress, "round %d of %d done (%.0fs)\n", round+1, p.rounds, time.Since(began).Seconds())
	}
	return r, nil
}

// A run is a peer in one of its ways, running.
type run struct {
	peer   Peer
	way    Way
	server *Running
}

// measureCase measures one case on all peers that have it. All servers of a case run while
// one of them is measured; the others wait for connections and use nothing.
func (r *HTTPResults) measureCase(c HTTPCase, peers []Peer, p plan, loose bool) {
	workers, core := 1, serverCore
	if loose {
		workers, core = 0, -1
	}
	if !r.Pinned {
		core = -1
	}
	var runs []run
	for _, peer := range peers {
		if c.Rate > 0 && peer.Name != ours && peer.Name != floor {
			continue
		}
		var server *Running
		for _, w := range []Way{Canned, Native, Exact} {
			if !peer.has(c.Route, w) {
				continue
			}
			row := r.row(c.Name, peer.Name, w, loose)
			if row == nil {
				r.Rows = append(r.Rows, HTTPRow{Case: c.Name, Peer: peer.Name, Way: w, Loose: loose})
				row = &r.Rows[len(r.Rows)-1]
			}
			if row.Wrong != "" {
				continue
			}
			if server == nil {
				var err error
				if server, err = peer.launch(workers, core); err != nil {
					row.Wrong = err.Error()
					continue
				}
				defer server.stop()
			}
			runs = append(runs, run{peer, w, server})
		}
	}
	order := runs
	if c.Rate > 0 { // there and back again: a drift of the machine falls on both alike
		for range p.repeats - 1 {
			slices.Reverse(runs)
			order = append(slices.Clone(order), runs...)
		}
	}
	for _, x := range order {
		row := r.row(c.Name, x.peer.Name, x.way, loose)
		if row.Wrong != "" {
			continue
		}
		s, err := r.sample(c, x, p, loose)
		if err = errors.Join(err, s.wrong()); err != nil {
			row.Wrong = err.Error()
			continue
		}
		row.Samples = append(row.Samples, s)
	}
}

func (r *HTTPResults) sample(c HTTPCase, x run, p plan, loose bool) (Sample, error) {
	core := generatorCore
	if loose || !r.Pinned {
		core = -1
	}
	if c.Conns > 1000 {
		c.Conns = int(float64(c.Conns) / p.ease)
	}
	return Load{
		Conns: c.Conns, Depth: c.Depth, Rate: c.Rate / p.ease, Fresh: c.Fresh, Warm: p.warm, Time: p.time,
		Pids: x.server.pids(), CPU: core, Port: x.server.Port, Script: x.peer.script(c.Route, x.way), Command: generatorBinary,
	}.run()
}
