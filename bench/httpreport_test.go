package main

import (
	"math"
	"strings"
	"testing"
)

// samples have a throughput, a cost to the server in µs, and what the generator and others
// used of a core.
func samples(perSecond, cost, generator, foreign float64) Sample {
	return Sample{Answered: uint64(perSecond), Seconds: 1, P50: 100, P99: 900, RSS: 20 << 10, ServerNs: uint64(cost * perSecond * 1000),
		OwnNs: uint64(generator * 1e9), BusyNs: uint64((foreign+generator)*1e9 + cost*perSecond*1000)}
}

func row(name, peer string, w Way, s ...Sample) HTTPRow {
	return HTTPRow{Case: name, Peer: peer, Way: w, Samples: s}
}

func TestHTTPTable(t *testing.T) {
	r := &HTTPResults{
		Pinned: true,
		Peers:  []PeerInfo{{Name: ours, Title: "eTamil", Version: "1.0"}, {Name: "fasthttp", Title: "fasthttp"}, {Name: floor, Title: "bare gnet loop"}, {Name: "bun", Title: "Bun", Absent: "bun is not here"}},
		Rows: []HTTPRow{
			row("cost-text", ours, Exact, samples(20_000, 5.2, 0.1, 0)),
			row("cost-text", floor, Canned, samples(20_000, 5.0, 0.1, 0)),
			row("cost-json", ours, Exact, samples(20_000, 6.0, 0.1, 0)),
			row("cost-json", floor, Canned, samples(20_000, 5.0, 0.1, 0)),
			row("text", ours, Exact, samples(120_000, 5, 0.95, 0)),
			row("text", "fasthttp", Native, samples(100_000, 5, 0.5, 0)),
			row("tax", ours, Exact, samples(100_000, 5, 0.5, 0)),
			row("tax", "fasthttp", Native, samples(90_000, 5, 0.5, 0)),
			row("tax", "fasthttp", Exact, samples(50_000, 5, 0.5, 0.9)),
			{Case: "json", Peer: ours, Way: Exact, Wrong: "3 x wrong body, the first: <b>|"},
		},
		Figures: &Figures{Bursts: Sample{BurstsMs: []float64{20, 60, 70}}, StartMs: []float64{9, 10, 11}, EmptyMs: []float64{2}, RestKB: 20 << 10,
			Records: Sample{Answered: 100, Seconds: 1}, Paced: Sample{Answered: 100, P999: 1700}, Canned: Sample{Answered: 100, P999: 1500}},
	}
	table := httpTable(r)
	for _, want := range []string{
		"| plaintext: at most 0.3 µs of processor above the bare gnet loop | +0.20 µs | met |",
		"| JSON: at most 0.6 µs of processor above the bare gnet loop | +1.00 µs | **missed** ▼ |",
		"| plaintext: at least 1.15 x fasthttp | 1.20 (generator-bound) | met |",
		"| tax: at least 1.25 x fasthttp | 1.11 | **missed** ▼ |",
		"| at least 10000 requests a second on one core | 120000 | met |",
		"all answered in 50 ms | 60.0 ms | **missed** ▼ |",
		"| 10.0 ms (an empty Go program: 2.0) | met |",
		"| at rest in at most 30 MB | 20.0 MB | met |",
		"p99.9 at most 0.1 ms | 1.7 ms (ready-made answers of the C loop: 1.5) | **missed** ▼ |",
		"| ready-made answers of the C loop at that rate | 0 / 0 / 1500 |",
		"| fasthttp, exact decimals | 50000 * | 2.00 | 100 | 900 | 5.00 | 20 |",
		"| eTamil | 120000 generator-bound | - |",
		"Does not count: JSON on eTamil (exact): 3 x wrong body, the first: ‹b›/.",
		"Bun not to be had here",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if strings.Contains(table, "at least 1.50 x Bun") {
		t.Error("a goal stands beside a peer that was not measured")
	}
	if got := httpTable(&HTTPResults{}); got != notMeasured {
		t.Errorf("no rows: %q", got)
	}
}

// TestDisturbedSamplesAreLeftOut: where one sample is clean, the others don't count.
func TestDisturbedSamplesAreLeftOut(t *testing.T) {
	dirty, clean := samples(10_000, 50, 0.1, 0.8), samples(90_000, 5, 0.5, 0.01)
	r := row("text", ours, Exact, dirty, clean, dirty)
	if x, ok, there := r.middle(Sample.perSecond); x != 90_000 || !ok || !there {
		t.Errorf("%v %v %v, want the clean one", x, ok, there)
	}
	r = row("text", ours, Exact, dirty)
	if x, ok, there := r.middle(Sample.perSecond); x != 10_000 || ok || !there {
		t.Errorf("%v %v %v, want the disturbed one, marked", x, ok, there)
	}
	r.Wrong = "no"
	if _, _, there := r.middle(Sample.perSecond); there {
		t.Error("a row that does not count has a middle")
	}
	var none *HTTPRow
	if _, _, there := none.middle(Sample.perSecond); there {
		t.Error("no row has a middle")
	}
}

func TestIdleSlope(t *testing.T) {
	f := &Figures{IdleConns: []int{100, 1000, 2000, 3000}, IdleKB: []int64{9000, 10_000, 11_000, 12_000}}
	if x, ok := f.slope(); !ok || math.Abs(x-1024) > 0.01 {
		t.Errorf("slope %v %v, want 1024 bytes", x, ok)
	}
	if _, ok := (&Figures{IdleConns: []int{1, 2}, IdleKB: []int64{1, 2}}).slope(); ok {
		t.Error("two points, of which one does not count, have a slope")
	}
}

func TestSoakTable(t *testing.T) {
	r := &SoakResults{Minutes: 10, Conns: 1000, Capacity: 4000, Rate: 2000, Answered: 1_200_000}
	for m := range 11 {
		r.Memory = append(r.Memory, MemorySpot{float64(m), 50_000 + int64(max(2-m, 0))*9000})
	}
	if x, ok := r.slope(); !ok || x != 0 {
		t.Errorf("flat after the second minute: slope %v %v", x, ok)
	}
	if list := r.broken(); list != nil {
		t.Errorf("broken: %v", list)
	}
	for i := range r.Memory {
		r.Memory[i].KB += int64(i) * 1000
	}
	r.Wrong, r.Notes = 1, []string{"status 200: a line comes to {1}"}
	if list := r.broken(); len(list) != 2 {
		t.Errorf("broken: %v, want a wrong answer and the memory", list)
	}
	table := soakTable(r)
	for _, want := range []string{"to the last piece of stock | 1 | **missed** ▼ |", "| no 5xx | 0 | met |", "a minute after the second | +1.", "Wrong: status 200"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if r.Minutes = 0.1; len(r.broken()) != 1 {
		t.Error("a run of seconds was held to the memory's slope")
	}
	if soakTable(&SoakResults{}) != notMeasured {
		t.Error("no soak has a table")
	}
}
