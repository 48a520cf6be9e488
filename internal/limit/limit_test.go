package limit

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func limiter(t testing.TB, requests int, per time.Duration, burst, clients int) *Limiter {
	t.Helper()
	l, err := New(Rule{requests, per, burst}, clients)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestBucket(t *testing.T) {
	l := limiter(t, 10, time.Second, 3, 1000)
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	now := l.began.Add(time.Hour)
	for i := range 3 {
		if v := l.Take(a, now); !v.Allowed || v.Remaining != 2-i {
			t.Fatalf("request %d: %+v", i, v)
		}
	}
	v := l.Take(a, now)
	if v.Allowed || v.Wait != 100*time.Millisecond || v.Remaining != 0 || v.Reset != 300*time.Millisecond {
		t.Errorf("beyond the burst: %+v", v)
	}
	if v := l.Take(b, now); !v.Allowed || v.Remaining != 2 {
		t.Errorf("somebody else: %+v", v)
	}
	if v := l.Take(a, now.Add(99*time.Millisecond)); v.Allowed {
		t.Errorf("too early: %+v", v)
	}
	if v := l.Take(a, now.Add(100*time.Millisecond)); !v.Allowed || v.Remaining != 0 {
		t.Errorf("when one is back: %+v", v)
	}
	if v := l.Take(a, now.Add(time.Hour)); !v.Allowed || v.Remaining != 2 {
		t.Errorf("after a rest: %+v", v)
	}
}

func TestNetworks(t *testing.T) {
	l := limiter(t, 1, time.Hour, 1, 1000)
	for _, c := range []struct {
		client string
		want   bool
	}{
		{"2001:db8:0:1::1", true}, {"2001:db8:0:1::2", false}, {"2001:db8:0:2::1", true},
		{"192.0.2.1", true}, {"192.0.2.1", false}, {"192.0.2.2", true}, {"::ffff:192.0.2.2", false},
	} {
		if got := l.Take(netip.MustParseAddr(c.client), time.Now()).Allowed; got != c.want {
			t.Errorf("%s: %v", c.client, got)
		}
	}
	if !l.Take(netip.Addr{}, time.Now()).Allowed || l.Take(netip.Addr{}, time.Now()).Allowed {
		t.Error("those that come through a Unix socket are not one client")
	}
}

// TestFlood: many clients cost no more memory than there are places, and don't free one
// that has spent its tokens while others have more.
func TestFlood(t *testing.T) {
	l := limiter(t, 1, time.Minute, 5, 512)
	bad, now := netip.MustParseAddr("192.0.2.1"), time.Now()
	for range 5 {
		l.Take(bad, now)
	}
	a := [4]byte{10}
	for i := range 100_000 {
		a[1], a[2], a[3] = byte(i>>16), byte(i>>8), byte(i)
		l.Take(netip.AddrFrom4(a), now)
	}
	places := 0
	for i := range l.shards {
		places += len(l.shards[i].rows) * ways
	}
	if places != 512 {
		t.Errorf("%d places", places)
	}
	if l.Take(bad, now).Allowed {
		t.Error("a flood of others has given it new tokens")
	}
}

func TestTogether(t *testing.T) {
	l := limiter(t, 1, 24*time.Hour, 100, 1000)
	var all sync.WaitGroup
	var allowed atomic.Int64
	now := time.Now()
	for range 8 {
		all.Go(func() {
			for range 100 {
				if l.Take(netip.MustParseAddr("192.0.2.1"), now).Allowed {
					allowed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if allowed.Load() != 100 {
		t.Errorf("%d of 100 allowed", allowed.Load())
	}
}

func TestFields(t *testing.T) {
	l := limiter(t, 60, time.Minute, 2, 10)
	now := time.Now()
	a := netip.MustParseAddr("192.0.2.1")
	if got := string(l.AppendFields(nil, l.Take(a, now))); got != "RateLimit-Policy: \"default\";q=60;w=60\r\nRateLimit: \"default\";r=1;t=1\r\n" {
		t.Errorf("%q", got)
	}
	l.Take(a, now)
	if got := string(l.AppendFields(nil, l.Take(a, now))); !strings.HasSuffix(got, "RateLimit: \"default\";r=0;t=2\r\nRetry-After: 1\r\n") {
		t.Errorf("%q", got)
	}
	dst := make([]byte, 0, 256)
	if n := testing.AllocsPerRun(100, func() { dst = l.AppendFields(dst[:0], l.Take(a, now)) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestExtremes: the largest numbers that a setting can have overflow nothing.
func TestExtremes(t *testing.T) {
	a, now := netip.MustParseAddr("192.0.2.1"), time.Now()
	for _, r := range []Rule{{1_000_000_000, time.Millisecond, 0}, {1, maxPeriod, 1_000_000_000}, {1_000_000_000, time.Second, 1_000_000_000}} {
		l, err := New(r, 512)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if v := l.Take(a, now); !v.Allowed || v.Remaining < 0 || v.Reset < 0 {
				t.Errorf("%+v: %+v", r, v)
			}
		}
	}
}

func TestWrongRules(t *testing.T) {
	for _, r := range []Rule{{}, {Requests: 1}, {Requests: 1, Period: time.Second, Burst: -1}, {Requests: 1, Period: 2000 * 24 * time.Hour}} {
		if _, err := New(r, 10); err == nil {
			t.Errorf("%+v is taken", r)
		}
	}
}

func BenchmarkTake(b *testing.B) {
	l := limiter(b, 1000, time.Second, 100, 65536)
	a, now := netip.MustParseAddr("192.0.2.1"), time.Now()
	for range b.N {
		l.Take(a, now)
	}
}
