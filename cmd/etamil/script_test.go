package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the commands do into testdata/script")

// A script is a text of sections, each opened by a line `-- name --`. What stands before
// the first is a comment. `-- $ run a.qmz --` is a command line: the sections stdin,
// stdout, stderr and exit that follow it are what it reads and must do; those that are
// missing are empty, or 0. `stdout~` is a pattern for each line, for what differs from
// machine to machine. `$color` stands for a terminal that shows colours. Any other name
// is a file, written before the next command line runs.
type section struct {
	name, text string
}

var sectionLine = regexp.MustCompile(`^-- (.+) --$`)

func readScript(text string) (comment string, list []section) {
	var b strings.Builder
	end := func() {
		if list == nil {
			comment = b.String()
		} else {
			list[len(list)-1].text = b.String()
		}
		b.Reset()
	}
	for line := range strings.Lines(text) {
		if m := sectionLine.FindStringSubmatch(strings.TrimSuffix(line, "\n")); m != nil {
			end()
			list = append(list, section{name: m[1]})
			continue
		}
		b.WriteString(line)
	}
	end()
	return comment, list
}

func writeScript(comment string, list []section) string {
	var b strings.Builder
	b.WriteString(comment)
	for _, s := range list {
		fmt.Fprintf(&b, "-- %s --\n%s", s.name, s.text)
	}
	return b.String()
}

// a scriptRun is one command line of a script: its place among the sections, and what it
// did.
type scriptRun struct {
	at int
	outcome
}

// doesLine runs the command line of a section.
func doesLine(line, stdin string) outcome {
	words := strings.Fields(line)
	if words[0] != "$" && words[0] != "$color" {
		panic("a command line begins with $ or $color, not " + words[0])
	}
	color := words[0] == "$color"
	o := doesWith(Stdio{In: strings.NewReader(stdin), Color: color, OutColor: color}, words[1:])
	if len(words) > 1 && words[1] == "test" {
		o.out = tookTime.ReplaceAllString(o.out, "${1}0${3}")
	}
	return o
}

// tookTime is how long a test took.
var tookTime = regexp.MustCompile(`(  |\x1b\[2m|\) |"milliseconds": )([0-9.]+)( m?s|,|$)`)

// part finds the section of a command line by its name.
func part(list []section, at int, name string) (s section, ok bool) {
	for _, s := range list[at+1:] {
		if strings.HasPrefix(s.name, "$") {
			break
		}
		if s.name == name {
			return s, true
		}
	}
	return section{}, false
}

func TestScripts(t *testing.T) {
	names, err := filepath.Glob("testdata/script/*.txt")
	if err != nil || len(names) < 5 {
		t.Fatalf("only %d scripts found: %v", len(names), err)
	}
	for _, name := range names {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) { runScript(t, path) })
	}
}

func runScript(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	comment, list := readScript(string(text))
	t.Chdir(t.TempDir())
	var runs []scriptRun
	for i, s := range list {
		switch {
		case belongs(s.name):
		case strings.HasPrefix(s.name, "$"):
			stdin, _ := part(list, i, "stdin")
			runs = append(runs, scriptRun{i, doesLine(s.name, stdin.text)})
		default:
			if err := os.MkdirAll(filepath.Dir(s.name), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(s.name, []byte(s.text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(writeScript(comment, mended(list, runs))), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, r := range runs {
		compare(t, list, r)
	}
}

// compare holds what a command did against its sections.
func compare(t *testing.T, list []section, r scriptRun) {
	t.Helper()
	line := list[r.at].name
	if s, ok := part(list, r.at, "stdout~"); ok {
		matchLines(t, line, s.text, r.out)
	} else if s, _ := part(list, r.at, "stdout"); s.text != whole(r.out) {
		t.Errorf("%s\nstdout:\n%swant:\n%s", line, r.out, s.text)
	}
	if s, _ := part(list, r.at, "stderr"); s.text != whole(r.err) {
		t.Errorf("%s\nstderr:\n%swant:\n%s", line, r.err, s.text)
	}
	want := 0
	if s, ok := part(list, r.at, "exit"); ok {
		want, _ = strconv.Atoi(strings.TrimSpace(s.text))
	}
	if r.exit != want {
		t.Errorf("%s: exit %d, want %d", line, r.exit, want)
	}
}

func matchLines(t *testing.T, line, patterns, got string) {
	t.Helper()
	want, have := strings.Split(patterns, "\n"), strings.Split(got, "\n")
	if len(want) != len(have) {
		t.Errorf("%s\nstdout:\n%shas %d lines, want %d", line, got, len(have)-1, len(want)-1)
		return
	}
	for i, p := range want {
		if !regexp.MustCompile("^" + p + "$").MatchString(have[i]) {
			t.Errorf("%s\nstdout line %d: %q does not match %q", line, i+1, have[i], p)
		}
	}
}

// whole makes output fit for a section, which always ends with a line end.
func whole(out string) string {
	if out != "" && !strings.HasSuffix(out, "\n") {
		return out + "(no line end)\n"
	}
	return out
}

// mended is the script with what the commands did now.
func mended(list []section, runs []scriptRun) []section {
	var out []section
	for i, s := range list {
		if !belongs(s.name) || s.name == "stdin" || s.name == "stdout~" {
			out = append(out, s)
		}
		if len(runs) == 0 || i+1 < len(list) && !strings.HasPrefix(list[i+1].name, "$") && belongs(list[i+1].name) {
			continue // more of the same command follows
		}
		r := runs[0]
		if r.at > i {
			continue
		}
		runs = runs[1:]
		if _, ok := part(list, r.at, "stdout~"); !ok && r.out != "" {
			out = append(out, section{"stdout", whole(r.out)})
		}
		if r.err != "" {
			out = append(out, section{"stderr", whole(r.err)})
		}
		if r.exit != 0 {
			out = append(out, section{"exit", strconv.Itoa(r.exit) + "\n"})
		}
	}
	return out
}

func belongs(name string) bool {
	return name == "stdin" || name == "stdout" || name == "stdout~" || name == "stderr" || name == "exit"
}

// TestMended: updating a script that is right changes nothing, and one that is wrong
// becomes right.
func TestMended(t *testing.T) {
	const text = "about\n-- a.qmz --\nx\n-- $ one --\n-- stdin --\ni\n-- stdout --\no\n-- b.qmz --\ny\n-- $ two --\n-- stdout~ --\n.*\n-- stderr --\ne\n-- exit --\n2\n"
	comment, list := readScript(text)
	runs := []scriptRun{{1, outcome{out: "o\n"}}, {5, outcome{"anything\n", "e\n", 2}}}
	if got := writeScript(comment, mended(list, runs)); got != text {
		t.Errorf("changed to\n%s", got)
	}
	runs[0] = scriptRun{1, outcome{err: "no end", exit: 1}}
	want := strings.Replace(text, "-- stdout --\no\n", "-- stderr --\nno end(no line end)\n-- exit --\n1\n", 1)
	if got := writeScript(comment, mended(list, runs)); got != want {
		t.Errorf("changed to\n%swant\n%s", got, want)
	}
}
