package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// An HTTPCase is one row: a path, how hard it is asked for, and what must come back.
type HTTPCase struct {
	Name  string
	Title string
	Path  string
	Body  string
	Conns int
	Depth int
	Rate  float64
}

const (
	textBody = "வணக்கம்"
	jsonBody = `{"id":7,"message":"வணக்கம்"}`
)

var httpCases = []HTTPCase{
	{"text", "text, as fast as it goes", "/text", textBody, 64, 1, 0},
	{"text16", "text, 16 requests pipelined", "/text", textBody, 64, 16, 0},
	{"json", "JSON, as fast as it goes", "/json", jsonBody, 64, 1, 0},
	{"json_rate", "JSON, 20,000 requests a second", "/json", jsonBody, 64, 1, 20_000},
}

// An HTTPServer is something that answers those paths.
type HTTPServer struct {
	Name    string
	Title   string
	Command func(port string) []string
	binary  string
}

// floor is the server that ours is compared with.
const floor = "gnet"

var httpServers = []HTTPServer{
	{ours, "eTamil", func(port string) []string {
		return []string{etamilBinary, "serve", "bench/programs/http/app.qmz", "--workers", "1", "--host", "127.0.0.1", "--port", port}
	}, etamilBinary},
	{floor, "bare gnet loop", func(port string) []string { return []string{gohostBinary, "gnet", port} }, gohostBinary},
}

// HTTPResults is results/http.json.
type HTTPResults struct {
	Origin  Origin    `json:"origin"`
	Pinned  bool      `json:"pinned"` // server and generator each on a core of its own
	Servers []string  `json:"servers"`
	Rows    []HTTPRow `json:"rows"`
}

// HTTPRow is one case on one server, one sample a round.
type HTTPRow struct {
	Case    string       `json:"case"`
	Server  string       `json:"server"`
	Wrong   string       `json:"wrong,omitempty"`
	Samples []HTTPSample `json:"samples"`
}

// HTTPSample is one round.
type HTTPSample struct {
	LoadResult
	CPU float64 `json:"server_cpu_us"` // the server's processor time for one request
}

func (r *HTTPResults) row(name, server string) *HTTPRow {
	for i := range r.Rows {
		if r.Rows[i].Case == name && r.Rows[i].Server == server {
			return &r.Rows[i]
		}
	}
	return nil
}

// middle returns the median over the rounds of one number of a row's samples.
func (r *HTTPResults) middle(name, server string, of func(HTTPSample) float64) (float64, bool) {
	row := r.row(name, server)
	if row == nil || row.Wrong != "" || len(row.Samples) == 0 {
		return 0, false
	}
	var numbers []float64
	for _, s := range row.Samples {
		numbers = append(numbers, of(s))
	}
	return median(numbers), true
}

