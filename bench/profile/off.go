//go:build !profile

package main

import (
	"errors"
	"io"
	"time"
)

const (
	rounds = 7
	// sample is what one measurement takes at least: a shorter program is run several times.
	sample = 10 * time.Millisecond
	// longest is what a program may take that is measured at all.
	longest = 2 * time.Second
)

func run(w io.Writer, what string) error {
	if what != "passes" {
		return errors.New("this machine does not count: go run -tags profile ./bench/profile")
	}
	return passes(w, clock)
}

// clock is how many milliseconds each of the ways to compile a program makes it take: the
// least of several rounds, in each of which all ways have their turn. It is nil for a program that
// takes too long.
func clock(ways []prepared) ([]float64, error) {
	times := make([]float64, len(ways))
	turns := 1
	for {
		took, err := repeat(ways[0], turns)
		if err != nil {
			return nil, err
		}
		if took > longest {
			return nil, nil
		}
		if took >= sample {
			break
		}
		turns *= 2
	}
	for range rounds {
		for i, p := range ways {
			took, err := repeat(p, turns)
			if err != nil {
				return nil, err
			}
			if ms := took.Seconds() * 1000 / float64(turns); times[i] == 0 || ms < times[i] {
				times[i] = ms
			}
		}
	}
	return times, nil
}

// repeat is how long n runs of p take.
func repeat(p prepared, n int) (time.Duration, error) {
	began := time.Now()
	for range n {
		if err := p.run(); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}
