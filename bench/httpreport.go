package main

import (
	"fmt"
	"strings"
)

// goalJSON: the JSON route does at least this share of the bare loop's throughput.
const goalJSON = 0.75

// httpTable renders the server's rows: throughput, latency and processor time of ours
// beside the floor's.
func httpTable(r *HTTPResults) string {
	if len(r.Rows) == 0 {
		return notMeasured
	}
	var b strings.Builder
	b.WriteString("Middle of the rounds. The bare gnet loop answers canned bytes without reading the request: a floor, not a server.\n")
	if r.Pinned {
		b.WriteString("Server and load generator had a core each; one event loop.\n")
	} else {
		b.WriteString("Server and load generator shared the machine's cores; one event loop.\n")
	}
	b.WriteString("\n| requests | server | a second | p50 µs | p99 µs | server CPU µs each |\n|---|---|---|---|---|---|\n")
	for _, c := range httpCases {
		for _, s := range httpServers {
			row := r.row(c.Name, s.Name)
			if row == nil {
				continue
			}
			if row.Wrong != "" {
				fmt.Fprintf(&b, "| %s | %s | wrong: %s | | | |\n", c.Title, s.Title, row.Wrong)
				continue
			}
			value := func(of func(HTTPSample) float64) float64 {
				x, _ := r.middle(c.Name, s.Name, of)
				return x
			}
			fmt.Fprintf(&b, "| %s | %s | %.0f | %.0f | %.0f | %.2f |\n", c.Title, s.Title,
				value(func(s HTTPSample) float64 { return s.PerSecond }),
				value(func(s HTTPSample) float64 { return s.P50 }),
				value(func(s HTTPSample) float64 { return s.P99 }),
				value(func(s HTTPSample) float64 { return s.CPU }))
		}
	}
	b.WriteString("\n")
	perSecond := func(s HTTPSample) float64 { return s.PerSecond }
	mine, ok1 := r.middle("json", ours, perSecond)
	theirs, ok2 := r.middle("json", floor, perSecond)
	if ok1 && ok2 {
		verdict := "met"
		if mine < goalJSON*theirs {
			verdict = "**missed** ▼"
		}
		fmt.Fprintf(&b, "| goal | result | |\n|---|---|---|\n| JSON at least %.2f x the bare loop's requests a second | %.2f | %s |\n\n", goalJSON, mine/theirs, verdict)
	}
	b.WriteString(r.Origin.line())
	return b.String()
}
