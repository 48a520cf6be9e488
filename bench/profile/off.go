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
// least of several rounds, in each of which all ways of all programs have their turn, since a neighbour on the
// machine may make everything take longer for seconds. There is none for a program that takes too long.
func clock(programs [][]prepared) ([][]float64, error) {
	times, turns := make([][]float64, len(programs)), make([]int, len(programs))
	for k, ways := range programs {
		for turns[k] = 1; ; turns[k] *= 2 {
			took, err := repeat(ways[0], turns[k])
			if err != nil {
				return nil, err
			}
			if took >= sample {
				if took <= longest {
					times[k] = make([]float64, len(ways))
				}
				break
			}
		}
	}
	for range rounds {
		for k, ways := range programs {
			for i := range times[k] {
				took, err := repeat(ways[i], turns[k])
				if err != nil {
					return nil, err
				}
				if ms := took.Seconds() * 1000 / float64(turns[k]); times[k][i] == 0 || ms < times[k][i] {
					times[k][i] = ms
				}
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
