package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"etamil/internal/vectors"
)

// answer is what a program did: what it printed, and the kind of error that
// ended it ("" for none).
type answer struct {
	output string
	kind   string
	stderr string
}

// sentence is a failure that tells, in two languages, what went wrong. Sentences are
// our own; that it is a failure is not.
var sentence = regexp.MustCompile(`தவறு\(.*  \(.*\).*\)`)

// bare is output without the words of sentences.
func bare(output string) string { return sentence.ReplaceAllString(output, "தவறு(…)") }

// runText runs a program as `etamil run` does.
func runText(t *testing.T, text string, options ...string) answer {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(append(append([]string{"run", "--steps=5000000"}, options...), "-"), Stdio{In: strings.NewReader(text), Out: &out, Err: &errs})
	a := answer{output: out.String(), stderr: errs.String()}
	switch code {
	case exitOK:
	case exitFail:
		a.kind = kindOf(a.stderr)
	case exitUsage, exitBug:
		t.Fatalf("exit code %d\n%s", code, a.stderr)
	default: // the program chose it
		a.kind = "run"
	}
	return a
}

// kindOf finds the kind of the first error in what was said.
func kindOf(stderr string) string {
	for _, line := range strings.Split(stderr, "\n") {
		_, rest, ok := strings.Cut(line, "பிழை ")
		if !ok {
			if strings.Contains(line, "பிழை:") {
				return "run"
			}
			continue
		}
		switch {
		case len(rest) < 4 || rest[1] < '0' || rest[1] > '9':
			return "run" // a code of a builtin or of the program
		case rest[0] == 'L':
			return "lex"
		case rest[0] == 'P':
			return "parse"
		case rest[0] == 'R':
			return "run"
		}
		return "type"
	}
	return "none: " + stderr
}

// Every program that the existing implementation was asked gives that output
// and that kind of error here, or an exception says which sentence of the
// specification allows the difference. Optimised and not, it is the same.
func TestVectors(t *testing.T) {
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	all, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	exceptions, err := vectors.LoadExceptions(filepath.Join(dir, "exceptions.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			got := runText(t, v.Program)
			t.Chdir(t.TempDir())
			plain := runText(t, v.Program, "--opt=off")
			if got != plain {
				t.Errorf("optimised %q %s\nnot %q %s", got.output, got.kind, plain.output, plain.kind)
			}
			kind := v.Kind
			if kind == "panic" {
				kind = "run" // the existing implementation crashed
			}
			want := strings.Join(v.Output, "\n")
			same := got.kind == kind && bare(strings.TrimSuffix(got.output, "\n")) == bare(want)
			if _, excepted := exceptions[v.Name]; !same && !excepted {
				t.Errorf("program %s\ngot  %q, kind %q\nwant %q, kind %q\n%s", v.Program, got.output, got.kind, want, kind, got.stderr)
			}
		})
	}
}
