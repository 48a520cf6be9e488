package logs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/vm"
)

type list = []any
type rec = map[string]any

func kit(t *testing.T, o logs.Options) (*hosttest.Kit, *bytes.Buffer) {
	k := hosttest.New(t, logs.Bind)
	var b bytes.Buffer
	k.Host.Log = logs.New(&b, o)
	return k, &b
}

func TestJSON(t *testing.T) {
	k, b := kit(t, logs.Options{JSON: true, Min: host.Info, Redact: []string{"Password", "ரகசியம்"}, Context: func(_ *vm.Fiber, l *logs.Line) { l.Text("request_id", "r1") }})
	failed := k.Keep(k.F.Heap().NewError(k.Value("செய்தி"), k.Value("x")))
	for _, c := range []struct {
		id   string
		args list
		want string
	}{
		{"log_info", list{"started"}, `{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"started","request_id":"r1"}`},
		{"log_warn", list{"எச்சரிக்கை", rec{"b": hosttest.Number("1.50"), "a": list{1, "x", nil}}}, `{"time":"2026-01-02T03:04:05.678Z","level":"warn","event":"எச்சரிக்கை","request_id":"r1","a":[1,"x",null],"b":1.50}`},
		{"log_error", list{"e", rec{"error": failed}}, `{"time":"2026-01-02T03:04:05.678Z","level":"error","event":"e","request_id":"r1","error":{"code":"x","message":"செய்தி","line":0,"column":0}}`},
		{"log_error", list{"e", failed}, `{"time":"2026-01-02T03:04:05.678Z","level":"error","event":"e","request_id":"r1","error":{"code":"x","message":"செய்தி","line":0,"column":0}}`},
		{"log_info", list{"e", 5}, `{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"e","request_id":"r1","value":5}`},
		{"log_info", list{"e", nil}, `{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"e","request_id":"r1"}`},
		{"log_info", list{"e", rec{"PASSWORD": "p", "u": list{rec{"password": 1, "ரகசியம்": "x", "n": 2}}}}, `{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"e","request_id":"r1","PASSWORD":"***","u":[{"n":2,"password":"***","ரகசியம்":"***"}]}`},
		{"log_info", list{"a\n{\"level\":\"error\"}", rec{"time": "t\u202e\u009b\x1b[2J\U000e0001", "event": "\"\\"}}, `{"time":"2026-01-02T03:04:05.678Z","level":"info","event":"a\n{\"level\":\"error\"}","request_id":"r1","event_":"\"\\","time_":"t\u202e\u009b\u001b[2J\udb40\udc01"}`},
		{"log_debug", list{"not shown"}, ``},
	} {
		b.Reset()
		if got := k.Show(c.id, c.args...); got != "nil" {
			t.Errorf("%s answered %s", c.id, got)
		}
		got := b.String()
		if c.want == "" {
			if got != "" {
				t.Errorf("%s wrote %s", c.id, got)
			}
			continue
		}
		if got != c.want+"\n" {
			t.Errorf("%s%v wrote\n%swant\n%s", c.id, c.args, got, c.want)
		}
		if !json.Valid([]byte(got)) {
			t.Errorf("not JSON: %s", got)
		}
	}
	if k.Printed.Len() > 0 {
		t.Errorf("the standard output got %q", k.Printed)
	}
}

func TestReadable(t *testing.T) {
	k, b := kit(t, logs.Options{Min: host.Debug})
	k.Show("log_debug", "user signed in", rec{"பெயர்": "கண்ணன்", "note": "two words", "k=v": "x=y", "empty": "", "forged": "a\n2026-01-02 ERROR", "n": 5, "r": rec{"a": "b"}})
	const want = `2026-01-02 03:04:05.678 DEBUG user signed in empty="" forged="a\n2026-01-02 ERROR" "k=v"="x=y" n=5 note="two words" r={"a":"b"} பெயர்=கண்ணன்` + "\n"
	if b.String() != want {
		t.Errorf("got  %swant %s", b, want)
	}
	k, b = kit(t, logs.Options{Color: true})
	if k.Show("log_error", "x\x1b[0m"); b.String() != "2026-01-02 03:04:05.678 \x1b[31mERROR\x1b[0m \"x\\u001b[0m\"\n" {
		t.Errorf("got %q", b)
	}
}

func TestBounds(t *testing.T) {
	k, b := kit(t, logs.Options{JSON: true})
	deep := k.Value(list{1})
	for range 1000 {
		deep = k.F.Heap().NewListOf([]value.Value{deep})
	}
	wide := make(list, 100_000)
	for i := range wide {
		wide[i] = "வணக்கம்"
	}
	deep = k.Keep(deep)
	for _, v := range (list{deep, wide, strings.Repeat("க", 1<<18), rec{"a": strings.Repeat("\x1b", 1<<18), "b": strings.Repeat("x", 1<<18)}}) {
		b.Reset()
		k.Show("log_info", strings.Repeat("e", 1<<17), rec{"x": v, "y": v, "z": v})
		if b.Len() == 0 || b.Len() > 256<<10 || !json.Valid(b.Bytes()) || bytes.Count(b.Bytes(), []byte("\n")) != 1 {
			t.Errorf("a line of %d bytes, valid %v", b.Len(), json.Valid(b.Bytes()))
		}
	}
}

