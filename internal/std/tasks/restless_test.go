package tasks_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// restless has workers wait for everything that there is to wait for, nearly always under a
// deadline that passes, again and again: what one wait has left behind would spoil the next.
// தேர்(n) is chosen by the world, and குறிப்பு tells it what has happened.
//
//	2 v        the value v was sent              7 g      a task of the group g ends
//	3 v        v was received                    8 g      none of g may be running
//	4 [l, k]   k holds the lock l                9 at     a timeout, which may not come before at
//	5 [l, k]   k gives it up                     10 k     this is worker k
//	6 g        a task of the group g runs        11 x     this must never be
//	                                             12 v     v was received by the one who alone receives
//	                                             13 n     so many more tasks are nobody's children
const restless = `
செயல் தேர்(n) { திரும்பு _fileInfo(n); }
செயல் குறிப்பு(a, v) { _fileSave(a, v); }
செயல் கெடுவில்(d, எல்லை, f) {
	முடிவு = _min(எல்லை, தேர்(0) + d);
	முயல் { காலக்கெடு(d) { திரும்பு f(முடிவு); } } பிழை(e) { (e.code != "timeout") எனில் { எறி e; } குறிப்பு(9, முடிவு); }
}
பணி சேய்(g, n, தவறும்) {
	குறிப்பு(6, g);
	முயல் { உறங்கு(n); (தவறும்) எனில் { எறி பிழை_ஆக்கு("x"); } திரும்பு n; } இறுதியில் { குறிப்பு(7, g); }
}
பணி பெறுநர்(c) { x = c.receive(); குறிப்பு(3, x[0]); திரும்பு x; }
பணி அனுப்புநர்(c) { v = தேர்(-2); c.send([v]); குறிப்பு(2, v); }
செயல் பூட்டில்(k, l, f) {
	பூட்டு("p" & l) { குறிப்பு(4, [l, k]); முயல் { உறங்கு(தேர்(3)); f(); } இறுதியில் { குறிப்பு(5, [l, k]); } }
}
செயல் வேலை(k, வா, வி, பொது, முடிவு) {
	o = தேர்(16);
	c = வா; (தேர்(2) == 0) எனில் { c = வி; }
	g = தேர்(-2);
	(o <= 2) எனில் { அனுப்புநர்(c); }
	(o == 3 அல்லது o == 4) எனில் { பெறுநர்(c); }
	(o == 5) எனில் { பூட்டில்(k, தேர்(2), செயல்() { }); }
	(o == 6) எனில் { l = தேர்(2); பூட்டில்(k, l, செயல்() { பூட்டில்(k, 1 - l, செயல்() { }); }); }
	(o == 7) எனில் {
		முயல் { x = இணையாக [சேய்(g, 1, பொய்), சேய்(g, தேர்(3), தேர்(2) == 0), சேய்(g, 2, பொய்)]; குறிப்பு(8, g); }
		பிழை(e) { (e.code != "x") எனில் { எறி e; } குறிப்பு(8, g); }
	}
	(o == 8) எனில் {
		தேர்ந்தெடு {
			x = பெறுநர்(வா) => { குறிப்பு(8, g); }
			y = பெறுநர்(வி) => { குறிப்பு(8, g); }
			_ = சேய்(g, தேர்(3), பொய்) => { குறிப்பு(8, g); }
		}
	}
	(o == 9) எனில் {
		த = தொடங்கு சேய்(g, 3, பொய்);
		உறங்கு(தேர்(3)); த.cancel();
		முயல் { காத்திரு த; } பிழை(e) { (e.code != "cancelled") எனில் { எறி e; } }
		(த.done()) எனில் { குறிப்பு(8, g); }
	}
	(o == 10 அல்லது o == 11) எனில் { (காத்திரு பொது != 7) எனில் { குறிப்பு(11, 1); } }
	(o == 12) எனில் { கெடுவில்(1, முடிவு, செயல்(m) { பெறுநர்(c); }); கெடுவில்(1, முடிவு, செயல்(m) { அனுப்புநர்(c); }); பெறுநர்(வி); }
	(o == 13) எனில் { ஒவ்வொரு i இல் வீச்சு(1, 3) { கெடுவில்(1, முடிவு, செயல்(m) { பூட்டில்(k, தேர்(2), செயல்() { }); }); } }
	(o == 14) எனில் { தொடங்கு அனுப்புநர்(c); தொடங்கு பெறுநர்(வா); உறங்கு(தேர்(3)); }
	(o == 15) எனில் { குறிப்பு(13, 1); பின்னணி { முயல் { கெடுவில்(2, 1000000, செயல்(m) { அனுப்புநர்(c); }); } இறுதியில் { குறிப்பு(13, 0 - 1); } }; }
}
பணி வேலையாள்(k, வா, வி, பொது) {
	குறிப்பு(10, k);
	ஒவ்வொரு i இல் வீச்சு(1, 6) {
		முயல் { கெடுவில்(தேர்(5), 1000000, செயல்(m) { வேலை(k, வா, வி, பொது, m); }); } பிழை(e) { (e.code != "deadlock") எனில் { எறி e; } }
	}
}
பணி வரிசையாக(c, k) { ஒவ்வொரு i இல் வீச்சு(1, 5) { c.send([k * 10 + i]); } }
பணி கேட்பவர்(c) {
	கண்டது = 0;
	(கண்டது < 10) சுற்று {
		x = கெடுவில்(தேர்(3), 1000000, செயல்(m) { v = c.receive(); குறிப்பு(12, v[0]); திரும்பு v; });
		(x != nil) எனில் { கண்டது = கண்டது + 1; }
		(தேர்(3) == 0) எனில் { உறங்கு(தேர்(2)); }
	}
}
வா = வாய்க்கால்(2); வி = வாய்க்கால்(); வு = வாய்க்கால்(1);
பொது = தொடங்கு { உறங்கு(9); திரும்பு 7; };
ts = [];
ஒவ்வொரு k இல் வீச்சு(0, 4) { ts = _append(ts, தொடங்கு வேலையாள்(k, வா, வி, பொது)); }
தொடர்கள் = [தொடங்கு வரிசையாக(வு, 1), தொடங்கு வரிசையாக(வு, 2), தொடங்கு கேட்பவர்(வு)];
ஒவ்வொரு t இல் ts { முயல் { காத்திரு t; } பிழை(e) { (e.code != "cancelled") எனில் { எறி e; } } }
ஒவ்வொரு t இல் தொடர்கள் { காத்திரு t; }
காத்திரு பொது;
(தேர்(-3) > 0) சுற்று { உறங்கு(1); }
// Nobody waits any more: what is in the channel is all, and who sends and receives now meets nobody else.
ஒவ்வொரு c இல் [வா, வி, வு] { (c.length() > 0) சுற்று { பெறுநர்(c); } }
ஒவ்வொரு c இல் [வா, வி, வு] { முயல் { காலக்கெடு(1) { c.receive(); குறிப்பு(11, 2); } } பிழை(e) { (e.code != "timeout") எனில் { எறி e; } } }
ஒவ்வொரு c இல் [வா, வி, வு] { த = தொடங்கு பெறுநர்(c); அனுப்புநர்(c); காத்திரு த; }
பூட்டு("p0") { பூட்டு("p1") { அச்சு "முடிவு"; } }
`

