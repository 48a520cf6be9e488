package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// SoakResults is results/soak.json: the shop under load for some minutes.
type SoakResults struct {
	Origin   Origin       `json:"origin"`
	Minutes  float64      `json:"minutes"`
	Conns    int          `json:"connections"`
	Capacity float64      `json:"capacity"` // requests a second, as fast as answers come
	Rate     float64      `json:"rate"`     // half of it
	Answered uint64       `json:"answered"`
	Wrong    uint64       `json:"wrong"`
	Ours     uint64       `json:"server_errors"` // 5xx
	Lost     uint64       `json:"lost"`          // connections that ended without an answer
	Slow     uint64       `json:"slow"`          // requests that were sent a byte at a time
	Bad      uint64       `json:"bad"`           // requests that had to be refused
	Orders   uint64       `json:"orders"`
	P50      float64      `json:"p50_ms"` // from when a request was due
	P99      float64      `json:"p99_ms"`
	P999     float64      `json:"p999_ms"`
	CPU      float64      `json:"server_cpu_us"` // for one answer
	Memory   []MemorySpot `json:"memory"`
	Notes    []string     `json:"notes,omitempty"` // the first things that were wrong
}

// MemorySpot is the server's resident memory at a moment.
type MemorySpot struct {
	Minute float64 `json:"minute"`
	KB     int64   `json:"kb"`
}

const (
	soakConns     = 1000
	slowShare     = 30  // one client in so many is slow
	slopeFrom     = 2.0 // minutes: before that memory may grow
	goalSlope     = 1.0 // % a minute
	slopeSensible = 1.0 // minutes of samples that a slope needs to mean anything
)

