package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A DBCase is one row of the database's table: a path, on PostgreSQL or on SQLite.
type DBCase struct {
	Name   string
	Title  string
	SQLite bool
	Path   string
	Peers  string // that have it, with spaces; "": all
}

// dbCases in the order of the tables.
var dbCases = []DBCase{
	{Name: "pg-one", Title: "PostgreSQL: a row by its key", Path: "/one"},
	{Name: "pg-twenty", Title: "PostgreSQL: 20 rows by their keys, a query each", Path: "/twenty"},
	{Name: "pg-parallel", Title: "PostgreSQL: 20 rows by their keys, a query each, asked all at once", Path: "/parallel", Peers: ours + " pgx-batch"},
	{Name: "pg-fortunes", Title: "PostgreSQL: fortunes, a page of 13 rows", Path: "/fortunes"},
	{Name: "pg-update", Title: "PostgreSQL: a transaction that reads and updates a row", Path: "/update"},
	{Name: "pg-insert", Title: "PostgreSQL: a row inserted", Path: "/insert"},
	{Name: "lite-one", Title: "SQLite: a row by its key", SQLite: true, Path: "/one"},
	{Name: "lite-twenty", Title: "SQLite: 20 rows by their keys, a query each", SQLite: true, Path: "/twenty"},
	{Name: "lite-insert", Title: "SQLite: a row inserted, COMMIT shared", SQLite: true, Path: "/insert"},
	{Name: "lite-alone", Title: "SQLite: a row inserted, a transaction each", SQLite: true, Path: "/alone"},
}

// A DBPeer is a server that the rows are measured on.
type DBPeer struct {
	Peer
	SQLite, Postgres bool
	Cases            string            // with spaces; "": all
	Path             map[string]string // where it has another
}

var dbPeers = []DBPeer{
	{Peer: Peer{Name: ours, Title: "eTamil", Version: []string{etamilBinary, "version"}, Needs: []string{etamilBinary},
		Command: func(port string, _ int, _ string) ([]string, error) {
			return []string{etamilBinary, "serve", "bench/programs/db/app.qmz", "--host", "127.0.0.1", "--port", port}, nil
		}}, SQLite: true, Postgres: true},
	{Peer: Peer{Name: "pgx", Title: "fasthttp, pgx pool", Needs: []string{peersDir + "/pgx"}, Command: program(peersDir + "/pgx")}, Postgres: true},
	{Peer: Peer{Name: "pgx-batch", Title: "fasthttp, pgx batch", Needs: []string{peersDir + "/pgx"}, Command: program(peersDir + "/pgx")}, Postgres: true,
		Cases: "pg-twenty pg-parallel", Path: map[string]string{"/twenty": "/batch", "/parallel": "/batch"}},
	{Peer: Peer{Name: "bun-sql", Title: "Bun, Bun SQL", Version: []string{bunBinary, "--version"}, Needs: []string{bunBinary}, Command: dbScriptOn("bun")}, Postgres: true},
	{Peer: Peer{Name: "postgres-js", Title: "Bun, postgres.js", Version: []string{bunBinary, "--version"},
		Needs: []string{bunBinary, jsDir + "/node_modules/postgres"}, Command: dbScriptOn("postgres")}, Postgres: true},
	{Peer: Peer{Name: "sqlite", Title: "fasthttp, database/sql", Needs: []string{peersDir + "/sqlite"}, Command: program(peersDir + "/sqlite")}, SQLite: true},
}

// dbScriptOn is the Command of jsserver/db.js with that client.
func dbScriptOn(client string) func(string, int, string) ([]string, error) {
	return func(port string, _ int, _ string) ([]string, error) {
		return []string{bunBinary, jsDir + "/db.js", port, client}, nil
	}
}

// measures says whether p has the case.
func (p DBPeer) measures(c DBCase) bool {
	if p.Cases != "" && !slices.Contains(strings.Fields(p.Cases), c.Name) || c.Peers != "" && !slices.Contains(strings.Fields(c.Peers), p.Name) {
		return false
	}
	return c.SQLite && p.SQLite || !c.SQLite && p.Postgres
}

// DBResults is results/db.json.
type DBResults struct {
	Origin   Origin     `json:"origin"`
	Postgres string     `json:"postgres"`
	Conns    int        `json:"connections"`
	Peers    []PeerInfo `json:"peers"`
	Rows     []DBRow    `json:"rows"`
	Slow     SlowRow    `json:"slow"`
}

// DBRow is one case on one peer, one sample a round.
type DBRow struct {
	Case    string   `json:"case"`
	Peer    string   `json:"peer"`
	Wrong   string   `json:"wrong,omitempty"`
	Samples []Sample `json:"samples"`
}

func (r *DBResults) row(name, peer string) *DBRow {
	for i := range r.Rows {
		if row := &r.Rows[i]; row.Case == name && row.Peer == peer {
			return row
		}
	}
	return nil
}

// middle is the median over a row's samples of one number; ok is false where there is none.
func (r *DBResults) middle(name, peer string, of func(Sample) float64) (x float64, ok bool) {
	row := r.row(name, peer)
	if row == nil || row.Wrong != "" || len(row.Samples) == 0 {
		return 0, false
	}
	var all []float64
	for _, s := range row.Samples {
		all = append(all, of(s))
	}
	return median(all), true
}

const dbConns = 64

