package config

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// extra has a field of each kind that a test may need.
type extra struct {
	name   string
	secret string
	on     bool
	words  []string
	codecs []string
	nets   []netip.Prefix
	rate   Rate
}

// withExtra adds a key of each of those kinds, in a section [x], for the length of a test.
func withExtra(t *testing.T) *extra {
	x := &extra{}
	table = append(slices.Clip(table),
		key{section: "x", name: "name", kind: text, field: func(*Config) any { return &x.name }},
		key{section: "x", name: "url", kind: text, secret: true, also: []string{"X_URL"}, field: func(*Config) any { return &x.secret }},
		key{section: "x", name: "on", kind: toggle, def: "true", field: func(*Config) any { return &x.on }},
		key{section: "x", name: "words", kind: list, def: "a, b", field: func(*Config) any { return &x.words }},
		key{section: "x", name: "codecs", kind: list, values: []string{"gzip", "zstd"}, field: func(*Config) any { return &x.codecs }},
		key{section: "x", name: "nets", kind: networks, field: func(*Config) any { return &x.nets }},
		key{section: "x", name: "rate", kind: rate, def: "off", field: func(*Config) any { return &x.rate }},
	)
	old := table[: len(table)-7 : len(table)-7]
	t.Cleanup(func() { table = old })
	return x
}

func TestKinds(t *testing.T) {
	x := withExtra(t)
	if _, err := Load(Given{}); err != nil || !x.on || fmt.Sprint(x.words, x.codecs, x.nets, x.rate) != "[a b] [] [] off" {
		t.Fatalf("%+v %v", x, err)
	}
	for _, c := range []struct {
		given Given
		want  func() bool
	}{
		{Given{Text: "[x]\non = false\nrate = \"100/s\"\nwords = [\"q\", \"r\"]\nnets = [\"10.1.2.3/8\", \"::1\"]\n"}, func() bool {
			return !x.on && x.rate == Rate{100, time.Second} && slices.Equal(x.words, []string{"q", "r"}) && fmt.Sprint(x.nets) == "[10.0.0.0/8 ::1/128]"
		}},
		{Given{Text: "[x]\nwords = []\ncodecs = \"gzip, zstd\"\n"}, func() bool { return len(x.words) == 0 && len(x.codecs) == 2 }},
		{Given{Text: "x.on = false # a comment\nx.name = \"\"\n"}, func() bool { return !x.on }},
		{Given{Text: "x = {on = false, rate = \"5/10s\"}\n"}, func() bool { return !x.on && x.rate == Rate{5, 10 * time.Second} }},
		{Given{Text: "\ufeff[x]\r\non = false\r\n"}, func() bool { return !x.on }},
		{Given{Env: env("ETAMIL_X_ON=off", "ETAMIL_X_WORDS= a ,, b,c ", "ETAMIL_X_RATE=3000/1h", "X_URL=u")}, func() bool {
			return !x.on && len(x.words) == 3 && x.rate == Rate{3000, time.Hour} && x.secret == "u"
		}},
		{Given{Env: env("ETAMIL_X_URL=ours", "X_URL=theirs")}, func() bool { return x.secret == "ours" }},
		{Given{Flags: map[string]string{"x-on": "no", "x-nets": "192.168.0.0/16", "x-codecs": "zstd"}}, func() bool { return !x.on && len(x.nets) == 1 && x.codecs[0] == "zstd" }},
	} {
		if _, err := Load(c.given); err != nil || !c.want() {
			t.Errorf("%+v: %+v %v", c.given, x, err)
		}
	}
	for _, c := range []struct {
		given Given
		says  string
	}{
		{Given{Text: "[x]\non = 1\n"}, "true or false is needed here"},
		{Given{Text: "[x]\non = \"true\"\n"}, "true or false"},
		{Given{Text: "[x]\nwords = [1, 2]\n"}, "a list of texts is needed here) → words = [\"a\", \"b\"]?"},
		{Given{Text: "[x]\nwords = [\"a,b\"]\n"}, "'a,b' does not fit"},
		{Given{Text: "[x]\ncodecs = [\n  \"gzip\",\n  \"zsdt\"]\n"}, "→ zstd?"},
		{Given{Text: "[x]\nnets = [\"10.0.0.0/33\"]\n"}, "etamil.toml:2: x.nets: '10.0.0.0/33'"},
		{Given{Text: "[x]\nnets = [\"fe80::1%eth0\"]\n"}, "does not fit"},
		{Given{Text: "[x]\nrate = 5\n"}, "100/s"},
		{Given{Text: "[x]\nrate = {count = 5}\n"}, "100/s"},
		{Given{Text: "[x]\nname = 2026-01-01\n"}, "text is needed here"},
		{Given{Env: env("ETAMIL_X_ON=maybe")}, "ETAMIL_X_ON: 'maybe'"},
		{Given{Env: env("ETAMIL_X_RATE=5/")}, "'5/' does not fit"},
		{Given{Env: env("ETAMIL_X_RATE=0/s")}, "does not fit"},
		{Given{Env: env("ETAMIL_X_RATE=-1/s")}, "does not fit"},
		{Given{Env: env("ETAMIL_X_RATE=1/0s")}, "does not fit"},
		{Given{Env: env("ETAMIL_X_ONN=1")}, "→ ETAMIL_X_ON?"},
		{Given{Flags: map[string]string{"on": "1"}}, "--on"},
	} {
		c.given.FileName = "etamil.toml"
		if _, err := Load(c.given); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v\nsays nothing of %q", c.given, err, c.says)
		}
	}
}

