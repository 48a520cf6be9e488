package loop

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestRandomLives leads connections through random lives: bytes cut anywhere,
// requests answered at once or in any order later, clients that take their
// answers slowly, end their side or vanish, deadlines passing. Whatever
// happens, the answers are a prefix of the right ones, in order; all of them
// if nothing went wrong; and nothing is left at the end. fakeSocket sees to it
// that nothing is written to a closed connection.
func TestRandomLives(t *testing.T) {
	lives := 3000
	if os.Getenv("ETAMIL_LONG") != "" {
		lives = 100_000
	}
	late := int64(0)
	for seed := range uint64(lives) {
		if !t.Run("", func(t *testing.T) { late += randomLife(t, seed) }) {
			t.Fatalf("seed %d", seed)
		}
	}
	if late < int64(lives)/50 {
		t.Errorf("in %d lives only %d writes were short after they counted", lives, late)
	}
}

// lifeRequest is the i-th request of a connection, and the body of its answer.
func lifeRequest(rnd *rand.Rand, i int, last bool) (in, answer string) {
	path := fmt.Sprintf("/%d", i)
	if rnd.IntN(2) == 0 {
		path = fmt.Sprintf("/wait%d", i)
	}
	end := "\r\n"
	if last {
		end = "Connection: close\r\n\r\n"
	}
	body := strings.Repeat("b", rnd.IntN(30))
	if rnd.IntN(20) == 0 {
		body = strings.Repeat("B", 20_000)
	}
	switch rnd.IntN(3) {
	case 0:
		return fmt.Sprintf("GET %s HTTP/1.1\r\nHost: x\r\n%s", path, end), "GET " + path + " "
	case 1:
		in = fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s%s", path, len(body), end, body)
	default:
		in = fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n%s", path, end)
		for rest := body; rest != ""; {
			n := 1 + rnd.IntN(len(rest))
			in += fmt.Sprintf("%x\r\n%s\r\n", n, rest[:n])
			rest = rest[n:]
		}
		in += "0\r\n\r\n"
	}
	return in, "POST " + path + " " + body
}

func randomLife(t *testing.T, seed uint64) (late int64) {
	rnd := rand.New(rand.NewPCG(seed, 7))
	w := &waiting{}
	r := newRig(t, Config{
		MaxPipeline:    1 + rnd.IntN(8),
		OutputCap:      1 + rnd.IntN(2000),
		HandlerTimeout: time.Hour,
		WriteTimeout:   time.Hour,
		HeaderTimeout:  time.Hour,
		BodyTimeout:    time.Hour,
		IdleTimeout:    time.Hour,
		HalfClose:      time.Hour,
	}, w)
	f := r.connect()
	f.defers = rnd.IntN(2) == 0
	slow := rnd.IntN(2) == 0
	if slow {
		f.room = rnd.IntN(200)
	}
	n := 1 + rnd.IntN(12)
	ends := rnd.IntN(2) == 0 // with Connection: close
	var in strings.Builder
	var want []string
	for i := range n {
		req, answer := lifeRequest(rnd, i, ends && i == n-1)
		in.WriteString(req)
		want = append(want, answer)
	}
	rest := in.String()
	vanish := -1
	if rnd.IntN(4) == 0 {
		vanish = rnd.IntN(40)
	}
	var open []int // kept and not finished
	pick := func() int {
		k := rnd.IntN(len(open))
		i := open[k]
		open = slices.Delete(open, k, k+1)
		return i
	}
	known := 0
	for step := 0; step < 10_000 && !f.closed; step++ {
		for ; known < len(w.kept); known++ {
			open = append(open, known)
		}
		if step == vanish {
			f.Close()
			break
		}
		switch rnd.IntN(6) {
		case 0, 1:
			if f.reading && rest != "" {
				k := 1 + rnd.IntN(min(len(rest), 1+rnd.IntN(5000)))
				f.in(rest[:k])
				rest = rest[k:]
			}
		case 2:
			if len(open) > 0 { // in any order
				w.finish(r, pick())
			}
		case 3: // several in one batch
			for len(open) > 0 && rnd.IntN(3) > 0 {
				x := w.kept[pick()]
				x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
			}
			r.run()
		case 4:
			f.takes(rnd.IntN(3000))
		case 5:
			r.pass(time.Duration(rnd.IntN(10)) * Tick)
			f.halfClosed = f.halfClosed || rest == "" && rnd.IntN(10) == 0
		}
		if rest == "" && len(open) == 0 && known == len(w.kept) && f.c.ring == 0 && f.c.queue.size == 0 {
			break
		}
	}
	gone := f.closed
	got := answersOf(t, f.got.String(), vanish >= 0)
	for i, g := range got {
		if i >= len(want) || g != want[i] {
			t.Fatalf("answer %d is %.100q", i, g)
		}
	}
	if vanish < 0 && len(got) != n {
		t.Fatalf("%d answers to %d requests (closed %v, rest %d)", len(got), n, gone, len(rest))
	}
	if !gone {
		if ends && !f.ended {
			t.Error("not closing after the last request")
		}
		f.Close()
	}
	for ; known < len(w.kept); known++ {
		open = append(open, known)
	}
	for _, i := range open {
		w.finish(r, i)
	}
	if r.l.suspended != 0 || r.s.bodies.used.Load() != 0 || r.s.output.used.Load() != 0 || r.s.guard.open.Load() != 0 {
		t.Errorf("left: %d in work, %d bytes of bodies, %d of output", r.l.suspended, r.s.bodies.used.Load(), r.s.output.used.Load())
	}
	timers := 0
	r.l.wheel.each(func(*conn) { timers++ })
	if timers != 0 || len(r.s.watcher.(fakeWatcher)) != 0 || r.l.dirty != nil || len(r.l.doomed) != 0 {
		t.Errorf("left: %d timers, watched %v, dirty %v, doomed %d", timers, r.s.watcher, r.l.dirty != nil, len(r.l.doomed))
	}
	return r.l.late
}

// answersOf reads the bodies of all answers; the last may be cut off.
func answersOf(t *testing.T, sent string, cut bool) (all []string) {
	r := bufio.NewReader(strings.NewReader(sent))
	for {
		if _, err := r.Peek(1); err != nil {
			return all
		}
		res, err := http.ReadResponse(r, nil)
		if err == nil {
			var b []byte
			if b, err = io.ReadAll(res.Body); err == nil {
				all = append(all, string(b))
				continue
			}
		}
		if !cut {
			t.Fatal(err)
		}
		return all
	}
}
