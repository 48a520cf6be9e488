package main

import (
	"fmt"
	"strings"
)

// The goals of waiting and streaming.
const (
	goalSpawn    = 500.0 // ns
	goalChannel  = 200.0 // ns
	goalCache    = 300.0 // ns
	goalSleeper  = 6.0   // KiB
	goalWait     = 0.9   // of the throughput that the processor alone would give
	goalDelivery = 100.0 // ms, p99
	goalTLS      = 1.5   // x the processor time of plain
	goalFiles    = 1.0   // x nginx
)

func middleOf[T any](list []T, of func(T) float64) (float64, bool) {
	if len(list) == 0 {
		return 0, false
	}
	var all []float64
	for _, x := range list {
		all = append(all, of(x))
	}
	return median(all), true
}

func itself(x float64) float64 { return x }

// busy is what share of the throughput that its processor time alone would give a server on
// one core has reached.
func (s Sample) busy() float64 { return s.perSecond() * s.cost() / 1e6 }

// liveTable renders the goals and the rows.
func liveTable(r *LiveResults) string {
	if r.Sleepers == 0 {
		return notMeasured
	}
	var b strings.Builder
	b.WriteString("| goal | result | |\n|---|---|---|\n")
	line := func(goal, result string, met bool) { fmt.Fprintf(&b, "| %s | %s | %s |\n", goal, result, verdict(met)) }
	if x, ok := middleOf(r.SpawnNs, itself); ok {
		line(fmt.Sprintf("starting a task and waiting for it: at most %.0f ns", goalSpawn), number(x)+" ns", x <= goalSpawn)
	}
	if x, ok := middleOf(r.ChanNs, itself); ok {
		line(fmt.Sprintf("channel, send and receive: at most %.0f ns", goalChannel), number(x)+" ns", x <= goalChannel)
	}
	if x, ok := middleOf(r.CacheNs, itself); ok {
		line(fmt.Sprintf("a value read from the cache in memory: at most %.0f ns", goalCache), number(x)+" ns", x <= goalCache)
	}
	if x, ok := middleOf(r.SleepKB, itself); ok {
		line(fmt.Sprintf("%d sleeping tasks: at most %.0f KiB each, all told", r.Sleepers, goalSleeper), number(x/1024)+" KiB", x <= goalSleeper*1024)
	}
	if x, ok := middleOf(r.Wait, Sample.busy); ok {
		result := fmt.Sprintf("%.2f", x)
		if own, _ := middleOf(r.Wait, Sample.saturation); own > generatorLimit {
			result += " (generator-bound)"
		}
		line(fmt.Sprintf("handlers that wait 1 ms, many at a time: at least %.2f of the throughput that their processor time alone would give", goalWait), result, x >= goalWait)
	}
	for _, f := range []struct {
		what string
		list []Fanout
	}{{"WebSockets", r.Sockets}, {"streams of events", r.Events}} {
		if x, ok := middleOf(f.list, func(f Fanout) float64 { return f.P99 }); ok {
			line(fmt.Sprintf("%d %s on one worker, a broadcast a second: p99 of delivery below %.0f ms", f.list[0].Clients, f.what, goalDelivery), number(x)+" ms", x < goalDelivery)
		}
	}
	if x, ok := r.tlsRatio(); ok {
		line(fmt.Sprintf("TLS on connections that stay open: at most %.1f x the processor time of plain", goalTLS), fmt.Sprintf("%.2f x", x), x <= goalTLS)
	}
	mine, ok1 := middleOf(r.Files, Sample.perSecond)
	theirs, ok2 := middleOf(r.Nginx, Sample.perSecond)
	if ok1 && ok2 {
		result := fmt.Sprintf("%.2f", mine/theirs)
		if own, _ := middleOf(r.Files, Sample.saturation); own > generatorLimit {
			result += " (generator-bound)"
		}
		line(fmt.Sprintf("files of 100 KB: at least %.1f x nginx with sendfile", goalFiles), result, mine >= goalFiles*theirs)
	}
	b.WriteString("\n| row | |\n|---|---|\n")
	r.writeRows(func(what, format string, args ...any) {
		fmt.Fprintf(&b, "| %s | %s |\n", what, fmt.Sprintf(format, args...))
	})
	b.WriteString("\n")
	for _, w := range r.Wrong {
		fmt.Fprintf(&b, "Does not count: %s.\n\n", plain(w))
	}
	if r.Absent != "" {
		fmt.Fprintf(&b, "nginx was not to be had: %s.\n\n", plain(r.Absent))
	}
	if r.Pinned {
		b.WriteString("Server and clients each had a core of their own. ")
	}
	b.WriteString(r.Origin.line())
	return b.String()
}

func (r *LiveResults) tlsRatio() (float64, bool) {
	plain, ok1 := middleOf(r.Plain, itself)
	secure, ok2 := middleOf(r.Secure, itself)
	return secure / plain, ok1 && ok2
}

func (r *LiveResults) writeRows(row func(what, format string, args ...any)) {
	if ms, ok := middleOf(r.WakeMs, itself); ok && ms > 0 {
		row(fmt.Sprintf("%d tasks that sleep until one moment: woken a second", r.Sleepers), "%.0f", float64(r.Sleepers)/ms*1000)
	}
	if x, ok := middleOf(r.Wait, Sample.perSecond); ok {
		cost, _ := middleOf(r.Wait, Sample.cost)
		p99, _ := middleOf(r.Wait, func(s Sample) float64 { return s.P99 / 1000 })
		row("handlers that wait 1 ms: answers a second; processor time of each; p99", "%.0f; %s µs; %s ms", x, number(cost), number(p99))
	}
	for _, f := range []struct {
		what string
		list []Fanout
	}{{"WebSockets", r.Sockets}, {"streams of events", r.Events}} {
		if len(f.list) == 0 {
			continue
		}
		of := func(get func(Fanout) float64) float64 { x, _ := middleOf(f.list, get); return x }
		n := float64(max(f.list[0].Clients, 1))
		row(f.what+": p50, p99, slowest delivery", "%s, %s, %s ms", number(of(func(f Fanout) float64 { return f.P50 })),
			number(of(func(f Fanout) float64 { return f.P99 })), number(of(func(f Fanout) float64 { return f.Max })))
		row(f.what+": the server's processor time for one delivery; memory of one client", "%s µs; %s KiB", number(of(func(f Fanout) float64 { return f.CPU })),
			number(of(func(f Fanout) float64 { return float64(f.WithKB-f.BeforeKB) / n })))
		row(f.what+": memory of the server with all of them", "%.0f MB", of(func(f Fanout) float64 { return float64(f.WithKB) / 1024 }))
	}
	if _, ok := r.tlsRatio(); ok {
		plain, _ := middleOf(r.Plain, itself)
		secure, _ := middleOf(r.Secure, itself)
		row("processor time for an answer at the same rate: plain, TLS", "%s µs, %s µs", number(plain), number(secure))
	}
	for _, f := range []struct {
		what string
		list []Sample
	}{{"eTamil", r.Files}, {"nginx", r.Nginx}} {
		if x, ok := middleOf(f.list, Sample.perSecond); ok {
			cost, _ := middleOf(f.list, Sample.cost)
			row("files of 100 KB, "+f.what+": answers a second; processor time of each", "%.0f; %s µs", x, number(cost))
		}
	}
}
