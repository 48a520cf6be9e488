package cache_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	store "etamil/internal/cache"
	"etamil/internal/db/dbtest"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
)

// away is a program that finds its server away, and what it prints if that is an error, and if
// it is a miss.
const away = `
செயல் முயற்சி(f) { முயல் { திரும்பு f(); } பிழை(e) { திரும்பு e.code; } }
அச்சு முயற்சி(செயல்() { திரும்பு cache.get("a", 5); });
அச்சு முயற்சி(செயல்() { cache.set("a", 1); திரும்பு "வைத்தது"; });
அச்சு முயற்சி(செயல்() { திரும்பு cache.remember("a", 60, செயல்() { திரும்பு 7; }); });
அச்சு முயற்சி(செயல்() { திரும்பு cache.delete("a"); });
அச்சு முயற்சி(செயல்() { திரும்பு cache.increment("n"); });`

// TestAway: a server that is not there, or does not answer, is an error that can be caught or
// a miss; nobody hangs.
func TestAway(t *testing.T) {
	stopped := dbtest.Redis(t)
	stopped.Signal(syscall.SIGSTOP)
	t.Cleanup(func() { stopped.Signal(syscall.SIGCONT) })
	const gone = "redis://127.0.0.1:1"
	for _, c := range []struct {
		name, url string
		miss      bool
		want      []string // of each line, one of these
	}{
		{"gone, an error", gone, false, []string{"cache.unavailable"}},
		{"gone, a miss", gone, true, []string{"5", "வைத்தது", "7", "false", "cache.unavailable"}},
		{"silent, an error", stopped.URL, false, []string{"cache.timeout", "cache.unavailable"}},
		{"silent, a miss", stopped.URL, true, []string{"5", "வைத்தது", "7", "false", "cache.timeout", "cache.unavailable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service(t, cache.Options{URL: c.url, MissIfDown: c.miss, Timeout: 100 * time.Millisecond})
			began := time.Now()
			got := scripttest.Run(t, away, scripttest.Options{More: s.Bind})
			if d := time.Since(began); d > 20*time.Second {
				t.Errorf("it took %v", d)
			}
			lines := strings.Split(strings.TrimSuffix(got.Out, "\n"), "\n")
			if got.Err != nil || len(lines) != 5 {
				t.Fatalf("%s%s", got.Out, got.Said())
			}
			for i, line := range lines {
				if c.miss && i < 4 && line != c.want[i] || !strings.Contains(strings.Join(c.want, "|"), line) {
					t.Errorf("line %d is %q, want one of %q", i+1, line, c.want)
				}
			}
		})
	}
}

// TestAwayAndBack: a program that goes on sees its server come back.
func TestAwayAndBack(t *testing.T) {
	server := dbtest.Redis(t)
	s := service(t, cache.Options{URL: server.URL})
	server.Kill()
	missed := filepath.Join(t.TempDir(), "missed")
	back, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(back)
		for noted := false; !noted; {
			select {
			case <-over:
				return
			case <-time.After(time.Millisecond):
				_, err := os.Stat(missed)
				noted = err == nil
			}
		}
		server.Start(t)
	}()
	got := scripttest.Run(t, `
		தவறுகள் = 0; முடிந்தது = பொய்;
		(முடிந்தது == பொய்) சுற்று {
			முயல் { cache.set("a", [தவறுகள்]); முடிந்தது = மெய்; } பிழை(e) { தவறுகள் = தவறுகள் + 1; கோப்பு_எழுது "`+missed+`", ""; உறங்கு(0.005); }
		}
		அச்சு cache.get("a")[0] == தவறுகள்; அச்சு தவறுகள் > 0;`, scripttest.Options{More: s.Bind})
	close(over)
	<-back
	if got.Out != "true\ntrue\n" {
		t.Errorf("%s%s", got.Out, got.Said())
	}
}

// TestDeadlineWhileSilent: a deadline ends a wait for a server that is silent, long before the
// server's own time.
func TestDeadlineWhileSilent(t *testing.T) {
	server := dbtest.Redis(t)
	s := service(t, cache.Options{URL: server.URL, Timeout: 10 * time.Minute})
	t.Cleanup(func() { server.Signal(syscall.SIGCONT) })
	if err := storeOf(t, s).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Signal(syscall.SIGSTOP)
	got := scripttest.Run(t, `
		முயல் { காலக்கெடு(0.02) { cache.get("a"); } } பிழை(e) { அச்சு e.code; }
		த = தொடங்கு { cache.remember("a", 5, செயல்() { திரும்பு 1; }); }; உறங்கு(0.01); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; }`, scripttest.Options{More: s.Bind})
	if got.Out != "timeout\ncancelled\n" {
		t.Errorf("%s%s", got.Out, got.Said())
	}
}

// TestBadAddress: a wrong address is an error of each use, and of the check.
func TestBadAddress(t *testing.T) {
	s := service(t, cache.Options{URL: "http://user:secret@x"})
	got := scripttest.Run(t, `முயல் { cache.get("a"); } பிழை(e) { அச்சு e.code; அச்சு e.message; }`, scripttest.Options{More: s.Bind})
	if !strings.HasPrefix(got.Out, "cache.error\n") || strings.Contains(got.Out, "secret") {
		t.Errorf("%s%s", got.Out, got.Said())
	}
	if s.Check(t.Context()) == nil {
		t.Error("the check is content")
	}
}

// TestBytes: a cache in memory keeps within its bytes, and counts what had to go.
func TestBytes(t *testing.T) {
	s := service(t, cache.Options{Memory: 1 << 20})
	got := scripttest.Run(t, `
		பாடம் = மீண்டும்_மீண்டும்("அ", 3000);
		ஒவ்வொரு i இல் வீச்சு(1, 2000) { cache.set("k" & i, [பாடம், i]); }
		கிடைத்தவை = 0;
		ஒவ்வொரு i இல் வீச்சு(1, 2000) { v = cache.get("k" & i); (v != nil) எனில் { (v[1] == i) எனில் { கிடைத்தவை = கிடைத்தவை + 1; } } }
		அச்சு கிடைத்தவை > 10 மற்றும் கிடைத்தவை < 1000; // it may have to catch up`, scripttest.Options{More: s.Bind})
	if got.Out != "true\n" {
		t.Fatalf("%s%s", got.Out, got.Said())
	}
	kept := storeOf(t, s)
	kept.(*store.Memory).Settle()
	if x := kept.Stats(); x.Bytes > 5<<20/4 || x.Evictions < 1500 {
		t.Errorf("%+v", x)
	}
}

// TestPinned: a fiber that reads very much of the cache gets copies, which count against its
// memory, and everything stays what it was.
func TestPinned(t *testing.T) {
	s := service(t, cache.Options{})
	got := scripttest.Run(t, `
		ஒவ்வொரு i இல் வீச்சு(1, 2000) { cache.set("k" & i, {n: i, p: "பாடம் " & i}); }
		எல்லாம் = _map(வீச்சு(1, 2000), செயல்(i) { திரும்பு cache.get("k" & i); });
		ஒவ்வொரு i இல் வீச்சு(1, 2000) { cache.delete("k" & i); cache.set("வேறு" & i, {n: 0, p: "வேறு"}); }
		நன்று = 0;
		ஒவ்வொரு r இல் எல்லாம் { (r.p == "பாடம் " & r.n) எனில் { நன்று = நன்று + 1; } }
		அச்சு நன்று;`, scripttest.Options{More: s.Bind})
	if got.Out != "2000\n" {
		t.Errorf("%s%s", got.Out, got.Said())
	}
}
