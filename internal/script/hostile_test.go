package script_test

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/internal/vectors"
	"etamil/vm"
)

// outside are the builtins that reach beyond the process. A program that nobody wrote
// must not.
var outside = []string{
	"fileExists", "fileInfo", "fileSave", "file_close", "file_open", "file_read", "file_write",
	"csv_read", "csv_write", "packageRead", "packageWrite", "readDir", "run",
}

func closeOutside(l *vm.Linker) {
	for _, id := range outside {
		l.Bind(id, 0, -1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			return value.Nil, vm.Fail(diag.RunUnsupported, id)
		})
	}
}

// soon is a clock that lets nobody wait.
type soon struct{}

func (soon) Now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func (soon) After(_ time.Duration, wake func()) func() bool {
	go wake()
	return func() bool { return false }
}

// noFiles finds no import: what a broken program imports must not be looked for.
type noFiles struct{}

func (noFiles) Find(_, name string) (load.File, error) {
	return load.File{}, &load.Error{Path: name, Problem: load.Missing}
}

// patience is more than any run may take: its steps are few.
const patience = 5 * time.Minute

// held compiles text as `etamil run` does, and runs what was compiled with small budgets.
// It complains of a panic, of an error of the compiler about itself, and of a hang.
func held(t testing.TB, text string, noOpt bool) {
	t.Helper()
	began := time.Now()
	defer func() {
		if x := recover(); x != nil {
			t.Fatalf("optimiser off %v: panic: %v\n%q\n%s\n%s", noOpt, x, text, text, debug.Stack())
		}
		if took := time.Since(began); took > patience {
			t.Errorf("it took %v:\n%s", took, text)
		}
	}()
	r, err := compile.Program(load.File{Name: "a.qmz", Key: "a.qmz", Text: text}, noFiles{}, compile.Options{Lenient: true, NoOpt: noOpt})
	if err != nil {
		t.Fatalf("%q\n%v", text, err)
	}
	render := diag.Renderer{Set: r.Set}
	var said bytes.Buffer
	if err := render.All(&said, r.Messages); err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		if !diag.HasErrors(r.Messages) {
			t.Errorf("neither a program nor a mistake:\n%s", text)
		}
		return
	}
	img, err := script.Link(r.Code, func(l *vm.Linker) { all.Bind(l); closeOutside(l) })
	if err != nil {
		t.Fatalf("%q\n%v", text, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out bytes.Buffer
	end := script.Run(ctx, img, vm.Limits{Steps: 5_000, Memory: 1 << 20, Depth: 200}, &host.Host{
		Out: host.NewOutput(&out, false), In: host.NewInput(strings.NewReader("ஒன்று\n2\n")),
		Clock: soon{}, Started: soon{}.Now(), Log: logs.New(&bytes.Buffer{}, logs.Options{}),
	})
	if end.Interrupted {
		t.Errorf("it did not end:\n%s", text)
	}
	if end.Err != nil && (end.Err.Message == "" || end.Err.Code == "") {
		t.Errorf("an error without words: %+v\n%s", end.Err, text)
	}
}

// programs are texts to begin with: those of the vectors, the examples, the benchmarks
// and the documentation.
func programs(t testing.TB) []string {
	t.Helper()
	const root = "../.."
	var all []string
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	list, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		all = append(all, v.Program)
	}
	fence := regexp.MustCompile("(?s)```etamil\n(.*?)```\n")
	for _, place := range []string{"examples", "bench/programs", "docs"} {
		err := filepath.WalkDir(filepath.Join(root, place), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			switch filepath.Ext(p) {
			case ".qmz":
				all = append(all, string(text))
			case ".md":
				for _, m := range fence.FindAllSubmatch(text, -1) {
					all = append(all, string(m[1]))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) < 500 {
		t.Fatalf("only %d programs found", len(all))
	}
	return all
}

// share is how many of a program's cuts and changes are tried. ETAMIL_LONG tries all cuts
// and many changes; else the choice differs with the program only, so that a failure
// comes again.
func share(t *testing.T) (cuts, changes int) {
	if os.Getenv("ETAMIL_LONG") != "" {
		return 1 << 30, 500
	}
	return 12, 12
}

// TestCut holds the beginnings of every program.
func TestCut(t *testing.T) {
	most, _ := share(t)
	for i, p := range programs(t) {
		step := max(len(p)/most, 1)
		for n := i % step; n <= len(p); n += step {
			held(t, p[:n], n%2 == 0)
		}
	}
}

// TestChanged holds every program with one byte changed, left out or put in, and with a
// word of another program in place of one of its own.
func TestChanged(t *testing.T) {
	_, most := share(t)
	all := programs(t)
	const bytes = "(){}[];,.=+-*/<>&?:\"'\\ \n\x00\xff0aஅ்"
	for i, p := range all {
		if p == "" {
			continue
		}
		r := rand.New(rand.NewPCG(uint64(i), 7))
		for n := range most {
			at := r.IntN(len(p))
			c := bytes[r.IntN(len(bytes))]
			q := ""
			switch n % 4 {
			case 0:
				q = p[:at] + string([]byte{c}) + p[at+1:]
			case 1:
				q = p[:at] + p[at+1:]
			case 2:
				q = p[:at] + string([]byte{c}) + p[at:]
			default:
				mine, others := strings.Fields(p), strings.Fields(all[r.IntN(len(all))])
				if len(mine) == 0 || len(others) == 0 {
					continue
				}
				q = strings.Replace(p, mine[r.IntN(len(mine))], others[r.IntN(len(others))], 1)
			}
			held(t, q, n%2 == 0)
		}
	}
}

// FuzzRun holds any text.
func FuzzRun(f *testing.F) {
	for i, p := range programs(f) {
		if i%8 == 0 {
			f.Add(p)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			return
		}
		held(t, text, false)
		held(t, text, true)
	})
}
