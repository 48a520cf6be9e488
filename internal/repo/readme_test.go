package repo

import (
	"regexp"
	"strings"
	"testing"
)

// text returns the file of that name.
func text(t *testing.T, all []file, name string) string {
	t.Helper()
	for _, f := range all {
		if f.name == name {
			return f.text
		}
	}
	t.Fatalf("there is no %s", name)
	return ""
}

// TestTheTwoCommands: the first block of the README is what a stranger types, and the
// build machine runs the second of them.
func TestTheTwoCommands(t *testing.T) {
	all := files(t)
	_, rest, ok := strings.Cut(text(t, all, "README.md"), "```sh\n")
	block, _, ok2 := strings.Cut(rest, "```")
	lines := strings.Split(strings.TrimSpace(block), "\n")
	if !ok || !ok2 || len(lines) != 2 ||
		!strings.HasPrefix(lines[0], "go run -v ./cmd/etamil serve examples/kadai") ||
		!strings.HasPrefix(lines[1], "./test --install") {
		t.Errorf("the README's first block must be the two commands, found %q", lines)
	}
	if !strings.Contains(text(t, all, ".ci/run"), "test\" --install") {
		t.Error(".ci/run does not run ./test --install")
	}
}

// TestFlagsOfTest: a flag of ./test that a page names is one that it knows, and its help
// names every flag.
func TestFlagsOfTest(t *testing.T) {
	all := files(t)
	script := text(t, all, "test")
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(?:-h \| )?(--[a-z]+)\)`).FindAllStringSubmatch(script, -1) {
		known[m[1]] = true
		if m[1] != "--help" && !strings.Contains(script, "#   ./test "+m[1]) {
			t.Errorf("the help of ./test does not name %s", m[1])
		}
	}
	if len(known) < 4 {
		t.Fatalf("only these flags found in ./test: %v", known)
	}
	for _, f := range all {
		if !strings.HasSuffix(f.name, ".md") {
			continue
		}
		for _, m := range regexp.MustCompile(`\./test (--[a-z]+)`).FindAllStringSubmatch(f.text, -1) {
			if !known[m[1]] {
				t.Errorf("%s names ./test %s, which does not exist", f.name, m[1])
			}
		}
	}
}
