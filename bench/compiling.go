package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A program of ten thousand lines is made of one part, which stands in it as often as that
// takes, each time with another number in its names.
const (
	largePart  = "bench/programs/large/part.qmz"
	partNumber = "_0" // what ends the names of the part
	largeLines = 10_000

	// goalCompile is what checking and compiling it may take, in milliseconds.
	goalCompile = 100
)

// CompileRow is how long it takes to check and compile a large program, in a process of its
// own: with caches, memory and collector as a user's command finds them.
type CompileRow struct {
	Lines int       `json:"lines"`
	Wrong string    `json:"wrong,omitempty"`
	Ms    []float64 `json:"ms"`       // each round's process, start included
	Empty []float64 `json:"empty_ms"` // and that of the same command with the empty program
}

// largeProgram is the program and how many lines it has.
func largeProgram(part string, lines int) (string, int) {
	each := strings.Count(part, "\n")
	n := (lines + each - 1) / each
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(part, partNumber, "_"+strconv.Itoa(i)))
	}
	return b.String(), n * each
}

// measureCompiling has eTamil check the program, and the empty one, in each round.
func measureCompiling(rounds int, quick bool, by clock) (*CompileRow, error) {
	part, err := os.ReadFile(largePart)
	if err != nil {
		return nil, err
	}
	lines := largeLines
	if quick {
		lines = 1
	}
	text, lines := largeProgram(string(part), lines)
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "large.qmz")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return nil, err
	}
	row := &CompileRow{Lines: lines}
	check := func(file string) float64 {
		if !quick {
			touchMemory()
		}
		cmd := exec.Command(etamilBinary, "check", file)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		began := time.Now()
		if err := cmd.Run(); err != nil && row.Wrong == "" {
			first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
			row.Wrong = err.Error() + ": " + first
		}
		return milliseconds(by(time.Since(began), cmd.ProcessState))
	}
	for range rounds {
		row.Empty = append(row.Empty, check(filepath.Join("bench", "programs", startup+".qmz")))
		row.Ms = append(row.Ms, check(file))
	}
	return row, nil
}

// net is the least and the middle time, less those of the empty program.
func (c *CompileRow) net() (least, middle float64) {
	return slices.Min(c.Ms) - slices.Min(c.Empty), median(c.Ms) - median(c.Empty)
}

// compileTable renders the row, or nothing where there is none.
func (r *VMResults) compileTable(b *strings.Builder) {
	c := r.Compile
	switch {
	case c == nil || len(c.Ms) == 0 || len(c.Empty) == 0:
	case c.Wrong != "":
		fmt.Fprintf(b, "Does not count: checking a program of %d lines: %s.\n\n", c.Lines, c.Wrong)
	default:
		least, middle := c.net()
		verdict := "met"
		if middle > goalCompile {
			verdict = "**missed** ▼"
		}
		fmt.Fprintf(b, "`etamil check` of a program of %d lines, which it checks and compiles, in a new process, the start taken off "+
			"(goal: %d ms): %s / %s ms, %s.\n\n", c.Lines, goalCompile, number(least), number(middle), verdict)
	}
}
