package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// LiveResults is results/live.json: what waits, and what is sent while it is made.
type LiveResults struct {
	Origin   Origin    `json:"origin"`
	Pinned   bool      `json:"pinned"` // server and clients each on a core of its own
	SpawnNs  []float64 `json:"spawn_ns,omitempty"`
	ChanNs   []float64 `json:"channel_ns,omitempty"`
	CacheNs  []float64 `json:"cache_ns,omitempty"`
	Sleepers int       `json:"sleepers"`
	WakeMs   []float64 `json:"wake_ms,omitempty"`       // until all of them have woken
	SleepKB  []float64 `json:"sleeper_bytes,omitempty"` // resident bytes for each
	Wait     []Sample  `json:"wait,omitempty"`          // handlers that wait 1 ms, 5,000 connections
	Sockets  []Fanout  `json:"sockets,omitempty"`
	Events   []Fanout  `json:"events,omitempty"`
	Plain    []float64 `json:"plain_us,omitempty"` // the server's processor time for an answer
	Secure   []float64 `json:"tls_us,omitempty"`   // the same under TLS
	Files    []Sample  `json:"files,omitempty"`    // 100 KB from a file
	Nginx    []Sample  `json:"nginx,omitempty"`
	Absent   string    `json:"absent,omitempty"` // why nginx was not measured
	Wrong    []string  `json:"wrong,omitempty"`
}

// Fanout is one broadcast a second to many clients.
type Fanout struct {
	Clients    int     `json:"clients"`
	Broadcasts int     `json:"broadcasts"`
	Got        int     `json:"got"`
	Bad        int     `json:"bad,omitempty"`  // not the next message
	Lost       int     `json:"lost,omitempty"` // connections
	P50        float64 `json:"p50_ms"`         // from when the broadcast was asked for
	P99        float64 `json:"p99_ms"`
	Max        float64 `json:"max_ms"`
	BeforeKB   int64   `json:"before_kb"` // resident, without clients
	WithKB     int64   `json:"with_kb"`
	CPU        float64 `json:"cpu_us"` // the server's for one message
}

// maxBroadcasts is how many broadcasts an audience can tell apart.
const maxBroadcasts = 1 << 12

type livePlan struct {
	rounds, sleepers, conns, clients, broadcasts int
	every                                        time.Duration
	time, warm                                   time.Duration
	rate                                         int // requests a second of the TLS rows
	quick, pin                                   bool
}

func standardLive(rounds int) livePlan {
	return livePlan{rounds: rounds, sleepers: 100_000, conns: 5000, clients: 10_000, broadcasts: 10, every: time.Second,
		time: 3 * time.Second, warm: time.Second, rate: 4000, pin: canPin()}
}

var smokeLive = livePlan{rounds: 1, sleepers: 1000, conns: 100, clients: 100, broadcasts: 3, every: 50 * time.Millisecond,
	time: 300 * time.Millisecond, warm: 50 * time.Millisecond, rate: 500, quick: true}

// liveCommand is "go run ./bench live". The published results change only by a whole run.
func liveCommand(args []string) error {
	flags := flag.NewFlagSet("bench live", flag.ContinueOnError)
	rounds := flags.Int("rounds", 3, "samples for each row; with 3 a whole run takes about 4 minutes")
	only := flags.String("only", "", "these parts only (names with commas): "+strings.Join(liveNames(), " "))
	quick := flags.Bool("smoke", false, "one short round: does everything run, and answer right?")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	p := standardLive(*rounds)
	if *quick {
		p = smokeLive
	}
	parts, err := pick(liveParts, *only, func(x livePart) string { return x.name })
	if err != nil {
		return err
	}
	if err := errors.Join(build(etamilBinary), buildGenerator(generatorBinary)); err != nil {
		return err
	}
	r := measureLive(parts, p, os.Stderr)
	r.Origin = here(strings.TrimSpace("go run ./bench live "+strings.Join(args, " ")), p.rounds)
	if *quick {
		fmt.Println("everything ran; too short for a table")
	} else {
		fmt.Print(liveTable(r))
	}
	err = keep(r, liveResults, *out, *only == "" && !*quick)
	if err == nil && len(r.Wrong) > 0 {
		err = errors.New("does not count: " + strings.Join(r.Wrong, "; "))
	}
	return err
}