// stuck is a reader that does not read until it is told to.
type stuck struct {
	free chan struct{}
	b    bytes.Buffer
}

func (s *stuck) Write(b []byte) (int, error) {
	<-s.free
	return s.b.Write(b)
}

// flush waits until all is written: Flush gives up after a second, in which a busy machine may have done nothing.
func flush(l *logs.Logger) {
	for l.Flush() != nil {
	}
}

func TestQueueNeverBlocksAndTellsWhatIsLost(t *testing.T) {
	s := &stuck{free: make(chan struct{})}
	q := host.NewQueue(s, 1000)
	l := logs.New(q, logs.Options{JSON: true})
	for range 1000 {
		l.Write(time.UnixMilli(0), host.Info, "e", nil)
	}
	if q.Lost() < 900 {
		t.Errorf("only %d of 1000 lines were dropped", q.Lost())
	}
	close(s.free)
	flush(l)
	l.Write(time.UnixMilli(0), host.Info, "after", func(n *logs.Line) { n.Int("n", 5); n.Seconds("d", 1500*time.Millisecond) })
	flush(l)
	lines := strings.Split(strings.TrimSpace(s.b.String()), "\n")
	written, lost := 0, 0
	for _, text := range lines {
		var line struct {
			Event string
			Count int
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		lost += line.Count
		if line.Event == "e" {
			written++
		}
	}
	if written+lost != 1000 {
		t.Errorf("%d lines were written and %d reported lost, of 1000", written, lost)
	}
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, `"event":"after","n":5,"d":1.500000}`) {
		t.Errorf("the last line is %s", last)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("nobody reads") }

func TestNobodyReads(t *testing.T) {
	k := hosttest.New(t, logs.Bind)
	k.Host.Log = logs.New(host.NewQueue(broken{}, 1<<20), logs.Options{})
	if got := k.Show("log_info", "x"); got != "nil" {
		t.Error(got)
	}
	if err := k.Host.Log.Flush(); err != nil {
		t.Error(err)
	}
}

// full is a disk that is full until room is made; it takes what still fits of a write.
type full struct {
	mu   sync.Mutex
	room int
	b    bytes.Buffer
}

func (f *full) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(len(b), f.room)
	f.room -= n
	f.b.Write(b[:n])
	if n < len(b) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

// When the disk is full, lines are lost; when there is room again, the log says how many,
// in whole lines.
func TestDiskFull(t *testing.T) {
	f := &full{room: 100} // one line and a part of the next
	l := logs.New(host.NewQueue(f, 1<<20), logs.Options{JSON: true})
	const n = 50
	for range n {
		l.Write(time.UnixMilli(0), host.Info, "e", nil)
		flush(l)
	}
	f.mu.Lock()
	f.room = 1 << 20
	f.mu.Unlock()
	for range 2 {
		l.Write(time.UnixMilli(0), host.Info, "after", nil)
	}
	flush(l)
	written, lost, after := 0, 0, 0
	for i, text := range strings.Split(strings.TrimSpace(f.b.String()), "\n") {
		var line struct {
			Event string
			Count int
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			if i != 1 {
				t.Errorf("line %d is %s", i, text)
			}
			continue // the one that was cut
		}
		switch line.Event {
		case "e":
			written++
		case "after":
			after++
		case "log_lines_lost":
			lost += line.Count
			if after > 0 {
				t.Error("the loss is told after lines that came later")
			}
		}
	}
	if written != 1 || lost != n-1 || after != 2 {
		t.Errorf("%d written, %d told lost, %d after:\n%s", written, lost, after, f.b.String())
	}
}

func TestDeviceFull(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	q := host.NewQueue(f, 1<<20)
	l := logs.New(q, logs.Options{JSON: true})
	for range 100 {
		l.Write(time.UnixMilli(0), host.Info, "e", nil)
	}
	if flush(l); q.Lost() != 100 {
		t.Errorf("%d lost of 100", q.Lost())
	}
}

// Who does not read a pipe holds up nobody: neither those who log nor the end.
func TestPipeNobodyReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	q := host.NewQueue(w, 100_000)
	l := logs.New(q, logs.Options{JSON: true})
	text := strings.Repeat("x", 1000)
	began := time.Now()
	for range 1000 {
		l.Write(time.UnixMilli(0), host.Info, text, nil)
	}
	if err := l.Flush(); err == nil || q.Lost() == 0 {
		t.Errorf("%v, %d lost", err, q.Lost())
	}
	if d := time.Since(began); d > 20*time.Second {
		t.Errorf("it took %v", d)
	}
	var got bytes.Buffer
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = got.ReadFrom(r)
	}()
	flush(l)
	w.Close()
	<-done
	written, lost := 0, 0
	for text := range strings.Lines(got.String()) {
		var line struct {
			Event string
			Count int
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		if lost += line.Count; line.Count == 0 {
			written++
		}
	}
	if written+lost != 1000 || lost == 0 {
		t.Errorf("%d lines were read and %d told lost, of 1000", written, lost)
	}
}

func TestIsTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if logs.IsTerminal(null) || logs.IsTerminal(w) {
		t.Error("nobody looks at a pipe or at the null device")
	}
}
