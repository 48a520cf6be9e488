package main

import (
	"fmt"
	"strings"
)

// The goals of the server's rows. Cost goals stand with their cases.
var throughputGoals = []struct {
	name  string
	peer  string
	ratio float64
}{
	{"tax", "fasthttp", 1.25}, {"tax", "bun", 1.5}, {"tax", "nginx-lua", 1.6}, {"tax", "node", 2.9}, {"tax", "hyper", 1.0},
	{"text", "fasthttp", 1.15}, {"text16", "fasthttp", 2.0}, {"invoice", "fasthttp", 1.25},
	{"conns", floor, 1.0}, {"big", "fasthttp", 1.0},
}

const (
	goalConnsRSS  = 40.0   // MB with 5,000 connections
	goalBurst     = 50.0   // ms for 1,000 requests that each wait 10
	goalPerSecond = 10_000 // plaintext
	goalStart     = 50.0   // ms
	goalRest      = 30.0   // MB
	goalIdle      = 1024.0 // bytes of ours for an idle connection
	goalNeighbour = 10.0   // ms, p99 beside a computing handler
	goalRecords   = 0.1    // ms, p99.9
)

// httpTable renders the server's rows, the goals beside the results first.
func httpTable(r *HTTPResults) string {
	if len(r.Rows) == 0 && r.Figures == nil {
		return notMeasured
	}
	var b strings.Builder
	r.writeGoals(&b)
	r.writeCosts(&b)
	r.writeThroughput(&b, false)
	r.writeThroughput(&b, true)
	r.writeFigures(&b)
	for _, row := range r.Rows {
		if row.Wrong != "" {
			fmt.Fprintf(&b, "Does not count: %s on %s (%s): %s.\n\n", caseTitle(row.Case), r.title(row.Peer), row.Way, plain(row.Wrong))
		}
	}
	if r.Figures != nil {
		for _, w := range r.Figures.Wrong {
			fmt.Fprintf(&b, "Does not count: %s.\n\n", plain(w))
		}
	}
	b.WriteString(r.Origin.line())
	if list := versions(r.Peers); len(list) > 0 {
		b.WriteString("Servers: " + strings.Join(list, "; ") + ".\n")
	}
	return b.String()
}

// plain makes foreign text safe inside a line of Markdown.
func plain(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer("<", "‹", ">", "›", "|", "/").Replace(s)
}

func caseTitle(name string) string {
	for _, c := range httpCases {
		if c.Name == name {
			return c.Title
		}
	}
	return name
}

func (r *HTTPResults) title(peer string) string {
	for _, p := range r.Peers {
		if p.Name == peer {
			return p.Title
		}
	}
	return peer
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "**missed** ▼"
}

// first returns the row of a peer's usual way: canned, native, or for eTamil exact.
func (r *HTTPResults) first(name, peer string) *HTTPRow {
	for _, w := range []Way{Canned, Native, Exact} {
		if row := r.row(name, peer, w, false); row != nil {
			return row
		}
	}
	return nil
}

// extra returns what a request of ours costs above the floor's, in microseconds: the
// median of the differences of samples that were taken one after the other.
func (r *HTTPResults) extra(name string) (float64, bool) {
	mine, theirs := r.first(name, ours), r.first(name, floor)
	if mine == nil || theirs == nil || mine.Wrong != "" || theirs.Wrong != "" {
		return 0, false
	}
	var all, good []float64
	for i := range min(len(mine.Samples), len(theirs.Samples)) {
		a, b := mine.Samples[i], theirs.Samples[i]
		all = append(all, a.cost()-b.cost())
		if a.foreign() <= foreignLimit && b.foreign() <= foreignLimit {
			good = append(good, a.cost()-b.cost())
		}
	}
	if len(good) > 0 {
		return median(good), true
	}
	if len(all) == 0 {
		return 0, false
	}
	return median(all), true
}

