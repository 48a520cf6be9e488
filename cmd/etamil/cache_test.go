package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunReadsCacheSettings: a program that is run keeps its values where the settings beside it say, and says so when they are wrong.
func TestRunReadsCacheSettings(t *testing.T) {
	dir, file := writeProgram(t, `அச்சு தற்காலிகம்.கூட்டு("n", 1);`)
	file = filepath.Join(dir, file)
	settings := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, configName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(want string) {
		t.Helper()
		if got := does("", "run", file); got.exit != 0 || got.out != want+"\n" {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
	run("1")
	run("1") // in memory
	settings("[cache]\nstore = \"sql\"\n[database]\nurl = \"sqlite:" + filepath.Join(dir, "a.db") + "\"\n")
	run("1")
	run("2")
	if _, err := os.Stat(filepath.Join(dir, "a-store.db")); err != nil {
		t.Error(err)
	}
	settings("[cache]\nstore = \"nowhere\"\n")
	if got := does("", "run", file); got.exit == 0 || !strings.Contains(got.err, "nowhere") || !strings.Contains(got.err, configName+":2") {
		t.Errorf("a wrong store: %+v", got)
	}
	settings("")
	t.Setenv("REDIS_URL", "redis://127.0.0.1:1")
	if got := does("", "run", file); got.exit == 0 || !strings.Contains(got.err, "Redis") {
		t.Errorf("on a server that isn't there: %+v", got)
	}
}