// dbCommand is "go run ./bench db". The published results change only by a whole run.
func dbCommand(args []string) error {
	flags := flag.NewFlagSet("bench db", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "samples for each row; with 3 a whole run takes about 3 minutes")
	only := flags.String("only", "", "these cases only (names with commas)")
	some := flags.String("peers", "", "these servers only (names with commas)")
	quick := flags.Bool("smoke", false, "one short round: does everything run, and answer right?")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	p := plan{rounds: *rounds, time: 2 * time.Second, warm: 500 * time.Millisecond}
	if *quick {
		p = plan{rounds: 1, time: 200 * time.Millisecond, warm: 100 * time.Millisecond}
	}
	cases, err := pick(dbCases, *only, func(c DBCase) string { return c.Name })
	if err != nil {
		return err
	}
	chosen, err := pick(dbPeers, *some, func(p DBPeer) string { return p.Name })
	if err != nil {
		return err
	}
	if err := errors.Join(build(etamilBinary), buildGenerator(generatorBinary), copyPrograms()); err != nil {
		return err
	}
	r, err := measureDB(cases, chosen, p, os.Stderr)
	if err != nil {
		return err
	}
	r.Origin = here(strings.TrimSpace("go run ./bench db "+strings.Join(args, " ")), p.rounds)
	if *quick {
		fmt.Printf("%d rows, too short for a table\n", len(r.Rows))
	} else {
		fmt.Print(dbTable(r))
	}
	return errors.Join(keep(r, dbResults, *out, *only == "" && *some == "" && !*quick), r.wrong())
}

// wrong returns an error that names every row that does not count, or nil.
func (r *DBResults) wrong() error {
	var list []error
	for _, row := range r.Rows {
		if row.Wrong != "" {
			list = append(list, fmt.Errorf("%s on %s does not count: %s", row.Case, row.Peer, row.Wrong))
		}
	}
	if r.Slow.Wrong != "" {
		list = append(list, fmt.Errorf("quick queries beside slow ones don't count: %s", r.Slow.Wrong))
	}
	return errors.Join(list...)
}

// measureDB measures the cases on the peers that are here, which share one PostgreSQL. Inside a
// round all peers are measured on a case one after the other before the next case begins; every
// round begins with another peer. Nothing is pinned: a server, its database and the generator
// share all cores.
func measureDB(cases []DBCase, chosen []DBPeer, p plan, progress io.Writer) (*DBResults, error) {
	r := &DBResults{Conns: dbConns}
	present, all := whoIsHere(chosen, progress)
	r.Peers = all
	if len(present) == 0 {
		return nil, errors.New("no server to measure")
	}
	pg, err := startPostgres()
	if err != nil {
		return nil, err
	}
	defer pg.stop()
	r.Postgres = pg.version
	began := time.Now()
	slow := slices.ContainsFunc(present, func(p DBPeer) bool { return p.Name == ours }) && slices.ContainsFunc(cases, func(c DBCase) bool { return c.Name == "pg-one" })
	for round := range p.rounds {
		turn := round % len(present)
		for _, c := range cases {
			r.measureCase(c, slices.Concat(present[turn:], present[:turn]), pg.url, p)
		}
		if slow && r.Slow.Wrong == "" {
			if err := r.Slow.measure(pg.url, p); err != nil {
				r.Slow.Wrong = err.Error()
			}
		}
		fmt.Fprintf(progress, "round %d of %d done (%.0fs)\n", round+1, p.rounds, time.Since(began).Seconds())
	}
	return r, nil
}

// measureCase takes a sample of a case from each peer.
func (r *DBResults) measureCase(c DBCase, peers []DBPeer, url string, p plan) {
	for _, peer := range peers {
		if !peer.measures(c) {
			continue
		}
		row := r.row(c.Name, peer.Name)
		if row == nil {
			r.Rows = append(r.Rows, DBRow{Case: c.Name, Peer: peer.Name})
			row = &r.Rows[len(r.Rows)-1]
		}
		if row.Wrong != "" {
			continue
		}
		s, err := peer.sample(c, url, p)
		if err = errors.Join(err, s.wrong()); err != nil {
			row.Wrong = err.Error()
			continue
		}
		row.Samples = append(row.Samples, s)
	}
}

// sample starts the peer, on a file of its own for SQLite, and puts the load on.
func (p DBPeer) sample(c DBCase, url string, plan plan) (Sample, error) {
	port, err := freePort()
	if err != nil {
		return Sample{}, err
	}
	folder, err := os.MkdirTemp("", "bench-"+p.Name+"-")
	if err != nil {
		return Sample{}, err
	}
	if c.SQLite {
		url = "sqlite:" + filepath.Join(folder, "bench.db")
	}
	command, err := p.Command(port, 0, folder)
	if err != nil {
		return Sample{}, errors.Join(err, os.RemoveAll(folder))
	}
	server, err := start(command, port, -1, folder, "DATABASE_URL="+url)
	if err != nil {
		return Sample{}, errors.Join(err, os.RemoveAll(folder))
	}
	defer server.stop()
	path := c.Path
	if other, ok := p.Path[path]; ok {
		path = other
	}
	return Load{
		Conns: dbConns, Warm: plan.warm, Time: plan.time, Pids: server.pids(), CPU: -1,
		Port: port, Script: dbScript(path), Command: generatorBinary,
	}.run()
}
