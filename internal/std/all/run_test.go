package all_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etamil/internal/builtin"
	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/light"
	"etamil/internal/std/logs"
	"etamil/internal/vectors"
	"etamil/vm"
)

// outcome is what a program did.
type outcome struct {
	out    string
	err    *vm.Error
	status int
}

// run runs a program on the whole library. Every second run has the optimiser off.
func run(t testing.TB, text string, noOpt bool) outcome {
	t.Helper()
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := compile.Program(entry, load.NewFinder("", "", nil), compile.Options{Lenient: true, NoOpt: noOpt})
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if r.Code == nil {
		t.Fatalf("%s\n%s", text, r.Messages[0].Both())
	}
	l := vm.NewLinker()
	all.Bind(l)
	for _, id := range light.Elsewhere {
		l.Bind(id, 0, -1, nil)
	}
	img, err := l.Link(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, log bytes.Buffer
	o := outcome{status: -1}
	m := vm.NewMachine(img, vm.Limits{Steps: 50_000_000})
	m.Data = &host.Host{
		Out:     host.NewOutput(&out, false),
		In:      host.NewInput(strings.NewReader("")),
		Env:     func(string) (string, bool) { return "", false },
		Clock:   host.System{},
		Started: time.Now(),
		Log:     logs.New(&log, logs.Options{JSON: true}),
		Exit:    func(status int) { o.status = status },
	}
	f := m.NewFiber()
	f.StartMain()
	if sched.Run(ctx, f) == vm.Failed && o.status < 0 {
		o.err = f.Err()
	}
	if err := m.Data.(*host.Host).Out.Flush(); err != nil {
		t.Fatal(err)
	}
	o.out = out.String()
	return o
}

// ours reports whether a builtin's code is here.
func ours(s *builtin.Spec) bool {
	for _, id := range light.Elsewhere {
		if id == s.ID {
			return false
		}
	}
	return true
}

// TestExamples runs the example of each builtin.
func TestExamples(t *testing.T) {
	for _, s := range builtin.All() {
		if s.Example == "" || !ours(s) {
			continue
		}
		t.Run(s.ID, func(t *testing.T) {
			for _, noOpt := range []bool{false, true} {
				t.Chdir(t.TempDir())
				o := run(t, s.Example, noOpt)
				if o.err != nil || o.out != s.Output {
					t.Errorf("optimiser off %v:\n%s\nprinted %q, want %q, error %v", noOpt, s.Example, o.out, s.Output, o.err)
				}
			}
		})
	}
}

// TestVectors runs the vectors that are about builtins, and holds output and the kind of
// the error to what is recorded.
func TestVectors(t *testing.T) {
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	list, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	about := []string{"round builtin", "round builtin neg places", "round frac places", "floor ceil", "toNumber", "toString", "typeof",
		"foreach mutation", "unwrap err", "unwrap non result", "unwrapOr", "unwrapOr non", "unwrapErr", "isok iserr", "nested results",
		"letters", "decomposed and tamil clusters", "length types", "length bad", "append", "append bad", "builtin arity", "dates", "date bad", "date bad2", "date month 13",
		"upper lower", "replace", "split", "join ok", "bytes bad", "bytes frac", "file ops", "file open write truncates", "file open modes unquoted",
		"file open read missing", "file open bogus mode", "file read missing", "file write without open", "file write to closed/readonly", "file close unopened",
		"fileSave", "csv", "csv missing", "env", "hmac", "ec", "fileread var quoted", "interest", "print kinds", "exit 3"}
	found := 0
	for _, v := range list {
		wanted := false
		for _, name := range about {
			wanted = wanted || name == v.Name
		}
		if !wanted {
			continue
		}
		found++
		t.Run(v.Name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			o := run(t, v.Program, false)
			want := strings.Join(v.Output, "\n")
			if len(v.Output) > 0 {
				want += "\n"
			}
			failed := o.err != nil || o.status > 0
			if o.out != want || failed != (v.Kind == "run") {
				t.Errorf("%s\nprinted\n%swant\n%serror %v, want kind %q", v.Program, o.out, want, o.err, v.Kind)
			}
		})
	}
	if found < len(about)-3 {
		t.Errorf("only %d of %d vectors were found", found, len(about))
	}
}

