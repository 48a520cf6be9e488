package loop

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestDrainLosesNothing drains under load from clients that keep their
// connections and clients that make a new one for each request. A request is
// lost when its client was connected and got no answer.
func TestDrainLosesNothing(t *testing.T) {
	for round := range tenth(100) {
		s := start(t, Config{}, echo)
		var answered, lost atomic.Int32
		var all sync.WaitGroup
		for i := range 40 {
			path := []string{"/", "/later/3", "/later/30"}[i%3]
			all.Go(func() {
				for {
					c, err := net.DialTimeout("tcp", s.Addr().String(), 400*time.Millisecond)
					if err != nil {
						return // refused: the drain has begun
					}
					c.SetDeadline(time.Now().Add(time.Minute))
					r := bufio.NewReader(c)
					for last := false; !last; {
						if i%2 == 0 {
							io.WriteString(c, get(path))
						} else {
							fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path)
						}
						res, err := http.ReadResponse(r, nil)
						if err == nil {
							_, err = io.ReadAll(res.Body)
						}
						if err != nil {
							t.Errorf("round %d: %v", round, err)
							lost.Add(1)
							break
						}
						answered.Add(1)
						last = res.Close
					}
					c.Close()
				}
			})
		}
		eventually(t, "all clients are busy", func() bool { return answered.Load() > 200 })
		cut := s.Drain(time.Minute)
		all.Wait()
		if cut != 0 || lost.Load() != 0 {
			t.Errorf("round %d: %d answered, %d lost, %d connections cut", round, answered.Load(), lost.Load(), cut)
		}
	}
}

// TestDrainServesWhatWaitsToBeAccepted: connections that the kernel has
// completed but the loop has not accepted are not reset.
func TestDrainServesWhatWaitsToBeAccepted(t *testing.T) {
	s := start(t, Config{Workers: 1}, echo)
	hold := make(chan bool)
	held := make(chan bool)
	s.Loops()[0].Post(TaskFunc(func(*Loop) { close(held); <-hold }))
	<-held
	var cs []net.Conn
	for range 30 {
		c := dial(t, s)
		send(t, c, get("/"))
		cs = append(cs, c)
	}
	drained := make(chan int)
	go func() { drained <- s.Drain(time.Minute) }()
	eventually(t, "the drain has begun", s.Draining)
	time.Sleep(600 * time.Millisecond) // as on a machine that is busy with something else
	close(hold)
	for _, c := range cs {
		a := readAnswer(t, bufio.NewReader(c), "GET")
		a.want(t, 200, "GET / ")
		if !a.close {
			t.Error("the answer does not end the connection")
		}
		c.Close()
	}
	if n := <-drained; n != 0 {
		t.Errorf("%d connections were cut", n)
	}
	if _, err := net.DialTimeout("tcp", s.Addr().String(), time.Second); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connecting afterwards: %v", err)
	}
}

func TestDrainIsQuickWithIdleConnections(t *testing.T) {
	s := start(t, Config{}, echo)
	for i := range 10 {
		c := dial(t, s)
		if i%2 == 0 {
			send(t, c, get("/"))
			readAnswer(t, bufio.NewReader(c), "GET")
		}
		go func() {
			io.Copy(io.Discard, c)
			c.Close()
		}()
	}
	eventually(t, "all are open", func() bool { return s.Stats().Open == 10 })
	began := time.Now()
	if n := s.Drain(time.Minute); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestDrainDeadline: who is cut off is told so, also by a loop that is late.
func TestDrainDeadline(t *testing.T) {
	for _, late := range []bool{false, true} {
		w := &waiting{}
		s := start(t, Config{Workers: 1}, w)
		c := dial(t, s)
		send(t, c, get("/wait"))
		eventually(t, "the request is in work", func() bool { return s.Stats().InFlight == 1 })
		if late {
			s.Loops()[0].Post(TaskFunc(func(*Loop) { time.Sleep(700 * time.Millisecond) })) // as on a machine that is busy with something else
		}
		if n := s.Drain(300 * time.Millisecond); n != 1 {
			t.Errorf("%d connections were cut", n)
		}
		a := readAnswer(t, bufio.NewReader(c), "GET")
		a.want(t, 503, "server stops\n")
		if !a.close {
			t.Error("the answer does not end the connection")
		}
		if !slices.Equal(w.reasons, []Reason{ServerStops}) {
			t.Errorf("cancelled: %v", w.reasons)
		}
	}
}
