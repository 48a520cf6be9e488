package tasks_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/host"
	"etamil/vm"
)

// instant is a clock on which every length of time is over at once.
type instant struct{}

func (instant) Now() time.Time { return time.Unix(0, 0) }
func (instant) After(_ time.Duration, wake func()) func() bool {
	wake()
	return func() bool { return false }
}

// scheduled has tasks that send, receive, select, lock and are cancelled. Whatever the
// order in which they have their turns, each value that was sent arrives once: every line
// but the last two is one.
const scheduled = `
வ = வாய்க்கால்(3); ப = வாய்க்கால்();
பணி அனுப்பு(வ, from, to) { ஒவ்வொரு i இல் வீச்சு(from, to) { வ.send([i]); (_mod(i, 3) == 0) எனில் { உறங்கு(1); } } }
பணி பெறுநர்(வ, ப) {
	முடிந்தது = 0;
	(முடிந்தது < 2) சுற்று {
		முடிந்தது = 0;
		தேர்ந்தெடு {
			x = வ.receive() => { (x == nil) எனில் { முடிந்தது = முடிந்தது + 1; x = ப.receive(); } (x == nil) எனில் { முடிந்தது = முடிந்தது + 1; } இன்றேல் { பூட்டு("p") { அச்சு x[0]; } } }
			y = ப.receive() => { (y == nil) எனில் { முடிந்தது = முடிந்தது + 1; y = வ.receive(); } (y == nil) எனில் { முடிந்தது = முடிந்தது + 1; } இன்றேல் { பூட்டு("p") { அச்சு y[0]; } } }
		}
	}
}
அ = தொடங்கு அனுப்பு(வ, 1, 9); ஆ = தொடங்கு அனுப்பு(ப, 10, 18); இ = தொடங்கு அனுப்பு(வ, 19, 24);
உ = தொடங்கு பெறுநர்(வ, ப); ஊ = தொடங்கு பெறுநர்(வ, ப);
வீண் = தொடங்கு { பூட்டு("p") { உறங்கு(1); உறங்கு(1); } எறி பிழை_ஆக்கு("x"); };
வெற்று = தொடங்கு { c = வாய்க்கால்(); முயல் { காலக்கெடு(1) { c.receive(); } } பிழை(e) { திரும்பு e.code; } };
காத்திரு அ; காத்திரு ஆ; காத்திரு இ;
வ.close(); ப.close();
காத்திரு உ; காத்திரு ஊ;
வீண்.cancel();
அச்சு காத்திரு வெற்று;
பூட்டு("p") { அச்சு "முடிவு"; }
`

// TestSchedules runs it in random orders, without waiting for any clock; a failure names the seed that makes its order
// again. ETAMIL_LONG runs 100,000.
func TestSchedules(t *testing.T) {
	img := scripttest.Image(t, scheduled, compile.Options{}, nil)
	orders := map[string]bool{}
	n := 3000
	if os.Getenv("ETAMIL_LONG") != "" {
		n = 100_000
	}
	for seed := range uint64(n) {
		out := schedule(t, img, seed)
		orders[out] = true
		lines := strings.Split(strings.TrimSpace(out), "\n")
		seen := map[string]int{}
		for _, l := range lines[:len(lines)-2] {
			seen[l]++
		}
		for i := 1; i <= 24; i++ {
			if seen[fmt.Sprint(i)] != 1 {
				t.Fatalf("seed %d: %d has arrived %d times\n%s", seed, i, seen[fmt.Sprint(i)], out)
			}
		}
		if tail := strings.Join(lines[len(lines)-2:], " "); len(seen) != 24 || tail != "timeout முடிவு" {
			t.Fatalf("seed %d:\n%s", seed, out)
		}
	}
	if len(orders) < n/10 {
		t.Errorf("only %d orders in %d schedules", len(orders), n)
	}
	if a, b := schedule(t, img, 7), schedule(t, img, 7); a != b {
		t.Errorf("a seed doesn't make the same order again:\n%s\n%s", a, b)
	}
}

func schedule(t *testing.T, img *vm.Image, seed uint64) string {
	t.Helper()
	var out bytes.Buffer
	h := &host.Host{Out: host.NewOutput(&out, false), Clock: instant{}}
	m := vm.NewMachine(img, vm.Limits{Steps: 1_000_000})
	m.Data = h
	f := m.NewFiber()
	f.StartMain()
	dice := rand.New(rand.NewPCG(seed, 1))
	var shared sched.Shared
	s := sched.New()
	s.Time, s.Alone, s.Common, s.Pick = instant{}, true, &shared, dice.IntN
	s.Add(f, nil)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s.Run(ctx)
	if f.Status() != vm.Done || s.Len() != 0 || shared.Locks() != 0 {
		t.Fatalf("seed %d: %v; %d are left, %d locks are held\n%s", seed, f.Err(), s.Len(), shared.Locks(), out.String())
	}
	if err := h.Out.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
