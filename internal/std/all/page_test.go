package all_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var block = regexp.MustCompile("(?s)```etamil\n(.*?)```\n\n```output\n(.*?)```")

// TestPage runs the programs of the page about these builtins.
func TestPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "language", "library.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := block.FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 3 {
		t.Fatalf("%d programs on the page", len(blocks))
	}
	for _, b := range blocks {
		if o := run(t, b[1], false); o.err != nil || o.out != b[2] {
			t.Errorf("%s\nprinted\n%swant\n%serror %v", b[1], o.out, b[2], o.err)
		}
	}
}
