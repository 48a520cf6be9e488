package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	passResults = "passes.json"

	counterBinary = "bin/profile-count" // bench/profile that counts instructions
	timerBinary   = "bin/profile-time"  // bench/profile that measures milliseconds

	// leastCount and leastTime are from which on a pass is named in a program's row, as shares.
	// Counts are exact; times of the same code differ by some hundredths.
	leastCount = 0.005
	leastTime  = 0.05
)

// PassResults is results/passes.json: what each pass of the optimiser is worth.
type PassResults struct {
	Origin Origin    `json:"origin"`
	Count  PassCosts `json:"count"` // in instructions
	Time   PassCosts `json:"time"`  // in milliseconds
}

// PassCosts is what bench/profile says: what each program costs, by the way it is compiled.
type PassCosts struct {
	Ways    []string  `json:"ways"` // "all", "none", and the names of passes that are left out
	Rows    []PassRow `json:"rows"`
	Compile []float64 `json:"compile_ms"` // by way: compiling all programs
}

// PassRow is what one program costs in each of the ways.
type PassRow struct {
	Program string    `json:"program"`
	Cost    []float64 `json:"cost"`
}

// passesCommand is "go run ./bench passes".
func passesCommand(args []string) error {
	if len(args) > 0 {
		return errors.New("passes takes no arguments")
	}
	var r PassResults
	for _, part := range []struct {
		binary, tags string
		to           *PassCosts
	}{{counterBinary, "profile", &r.Count}, {timerBinary, "", &r.Time}} {
		target, err := filepath.Abs(part.binary)
		if err != nil {
			return err
		}
		cmd := exec.Command("go", "build", "-tags", part.tags, "-o", target, "./bench/profile")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s: %w\n%s", part.binary, err, out)
		}
		cmd = exec.Command(target, "passes")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", part.binary, err)
		}
		if err := json.Unmarshal(out, part.to); err != nil {
			return fmt.Errorf("%s: %w", part.binary, err)
		}
	}
	const rounds = 7 // as in bench/profile
	r.Origin = here("go run ./bench passes", rounds)
	fmt.Print(passTable(&r))
	return keep(&r, passResults, "", true)
}

// row is the costs of a program, or nil.
func (c *PassCosts) row(program string) []float64 {
	for _, r := range c.Rows {
		if r.Program == program && len(r.Cost) == len(c.Ways) {
			return r.Cost
		}
	}
	return nil
}

// more is by how much a way costs more than all passes, as a share; 0 if that isn't known.
func more(cost []float64, way int) float64 {
	if way < 0 || way >= len(cost) || cost[0] == 0 {
		return 0
	}
	return cost[way]/cost[0] - 1
}

// passTable renders what passes are worth.
func passTable(r *PassResults) string {
	if len(r.Count.Rows) == 0 {
		return notMeasured
	}
	var b strings.Builder
	b.WriteString("By how much a program takes longer / executes more instructions with passes switched off. Times are the least of the rounds; " +
		"a pass is named from 5 % of the time or 0.5 % of the instructions on.\n\n")
	b.WriteString("| program | ms | instructions | with no pass | with one pass less |\n|---|---|---|---|---|\n")
	for _, row := range r.Count.Rows {
		times, counts := r.Time.row(row.Program), row.Cost
		ms := "-"
		if times != nil {
			ms = number(times[0])
		}
		both := func(way int) string {
			t := "-"
			if times != nil {
				t = fmt.Sprintf("%+.0f %%", more(times, way)*100)
			}
			return fmt.Sprintf("%s / %+.1f %%", t, more(counts, way)*100)
		}
		var named []int
		for i := 2; i < len(r.Count.Ways) && i < len(counts); i++ {
			if t, c := more(times, i), more(counts, i); max(t, -t) >= leastTime || max(c, -c) >= leastCount {
				named = append(named, i)
			}
		}
		slices.SortStableFunc(named, func(i, j int) int { return cmp.Compare(more(counts, j), more(counts, i)) })
		var cells []string
		for _, i := range named {
			cells = append(cells, r.Count.Ways[i]+" "+both(i))
		}
		fmt.Fprintf(&b, "| %s | %s | %.0f | %s | %s |\n", row.Program, ms, counts[0], both(1), strings.Join(cells, ", "))
	}
	if c := r.Time.Compile; len(c) == len(r.Time.Ways) && len(c) > 1 {
		fmt.Fprintf(&b, "\nCompiling all of them takes %s ms of processor, with no pass %+.0f %%", number(c[0]), more(c, 1)*100)
		for i := 2; i < len(c); i++ {
			fmt.Fprintf(&b, ", without `%s` %+.1f %%", r.Time.Ways[i], more(c, i)*100)
		}
		b.WriteString(".\n")
	}
	b.WriteString("\n" + r.Origin.line())
	return b.String()
}