// httpCommand is "go run ./bench http".
func httpCommand(args []string) error {
	flags := flag.NewFlagSet("bench http", flag.ContinueOnError)
	rounds := flags.Int("rounds", 5, "samples for each row")
	length := flags.Duration("time", 3*time.Second, "how long a sample is")
	only := flags.String("only", "", "these cases only (names with commas)")
	some := flags.String("servers", "", "these servers only (names with commas)")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 || *length <= 0 {
		return errors.New("--rounds must be at least 1, --time more than nothing")
	}
	cases, err := pick(httpCases, *only, func(c HTTPCase) string { return c.Name })
	if err != nil {
		return err
	}
	servers, err := pick(httpServers, *some, func(s HTTPServer) string { return s.Name })
	if err != nil {
		return err
	}
	for _, s := range servers {
		if err := build(s.binary); err != nil {
			return err
		}
	}
	r := &HTTPResults{Pinned: canPin()}
	for _, s := range servers {
		r.Servers = append(r.Servers, s.Title)
		for _, c := range cases {
			r.Rows = append(r.Rows, HTTPRow{Case: c.Name, Server: s.Name})
		}
	}
	for round := range *rounds {
		for _, c := range cases {
			for _, s := range servers {
				row := r.row(c.Name, s.Name)
				if row.Wrong != "" {
					continue
				}
				sample, err := s.sample(c, *length, r.Pinned)
				if err != nil {
					row.Wrong = err.Error()
					continue
				}
				row.Samples = append(row.Samples, sample)
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d done\n", round+1, *rounds)
	}
	r.Origin = here(strings.TrimSpace("go run ./bench http "+strings.Join(args, " ")), *rounds)
	fmt.Print(httpTable(r))
	switch {
	case *out != "":
		err = save(*out, httpResults, r)
	case *only == "" && *some == "":
		if err = save(resultsDir, httpResults, r); err == nil {
			err = writeReport()
		}
	}
	if err != nil {
		return err
	}
	for _, row := range r.Rows {
		if row.Wrong != "" {
			return fmt.Errorf("rows that do not count: %s on %s: %s", row.Case, row.Server, row.Wrong)
		}
	}
	return nil
}

// sample starts the server, puts the load on it, and ends it.
func (s HTTPServer) sample(c HTTPCase, length time.Duration, pinned bool) (HTTPSample, error) {
	port, err := freePort()
	if err != nil {
		return HTTPSample{}, err
	}
	command := s.Command(port)
	if pinned {
		command = append([]string{"taskset", "-c", "0"}, command...)
	}
	server := exec.Command(command[0], command[1:]...)
	server.Env = os.Environ()
	if pinned {
		server.Env = append(server.Env, "GOMAXPROCS=1")
	}
	var said strings.Builder
	server.Stdout, server.Stderr = io.Discard, &said
	if err := server.Start(); err != nil {
		return HTTPSample{}, err
	}
	defer func() {
		server.Process.Kill() // an error here means it has ended already
		server.Wait()
	}()
	addr := "127.0.0.1:" + port
	if err := waitFor(addr); err != nil {
		return HTTPSample{}, fmt.Errorf("%w; the server said: %s", err, said.String())
	}
	const warm = 500 * time.Millisecond
	before, err := cpuTime(server.Process.Pid)
	if err != nil {
		return HTTPSample{}, err
	}
	result, err := generate(c, addr, length, warm, pinned)
	if err != nil {
		return HTTPSample{}, err
	}
	after, err := cpuTime(server.Process.Pid)
	if err != nil {
		return HTTPSample{}, err
	}
	cpu := (after - before).Seconds() * 1e6 / float64(max(result.Answered, 1))
	return HTTPSample{result, cpu}, nil
}

// generate runs the load in a process of its own, so that it can have a core of its own.
func generate(c HTTPCase, addr string, length, warm time.Duration, pinned bool) (LoadResult, error) {
	self, err := os.Executable()
	if err != nil {
		return LoadResult{}, err
	}
	args := []string{self, "load", "-c", strconv.Itoa(c.Conns), "-depth", strconv.Itoa(c.Depth),
		"-time", length.String(), "-warm", warm.String(), "-rate", strconv.FormatFloat(c.Rate, 'f', -1, 64),
		"-body", c.Body, "http://" + addr + c.Path}
	if pinned {
		args = append([]string{"taskset", "-c", "1"}, args...)
	}
	cmd := exec.Command(args[0], args[1:]...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return LoadResult{}, fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	var r LoadResult
	return r, json.Unmarshal(out, &r)
}

// canPin says whether server and generator can each have a core.
func canPin() bool {
	_, err := exec.LookPath("taskset")
	return err == nil && runtime.NumCPU() >= 2
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// waitFor returns when something accepts connections at addr.
func waitFor(addr string) error {
	var err error
	for range 200 {
		var conn net.Conn
		if conn, err = net.DialTimeout("tcp", addr, time.Second); err == nil {
			return conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// cpuTime returns the processor time that a process has used, from /proc.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, err
	}
	// The name of the command may hold anything; the numbers follow its last bracket.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	const user, system = 11, 12 // counted from the field after the name
	if len(fields) <= system {
		return 0, errors.New("/proc/PID/stat is shorter than it should be")
	}
	var ticks int64
	for _, f := range fields[user : system+1] {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	const ticksPerSecond = 100 // USER_HZ, the same on every Linux that Go runs on
	return time.Duration(ticks) * time.Second / ticksPerSecond, nil
}
