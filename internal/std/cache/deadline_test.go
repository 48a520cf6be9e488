package cache_test

import (
	"bytes"
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// byHand is a clock on which a length of time is over when the program says so.
type byHand struct {
	mu   sync.Mutex
	over map[time.Duration]func()
}

func (*byHand) Now() time.Time { return time.Unix(0, 0) }

func (c *byHand) After(d time.Duration, wake func()) func() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over[d] = wake
	return func() bool { return false }
}

// TestDeadlineOfWhoLeads: a fiber whose deadline goes by in the moment in which it is to compute a key leaves that to
// others, and can ask for the key itself again. முடி(n) ends the deadline of n seconds.
func TestDeadlineOfWhoLeads(t *testing.T) {
	for name, c := range map[string]struct {
		options       cache.Options
		program, want string
	}{
		"who leads is told to end": {cache.Options{}, `
			c = வாய்க்கால்(); d = வாய்க்கால்();
			செயல் f() { c.receive(); }
			செயல் g() { திரும்பு 5; }
			அ = தொடங்கு { முயல் { காலக்கெடு(1) { cache.remember("a", 60, f); } } பிழை(e) { அச்சு e.code; முடி(2); } };
			ஆ = தொடங்கு { முயல் { காலக்கெடு(2) { cache.remember("a", 60, g); } } பிழை(e) { அச்சு e.code; } அச்சு cache.remember("a", 60, g); d.send(1); c.receive(); };
			உறங்கு(0); உறங்கு(0);
			முடி(1);
			காத்திரு அ;
			d.receive();
			காலக்கெடு(3) { அச்சு cache.remember("a", 60, g); }`, "timeout\ntimeout\n5\n5\n"},
		"the turn comes": {inDatabase(filepath.Join(t.TempDir(), "s.db")), `
			c = வாய்க்கால்(); d = வாய்க்கால்();
			செயல் g() { திரும்பு 5; }
			cache.get("a");
			ஆ = தொடங்கு { முயல் { காலக்கெடு(2) { cache.remember("a", 60, g); } } பிழை(e) { அச்சு e.code; } அச்சு cache.remember("a", 60, g); d.send(1); c.receive(); };
			உறங்கு(0);
			முடி(2);
			d.receive();
			காலக்கெடு(3) { அச்சு cache.remember("a", 60, g); }`, "timeout\n5\n5\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := service(t, c.options)
			text := "செயல் முடி(n) { _fileInfo(n); }\n" + c.program
			clock := &byHand{over: map[time.Duration]func(){}}
			img := scripttest.Image(t, text, compile.Options{Lenient: true}, func(l *vm.Linker) {
				s.Bind(l)
				l.Bind("fileInfo", 1, 1, func(_ *vm.Fiber, a []value.Value) (value.Value, error) {
					if c.options.Database != nil {
						time.Sleep(100 * time.Millisecond) // nobody has a turn meanwhile
					}
					clock.mu.Lock()
					wake := clock.over[time.Duration(host.Trunc(&a[0]))*time.Second]
					clock.mu.Unlock()
					wake()
					return value.Nil, nil
				})
			})
			var out bytes.Buffer
			h := host.New(nil, false)
			h.Out = host.NewOutput(&out, false)
			m := vm.NewMachine(img, vm.Limits{})
			m.Data = h
			f := m.NewFiber()
			f.StartMain()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			tasks := sched.New()
			tasks.Time = clock
			tasks.Add(f, nil)
			tasks.Run(ctx)
			_ = h.Out.Flush()
			if err := f.Err(); err != nil || out.String() != c.want {
				t.Errorf("%s%v", out.String(), err)
			}
			f.Release()
		})
	}
}
