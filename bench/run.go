package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// processLimit ends a program that does not end by itself.
const processLimit = 2 * time.Minute

// A clock says how long a finished process took.
type clock func(wall time.Duration, ended *os.ProcessState) time.Duration

// wallClock is what a user waits, processorClock what all threads of the process used. The
// second is steadier on a machine that does other things as well, and harder on engines
// whose collectors run beside the program.
func wallClock(wall time.Duration, _ *os.ProcessState) time.Duration { return wall }

func processorClock(_ time.Duration, ended *os.ProcessState) time.Duration {
	return ended.UserTime() + ended.SystemTime()
}

// runVM measures the workloads on the engines. progress gets one line per round.
//
// The order inside a round is workload by workload, so that the engines that a table
// compares run within seconds of each other.
func runVM(ws []Workload, es []Engine, rounds int, quick bool, by clock, progress io.Writer) *VMResults {
	r := &VMResults{}
	for _, e := range es {
		r.Engines = append(r.Engines, EngineInfo{e.Name, e.Title, e.version()})
	}
	for _, w := range ws {
		for _, e := range es {
			if e.program(w) != "" {
				r.Rows = append(r.Rows, VMRow{Workload: w.Name, Engine: e.Name, N: w.size(quick)})
			}
		}
	}
	began := time.Now()
	for round := range rounds {
		for _, w := range ws {
			for _, e := range es {
				row := r.row(w.Name, e.Name)
				if row == nil || row.Wrong != "" {
					continue
				}
				if !quick {
					touchMemory()
				}
				out, took, err := execute(e, e.program(w), row.N, by)
				switch {
				case err != nil:
					row.Wrong = err.Error()
				case round > 0 && out != row.Checksum:
					row.Wrong = fmt.Sprintf("printed %s in one round and %s in another", row.Checksum, out)
				default:
					row.Checksum = out
					row.Ms = append(row.Ms, milliseconds(took))
				}
			}
		}
		fmt.Fprintf(progress, "round %d of %d done (%.0fs)\n", round+1, rounds, time.Since(began).Seconds())
	}
	r.compareChecksums()
	return r
}

// compareChecksums marks the rows whose answer is not the reference engine's, or, where
// that one was not run, not the first engine's.
func (r *VMResults) compareChecksums() {
	for i := range r.Rows {
		row := &r.Rows[i]
		right := r.row(row.Workload, reference)
		if right == nil || right.Wrong != "" {
			right = r.first(func(x *VMRow) bool { return x.Workload == row.Workload && x.Wrong == "" })
		}
		if right != nil && row.Wrong == "" && row.Checksum != right.Checksum {
			row.Wrong = fmt.Sprintf("printed %q, %s printed %q", row.Checksum, right.Engine, right.Checksum)
		}
	}
}

// execute runs one program in a process of its own and returns what it printed, and what
// the clock says of the process.
func execute(e Engine, file string, n int, by clock) (string, time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), processLimit)
	defer cancel()
	args := append(e.Command[1:len(e.Command):len(e.Command)], file)
	cmd := exec.CommandContext(ctx, e.Command[0], args...)
	cmd.Env = append(os.Environ(), "BENCH_N="+strconv.Itoa(n))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	if ctx.Err() != nil {
		return "", took, fmt.Errorf("not done after %v", processLimit)
	}
	if err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return "", took, fmt.Errorf("%w: %s", err, first)
	}
	out := strings.TrimSpace(stdout.String())
	if strings.Contains(out, "\n") {
		return "", took, errors.New("printed more than one line")
	}
	return out, by(took, cmd.ProcessState), nil
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
