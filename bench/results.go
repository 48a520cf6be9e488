package main

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Origin says where a file of results comes from.
type Origin struct {
	Command string `json:"command"`
	Commit  string `json:"commit"`
	Date    string `json:"date"` // YYYY-MM-DD, UTC
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	System  string `json:"system"`
	Go      string `json:"go"`
	Rounds  int    `json:"rounds"`
}

// VMResults is results/vm.json.
type VMResults struct {
	Origin  Origin       `json:"origin"`
	Clock   string       `json:"clock,omitempty"` // "": wall clock
	Engines []EngineInfo `json:"engines"`
	Rows    []VMRow      `json:"rows"`
	Growth  []GrowthRow  `json:"growth,omitempty"` // in the order of growing
	Compile *CompileRow  `json:"compile,omitempty"`
}

// EngineInfo is one column.
type EngineInfo struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version string `json:"version"`
}

// VMRow is one program on one engine.
type VMRow struct {
	Workload string    `json:"workload"`
	Engine   string    `json:"engine"`
	N        int       `json:"n"`
	Checksum string    `json:"checksum"`
	Wrong    string    `json:"wrong,omitempty"` // why the row does not count
	Ms       []float64 `json:"ms"`              // each round's process, start included, by the Clock
}

// row finds a row, or returns nil.
func (r *VMResults) row(workload, engine string) *VMRow {
	return r.first(func(row *VMRow) bool { return row.Workload == workload && row.Engine == engine })
}

// first returns the first row that is as wanted, or nil.
func (r *VMResults) first(wanted func(*VMRow) bool) *VMRow {
	for i := range r.Rows {
		if wanted(&r.Rows[i]) {
			return &r.Rows[i]
		}
	}
	return nil
}

// net returns the least and the middle time of a row in milliseconds, less those of the
// engine's empty program (for the empty program itself: as they are). ok is false for a
// row that is not there or does not count.
func (r *VMResults) net(workload, engine string) (least, middle float64, ok bool) {
	row := r.row(workload, engine)
	if row == nil || row.Wrong != "" || len(row.Ms) == 0 {
		return 0, 0, false
	}
	least, middle = slices.Min(row.Ms), median(row.Ms)
	if workload == startup {
		return least, middle, true
	}
	base := r.row(startup, engine)
	if base == nil || base.Wrong != "" || len(base.Ms) == 0 {
		return 0, 0, false
	}
	// A difference near nothing is noise; a ratio of it would be nonsense.
	const floor = 0.05
	return math.Max(least-slices.Min(base.Ms), floor), math.Max(middle-median(base.Ms), floor), true
}

// median returns the middle of the numbers, of which there must be one at least.
func median(numbers []float64) float64 {
	s := slices.Sorted(slices.Values(numbers))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// geometricMean returns 0 for no numbers.
func geometricMean(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sum := 0.0
	for _, n := range numbers {
		sum += math.Log(n)
	}
	return math.Exp(sum / float64(len(numbers)))
}

// here describes this machine and moment. command is what a reader types to repeat the run.
func here(command string, rounds int) Origin {
	o := Origin{
		Command: command,
		Commit:  "unknown",
		Date:    time.Now().UTC().Format(time.DateOnly),
		CPU:     runtime.GOARCH,
		Cores:   runtime.NumCPU(),
		System:  runtime.GOOS,
		Go:      runtime.Version(),
		Rounds:  rounds,
	}
	if out, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output(); err == nil {
		o.Commit = strings.TrimSpace(string(out))
		if out, err := exec.Command("git", "status", "--porcelain", "--untracked-files=no").Output(); err == nil && len(out) > 0 {
			o.Commit += " and changes"
		}
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				o.CPU = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		o.System += " " + strings.TrimSpace(string(text))
	}
	return o
}

// save writes results as JSON that a person can read in a diff.
func save(dir, name string, results any) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), append(text, '\n'), 0o644)
}

// keep writes results where they belong: into the folder out, if there is one; else, when
// they are whole, to those that BENCHMARKS.md is made from, and that anew.
func keep(results any, name, out string, whole bool) error {
	switch {
	case out != "":
		return save(out, name, results)
	case whole:
		if err := save(resultsDir, name, results); err != nil {
			return err
		}
		return writeReport()
	}
	return nil
}

// load reads a file of results into v. A file that does not exist leaves v alone: a
// section that was never measured is empty.
func load(dir, name string, v any) error {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