// slope returns by how many per cent of its mean memory grows in a minute after slopeFrom,
// by least squares; false where the run was too short to tell.
func (r *SoakResults) slope() (float64, bool) {
	var n, sx, sy, sxx, sxy float64
	for _, m := range r.Memory {
		if m.Minute < slopeFrom {
			continue
		}
		x, y := m.Minute, float64(m.KB)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	if n < 3 || r.Minutes-slopeFrom < slopeSensible {
		return 0, false
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx) / (sy / n) * 100, true
}

// broken names the bounds that a soak broke.
func (r *SoakResults) broken() []string {
	var list []string
	for _, c := range []struct {
		n    uint64
		what string
	}{{r.Wrong, "wrong answers"}, {r.Ours, "answers of 5xx"}, {r.Lost, "connections lost"}} {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if r.Answered == 0 {
		list = append(list, "no answer at all")
	}
	if x, ok := r.slope(); ok && x >= goalSlope {
		list = append(list, fmt.Sprintf("memory grows by %.2f %% a minute", x))
	}
	return list
}

// soakCommand is "go run ./bench soak". A run of ten minutes or more is published.
func soakCommand(args []string) error {
	flags := flag.NewFlagSet("bench soak", flag.ContinueOnError)
	minutes := flags.Float64("minutes", 10, "how long")
	conns := flags.Int("connections", soakConns, "active connections")
	rate := flags.Float64("rate", 0, "requests a second; 0: half of what the shop can do, measured first")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *minutes <= 0 || *conns < 1 || *rate < 0 {
		return errors.New("--minutes and --connections must be more than nothing")
	}
	if err := build(etamilBinary); err != nil {
		return err
	}
	r, err := soak(*minutes, *conns, *rate, os.Stderr)
	if err != nil {
		return err
	}
	r.Origin = here(strings.TrimSpace("go run ./bench soak "+strings.Join(args, " ")), 1)
	fmt.Print(soakTable(r))
	if err := keep(r, soakResults, *out, *minutes >= 10 && *conns == soakConns); err != nil {
		return err
	}
	if list := r.broken(); len(list) > 0 {
		return errors.New("the shop did not hold: " + strings.Join(list, ", "))
	}
	return nil
}

// openShop starts the shop on a database of its own with plenty of stock.
func openShop(folder string) (*Running, error) {
	file := filepath.Join(folder, "kadai.db")
	serve := func() (*Running, error) {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		return start([]string{etamilBinary, "serve", "examples/kadai", "--host", "127.0.0.1", "--port", port}, port, -1, "", "KADAI_DB="+file)
	}
	first, err := serve() // makes the tables
	if err != nil {
		return nil, err
	}
	first.stop()
	fill := exec.Command(etamilBinary, "run", "bench/programs/http/stock.qmz")
	fill.Env = append(os.Environ(), "KADAI_DB="+file)
	if out, err := fill.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("filling up the stock: %w: %s", err, out)
	}
	return serve()
}

// soak runs the shop under load.
func soak(minutes float64, conns int, rate float64, progress io.Writer) (*SoakResults, error) {
	folder, err := os.MkdirTemp("", "bench-soak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	server, err := openShop(folder)
	if err != nil {
		return nil, err
	}
	defer server.stop()
	goods, err := stock(server.Port)
	if err != nil {
		return nil, err
	}
	r := &SoakResults{Minutes: minutes, Conns: conns, Rate: rate}
	length := time.Duration(minutes * float64(time.Minute))
	sold := map[int]int64{}
	if rate == 0 {
		const most = 10 * time.Second
		took := min(most, length/4)
		c := shopping(server, goods, conns, 0, took, nil)
		r.Capacity = float64(c.answered) / took.Seconds()
		r.Rate = r.Capacity / 2
		r.take(c, sold)
		fmt.Fprintf(progress, "the shop answers %.0f requests a second; %.1f minutes at %.0f\n", r.Capacity, minutes, r.Rate)
	}
	before, err := threadsTime(server.pids())
	if err != nil {
		return nil, err
	}
	c := shopping(server, goods, conns, r.Rate, length, func(after time.Duration) {
		if kb, err := server.rss(); err == nil {
			r.Memory = append(r.Memory, MemorySpot{after.Minutes(), kb})
		}
	})
	after, err := threadsTime(server.pids())
	if err != nil {
		return nil, fmt.Errorf("the shop is gone: %w; it said: %s", err, server.said)
	}
	r.take(c, sold)
	r.Orders, r.Slow, r.Bad = c.orders, c.slow, c.bad
	r.Answered = c.answered
	ms := func(p float64) float64 { return float64(c.latency.percentile(p).Microseconds()) / 1000 }
	r.P50, r.P99, r.P999 = ms(0.5), ms(0.99), ms(0.999)
	r.CPU = float64((after - before).Nanoseconds()) / 1000 / float64(max(c.answered, 1))
	left, err := stock(server.Port)
	if err != nil {
		return nil, err
	}
	for id, p := range goods {
		if gone := p.Stock - left[id].Stock; gone != sold[id] {
			r.Wrong++
			r.Notes = append(r.Notes, fmt.Sprintf("%d of product %d left the stock, %d were ordered", gone, id, sold[id]))
		}
	}
	return r, nil
}

// take adds what was wrong in one part of the run, and what was sold.
func (r *SoakResults) take(c *counter, sold map[int]int64) {
	r.Wrong, r.Ours, r.Lost = r.Wrong+c.wrong, r.Ours+c.ours, r.Lost+c.lost
	r.Notes = append(r.Notes, c.firsts...)
	for id, n := range c.sold {
		sold[id] += n
	}
}

// stock asks for all products.
func stock(port string) (map[int]product, error) {
	w := wire{addr: "127.0.0.1:" + port}
	defer w.close()
	status, body, err := w.exchange("GET /porutkal HTTP/1.1\r\nHost: kadai\r\n\r\n", 0)
	if err != nil || status != 200 {
		return nil, fmt.Errorf("/porutkal was answered %d: %w", status, err)
	}
	var list []product
	if err := decode(body, &list); err != nil {
		return nil, err
	}
	goods := map[int]product{}
	for _, p := range list {
		goods[p.ID] = p
	}
	return goods, nil
}

// shopping has conns clients send requests for a time: at a rate over all of them, or as
// fast as answers come. watch is called every few seconds.
func shopping(server *Running, goods map[int]product, conns int, rate float64, length time.Duration, watch func(after time.Duration)) *counter {
	c := &counter{sold: map[int]int64{}}
	began := time.Now()
	end := began.Add(length)
	var gap time.Duration
	if rate > 0 {
		gap = time.Duration(float64(conns) / rate * float64(time.Second))
	}
	var wg sync.WaitGroup
	for i := range conns {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s := &shopper{wire: wire{addr: "127.0.0.1:" + server.Port}, count: c, goods: goods, random: rand.New(rand.NewPCG(uint64(i), 7))}
			defer s.close()
			if i%slowShare == slowShare-1 {
				s.dripMs = 20
			}
			due := began.Add(gap * time.Duration(i) / time.Duration(conns))
			for due.Before(end) {
				time.Sleep(time.Until(due))
				s.step(due)
				if due = due.Add(gap); gap == 0 || s.dripMs > 0 {
					due = time.Now()
				}
			}
		}()
	}
	if watch != nil {
		for step := min(5*time.Second, length/4); time.Until(end) > 0; {
			time.Sleep(min(step, time.Until(end)))
			watch(time.Since(began))
		}
	}
	wg.Wait()
	return c
}

func soakTable(r *SoakResults) string {
	if r.Minutes == 0 {
		return notMeasured
	}
	var b strings.Builder
	b.WriteString("| the shop | |\n|---|---|\n")
	line := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "| %s | %s |\n", what, fmt.Sprintf(format, args...))
	}
	line("minutes, active connections", "%.1f, %d", r.Minutes, r.Conns)
	if r.Capacity > 0 {
		line("requests a second that it can answer (clients on the same cores)", "%.0f", r.Capacity)
	}
	line("requests a second that it was sent", "%.0f", r.Rate)
	line("answers; of these to slow clients, to bad requests, orders", "%d; %d, %d, %d", r.Answered, r.Slow, r.Bad, r.Orders)
	line("p50 / p99 / p99.9 from when a request was due, ms", "%.2f / %.2f / %.2f", r.P50, r.P99, r.P999)
	line("server's processor time for an answer, µs", "%.0f", r.CPU)
	if n := len(r.Memory); n > 0 {
		line("memory at the first and the last look, MB", "%.1f, %.1f", float64(r.Memory[0].KB)/1024, float64(r.Memory[n-1].KB)/1024)
	}
	b.WriteString("\n| goal | result | |\n|---|---|---|\n")
	for _, c := range []struct {
		goal string
		n    uint64
	}{{"no wrong answer, to the paisa and to the last piece of stock", r.Wrong}, {"no 5xx", r.Ours}, {"no connection lost", r.Lost}} {
		fmt.Fprintf(&b, "| %s | %d | %s |\n", c.goal, c.n, verdict(c.n == 0))
	}
	if x, ok := r.slope(); ok {
		fmt.Fprintf(&b, "| memory grows by less than %.0f %% a minute after the second | %+.2f %% | %s |\n", goalSlope, x, verdict(x < goalSlope))
	}
	b.WriteString("\n")
	for _, n := range r.Notes {
		b.WriteString("Wrong: " + plain(n) + ".\n\n")
	}
	b.WriteString(r.Origin.line())
	return b.String()
}

// threadsTime is the processor time of processes' threads so far.
func threadsTime(pids []int) (time.Duration, error) {
	var sum time.Duration
	for _, pid := range pids {
		files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		if err != nil || len(files) == 0 {
			return 0, errors.Join(err, fmt.Errorf("process %d is not there, or %s has no schedstat", pid, runtime.GOOS))
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue // a thread that has ended meanwhile
			}
			var ns int64
			if _, err := fmt.Sscan(string(text), &ns); err != nil {
				return 0, err
			}
			sum += time.Duration(ns)
		}
	}
	return sum, nil
}
