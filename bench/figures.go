package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"time"
)

// Figures are what the users of eTamil asked for by number, and what a server costs that
// has little to do. All are of eTamil alone.
type Figures struct {
	Bursts    Sample    `json:"bursts"`       // 1,000 requests at once, each waits 10 ms
	StartMs   []float64 `json:"start_ms"`     // from exec to the first answered request
	EmptyMs   []float64 `json:"empty_ms"`     // an empty Go program from exec to its end, in the same rounds
	RestKB    int64     `json:"rest_kb"`      // resident memory after a first answer and a second of rest
	IdleConns []int     `json:"idle_conns"`   // so many connections with nothing to do
	IdleKB    []int64   `json:"idle_kb"`      // and the resident memory with them
	Alone     Sample    `json:"alone"`        // cheap requests at a fixed rate
	Beside    Sample    `json:"beside"`       // the same while somebody computes
	ComputeMs []float64 `json:"compute_ms"`   // how long those computations took
	Records   Sample    `json:"records"`      // requests that build 110 records, two workers, as fast as they go
	Paced     Sample    `json:"records_rate"` // the same at a fixed rate
	Canned    Sample    `json:"canned_rate"`  // that rate on the C loop, whose answers are ready: what the machine and the generator make of it
	Wrong     []string  `json:"wrong,omitempty"`
}

type figurePlan struct {
	bursts, starts int
	conns          []int
	time           time.Duration
	rest           time.Duration
}

var (
	standardFigures = figurePlan{10, 20, []int{1000, 4000, 7000, 10000}, 4 * time.Second, time.Second}
	smokeFigures    = figurePlan{2, 2, []int{10, 100}, 300 * time.Millisecond, 10 * time.Millisecond}
)

const (
	burstConns   = 1000
	neighbourFor = 50 * time.Millisecond // of computing in a request
	cheapRate    = 2000
	recordsRate  = 5000
	recordsBody  = `{"sum":2612.50}`
)

// measureFigures measures each of the figures; one that fails is named in Wrong, and the
// others go on.
func measureFigures(p figurePlan, pinned bool, progress io.Writer) (*Figures, error) {
	f := &Figures{}
	began := time.Now()
	for _, part := range []struct {
		name string
		do   func(figurePlan, bool) error
	}{{"bursts", f.measureBursts}, {"start", f.measureStart}, {"rest", f.measureRest}, {"neighbour", f.measureNeighbour}, {"records", f.measureRecords}} {
		if err := part.do(p, pinned); err != nil {
			f.Wrong = append(f.Wrong, part.name+": "+err.Error())
		}
		fmt.Fprintf(progress, "figures: %s done (%.0fs)\n", part.name, time.Since(began).Seconds())
	}
	if len(f.Wrong) > 0 {
		fmt.Fprintln(progress, "wrong:", f.Wrong)
	}
	return f, nil
}

// us starts eTamil, on the server's core if pinned.
func us(workers int, pinned bool) (*Running, error) {
	core := -1
	if pinned {
		core = serverCore
	}
	return peers[0].launch(workers, core)
}

func generatorOn(pinned bool) int {
	if pinned {
		return generatorCore
	}
	return -1
}

func (f *Figures) measureBursts(p figurePlan, pinned bool) error {
	s, err := us(1, pinned)
	if err != nil {
		return err
	}
	defer s.stop()
	f.Bursts, err = Load{Conns: burstConns, Bursts: p.bursts, Warm: time.Second, Time: time.Second, Pids: s.pids(), CPU: generatorOn(pinned),
		Port: s.Port, Script: Script{ask("/wait", textBody)}, Command: generatorBinary}.run()
	return errors.Join(err, f.Bursts.wrong())
}

// measureStart starts a server and an empty program by turns, on all cores, as a user does.
func (f *Figures) measureStart(p figurePlan, _ bool) error {
	for range p.starts {
		s, err := us(0, false)
		if err != nil {
			return err
		}
		f.StartMs = append(f.StartMs, milliseconds(s.ready))
		s.stop()
		if !peerMissing(emptyStart) {
			began := time.Now()
			if err := exec.Command(emptyStart).Run(); err != nil {
				return err
			}
			f.EmptyMs = append(f.EmptyMs, milliseconds(time.Since(began)))
		}
	}
	return nil
}

