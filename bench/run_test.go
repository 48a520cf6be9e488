package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shell is an engine whose programs are shell scripts, which every machine can run.
func shell(name, dir string) Engine {
	return Engine{Name: name, Title: name, Dirs: []string{dir}, Suffix: ".sh", Command: []string{"sh"}}
}

// TestClocks: a process that sleeps uses wall time and no processor.
func TestClocks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sleep.sh")
	if err := os.WriteFile(file, []byte("sleep 0.3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := Engine{Command: []string{"sh"}}
	_, wall, err := execute(e, file, 0, wallClock)
	if err != nil || wall < 300*time.Millisecond {
		t.Errorf("wall clock %v, %v", wall, err)
	}
	_, processor, err := execute(e, file, 0, processorClock)
	if err != nil || processor <= 0 || processor >= wall {
		t.Errorf("processor %v, wall %v, %v", processor, wall, err)
	}
}

func TestRunVM(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join("bench", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"a", "b"} {
		write(dir+"/empty.sh", "")
		write(dir+"/same.sh", "echo $((BENCH_N * 2))\n")
		write(dir+"/differs.sh", "echo "+dir+"\n")
	}
	write("a/fails.sh", "echo bad luck >&2; exit 3\n")
	write("b/fails.sh", "echo 1\n")
	write("a/talks.sh", "echo 1; echo 2\n")
	write("a/moody.sh", "echo $$\n")

	ws := []Workload{{Name: startup}, {Name: "same", N: 21, Quick: 4}, {Name: "differs"}, {Name: "fails"}, {Name: "talks"}, {Name: "moody"}}
	es := []Engine{shell(reference, "a"), shell("other", "b")}
	r := runVM(ws, es, 2, true, wallClock, io.Discard)

	for _, e := range es {
		row := r.row("same", e.Name)
		if row == nil || row.Wrong != "" || row.Checksum != "8" || len(row.Ms) != 2 {
			t.Errorf("same on %s: %+v", e.Name, row)
		}
	}
	for _, c := range []struct{ workload, engine, complaint string }{
		{"differs", "other", `printed "b", lua54 printed "a"`},
		{"fails", reference, "bad luck"},
		{"talks", reference, "more than one line"},
		{"moody", reference, "in one round and"},
	} {
		row := r.row(c.workload, c.engine)
		if row == nil || !strings.Contains(row.Wrong, c.complaint) {
			t.Errorf("%s on %s: %+v, want a complaint with %q", c.workload, c.engine, row, c.complaint)
		}
		if _, _, ok := r.net(c.workload, c.engine); ok {
			t.Errorf("%s on %s: a wrong row has a time", c.workload, c.engine)
		}
	}
	if row := r.row("fails", "other"); row.Wrong != "" {
		t.Errorf("one engine's failure made another's row wrong: %s", row.Wrong)
	}
	if r.row("talks", "other") != nil {
		t.Error("an engine without the program has a row")
	}
	if err := r.wrong(); err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("want four complaints, got %v", err)
	}
}

func TestGrowth(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("bench/a", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, w := range growing {
		if err := os.WriteFile("bench/a/"+w.Name+".sh", []byte("echo $BENCH_N\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := measureGrowth(shell(ours, "a"), 2, true, wallClock)
	if len(rows) != len(growing) || rows[0].Wrong != "" || len(rows[0].Small) != 2 || len(rows[0].Large) != 2 {
		t.Fatalf("%+v", rows)
	}

	// After 5 ms of start: 10 ms and 100 ms is linear, 10 and 1000 is not.
	r := results()
	r.Growth = []GrowthRow{
		{Program: "push", N: 1000, Small: []float64{15}, Large: []float64{105}},
		{Program: "grow", N: 1000, Small: []float64{15}, Large: []float64{1005}},
	}
	table := vmTable(r)
	for _, want := range []string{
		"| list: push and add up | 1000 | 10.0 | 10000 | 100 | 1.00 x | met |",
		"| text: append a piece | 1000 | 10.0 | 10000 | 1000 | 10.00 x | **missed** ▼ |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
}
