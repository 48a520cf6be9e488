package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLines(t *testing.T) {
	const text = "# [no]\na = 1\n\n[server] # x\nport = 1\n\"host\" = 'a # b'\n[x]\ntext = \"\"\"\n[no]\nno = 1\n\\\"\"\"\"\n" +
		"list = [\n  1, # one\n  \"]\",\n]\nin = {a = {b = 1}, c = [{d = 1}]}\n\n[ app . tax ]\nrate.low = 5\n'வரி' = 2026-01-01\n[[app.many]]\nname = 1\n"
	got := lines(text)
	for path, want := range map[string]int{
		"no": 0, "a": 2, "server": 4, "server.port": 5, "server.host": 6, "x": 7, "x.text": 8, "x.no": 0, "x.list": 12,
		"x.in": 16, "x.in.a": 16, "x.in.a.b": 16, "x.in.c.d": 16, "app": 18, "app.tax": 18, "app.tax.rate": 19, "app.tax.rate.low": 19,
		"app.tax.வரி": 20, "app.many": 21, "app.many.name": 22,
	} {
		if got[path] != want {
			t.Errorf("%s stands on line %d, want %d", path, got[path], want)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"[server]\nport = 1\nhost = \"\xff\"\n", "etamil.toml:3: TOML"},
		{"\xff\xfe[\x00x\x00]\x00", "UTF-16"},
		{"[server]\x00\n", "control characters"},
		{"[server]\nport = 99999999999999999999\n", "etamil.toml:2"},
		{"[server]\nport = 9223372036854775807\n", "'9223372036854775807' does not fit"},
		{"[server]\nport = 1e3\n", "a whole number"},
		{"[server]\nport = \"80\"\n", "→ port = 8080?"},
		{"[server]\nidle_timeout = inf\n", "'+Inf' does not fit"},
		{"[server]\nidle_timeout = nan\n", "does not fit"},
		{"[server]\nbody_limit = 1.5\n", "64KiB"},
		{"[server]\nhost = [\"a\"]\n", "text is needed here"},
		{"[server]\nhost = \"\"\n", "'' does not fit"},
		{"[server]\n[server]\n", "etamil.toml:2"},
		{"[server.port]\nx = 1\n", "etamil.toml:1: server.port"},
		{"[[server]]\nport = 1\n", "'server' is a section"},
		{"[app]\nகடை.x = 1\n", `→ "கடை".x = …?`},
		{"[app.\"அ\".க்ஷ]\nx = 1\n", `→ [app."அ"."க்ஷ"]?`},
		{"server = {port = 1, prot = 2}\n", "no key 'prot'"},
		{"\"\" = 1\n", "no section ''"},
	} {
		if _, err := Load(Given{FileName: "etamil.toml", Text: c.text}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v\nsays nothing of %q", c.text, err, c.says)
		}
	}
}

// All that is wrong is said at once, in the order in which it stands.
func TestAllMistakesAtOnce(t *testing.T) {
	_, err := Load(Given{FileName: "etamil.toml", Text: "[server]\nprot = 1\nmode = 5\n[limts]\n[limits]\ndepth = 1\n",
		Env: env("ETAMIL_STEPS=x", "ETAMIL_STEP=1"), Flags: map[string]string{"port": "x"}})
	errs, ok := err.(Errors)
	if !ok {
		t.Fatal(err)
	}
	var where []string
	for _, e := range errs {
		where = append(where, at(e.Where, e.Line))
	}
	if got := strings.Join(where, " "); got != "etamil.toml:2 etamil.toml:3 etamil.toml:4 etamil.toml:6 ETAMIL_STEPS ETAMIL_STEP --port" {
		t.Errorf("%s\n%v", got, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("[server]\nport = 1\nx = [[{a = '''q'''}]]\n[app]\na.b = \"c\"\n")
	f.Add("\ufeff[x]\ny = \"\"\"\\\"\"\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines(text)
		if c, err := Load(Given{FileName: "f", Text: text}); err == nil {
			c.Settings()
		}
	})
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.toml")
	if err := os.WriteFile(good, []byte("[server]\nport = 81\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(name string, must bool) (*Config, error) {
		var g Given
		g.ReadFile(name, must)
		return Load(g)
	}
	if c, err := load(good, true); err != nil || c.Port != 81 || c.File() != good {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := load(filepath.Join(dir, "none"), false); err != nil || c.File() != "" {
		t.Errorf("%+v %v", c, err)
	}
	for name, says := range map[string]string{dir: "it is a folder", "/dev/zero": "longer than 1MiB", filepath.Join(dir, "none"): "no such file", good + "/x": "it is not a folder"} {
		if _, err := load(name, true); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want to hear of %q", name, err, says)
		}
	}
}
