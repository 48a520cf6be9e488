package nulakam

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

// A module is what the comments of a file say.
type module struct {
	path           string
	tamil, english string // its name
	about          string // the rest of the comment at its top, as Markdown
	functions      []function
}

type function struct {
	name           string
	params         []string
	tamil, english string
	program        string // its example
	output         string // what that prints
}

// modules are all files of the library in the order of their paths, without those that
// only import another.
func modules(t *testing.T) []module {
	t.Helper()
	var all []module
	for _, p := range paths(t) {
		if path.Base(path.Dir(p)) == oldFolder {
			continue
		}
		m, err := read(p, text(t, p))
		if err != nil {
			t.Errorf("%s: %v", p, err)
		}
		all = append(all, m)
	}
	return all
}

// oldFolder is where version 2.0 of the language has the files that stand at the top here.
const oldFolder = "atippatY"

func paths(t *testing.T) []string {
	t.Helper()
	var all []string
	if err := fs.WalkDir(Files(), ".", func(p string, d fs.DirEntry, err error) error {
		if path.Ext(p) == ".qmz" {
			all = append(all, p)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func text(t *testing.T, p string) string {
	t.Helper()
	b, err := fs.ReadFile(Files(), p)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// read takes the comments of a file apart.
func read(p, text string) (module, error) {
	m := module{path: p}
	var comment []string
	first := true
	for n, line := range strings.Split(text, "\n") {
		said, isComment := strings.CutPrefix(line, "//")
		if isComment {
			comment = append(comment, strings.TrimPrefix(said, " "))
			continue
		}
		name, params, ok := declared(line)
		switch {
		case ok && !strings.HasPrefix(name, "_"):
			f := function{name: name, params: params}
			if err := f.explain(p, comment); err != nil {
				return m, fmt.Errorf("line %d: %w", n+1, err)
			}
			m.functions = append(m.functions, f)
		case first && len(comment) > 1:
			title, ok := strings.CutPrefix(comment[0], "# ")
			m.tamil, m.english, _ = strings.Cut(title, " · ")
			if !ok || m.english == "" {
				return m, fmt.Errorf("the first line is not // # தமிழ் · English")
			}
			m.about = strings.Join(comment[1:], "\n")
		}
		first = false
		comment = nil
	}
	if m.about == "" || len(m.functions) == 0 {
		return m, fmt.Errorf("no comment at the top, or no functions")
	}
	return m, nil
}

// declared is the function that a line begins to declare, if it does.
func declared(line string) (name string, params []string, ok bool) {
	rest, ok := strings.CutPrefix(line, "செயல் ")
	if !ok {
		return "", nil, false
	}
	name, rest, _ = strings.Cut(rest, "(")
	inside, _, _ := strings.Cut(rest, ") {")
	if inside != "" {
		params = strings.Split(inside, ", ")
	}
	return name, params, true
}

// explain reads the comment in front of the function. Its example stands behind three
// blanks: `expression   → what is printed`, or statements, or `→ what is printed`.
func (f *function) explain(p string, comment []string) error {
	var words []string
	var program, output strings.Builder
	fmt.Fprintf(&program, "இறக்கு \"%s\";\n", p)
	for _, line := range comment {
		code, isCode := strings.CutPrefix(line, "  ")
		if !isCode {
			words = append(words, line)
			continue
		}
		before, prints, arrow := strings.Cut(code+" ", "→ ")
		before, prints = strings.TrimSpace(before), strings.TrimSuffix(prints, " ")
		switch {
		case !arrow:
			program.WriteString(before + "\n")
		case before != "":
			fmt.Fprintf(&program, "அச்சு %s;\n", before)
			fallthrough
		default:
			output.WriteString(prints + "\n")
		}
	}
	switch {
	case len(words) != 2:
		return fmt.Errorf("%s: %d lines of explanation, want one in Tamil and one in English", f.name, len(words))
	case output.Len() == 0:
		return fmt.Errorf("%s has no example", f.name)
	case !strings.Contains(program.String(), f.name+"("):
		return fmt.Errorf("%s: its example does not call it", f.name)
	}
	f.tamil, f.english = words[0], words[1]
	f.program, f.output = program.String(), output.String()
	return nil
}