// heard is what a schedule of restless has told.
type heard struct {
	*world
	tokens  int
	sent    map[int]bool
	got     map[int]int
	holder  map[int]int // by lock, 1 more than the worker
	running map[int]int // by group
	workers map[int]*sched.Task
	last    map[int]int // by who sends in order
	late    int         // timeouts
	apart   int         // tasks that are nobody's children
}

func (h *heard) wrong(format string, args ...any) {
	if h.failed == "" {
		h.failed = fmt.Sprintf(format, args...)
	}
}

// cancelOne cancels a worker at times.
func (h *heard) cancelOne() {
	if h.dice.IntN(60) == 0 {
		if t := h.workers[h.dice.IntN(5)]; t != nil && !t.Over() {
			t.Cancel(diag.RunCancelled)
		}
	}
}

// choose is தேர்(n): the time in seconds for 0, a new number for -2, and for -3 how many tasks are nobody's children.
func (h *heard) choose(_ *vm.Fiber, args []value.Value) (value.Value, error) {
	switch n := host.Trunc(&args[0]); {
	case n > 0:
		return value.Int(h.dice.IntN(n)), nil
	case n == 0:
		return value.Int(int(h.now / time.Second)), nil
	case n == -3:
		return value.Int(h.apart), nil
	}
	h.tokens++
	return value.Int(h.tokens), nil
}

