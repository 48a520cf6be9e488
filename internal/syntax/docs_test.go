package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFilesAreFresh(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is out of date: go test ./internal/syntax -update", name)
		}
	}
}

// TestEveryWordIsDocumented: no class of word is left out of the page.
func TestEveryWordIsDocumented(t *testing.T) {
	p := page()
	for i := range Words {
		for _, s := range Words[i].Spellings() {
			if !strings.Contains(p, "`"+s+"`") {
				t.Errorf("%s stands nowhere on the page", s)
			}
		}
	}
}
