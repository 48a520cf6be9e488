package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const generatorBinary = "bin/gen"

// buildGenerator compiles bench/gen, where binary is relative to the repository's root.
func buildGenerator(binary string) error {
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	out, err := exec.Command("cc", "-O2", "-Wall", "-o", binary, "bench/gen/gen.c").CombinedOutput()
	if err != nil {
		return fmt.Errorf("the load generator needs a C compiler: %w\n%s", err, out)
	}
	return nil
}

// A Load is what the generator does to a server.
type Load struct {
	Conns   int
	Depth   int     // requests in flight on a connection
	Rate    float64 // requests a second over all connections; 0: as fast as answers come
	Fresh   bool    // a connection for each request
	Bursts  int     // instead: every connection sends one request at once, so often
	Plain   bool    // without io_uring
	Warm    time.Duration
	Time    time.Duration
	Pids    []int  // processes whose processor time and memory are read
	CPU     int    // the core to run on; below 0: any
	Port    string // on 127.0.0.1
	Script  Script
	Command string // the generator's binary
}

// A Sample is what the generator saw, as it prints it. Latencies count from when a
// request was due.
type Sample struct {
	BurstsMs    []float64 `json:"bursts_ms,omitempty"` // from the burst's start to its last answer
	Answered    uint64    `json:"answered"`
	Seconds     float64   `json:"seconds"`
	Bytes       uint64    `json:"bytes"`
	P50         float64   `json:"p50_us"`
	P99         float64   `json:"p99_us"`
	P999        float64   `json:"p999_us"`
	Max         float64   `json:"max_us"`
	WrongStatus uint64    `json:"wrong_status,omitempty"`
	WrongBody   uint64    `json:"wrong_body,omitempty"`
	Broken      uint64    `json:"broken,omitempty"`       // answers that are none
	ClosedEarly uint64    `json:"closed_early,omitempty"` // connections that ended before an answer did
	Refused     uint64    `json:"refused,omitempty"`
	Unanswered  uint64    `json:"unanswered,omitempty"`
	ServerNs    uint64    `json:"server_cpu_ns"`
	OwnNs       uint64    `json:"own_cpu_ns"`
	BusyNs      uint64    `json:"busy_ns"` // of all the machine's processors
	RSS         int64     `json:"server_rss_kb"`
	FirstError  string    `json:"first_error,omitempty"`
}

// wrong returns what makes a sample worthless, or nil.
func (s Sample) wrong() error {
	var list []string
	for _, c := range []struct {
		n    uint64
		what string
	}{{s.WrongStatus, "wrong status"}, {s.WrongBody, "wrong body"}, {s.Broken, "broken answer"}, {s.ClosedEarly, "connection closed early"}, {s.Refused, "connection refused"}, {s.Unanswered, "unanswered"}} {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d x %s", c.n, c.what))
		}
	}
	if len(list) == 0 && s.Bytes == 0 {
		list = append(list, "no answer at all")
	}
	if len(list) == 0 {
		return nil
	}
	if s.FirstError != "" {
		list = append(list, "the first: "+strings.Join(strings.Fields(s.FirstError), " "))
	}
	return errors.New(strings.Join(list, ", "))
}

// perSecond is the throughput.
func (s Sample) perSecond() float64 { return float64(s.Answered) / s.Seconds }

// cost is the server's processor time for one answer, in microseconds.
func (s Sample) cost() float64 { return float64(s.ServerNs) / 1000 / float64(max(s.Answered, 1)) }

// saturation is the share of one core that the generator used. Above generatorLimit the
// row says how fast the generator is, not the server.
func (s Sample) saturation() float64 { return float64(s.OwnNs) / 1e9 / s.Seconds }

// foreign is the share of one core that processes used which are neither server nor generator.
func (s Sample) foreign() float64 {
	return max(float64(s.BusyNs)-float64(s.OwnNs)-float64(s.ServerNs), 0) / 1e9 / s.Seconds
}

const (
	generatorLimit = 0.90 // of a core
	foreignLimit   = 0.15 // of a core: a sample with more is not clean
)

// run puts the load on, in a process of its own. It fails if the generator does; whether
// the answers were right is in the sample.
func (l Load) run() (Sample, error) {
	file, err := os.CreateTemp("", "bench-script-*")
	if err != nil {
		return Sample{}, err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(l.Script.file())
	if err = errors.Join(err, file.Close()); err != nil {
		return Sample{}, err
	}
	args := l.arguments(file.Name())
	ctx, cancel := context.WithTimeout(context.Background(), l.Warm+l.Time+3*time.Minute) // an answer has one of them
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return Sample{}, fmt.Errorf("the generator: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return readSample(out)
}

func readSample(line []byte) (Sample, error) {
	var s Sample
	// A first error may hold bytes of an answer that were cut inside a letter.
	if err := json.Unmarshal([]byte(strings.ToValidUTF8(string(line), "?")), &s); err != nil {
		return Sample{}, fmt.Errorf("the generator printed %q: %w", line, err)
	}
	if s.Seconds <= 0 {
		return Sample{}, fmt.Errorf("the generator measured no time: %q", line)
	}
	return s, nil
}

func (l Load) arguments(script string) []string {
	args := []string{l.Command, "-c", strconv.Itoa(l.Conns), "-d", strconv.Itoa(max(l.Depth, 1)),
		"-w", seconds(l.Warm), "-t", seconds(l.Time)}
	if l.CPU >= 0 {
		args = append([]string{"taskset", "-c", strconv.Itoa(l.CPU)}, args...)
	}
	if l.Rate > 0 {
		args = append(args, "-r", strconv.FormatFloat(l.Rate, 'f', -1, 64))
	}
	if l.Fresh {
		args = append(args, "-n")
	}
	if l.Bursts > 0 {
		args = append(args, "-b", strconv.Itoa(l.Bursts))
	}
	if l.Plain {
		args = append(args, "-e")
	}
	pids := make([]string, len(l.Pids))
	for i, pid := range l.Pids {
		pids[i] = strconv.Itoa(pid)
	}
	return append(args, "-P", strings.Join(pids, ","), l.Port, script)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