// A livePart measures some of the figures; it appends, so that it can be called each round.
type livePart struct {
	name string
	do   func(*LiveResults, livePlan) error
}

var liveParts = []livePart{
	{"tasks", (*LiveResults).measureTasks}, {"sleepers", (*LiveResults).measureSleepers}, {"wait", (*LiveResults).measureWait},
	{"sockets", (*LiveResults).measureSockets}, {"events", (*LiveResults).measureEvents}, {"tls", (*LiveResults).measureTLS}, {"files", (*LiveResults).measureFiles},
}

func liveNames() (names []string) {
	for _, p := range liveParts {
		names = append(names, p.name)
	}
	return names
}

// measureLive measures the parts in rounds; one that fails is named in Wrong, once, and not
// measured again.
func measureLive(parts []livePart, p livePlan, progress io.Writer) *LiveResults {
	r := &LiveResults{Pinned: p.pin, Sleepers: p.sleepers}
	began := time.Now()
	broken := map[string]bool{}
	for round := range p.rounds {
		for _, part := range parts {
			if broken[part.name] {
				continue
			}
			if err := part.do(r, p); err != nil {
				broken[part.name] = true
				r.Wrong = append(r.Wrong, part.name+": "+err.Error())
			}
			fmt.Fprintf(progress, "round %d of %d: %s (%.0fs)\n", round+1, p.rounds, part.name, time.Since(began).Seconds())
		}
	}
	return r
}

func (p livePlan) core(of int) int {
	if p.pin {
		return of
	}
	return -1
}

// serve starts the program of these rows with one worker, on the server's core.
func (p livePlan) serve(ready func(addr string) error, flags ...string) (*Running, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "bench-live-")
	if err != nil {
		return nil, err
	}
	var s *Running
	if err = writeCanned(folder); err == nil {
		command := append([]string{etamilBinary, "serve", "bench/programs/live/app.qmz", "--workers", "1", "--host", "127.0.0.1", "--port", port}, flags...)
		s, err = startWhen(ready, command, port, p.core(serverCore), folder, "BENCH_FOLDER="+folder)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return s, nil
}

// measureTasks measures what it costs to start a task and wait for it, to send and
// receive, and to read from the cache, by programs of a million each, less an empty one.
func (r *LiveResults) measureTasks(p livePlan) error {
	us := engines[slices.IndexFunc(engines, func(e Engine) bool { return e.Name == ours })]
	ws, err := pick(workloads, startup+",tasks,channels,cache", func(w Workload) string { return w.Name })
	if err != nil {
		return err
	}
	vm := runVM(ws, []Engine{us}, 1, p.quick, wallClock, io.Discard)
	if err := vm.wrong(); err != nil {
		return err
	}
	for i, into := range []*[]float64{&r.SpawnNs, &r.ChanNs, &r.CacheNs} {
		w := ws[i+1]
		_, ms, ok := vm.net(w.Name, ours)
		if !ok {
			return errors.New(w.Name + " has no time")
		}
		*into = append(*into, ms*1e6/float64(w.size(p.quick)))
	}
	return nil
}

// measureSleepers has tasks sleep until one moment, and looks at how long they then take to
// wake and at the memory of the process at its largest.
func (r *LiveResults) measureSleepers(p livePlan) error {
	run := func(file string) (string, float64, error) {
		cmd := exec.Command(etamilBinary, "run", file)
		cmd.Env = append(os.Environ(), "BENCH_N="+strconv.Itoa(p.sleepers))
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			return "", 0, fmt.Errorf("%w: %s", err, &said)
		}
		return strings.TrimSpace(string(out)), float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) * 1024, nil
	}
	_, least, err := run("bench/programs/" + startup + ".qmz")
	if err != nil {
		return err
	}
	out, most, err := run("bench/programs/live/wakes.qmz")
	if err != nil {
		return err
	}
	ms, err := strconv.ParseFloat(out, 64)
	if err != nil {
		return err
	}
	r.WakeMs = append(r.WakeMs, ms)
	r.SleepKB = append(r.SleepKB, (most-least)/float64(p.sleepers))
	return nil
}

