package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// How quick queries fare beside slow ones, which must not hold up the connections that reads share.
const (
	slowRate      = 4000.0 // quick requests a second
	slowPart      = 0.05   // as many slow ones besides, of the quick
	slowGoal      = 2.0    // times the p99 that the quick ones have alone
	slowPool      = 64     // connections, enough for the slow ones
	slowLeast     = 500 * time.Millisecond
	slowQuickConn = 16
)

// SlowRow is what quick queries took, without slow ones and beside them.
type SlowRow struct {
	Alone  []Sample `json:"alone"`
	Beside []Sample `json:"beside"`
	Slow   []Sample `json:"slow"` // the slow ones themselves
	Wrong  string   `json:"wrong,omitempty"`
}

// measureSlow takes one sample of each; url is PostgreSQL's.
func (r *SlowRow) measure(url string, p plan) error {
	folder, err := os.MkdirTemp("", "bench-slow-")
	if err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	command, err := dbPeers[0].Command(port, 0, folder)
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	server, err := start(command, port, -1, folder, "DATABASE_URL="+url, fmt.Sprintf("ETAMIL_DATABASE_MAX_CONNECTIONS=%d", slowPool))
	if err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	defer server.stop()
	load := func(path string, conns int, rate float64) Load {
		return Load{Conns: conns, Rate: rate, Warm: p.warm, Time: max(p.time, slowLeast), Pids: server.pids(), CPU: -1,
			Port: port, Script: dbScript(path), Command: generatorBinary}
	}
	quick, slow := load("/one", slowQuickConn, slowRate), load("/slow", slowPool, slowRate*slowPart)
	// What is slow is learnt first, as it would be in the first second of any server's life.
	if _, err := slow.run(); err != nil {
		return err
	}
	alone, err := quick.run()
	if err = errors.Join(err, alone.wrong()); err != nil {
		return err
	}
	var wg sync.WaitGroup
	var other Sample
	var failed error
	wg.Go(func() { other, failed = slow.run() })
	beside, err := quick.run()
	wg.Wait()
	if err = errors.Join(err, failed, beside.wrong(), other.wrong()); err != nil {
		return err
	}
	r.Alone, r.Beside, r.Slow = append(r.Alone, alone), append(r.Beside, beside), append(r.Slow, other)
	return nil
}

// p99 is the median of samples' p99, in milliseconds.
func p99(samples []Sample) float64 {
	var all []float64
	for _, s := range samples {
		all = append(all, s.P99/1000)
	}
	return median(all)
}