func (r *HTTPResults) writeGoals(b *strings.Builder) {
	b.WriteString("| goal | result | |\n|---|---|---|\n")
	line := func(goal, result string, met bool) { fmt.Fprintf(b, "| %s | %s | %s |\n", goal, result, verdict(met)) }
	for _, c := range httpCases {
		if c.Goal == 0 {
			continue
		}
		if x, ok := r.extra(c.Name); ok {
			result := fmt.Sprintf("%+.2f µs", x)
			_, clean1, _ := r.first(c.Name, ours).middle(Sample.cost)
			if _, clean2, _ := r.first(c.Name, floor).middle(Sample.cost); !clean1 || !clean2 {
				result += " * (disturbed: proves little)"
			}
			line(fmt.Sprintf("%s: at most %.1f µs of processor above the bare gnet loop", c.Title, c.Goal), result, x <= c.Goal)
		}
	}
	for _, g := range throughputGoals {
		mine, clean1, ok1 := r.first(g.name, ours).middle(Sample.perSecond)
		theirs, clean2, ok2 := r.first(g.name, g.peer).middle(Sample.perSecond)
		if !ok1 || !ok2 {
			continue
		}
		result := fmt.Sprintf("%.2f", mine/theirs)
		if r.bound(g.name, ours) {
			result += " (generator-bound)"
		}
		if !clean1 || !clean2 {
			result += " * (disturbed: proves little)"
		}
		line(fmt.Sprintf("%s: at least %.2f x %s", caseTitle(g.name), g.ratio, r.title(g.peer)), result, mine >= g.ratio*theirs)
	}
	if mb, _, ok := r.first("conns", ours).middle(func(s Sample) float64 { return float64(s.RSS) / 1024 }); ok {
		line(fmt.Sprintf("5,000 connections in at most %.0f MB", goalConnsRSS), fmt.Sprintf("%.0f MB", mb), mb <= goalConnsRSS)
	}
	if x, _, ok := r.first("text", ours).middle(Sample.perSecond); ok {
		line(fmt.Sprintf("at least %d requests a second on one core", goalPerSecond), fmt.Sprintf("%.0f", x), x >= goalPerSecond)
	}
	if r.Figures != nil {
		r.Figures.writeGoals(line)
	}
	b.WriteString("\n")
}

// bound says that the generator, not the server, was the limit of a row.
func (r *HTTPResults) bound(name, peer string) bool {
	x, _, ok := r.first(name, peer).middle(Sample.saturation)
	return ok && x > generatorLimit
}

func (f *Figures) writeGoals(line func(goal, result string, met bool)) {
	if ms := f.Bursts.BurstsMs; len(ms) > 0 {
		x := median(ms)
		line(fmt.Sprintf("1,000 requests at once that each wait 10 ms, all answered in %.0f ms", goalBurst), number(x)+" ms", x <= goalBurst)
	}
	if len(f.StartMs) > 0 {
		x := median(f.StartMs)
		result := number(x) + " ms"
		if len(f.EmptyMs) > 0 {
			result += fmt.Sprintf(" (an empty Go program: %s)", number(median(f.EmptyMs)))
		}
		line(fmt.Sprintf("from exec to the first answered request in %.0f ms", goalStart), result, x <= goalStart)
	}
	if f.RestKB > 0 {
		x := float64(f.RestKB) / 1024
		line(fmt.Sprintf("at rest in at most %.0f MB", goalRest), number(x)+" MB", x <= goalRest)
	}
	if x, ok := f.slope(); ok {
		line(fmt.Sprintf("an idle connection at most %.0f bytes of ours", goalIdle), fmt.Sprintf("%.0f", x), x <= goalIdle)
	}
	if f.Beside.Answered > 0 {
		x := f.Beside.P99 / 1000
		line(fmt.Sprintf("p99 of cheap requests beside a handler that computes for 50 ms: at most %.0f ms (ours; %s alone)", goalNeighbour, number(f.Alone.P99/1000)), number(x)+" ms", x <= goalNeighbour)
	}
	if f.Paced.Answered > 0 {
		x := f.Paced.P999 / 1000
		beside := ""
		if f.Canned.Answered > 0 {
			beside = fmt.Sprintf(" (ready-made answers of the C loop: %s)", number(f.Canned.P999/1000))
		}
		line(fmt.Sprintf("110 records built in a request, two workers: p99.9 at most %.1f ms", goalRecords), number(x)+" ms"+beside, x <= goalRecords)
	}
}

func (r *HTTPResults) writeCosts(b *strings.Builder) {
	var rows strings.Builder
	for _, c := range httpCases {
		mine, clean1, ok1 := r.first(c.Name, ours).middle(Sample.cost)
		theirs, clean2, ok2 := r.first(c.Name, floor).middle(Sample.cost)
		if c.Goal == 0 || !ok1 || !ok2 {
			continue
		}
		extra, _ := r.extra(c.Name)
		note := ""
		if !clean1 || !clean2 {
			note = " *"
		}
		p99, _, _ := r.first(c.Name, ours).middle(func(s Sample) float64 { return s.P99 })
		fmt.Fprintf(&rows, "| %s | %.0f | %.2f | %.2f | %s%s | %.0f |\n", c.Title, c.Rate, mine, theirs, mark(fmt.Sprintf("%+.2f", extra), extra > c.Goal), note, p99)
	}
	if rows.Len() == 0 {
		return
	}
	b.WriteString("What a request costs the server, in µs of processor, at a fixed rate that leaves it idle most of the time. The bare gnet loop answers canned bytes without reading the request.\n\n")
	b.WriteString("| requests | a second | eTamil | bare gnet loop | difference | p99 µs |\n|---|---|---|---|---|---|\n")
	b.WriteString(rows.String() + "\n")
}