// TestPrelude runs what is written in eTamil.
func TestPrelude(t *testing.T) {
	for _, c := range []struct{ program, want string }{
		{`அச்சு _map([1, 2], செயல்(x) { திரும்பு x * 10; });`, "[10, 20]"},
		{`அச்சு [1, 2].map(செயல்(x) { திரும்பு [x]; });`, "[[1], [2]]"},
		{`அச்சு வீச்சு(1, 3).map(செயல்(x) { திரும்பு x * x; });`, "[1, 4, 9]"},
		{`அச்சு [3, 4, 5].வடிகட்டு(செயல்(x) { திரும்பு x > 3; });`, "[4, 5]"},
		{`அச்சு [3, 4].fold("", செயல்(a, x) { திரும்பு a & x; });`, "34"},
		{`அச்சு _fold([], 7, செயல்(a, x) { திரும்பு 0; });`, "7"},
		{`a = [3, 1, 2]; அச்சு a.sort(); அச்சு a.sort(செயல்(x, y) { திரும்பு x > y; }); அச்சு a;`, "[1, 2, 3]\n[3, 2, 1]\n[3, 1, 2]"},
		{`f = _sort; அச்சு f([2, 1], செயல்(x, y) { திரும்பு x < y; });`, "[1, 2]"},
		{`அச்சு _sort([], செயல்(x, y) { திரும்பு மெய்; }); அச்சு _sort([5], செயல்(x, y) { திரும்பு மெய்; });`, "[]\n[5]"},
		{`அச்சு _sort([{k: 1, n: "a"}, {k: 0, n: "b"}, {k: 1, n: "c"}, {k: 0, n: "d"}, {k: 1, n: "e"}], செயல்(x, y) { திரும்பு x.k < y.k; }).map(செயல்(r) { திரும்பு r.n; });`, "[b, d, a, c, e]"},
		{`முயல் { _sort([2, 1], செயல்(x, y) { எறி "no"; }); } பிழை(e) { அச்சு e.message; }`, "no"},
		{`_assertThrows(செயல்() { எறி 1; }); _assertThrows(செயல்() { திரும்பு 1 / 0; }, "division_by_zero"); அச்சு 1;`, "1"},
		{`முயல் { _assertThrows(செயல்() { }); } பிழை(e) { அச்சு e.code; }`, "assert"},
		{`முயல் { _assertThrows(செயல்() { எறி பிழை_ஆக்கு("a"); }, "b"); } பிழை(e) { அச்சு e.code; }`, "assert"},
		{`முயல் { அச்சு 1; வெளியேறு(3); அச்சு 2; } பிழை(e) { அச்சு 3; } இறுதியில் { அச்சு 4; }`, "1"},
		{`அச்சு _map([1, 2], செயல்(x) { உறங்கு(0.001); திரும்பு x; });`, "[1, 2]"},
	} {
		for _, noOpt := range []bool{false, true} {
			if o := run(t, c.program, noOpt); o.err != nil || o.out != c.want+"\n" {
				t.Errorf("optimiser off %v: %s\nprinted %swant %s, error %v", noOpt, c.program, o.out, c.want, o.err)
			}
		}
	}
}

// TestSortByFunction compares with the sort of numbers for many lengths, and counts calls.
func TestSortByFunction(t *testing.T) {
	const program = `
		செயல் ஒன்று(n, seed) {
			பட்டி = [];
			ஒவ்வொரு i இல் வீச்சு(1, n) {
				seed = _mod(seed * 1103515245 + 12345, 2147483648);
				பட்டி = _append(பட்டி, _mod(seed, 1000));
			}
			(_sort(பட்டி, செயல்(a, b) { திரும்பு a < b; }) != _sort(பட்டி)) எனில் { அச்சு "wrong for " & n; }
		}
		ஒவ்வொரு n இல் வீச்சு(0, 40) { ஒன்று(n, n + 1); }
		ஒன்று(1000, 5);
		ஒன்று(1023, 6);
		ஒன்று(1025, 7);
		அச்சு "done";`
	if o := run(t, program, false); o.err != nil || o.out != "done\n" {
		t.Errorf("%s%v", o.out, o.err)
	}
	// Every comparison of n items by merging takes at most n*log2(n) calls; a sorted
	// list hardly more than n.
	for _, c := range []struct {
		make string
		most int
	}{{"4096 - i", 53_000}, {"i", 8_192}, {"_mod(i * 7919, 4099)", 52_000}} {
		program := fmt.Sprintf(`
			பட்டி = [];
			ஒவ்வொரு i இல் வீச்சு(1, 4096) { பட்டி = _append(பட்டி, %s); }
			f = செயல்(a, b) { _print_count(); திரும்பு a < b; };
			செயல் _print_count() { அச்சு ""; }
			x = _sort(பட்டி, f);`, c.make)
		o := run(t, program, false)
		if n := strings.Count(o.out, "\n"); o.err != nil || n > c.most {
			t.Errorf("sorting %s took %d calls, at most %d are allowed; error %v", c.make, n, c.most, o.err)
		}
	}
}

func BenchmarkSortByFunction(b *testing.B) {
	const program = `
		பட்டி = [];
		seed = 42;
		ஒவ்வொரு i இல் வீச்சு(1, 200000) {
			seed = _mod(seed * 1103515245 + 12345, 2147483648);
			பட்டி = _append(பட்டி, seed);
		}
		t = கழிந்த_நேரம்();
		x = _sort(பட்டி, செயல்(a, b) { திரும்பு a < b; });
		அச்சு கழிந்த_நேரம்(t);`
	for b.Loop() {
		o := run(b, program, false)
		b.Logf("sort alone: %s s, error %v", strings.TrimSpace(o.out), o.err)
	}
}