func (r *LiveResults) measureWait(p livePlan) error {
	s, err := p.serve(waitFor)
	if err != nil {
		return err
	}
	defer s.stop()
	sample, err := Load{Conns: p.conns, Depth: 1, Warm: p.warm, Time: p.time, Pids: s.pids(), CPU: p.core(generatorCore), Port: s.Port,
		Script: Script{ask("/wait", textBody)}, Command: generatorBinary}.run()
	if err = errors.Join(err, sample.wrong()); err == nil {
		r.Wait = append(r.Wait, sample)
	}
	return err
}

const socketRequest = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

func (r *LiveResults) measureSockets(p livePlan) error {
	return p.fanOut(socketRequest, &r.Sockets)
}

func (r *LiveResults) measureEvents(p livePlan) error {
	return p.fanOut(ask("/events", "").Request, &r.Events)
}

// fanOut has so many clients listen while one publishes.
func (p livePlan) fanOut(request string, into *[]Fanout) error {
	s, err := p.serve(waitFor, "--heartbeat", "10m") // clients answer no pings
	if err != nil {
		return err
	}
	defer s.stop()
	time.Sleep(p.warm)
	f := Fanout{Clients: p.clients, Broadcasts: p.broadcasts}
	if f.BeforeKB, err = s.rss(); err != nil {
		return err
	}
	a, err := gather(p.clients, s.Port, request)
	if err != nil {
		return err
	}
	defer a.close()
	time.Sleep(p.warm)
	before, err := threadsTime(s.pids())
	if err != nil {
		return err
	}
	published := make(chan error, 1)
	go func() { published <- a.publish(p, s.Port) }()
	done := make(chan struct{})
	go func() {
		stayOn(p.core(generatorCore)) // the thread ends with the goroutine
		a.listen(p.every*time.Duration(p.broadcasts)+time.Minute, p.broadcasts)
		close(done)
	}()
	<-done
	if err := <-published; err != nil {
		return err
	}
	after, err := threadsTime(s.pids())
	if err != nil {
		return err
	}
	if f.WithKB, err = s.rss(); err != nil {
		return err
	}
	f.Got, f.Bad, f.Lost = a.got, a.wrong, a.lost
	f.P50, f.P99, f.Max = milliseconds(a.latency.percentile(0.5)), milliseconds(a.latency.percentile(0.99)), milliseconds(a.slowest)
	f.CPU = float64((after - before).Nanoseconds()) / 1000 / float64(max(a.got, 1))
	*into = append(*into, f)
	if want := p.clients * p.broadcasts; f.Got != want || f.Bad > 0 || f.Lost > 0 {
		return fmt.Errorf("%d of %d messages came, %d out of turn, %d connections were lost", f.Got, want, f.Bad, f.Lost)
	}
	return nil
}

// publish asks for the broadcasts, one after the other, and notes when.
func (a *audience) publish(p livePlan, port string) error {
	w := wire{addr: "127.0.0.1:" + port}
	defer w.close()
	for i := range p.broadcasts {
		time.Sleep(p.every)
		a.sent[i].Store(int64(time.Since(a.began)))
		status, _, err := w.exchange(fmt.Sprintf("POST /publish/%06d HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n", i), 0)
		if err != nil || status != 200 {
			return fmt.Errorf("/publish was answered %d: %w", status, err)
		}
	}
	return nil
}

