package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"etamil/internal/config"
)

var (
	docBlocks    = regexp.MustCompile("(?s)```toml\n(.*?)```")
	docVariables = regexp.MustCompile(`\b(ETAMIL_[A-Z_]+|DATABASE_URL[A-Z_]*)=([^ \n` + "`" + `]*)`)
	docExec      = regexp.MustCompile(`(?m)^ExecStart=\S+/etamil (.*)$`)
)

// What the page about operation has people write is what the server takes.
func TestOperationsPage(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	blocks := docBlocks.FindAllStringSubmatch(page, -1)
	if len(blocks) < 3 {
		t.Fatalf("only %d files of settings", len(blocks))
	}
	for _, m := range blocks {
		if _, err := config.Load(config.Given{FileName: "page", Text: m[1]}); err != nil {
			t.Errorf("%s\n%v", m[1], err)
		}
	}
	dir := t.TempDir()
	secret := write(t, dir, "database", "sqlite:x\n")
	for _, m := range docVariables.FindAllStringSubmatch(page, -1) {
		name, val := m[1], m[2]
		if strings.HasSuffix(name, "_FILE") {
			val = secret
		}
		_, err := config.Load(config.Given{Env: []string{name + "=" + val}})
		wrong := name == "ETAMIL_PROT" || strings.Contains(val, "tcp:") // shown as mistakes
		if (err != nil) != wrong {
			t.Errorf("%s=%s: %v", name, val, err)
		}
	}
	exec := docExec.FindStringSubmatch(page)
	if exec == nil {
		t.Fatal("no ExecStart")
	}
	words := strings.Fields(exec[1])
	if i := slices.Index(words, "--config"); i > 0 {
		words[i+1] = write(t, dir, "kadai.toml", blocks[0][1])
	}
	// The program isn't there, but the command line is right.
	var errs strings.Builder
	if code := run(words, Stdio{In: strings.NewReader(""), Out: &errs, Err: &errs}); code != exitFail {
		t.Errorf("etamil %s: %s", exec[1], &errs)
	}
}
