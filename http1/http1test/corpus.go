// Package http1test reads the corpus of raw requests in http1/testdata, for
// the tests of whatever takes requests: the parser, the loop's connections
// over pretended and real sockets.
package http1test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A Sample is one case of the corpus: what a client sends on a connection,
// and what is understood. In testdata/*.txt it looks like this:
//
//	== title
//	GET / HTTP/1.1\r\n
//	Host: a\r\n
//	\r\n
//	=> GET / 1.1 host="a" keep
//
// Line ends of the file count for nothing; those of the request are written
// as \r and \n, and other bytes as \x00. *N after a line repeats it N times.
//
// An expectation is a request's line as above, a status with the reason of a
// refusal, or "more" where the stream ends inside a request. Samples in files
// called refused-*.txt end in a refusal, those in valid-*.txt don't.
type Sample struct {
	File, Title string   // File without its directory
	Source      []string // lines as they stand in the file
	Stream      []byte
	Want        []string
}

// Files lists the corpus that lies in dir, and fails t if there is none.
func Files(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus in ", dir, ": ", err)
	}
	return files
}

// All reads the whole corpus that lies in dir.
func All(t testing.TB, dir string) (samples []Sample) {
	t.Helper()
	for _, file := range Files(t, dir) {
		samples = append(samples, Read(t, file)...)
	}
	return samples
}

// Read reads one file of the corpus.
func Read(t testing.TB, file string) (samples []Sample) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if title, ok := strings.CutPrefix(line, "== "); ok {
			samples = append(samples, Sample{File: filepath.Base(file), Title: title})
			continue
		}
		if len(samples) == 0 {
			continue // what the file is about
		}
		s := &samples[len(samples)-1]
		if want, ok := strings.CutPrefix(line, "=> "); ok {
			s.Want = append(s.Want, want)
			continue
		}
		s.Source = append(s.Source, line)
		times := 1
		if text, count, ok := cutLast(line, " *"); ok {
			if n, err := strconv.Atoi(count); err == nil {
				line, times = text, n
			}
		}
		bytes, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, i+1, err)
		}
		for range times {
			s.Stream = append(s.Stream, bytes...)
		}
	}
	return samples
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