// measureTLS asks two servers at the same rate, one plain, one under TLS, over connections
// that stay open, there and back again.
func (r *LiveResults) measureTLS(p livePlan) error {
	folder, err := os.MkdirTemp("", "bench-tls-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	cert, key, err := certificate(folder)
	if err != nil {
		return err
	}
	plain, err := p.serve(waitFor)
	if err != nil {
		return err
	}
	defer plain.stop()
	secure, err := p.serve(waitForTLS, "--tls-cert", cert, "--tls-key", key)
	if err != nil {
		return err
	}
	defer secure.stop()
	for _, tls := range []bool{false, true, true, false} {
		s, into := plain, &r.Plain
		if tls {
			s, into = secure, &r.Secure
		}
		cost, err := p.paced(s, tls)
		if err != nil {
			return err
		}
		*into = append(*into, cost)
	}
	return nil
}

var anyCertificate = &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}} // it is our own, made a moment ago

func waitForTLS(addr string) error {
	const limit = time.Minute
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := tls.Dial("tcp", addr, anyCertificate)
		if err == nil {
			return c.Close()
		}
		if time.Since(began) > limit {
			return err
		}
	}
}

// paced sends requests at a rate over 32 connections, and gives the server's processor time
// for each, in microseconds.
func (p livePlan) paced(s *Running, secure bool) (float64, error) {
	const conns = 32
	request := []byte(ask("/text", "").Request)
	gap := time.Duration(conns) * time.Second / time.Duration(p.rate)
	asked := func(c net.Conn, in *bufio.Reader) error {
		if _, err := c.Write(request); err != nil {
			return err
		}
		a, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(a.Body)
		if err == nil && (a.StatusCode != 200 || string(body) != textBody) {
			err = fmt.Errorf("/text was answered %d, %q", a.StatusCode, body)
		}
		return err
	}
	ends := make(chan error, conns)
	count := make([]int, conns)
	start := time.Now().Add(p.warm)
	end := start.Add(p.time)
	for i := range conns {
		go func() {
			c, err := net.Dial("tcp", "127.0.0.1:"+s.Port)
			if err == nil && secure {
				c = tls.Client(c, anyCertificate)
			}
			if err != nil {
				ends <- err
				return
			}
			defer c.Close()
			in := bufio.NewReader(c)
			if err := asked(c, in); err != nil { // the handshake is not counted
				ends <- err
				return
			}
			for due := start.Add(gap * time.Duration(i) / conns); due.Before(end); due = due.Add(gap) {
				time.Sleep(time.Until(due))
				if err := asked(c, in); err != nil {
					ends <- err
					return
				}
				count[i]++
			}
			ends <- nil
		}()
	}
	time.Sleep(time.Until(start))
	before, err := threadsTime(s.pids())
	var errs []error
	for range conns {
		errs = append(errs, <-ends)
	}
	after, err2 := threadsTime(s.pids())
	if err := errors.Join(append(errs, err, err2)...); err != nil {
		return 0, err
	}
	n := 0
	for _, x := range count {
		n += x
	}
	return float64((after - before).Nanoseconds()) / 1000 / float64(max(n, 1)), nil
}

// certificate makes one for 127.0.0.1.
func certificate(folder string) (certFile, keyFile string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return "", "", err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	certFile, keyFile = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	return certFile, keyFile, errors.Join(
		os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

// measureFiles asks for a file of 100 KB, from us and from nginx with sendfile.
func (r *LiveResults) measureFiles(p livePlan) error {
	load := func(s *Running, path string) (Sample, error) {
		defer s.stop()
		sample, err := Load{Conns: min(64, p.conns), Depth: 1, Warm: p.warm, Time: p.time, Pids: s.pids(), CPU: p.core(generatorCore), Port: s.Port,
			Script: Script{ask(path, bigBody)}, Command: generatorBinary}.run()
		return sample, errors.Join(err, sample.wrong())
	}
	s, err := p.serve(waitFor)
	if err != nil {
		return err
	}
	sample, err := load(s, "/files/big")
	if err != nil {
		return err
	}
	r.Files = append(r.Files, sample)
	peer := peers[slices.IndexFunc(peers, func(p Peer) bool { return p.Name == "nginx" })]
	if r.Absent = peer.absent(); r.Absent != "" {
		return nil
	}
	if s, err = peer.launch(1, p.core(serverCore)); err != nil {
		return err
	}
	if sample, err = load(s, "/big"); err == nil {
		r.Nginx = append(r.Nginx, sample)
	}
	return err
}