// Every value that is shown can be given again and means the same.
func TestWrittenValuesAreRead(t *testing.T) {
	x := withExtra(t)
	for _, given := range []Given{{}, {Text: "[server]\nidle_timeout = 0.25\nbody_timeout = \"90s\"\nheader_timeout = \"48h\"\nbody_limit = 1500\n[limits]\nmemory = \"2GiB\"\n" +
		"[x]\non = false\nrate = \"7/250ms\"\nwords = [\"அ\", \"b\"]\nnets = [\"10.0.0.0/8\", \"::1\"]\n"}} {
		c, err := Load(given)
		if err != nil {
			t.Fatal(err)
		}
		first, flags := *x, map[string]string{}
		for i, s := range c.Settings() {
			flags[table[i].flag()] = s.Value
		}
		again, err := Load(Given{Flags: flags})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(first) != fmt.Sprint(*x) {
			t.Errorf("%+v became %+v", first, *x)
		}
		for i, s := range again.Settings() {
			if v := c.Settings()[i].Value; v != s.Value {
				t.Errorf("%s was %q and is %q", s.Name, v, s.Value)
			}
		}
	}
}

func TestSecretFiles(t *testing.T) {
	x := withExtra(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good", "postgres://u:p@h/d\r\n")
	for _, v := range []string{"ETAMIL_X_URL_FILE=", "X_URL_FILE="} {
		c, err := Load(Given{Env: env(v + good)})
		if err != nil || x.secret != "postgres://u:p@h/d" {
			t.Errorf("%q %v", x.secret, err)
			continue
		}
		if o := c.From("x-url"); o.Where+"=" != v || o.Source != Environment {
			t.Errorf("it comes from %+v", o)
		}
	}
	if c, err := Load(Given{Env: env("ETAMIL_PORT_FILE=" + file("port", "81\n"))}); err != nil || c.Port != 81 {
		t.Errorf("%+v %v", c, err)
	}
	for _, c := range []struct {
		env  []string
		says string
	}{
		{env("ETAMIL_X_URL_FILE=" + filepath.Join(dir, "none")), "no such file"},
		{env("ETAMIL_X_URL_FILE=" + dir), "it is a folder"},
		{env("ETAMIL_X_URL_FILE=" + file("long", strings.Repeat("x", maxSecret+1))), "longer than 64KiB"},
		{env("ETAMIL_X_URL_FILE=/dev/zero"), "longer than 64KiB"},
		{env("ETAMIL_X_URL_FILE="+good, "ETAMIL_X_URL=u"), "ETAMIL_X_URL is set as well"},
		{env("ETAMIL_PORT_FILE=" + file("word", "x\n")), "ETAMIL_PORT_FILE: 'x'"},
		{env("ETAMIL_X_URLL_FILE=x"), "→ ETAMIL_X_URL_FILE?"},
	} {
		if _, err := Load(Given{Env: c.env}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: %v\nsays nothing of %q", c.env, err, c.says)
		}
	}
}

func TestVariablesOfOthers(t *testing.T) {
	fine := env("HOME=/x", "ETAMIL_PATH=x", "ETAMIL_EXEC_ALLOW=ls", "ETAMIL_LONG=1", "ETAMIL_FULL=1", "ETAMIL_TEST_X=1", "ETAMIL_CONFIG=x", "ETAMIL_NOTHING=")
	if _, err := Load(Given{Env: fine}); err != nil {
		t.Error(err)
	}
	for v, says := range map[string]string{
		"ETAMIL_PROT=1":                          "→ ETAMIL_PORT?",
		"ETAMIL_SERVER_PORT=1":                   "→ ETAMIL_PORT?",
		"ETAMIL_UNHEARD_OF=1":                    "there is no such variable",
		"ETAMIL_PORT=tcp://10.0.0.1:80":          "enableServiceLinks: false",
		"ETAMIL_PORT_80_TCP_ADDR=10.0.0.1":       "Kubernetes",
		"ETAMIL_SERVICE_HOST=10.0.0.1":           "Kubernetes",
		"ETAMIL_MODE=\x1b[2Jx":                   "'U+001B[2Jx'",
		"ETAMIL_MODE=" + strings.Repeat("x", 99): "x…' does not fit",
	} {
		if _, err := Load(Given{Env: env(v)}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v\nsays nothing of %q", v, err, says)
		}
	}
}

// The table gives no name twice, and none that means something else.
func TestNamesAreDistinct(t *testing.T) {
	seen := map[string]string{}
	for i := range table {
		k := &table[i]
		for _, name := range append(k.envs(), "--"+k.flag(), k.path()) {
			if seen[name] != "" {
				t.Errorf("%s is a name of both %s and %s", name, seen[name], k.path())
			}
			seen[name] = k.path()
			if isReserved(name) {
				t.Errorf("%s of %s is reserved", name, k.path())
			}
			if base, ok := strings.CutSuffix(name, fileSuffix); ok && seen[base] != "" {
				t.Errorf("%s is a key and also a file with the value of %s", name, base)
			}
		}
	}
}
