package main

import (
	"fmt"
	"strings"
)

// The goals of the database's rows: how many times as many requests a second.
var dbGoals = []struct {
	name, peer string
	against    string // another case; "": the same
	ratio      float64
}{
	{"pg-one", "pgx", "", 1.6},
	{"pg-one", "bun-sql", "", 2},
	{"pg-twenty", "pgx", "", 3.5},
	{"lite-one", "sqlite", "", 0.6},
	{"lite-twenty", "sqlite", "", 0.6},
	{"lite-insert", ours, "lite-alone", 5},
}

// dbTable renders the database's rows, the goals beside the results first.
func dbTable(r *DBResults) string {
	if len(r.Rows) == 0 {
		return notMeasured
	}
	var b strings.Builder
	title := func(peer string) string {
		for _, p := range r.Peers {
			if p.Name == peer {
				return p.Title
			}
		}
		return peer
	}
	caseTitle := func(name string) string {
		for _, c := range dbCases {
			if c.Name == name {
				return c.Title
			}
		}
		return name
	}
	b.WriteString("| goal | result | |\n|---|---|---|\n")
	for _, g := range dbGoals {
		against, beside := g.against, caseTitle(g.against)
		if against == "" {
			against, beside = g.name, title(g.peer)
		}
		mine, ok1 := r.middle(g.name, ours, Sample.perSecond)
		theirs, ok2 := r.middle(against, g.peer, Sample.perSecond)
		if ok1 && ok2 {
			fmt.Fprintf(&b, "| %s: at least %.1f x %s | %.2f | %s |\n", caseTitle(g.name), g.ratio, beside, mine/theirs, verdict(mine >= g.ratio*theirs))
		}
	}
	if len(r.Slow.Alone) > 0 && r.Slow.Wrong == "" {
		alone, beside := p99(r.Slow.Alone), p99(r.Slow.Beside)
		fmt.Fprintf(&b, "| PostgreSQL: %.0f rows by their keys a second, and %.0f queries that take 100 ms besides: p99 of the quick ones at most %.0f x what it is without | %.2f (%.1f and %.1f ms) | %s |\n",
			slowRate, slowRate*slowPart, slowGoal, beside/alone, beside, alone, verdict(beside <= slowGoal*alone))
	}
	b.WriteString("\n")
	for _, c := range dbCases {
		var rows strings.Builder
		mine, ok := r.middle(c.Name, ours, Sample.perSecond)
		for _, p := range r.Peers {
			x, there := r.middle(c.Name, p.Name, Sample.perSecond)
			if !there {
				continue
			}
			value := func(of func(Sample) float64) float64 { v, _ := r.middle(c.Name, p.Name, of); return v }
			ratio := "-"
			if ok && p.Name != ours {
				ratio = mark(fmt.Sprintf("%.2f", mine/x), mine < x)
			}
			note := ""
			if value(Sample.saturation) > generatorLimit {
				note = " generator-bound"
			}
			fmt.Fprintf(&rows, "| %s | %.0f%s | %s | %.1f | %.1f | %.1f | %.0f |\n", p.Title, x, note, ratio,
				value(func(s Sample) float64 { return s.P50 / 1000 }), value(func(s Sample) float64 { return s.P99 / 1000 }),
				value(Sample.cost), value(func(s Sample) float64 { return float64(s.RSS) / 1024 }))
		}
		if rows.Len() > 0 {
			fmt.Fprintf(&b, "**%s** (%d connections)\n\n| server | a second | eTamil is x | p50 ms | p99 ms | CPU µs each, without the database server's | MB |\n|---|---|---|---|---|---|---|\n%s\n", c.Title, r.Conns, rows.String())
		}
	}
	for _, row := range r.Rows {
		if row.Wrong != "" {
			fmt.Fprintf(&b, "Does not count: %s on %s: %s.\n\n", caseTitle(row.Case), title(row.Peer), plain(row.Wrong))
		}
	}
	if r.Slow.Wrong != "" {
		fmt.Fprintf(&b, "Does not count: quick queries beside slow ones: %s.\n\n", plain(r.Slow.Wrong))
	}
	b.WriteString(r.Origin.line())
	b.WriteString("Servers: " + strings.Join(append([]string{r.Postgres}, versions(r.Peers)...), "; ") + ".\n")
	return b.String()
}