// note is குறிப்பு(what, v).
func (h *heard) note(f *vm.Fiber, args []value.Value) (value.Value, error) {
	v, lock, who := 0, 0, 0
	if args[1].IsList() {
		lock, who = host.Trunc(args[1].List().At(0)), 1+host.Trunc(args[1].List().At(1))
	} else {
		v = host.Trunc(&args[1])
	}
	switch host.Trunc(&args[0]) {
	case 2:
		h.sent[v] = true
	case 3:
		if h.got[v]++; h.got[v] > 1 {
			h.wrong("%d was received twice", v)
		}
	case 4:
		if h.holder[lock] != 0 {
			h.wrong("worker %d got the lock that %d holds", who-1, h.holder[lock]-1)
		}
		h.holder[lock] = who
	case 5:
		if h.holder[lock] != who {
			h.wrong("worker %d gives up the lock of %d", who-1, h.holder[lock]-1)
		}
		h.holder[lock] = 0
	case 6:
		h.running[v]++
	case 7:
		h.running[v]--
	case 8:
		if h.running[v] != 0 {
			h.wrong("%d tasks of a group run that has ended", h.running[v])
		}
	case 9:
		h.late++
		if now := int(h.now / time.Second); now < v {
			h.wrong("a timeout at %d, and the deadline is at %d", now, v)
		}
	case 10:
		h.workers[v] = sched.Of(f)
	case 12:
		if h.last[v/10] != v%10-1 {
			h.wrong("%d was received behind %d", v, h.last[v/10]+v/10*10)
		}
		h.last[v/10] = v % 10
	case 13:
		h.apart += v
	default:
		h.wrong("what must never be: %d", v)
	}
	return value.Nil, nil
}

// TestRestlessSchedules runs random schedules of restless. What was sent comes once, what was given up is not given to
// anybody, a lock has one holder, what a task has started ends before it, and timeouts come in their time.
// ETAMIL_LONG runs 100,000.
func TestRestlessSchedules(t *testing.T) {
	count := uint64(2000)
	if os.Getenv("ETAMIL_LONG") != "" {
		count = 100_000
	}
	var now *heard
	img := scripttest.Image(t, restless, compile.Options{}, func(l *vm.Linker) {
		l.Bind("fileInfo", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.choose(f, a) })
		l.Bind("fileSave", 2, 2, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.note(f, a) })
		l.Bind("sleep", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return now.sleep(f, a) })
	})
	sent, late := 0, 0
	seeds := []uint64{7254} // that have found something
	for seed := range count {
		seeds = append(seeds, seed)
	}
	for _, seed := range seeds {
		now = &heard{world: &world{dice: rand.New(rand.NewPCG(seed, 3))}, sent: map[int]bool{}, got: map[int]int{}, holder: map[int]int{},
			running: map[int]int{}, workers: map[int]*sched.Task{}, last: map[int]int{}}
		now.upset = now.cancelOne
		now.schedule(t, img, seed)
		for v := range now.sent {
			if now.got[v] != 1 {
				t.Fatalf("seed %d: %d was sent, and received %d times", seed, v, now.got[v])
			}
		}
		for g, n := range now.running {
			if n != 0 {
				t.Fatalf("seed %d: %d tasks of group %d have not ended", seed, n, g)
			}
		}
		sent, late = sent+len(now.sent), late+now.late
	}
	if uint64(sent) < 3*count || uint64(late) < 5*count {
		t.Errorf("%d values were sent and %d timeouts came, in %d schedules", sent, late, count)
	}
}