// measureRest looks at memory: of a server that has answered once, and with more and more
// idle connections, each of which has been answered once.
func (f *Figures) measureRest(p figurePlan, pinned bool) error {
	s, err := us(0, false)
	if err != nil {
		return err
	}
	defer s.stop()
	var conns []net.Conn
	defer func() {
		for _, c := range conns {
			c.Close()
		}
	}()
	request := []byte(ask("/text", "").Request)
	buf := make([]byte, 1024)
	grow := func(to int) error {
		for len(conns) < to {
			c, err := net.Dial("tcp", "127.0.0.1:"+s.Port)
			if err != nil {
				return err
			}
			conns = append(conns, c)
			if _, err = c.Write(request); err != nil {
				return err
			}
			if _, err = c.Read(buf); err != nil {
				return err
			}
		}
		time.Sleep(p.rest)
		return nil
	}
	if err := grow(1); err != nil {
		return err
	}
	if f.RestKB, err = s.rss(); err != nil {
		return err
	}
	for _, n := range p.conns {
		if err := grow(n); err != nil {
			return err
		}
		kb, err := s.rss()
		if err != nil {
			return err
		}
		f.IdleConns, f.IdleKB = append(f.IdleConns, n), append(f.IdleKB, kb)
	}
	return nil
}

// slope returns the bytes that an idle connection costs: the least-squares line through
// the points after the first, which still pays for what is allocated once.
func (f *Figures) slope() (float64, bool) {
	if len(f.IdleConns) < 3 || len(f.IdleConns) != len(f.IdleKB) {
		return 0, false
	}
	var n, sx, sy, sxx, sxy float64
	for i := 1; i < len(f.IdleConns); i++ {
		x, y := float64(f.IdleConns[i]), float64(f.IdleKB[i])*1024
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx), true
}

// measureNeighbour puts cheap requests on a server with one worker, alone and while one
// client keeps asking for 50 ms of computing. Nothing is pinned: where the computing goes
// is the server's business.
func (f *Figures) measureNeighbour(p figurePlan, _ bool) error {
	s, err := us(1, false)
	if err != nil {
		return err
	}
	defer s.stop()
	cheap := Load{Conns: 16, Rate: cheapRate, Warm: p.time / 8, Time: p.time, Pids: s.pids(), CPU: -1, Port: s.Port,
		Script: Script{ask("/text", textBody)}, Command: generatorBinary}
	if f.Alone, err = cheap.run(); err != nil {
		return err
	}
	n, err := computeTurns(s.Port)
	if err != nil {
		return err
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			took, err := compute(s.Port, n)
			if err != nil {
				done <- err
				return
			}
			f.ComputeMs = append(f.ComputeMs, milliseconds(took))
		}
	}()
	f.Beside, err = cheap.run()
	close(stop)
	return errors.Join(err, <-done, f.Alone.wrong(), f.Beside.wrong())
}

// compute asks for n turns of a loop and returns how long the answer took.
func compute(port string, n int) (time.Duration, error) {
	began := time.Now()
	answer, err := http.Get("http://127.0.0.1:" + port + "/compute/" + strconv.Itoa(n))
	if err != nil {
		return 0, err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, errors.New("/compute was answered " + answer.Status)
	}
	return time.Since(began), nil
}

// computeTurns finds out how many turns take neighbourFor here.
func computeTurns(port string) (int, error) {
	for n := 100_000; ; n *= 2 {
		var took []float64
		for range 3 {
			d, err := compute(port, n)
			if err != nil {
				return 0, err
			}
			took = append(took, d.Seconds())
		}
		if least := slices.Min(took); least > neighbourFor.Seconds()/2 {
			return int(float64(n) * neighbourFor.Seconds() / least), nil
		}
	}
}

// measureRecords has two workers build records, first as fast as they can, then at a rate
// that they keep easily, which is when latencies say something.
func (f *Figures) measureRecords(p figurePlan, _ bool) error {
	s, err := us(2, false)
	if err != nil {
		return err
	}
	defer s.stop()
	l := Load{Conns: 64, Warm: p.time / 8, Time: p.time, Pids: s.pids(), CPU: -1, Port: s.Port,
		Script: Script{ask("/records", recordsBody)}, Command: generatorBinary}
	if f.Records, err = l.run(); err != nil {
		return err
	}
	l.Rate = recordsRate
	if f.Paced, err = l.run(); err != nil {
		return err
	}
	s.stop()
	return errors.Join(f.Records.wrong(), f.Paced.wrong(), f.measureCanned(l))
}

// measureCanned puts the load of the paced records on the C loop, if it is here. Nothing is
// pinned there either, and a tail that it has as well is not ours.
func (f *Figures) measureCanned(l Load) error {
	for _, p := range peers {
		if p.Name != cLoop || p.absent() != "" {
			continue
		}
		s, err := p.launch(1, -1)
		if err != nil {
			return err
		}
		defer s.stop()
		l.Pids, l.Port, l.Script = s.pids(), s.Port, p.script("text", Canned)
		if f.Canned, err = l.run(); err != nil {
			return err
		}
		return f.Canned.wrong()
	}
	return nil
}
