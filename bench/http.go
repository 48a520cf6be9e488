package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A Load is what the generator does to a server: each of Conns connections sends Depth
// GET requests in one write, reads their answers, and begins again.
type Load struct {
	Addr  string // host:port
	Path  string
	Conns int
	Depth int           // requests in flight on a connection
	Time  time.Duration // measured
	Warm  time.Duration // before that, not measured
	Rate  float64       // requests a second over all connections; 0: as fast as answers come
	Body  string        // every answer must have exactly this; "" takes any
}

// A LoadResult is what came of it. Latencies are in microseconds, from the moment a
// request was due (with a Rate: whether or not the one before it was answered by then).
type LoadResult struct {
	Requests  uint64  `json:"requests"`
	Answered  uint64  `json:"answered"` // with those before and after the measured time
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_us"`
	P99       float64 `json:"p99_us"`
	P999      float64 `json:"p999_us"`
}

// readLimit ends a connection whose answer does not come.
const readLimit = 10 * time.Second

// run does the load. The first answer that is not a 200 with the right body ends it.
func (l Load) run() (LoadResult, error) {
	var (
		wg      sync.WaitGroup
		warmed  atomic.Bool
		done    atomic.Bool
		results = make([]histogram, l.Conns)
		errs    = make([]error, l.Conns)
		all     = make([]uint64, l.Conns)
	)
	request := []byte(strings.Repeat("GET "+l.Path+" HTTP/1.1\r\nHost: "+l.Addr+"\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", l.Depth))
	for i := range l.Conns {
		wg.Add(1)
		go func() {
			defer wg.Done()
			all[i], errs[i] = l.connection(request, &results[i], &warmed, &done)
			if errs[i] != nil {
				done.Store(true)
			}
		}()
	}
	time.Sleep(l.Warm)
	warmed.Store(true)
	began := time.Now()
	for time.Since(began) < l.Time && !done.Load() {
		time.Sleep(min(10*time.Millisecond, l.Time))
	}
	done.Store(true)
	took := time.Since(began).Seconds()
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return LoadResult{}, err
	}
	var sum histogram
	var answered uint64
	for i := range results {
		sum.merge(&results[i])
		answered += all[i]
	}
	us := func(p float64) float64 { return float64(sum.percentile(p).Nanoseconds()/10) / 100 }
	return LoadResult{sum.total, answered, took, float64(sum.total) / took, us(0.50), us(0.99), us(0.999)}, nil
}

// connection is one client. It returns how many answers it got, and puts into h those of
// the batches that were both due and answered inside the measured time.
func (l Load) connection(request []byte, h *histogram, warmed, done *atomic.Bool) (answered uint64, err error) {
	conn, err := net.Dial("tcp", l.Addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, 64<<10)
	var pause time.Duration
	if l.Rate > 0 {
		pause = time.Duration(float64(time.Second) * float64(l.Conns*l.Depth) / l.Rate)
	}
	due := time.Now()
	for !done.Load() {
		if pause > 0 {
			time.Sleep(time.Until(due))
		} else {
			due = time.Now()
		}
		counts := warmed.Load()
		if err := conn.SetDeadline(time.Now().Add(readLimit)); err != nil {
			return answered, err
		}
		if _, err := conn.Write(request); err != nil {
			return answered, err
		}
		for range l.Depth {
			if err := readAnswer(in, l.Body); err != nil {
				return answered, err
			}
			answered++
		}
		if counts && !done.Load() {
			h.add(time.Since(due), l.Depth)
		}
		due = due.Add(pause)
	}
	return answered, nil
}

// readAnswer reads one answer with a Content-Length and checks it.
func readAnswer(in *bufio.Reader, body string) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("answered %q", bytes.TrimSpace(line))
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		const name = "content-length:"
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(name):]))); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("an answer without Content-Length")
	}
	if body == "" {
		_, err = in.Discard(length)
		return err
	}
	if length != len(body) {
		return fmt.Errorf("a body of %d bytes, want %d", length, len(body))
	}
	got, err := in.Peek(length)
	if err != nil {
		return err
	}
	if string(got) != body {
		return fmt.Errorf("body %q, want %q", got, body)
	}
	_, err = in.Discard(length)
	return err
}

// loadCommand is "bench load": the generator alone, its result as JSON on stdout.
func loadCommand(args []string) error {
	flags := flag.NewFlagSet("bench load", flag.ContinueOnError)
	var l Load
	flags.IntVar(&l.Conns, "c", 64, "connections")
	flags.IntVar(&l.Depth, "depth", 1, "requests in flight on each (pipelining)")
	flags.DurationVar(&l.Time, "time", 5*time.Second, "how long to measure")
	flags.DurationVar(&l.Warm, "warm", time.Second, "how long to run before that")
	flags.Float64Var(&l.Rate, "rate", 0, "requests a second; 0: as fast as answers come")
	flags.StringVar(&l.Body, "body", "", "the body every answer must have")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || l.Conns < 1 || l.Depth < 1 || l.Time <= 0 {
		return errors.New("usage: bench load [-c N] [-depth N] [-time D] [-warm D] [-rate R] [-body TEXT] http://host:port/path")
	}
	u, err := url.Parse(flags.Arg(0))
	if err != nil {
		return err
	}
	if u.Scheme != "http" || u.Port() == "" {
		return errors.New("the address must look like http://host:port/path")
	}
	l.Addr, l.Path = u.Host, u.RequestURI()
	r, err := l.run()
	if err != nil {
		return err
	}
	return writeJSON(os.Stdout, r)
}

func writeJSON(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, string(text))
	return err
}
