// Package vectors reads testdata/vectors: programs with what the existing
// implementation answered to them. Tests of several packages compare ours with
// it; nothing else imports this package.
//
// A vector is three lines of vectors.txt:
//
//	## name
//	    program (more lines of it are indented the same)
//	=> line ⏎ line  files=a.txt  [run] sentence
//
// Two vectors are called "join bad"; every other name is used once.
//
// exceptions.tsv lists the vectors that ours answers differently on purpose,
// each with the words of the specification that allow it.
package vectors

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Vector is one program and the answer to it.
type Vector struct {
	Name    string
	Program string
	Output  []string // lines printed, also those before an error
	Kind    string   // "" if it ran to its end, else lex, parse, type, run or panic
	Message string   // the first sentence of the error, Tamil and English
	Files   []string // files that were there at the end
	// Line and Column are the place that Message names; 0 if it names none.
	Line, Column int
}

// Exception is why a vector does not bind, wholly or in part.
type Exception struct {
	Vector string
	Quote  string // the words of the specification that allow the difference
	Ours   string // what ours does instead
}

var (
	errorStart = regexp.MustCompile(`  \[(lex|parse|type|run|PANIC\(trap\))\] `)
	fileList   = regexp.MustCompile(`  files=(\S+)$`)
	place      = regexp.MustCompile(`\(line (\d+), column (\d+): `)
)

// Load reads a file in the form of vectors.txt.
func Load(path string) ([]Vector, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []Vector
	var lines []string // of the program being read
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "## "):
			all = append(all, Vector{Name: strings.TrimPrefix(line, "## ")})
			lines = nil
		case len(all) == 0: // the heading
		case strings.HasPrefix(line, "=> "):
			v := &all[len(all)-1]
			v.Program = strings.Join(lines, "\n")
			v.answer(strings.TrimPrefix(line, "=> "))
		case strings.HasPrefix(line, "    "):
			lines = append(lines, line[4:])
		default:
			return nil, fmt.Errorf("%s:%d: neither name, program nor answer: %q", path, n+1, line)
		}
	}
	return all, nil
}

// answer takes the line after "=> " apart.
func (v *Vector) answer(s string) {
	if at := errorStart.FindStringSubmatchIndex("  " + s); at != nil {
		s = "  " + s
		v.Kind, v.Message, s = s[at[2]:at[3]], s[at[1]:], s[:at[0]]
		if strings.HasPrefix(v.Kind, "PANIC") {
			v.Kind = "panic"
		}
		if m := place.FindStringSubmatch(v.Message); m != nil {
			v.Line, _ = strconv.Atoi(m[1])
			v.Column, _ = strconv.Atoi(m[2])
		}
		s = strings.TrimPrefix(s, "  ")
	}
	if m := fileList.FindStringSubmatchIndex(s); m != nil {
		v.Files = strings.Split(s[m[2]:m[3]], ",")
		s = s[:m[0]]
	}
	if s != "" {
		v.Output = strings.Split(s, " ⏎ ")
	}
}

// LoadExceptions reads exceptions.tsv: vector, quotation, what ours does. Lines
// that begin with # are remarks.
func LoadExceptions(path string) (map[string]Exception, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := map[string]Exception{}
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("%s:%d: %d fields, want vector, quotation, what ours does", path, n+1, len(f))
		}
		if _, twice := all[f[0]]; twice {
			return nil, fmt.Errorf("%s:%d: %q stands twice", path, n+1, f[0])
		}
		all[f[0]] = Exception{f[0], f[1], f[2]}
	}
	return all, nil
}

// Dir finds testdata/vectors from the directory of any package of this module.
func Dir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "vectors"), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("vectors: no go.mod above the working directory")
		}
		dir = up
	}
}
