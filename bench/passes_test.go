package main

import (
	"strings"
	"testing"
)

func TestPassTable(t *testing.T) {
	if got := passTable(&PassResults{}); got != notMeasured {
		t.Errorf("no rows: %q", got)
	}
	ways := []string{"all", "none", "inline", "gvn", "dce"}
	table := passTable(&PassResults{
		Count: PassCosts{Ways: ways, Rows: []PassRow{{"fib", []float64{1000, 1500, 1200, 1001, 990}}, {"asleep", []float64{500, 500, 500, 500, 500}}}},
		Time:  PassCosts{Ways: ways, Rows: []PassRow{{"fib", []float64{10, 20, 10.2, 11, 10}}}, Compile: []float64{100, 80, 99, 90, 95}},
	})
	for _, want := range []string{
		"| fib | 10.0 | 1000 | +100 % / +50.0 % | inline +2 % / +20.0 %, gvn +10 % / +0.1 %, dce +0 % / -1.0 % |",
		"| asleep | - | 500 | - / +0.0 % |  |",
		"takes 100 ms of processor, with no pass -20 %, without `inline` -1.0 %, without `gvn` -10.0 %, without `dce` -5.0 %.",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}