// writeThroughput renders a table for each case: every peer, in each of its ways.
func (r *HTTPResults) writeThroughput(b *strings.Builder, loose bool) {
	for _, c := range httpCases {
		if c.Rate > 0 || loose && !c.Loose {
			continue
		}
		var rows strings.Builder
		mine, _, ok := r.row(c.Name, ours, Exact, loose).middle(Sample.perSecond)
		for _, p := range peers {
			for _, w := range []Way{Canned, Native, Exact} {
				row := r.row(c.Name, p.Name, w, loose)
				x, clean, there := row.middle(Sample.perSecond)
				if !there {
					continue
				}
				value := func(of func(Sample) float64) float64 { v, _, _ := row.middle(of); return v }
				title := p.Title
				if w == Exact && p.Name != ours {
					title += ", exact decimals"
				}
				ratio := "-"
				if ok && p.Name != ours {
					ratio = mark(fmt.Sprintf("%.2f", mine/x), mine < x)
				}
				note := ""
				if value(Sample.saturation) > generatorLimit {
					note += " generator-bound"
				}
				if !clean {
					note += " *"
				}
				fmt.Fprintf(&rows, "| %s | %.0f%s | %s | %.0f | %.0f | %.2f | %.0f |\n", title, x, note, ratio,
					value(func(s Sample) float64 { return s.P50 }), value(func(s Sample) float64 { return s.P99 }),
					value(Sample.cost), value(func(s Sample) float64 { return float64(s.RSS) / 1024 }))
			}
		}
		if rows.Len() == 0 {
			continue
		}
		how := fmt.Sprintf("%d connections", c.Conns)
		switch {
		case loose:
			how += ", nothing pinned, as many workers as processors where a server has workers, one round"
		case r.Pinned:
			how += ", server and generator each on a core of its own"
		}
		fmt.Fprintf(b, "**%s** (%s)\n\n| server | a second | eTamil is x | p50 µs | p99 µs | CPU µs each | MB |\n|---|---|---|---|---|---|---|\n%s\n", c.Title, how, rows.String())
	}
}

func (r *HTTPResults) writeFigures(b *strings.Builder) {
	f := r.Figures
	if f == nil {
		return
	}
	b.WriteString("| eTamil's own figures | |\n|---|---|\n")
	line := func(what, format string, args ...any) {
		fmt.Fprintf(b, "| %s | %s |\n", what, fmt.Sprintf(format, args...))
	}
	if len(f.Bursts.BurstsMs) > 0 {
		line("1,000 requests at once that each wait 10 ms, until the last answer, ms", "%s", joined(f.Bursts.BurstsMs))
	}
	if f.Alone.Answered > 0 {
		line(fmt.Sprintf("%d cheap requests a second, one worker: p50 / p99 / p99.9 µs", cheapRate), "%.0f / %.0f / %.0f", f.Alone.P50, f.Alone.P99, f.Alone.P999)
		line("the same while one client keeps computing", "%.0f / %.0f / %.0f", f.Beside.P50, f.Beside.P99, f.Beside.P999)
	}
	if len(f.ComputeMs) > 0 {
		line("and what the computing takes meanwhile, ms", "%s", number(median(f.ComputeMs)))
	}
	if f.Records.Answered > 0 {
		line("requests that build 10 records and 100 small ones, two workers, a second", "%.0f", f.Records.perSecond())
		line(fmt.Sprintf("the same at %d a second: p50 / p99 / p99.9 µs", recordsRate), "%.0f / %.0f / %.0f", f.Paced.P50, f.Paced.P99, f.Paced.P999)
		if f.Canned.Answered > 0 {
			line("ready-made answers of the C loop at that rate", "%.0f / %.0f / %.0f", f.Canned.P50, f.Canned.P99, f.Canned.P999)
		}
	}
	for i, n := range f.IdleConns {
		line(fmt.Sprintf("memory with %d idle connections, MB", n), "%.1f", float64(f.IdleKB[i])/1024)
	}
	b.WriteString("\n")
}

func joined(numbers []float64) string {
	words := make([]string, len(numbers))
	for i, x := range numbers {
		words[i] = number(x)
	}
	return strings.Join(words, ", ")
}
