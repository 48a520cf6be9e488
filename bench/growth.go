package main

import (
	"fmt"
	"strings"
	"time"
)

// growing are the programs of ours that must take ten times as long for ten times the
// work: values are copied in the language's eyes, so a list or text that grows would take
// the square of it if the machine copied too.
var growing = []Workload{
	{"push", "list: push and add up", 1_000_000, 1000},
	{"grow", "text: append a piece", 1_000_000, 1000},
}

// growthFactor is how much larger the second run of each is.
const growthFactor = 10

// goalGrowth is what an item may cost in the large run, as a multiple of the small one's.
// It leaves room for memory that no cache holds any more; copying would make it 10.
const goalGrowth = 2.0

// GrowthRow is one program at two sizes.
type GrowthRow struct {
	Program string    `json:"program"`
	N       int       `json:"n"`
	Wrong   string    `json:"wrong,omitempty"`
	Small   []float64 `json:"small_ms"` // each round's process with N
	Large   []float64 `json:"large_ms"` // with growthFactor times N
}

// measureGrowth runs the growing programs on e, both sizes in each round.
func measureGrowth(e Engine, rounds int, quick bool, by clock) []GrowthRow {
	var rows []GrowthRow
	for _, w := range growing {
		row := GrowthRow{Program: w.Name, N: w.size(quick)}
		for range rounds {
			sample := func(n int) (time.Duration, error) {
				if !quick {
					touchMemory()
				}
				_, took, err := execute(e, e.program(w), n, by)
				return took, err
			}
			small, err := sample(row.N)
			if err == nil {
				row.Small = append(row.Small, milliseconds(small))
				large, err2 := sample(row.N * growthFactor)
				row.Large, err = append(row.Large, milliseconds(large)), err2
			}
			if err != nil {
				row.Wrong = err.Error()
				break
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// perItem returns the cost of an item in the large run as a multiple of the small one's,
// the engine's start taken off both.
func (g GrowthRow) perItem(start float64) float64 {
	const least = 0.05 // as in net: a difference near nothing is noise
	return max(median(g.Large)-start, least) / max(median(g.Small)-start, least) / growthFactor
}

// growthTable renders the rows, or nothing where there are none.
func (r *VMResults) growthTable(b *strings.Builder) {
	_, start, ok := r.net(startup, ours)
	if len(r.Growth) == 0 || !ok {
		return
	}
	fmt.Fprintf(b, "An item of a list or text that grows %d x as long (goal: at most %.1f x the time; copying would make it %d):\n\n",
		growthFactor, goalGrowth, growthFactor)
	b.WriteString("| program | items | ms | items | ms | an item takes | |\n|---|---|---|---|---|---|---|\n")
	for i, g := range r.Growth {
		if g.Wrong != "" {
			fmt.Fprintf(b, "| %s | wrong: %s | | | | | |\n", growing[i].Title, g.Wrong)
			continue
		}
		x := g.perItem(start)
		verdict := "met"
		if x > goalGrowth {
			verdict = "**missed** ▼"
		}
		fmt.Fprintf(b, "| %s | %d | %s | %d | %s | %.2f x | %s |\n", growing[i].Title,
			g.N, number(median(g.Small)-start), g.N*growthFactor, number(median(g.Large)-start), x, verdict)
	}
	b.WriteString("\n")
}
