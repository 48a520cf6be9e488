package main

import (
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"etamil/internal/diag"
)

// line runs a command line in this process.
func line(args ...string) (code int, out, errs string) {
	var o, e strings.Builder
	code = run(args, Stdio{In: strings.NewReader(""), Out: &o, Err: &e})
	return code, o.String(), e.String()
}

func TestConfigShow(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("ETAMIL_IDLE_TIMEOUT", "90s")
	write(t, dir, "etamil.toml", "[server]\nport = 9000\n[app]\n\"கடை\" = \"என் கடை\"\ntoken = \"hush\"\n")
	code, out, errs := line("config", "show", "--sources", "--workers", "2")
	if code != exitOK || errs != "" {
		t.Fatalf("%d %s", code, errs)
	}
	var column int
	var section string
	for l := range strings.Lines(out) {
		if s, _, ok := strings.Cut(l, "]"); ok && s[0] == '[' {
			section = s[1:]
		}
		for _, c := range [][4]string{
			{"port", "9000", "etamil.toml:2"}, {"workers", "2", "--workers"}, {"idle_timeout", "90s", "ETAMIL_IDLE_TIMEOUT"},
			{"depth", "10000", "இயல்பு (default)"}, {"கடை", "என் கடை", "etamil.toml:4"}, {"token", "***", "etamil.toml:5"},
		} {
			name, rest, found := strings.Cut(l, " "+c[0]+" ")
			if !found || section == "database" { // it has names of the server's
				continue
			}
			value, source, _ := strings.Cut(strings.TrimLeft(rest, " "), "  ")
			if value != c[1] || strings.TrimSpace(source) != c[2] {
				t.Errorf("%q: want %q", l, c)
			}
			at := diag.Width(l[:strings.Index(l, c[2])])
			if column == 0 {
				column = at
			}
			if at != column || name != "" && strings.TrimSpace(name) != "" && name[0] != '[' {
				t.Errorf("the sources do not stand in one column: %q", l)
			}
		}
	}
	if column == 0 || strings.Contains(out, "hush") {
		t.Error(out)
	}
	_, out, _ = line("config", "show", "--json")
	var all []configValue
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, v := range all {
		found = found || v == configValue{"server", "port", "9000", "file", "etamil.toml:2"}
	}
	if !found {
		t.Error(out)
	}
}

// A file that is named is read instead of the one beside the program, by flag before
// environment.
func TestConfigFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, dir, "etamil.toml", "[server]\nport = 1\n")
	one, two := write(t, dir, "one.toml", "[server]\nport = 2\n"), write(t, dir, "two.toml", "[server]\nport = 3\n")
	port := func(want string, args ...string) {
		t.Helper()
		if _, out, errs := line(append([]string{"config", "show", "--sources"}, args...)...); !strings.Contains(out, want+":2") {
			t.Errorf("%v: %s%s", args, out, errs)
		}
	}
	port("etamil.toml")
	port("one.toml", one)
	port("one.toml", "--config", one)
	t.Setenv("ETAMIL_CONFIG", two)
	port("two.toml")
	port("one.toml", "--config", one)
	t.Setenv("ETAMIL_CONFIG", "none")
	if code, _, errs := line("serve", write(t, dir, "a.qmz", greeting)); code != exitUsage || !strings.Contains(errs, "none: ") {
		t.Errorf("%d %s", code, errs)
	}
}

func TestConfigExitCodes(t *testing.T) {
	dir := t.TempDir()
	good := write(t, dir, "a.qmz", greeting)
	var errs strings.Builder
	serve := func(args ...string) int {
		errs.Reset()
		return run(append([]string{"serve", good}, args...), Stdio{In: strings.NewReader(""), Out: io.Discard, Err: &errs})
	}
	if code := serve("--port="); code != exitUsage || !strings.Contains(errs.String(), "--port: ''") {
		t.Errorf("a flag: %d %s", code, &errs)
	}
	t.Setenv("ETAMIL_PROT", "1")
	if code := serve("--port=x"); code != exitUsage || !strings.Contains(errs.String(), "ETAMIL_PORT?") || !strings.Contains(errs.String(), "--port") {
		t.Errorf("a variable: %d %s", code, &errs)
	}
	os.Unsetenv("ETAMIL_PROT")
	if code := serve("--config", dir); code != exitUsage || !strings.Contains(errs.String(), "it is a folder") {
		t.Errorf("a folder: %d %s", code, &errs)
	}
}

// TestConfigAddresses: addresses that can be none are mistakes of the settings, and not of the first
// request that needs them.
func TestConfigAddresses(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ name, value, says string }{
		{"DATABASE_URL", "mongo://u:secret@h/d", "DATABASE_URL: 'mongo' தரவுதளம் இல்லை"},
		{"DATABASE_URL", "postgres://u:secret@h:x/d", "this is no address of a database"},
		{"REDIS_URL", "redis://u:secret@h/x", "REDIS_URL: Redis இன் முகவரி தவறு"},
		{"REDIS_URL", "localhost:6379", "this is no address of a Redis server"},
	} {
		t.Run(c.value, func(t *testing.T) {
			t.Setenv(c.name, c.value)
			code, _, errs := line("config", "check")
			if code != exitUsage || !strings.Contains(errs, c.says) || strings.Contains(errs, "secret") {
				t.Errorf("%d %s", code, errs)
			}
		})
	}
	t.Setenv("DATABASE_URL", "postgres://u:p@127.0.0.1:1/d")
	t.Setenv("REDIS_URL", "redis://127.0.0.1:1/2")
	if code, _, errs := line("config", "check"); code != exitOK {
		t.Errorf("%d %s", code, errs)
	}
}
