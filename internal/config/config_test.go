package config

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the files that are made from the table")

func TestFiles(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the table says (%v): go test ./internal/config -update", name, err)
		}
	}
}

func env(pairs ...string) []string { return pairs }

func TestDefaults(t *testing.T) {
	c, err := Load(Given{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Host != "127.0.0.1" || c.Port != 8080 || c.BodyLimit != 1<<20 || c.HandlerTimeout != 30*time.Second || c.Depth != 10_000 || c.Development() {
		t.Errorf("%+v", c)
	}
	for i := range table {
		if o := c.From(table[i].flag()); o != (Origin{}) {
			t.Errorf("%s comes from %v", table[i].name, o)
		}
	}
}

func TestStrongestWins(t *testing.T) {
	file := "[server]\nport = 1\nbody_limit = \"2KiB\"\nhandler_timeout = 0.25\nmode = \"development\"\n[limits]\nsteps = 5000\n"
	c, err := Load(Given{
		FileName: "etamil.toml", Text: file,
		Env:   env("ETAMIL_PORT=2", "ETAMIL_STEPS=6000", "ETAMIL_HOST="),
		Flags: map[string]string{"port": "3", "idle-timeout": "2m"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 3 || c.Steps != 6000 || c.BodyLimit != 2048 || c.HandlerTimeout != 250*time.Millisecond || c.IdleTimeout != 2*time.Minute || !c.Development() {
		t.Errorf("%+v", c)
	}
	for name, want := range map[string]Origin{"port": {Flag, "--port"}, "steps": {Environment, "ETAMIL_STEPS"}, "body-limit": {File, "etamil.toml:3"}, "host": {}} {
		if got := c.From(name); got != want {
			t.Errorf("%s comes from %v, want %v", name, got, want)
		}
	}
}

// TestThatMayBe: what looks odd and is right.
func TestThatMayBe(t *testing.T) {
	for _, g := range []Given{
		{Text: "[server]\nheartbeat = 0\n"}, {Text: "[server]\nheartbeat = \"0s\"\n"},
		{Text: "[session]\ncookie = \"__Host-s.1\"\n[admin]\nlisten = \"[::1]:0\"\n"}, {Flags: map[string]string{"admin-listen": ":9090"}},
		{Text: "[server]\naccess_log = \"all\"\n[log]\nlevel = \"debug\"\n"}, {Flags: map[string]string{"log-level": "error"}},
		{Text: "[database]\nmin_connections = 4\nmax_connections = 4\n"}, {Text: "[tls]\ncert = \"a\"\nkey = \"b\"\n"},
	} {
		if _, err := Load(g); err != nil {
			t.Errorf("%+v: %v", g, err)
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct {
		given Given
		says  []string
	}{
		{Given{Text: "[server]\nprot = 1\n"}, []string{"no key 'prot' in [server]", "→ port?"}},
		{Given{Text: "[servre]\nport = 1\n"}, []string{"no section 'servre'", "→ [server]?"}},
		{Given{Text: "[server]\nsteps = 1\n"}, []string{"no key 'steps' in [server]", "→ [limits] steps?"}},
		{Given{Text: "port = 1\n"}, []string{"'port' stands in no section", "→ [server] port?"}},
		{Given{Text: "[session]\ncookie = \"என் நினைவி\"\n"}, []string{":2: session.cookie: ", "the name of a cookie has nothing but"}},
		{Given{Env: env("ETAMIL_SESSION_COOKIE=a;b")}, []string{"ETAMIL_SESSION_COOKIE: ", "the name of a cookie"}},
		{Given{Env: env("ETAMIL_SESSION_COOKIE=a=b")}, []string{"the name of a cookie"}},
		{Given{Text: "[admin]\nlisten = \"localhost\"\n"}, []string{":2: admin.listen: ", "an address such as 127.0.0.1:9090 is needed"}},
		{Given{Flags: map[string]string{"admin-listen": "9090"}}, []string{"--admin-listen: ", "an address such as"}},
		{Given{Flags: map[string]string{"admin-listen": ":70000"}}, []string{"an address such as"}},
		{Given{Text: "[server]\naccess_log = \"errors\"\n[log]\nlevel = \"warn\"\n"}, []string{":2: server.access_log: ", "none of its lines is written"}},
		{Given{Text: "[server]\nport = 9090\n[admin]\nlisten = \"127.0.0.1:9090\"\n"}, []string{":4: admin.listen: ", "another port is needed"}},
		{Given{Flags: map[string]string{"admin-listen": ":9090", "port": "9090", "host": "::1"}}, []string{"--admin-listen: ", "another port is needed"}},
		{Given{Text: "[tls]\ncert = \"a.pem\"\n"}, []string{":2: tls.cert: ", "tls.cert needs tls.key"}},
		{Given{Env: env("ETAMIL_TLS_KEY=a.pem")}, []string{"ETAMIL_TLS_KEY: ", "tls.key needs tls.cert"}},
		{Given{Text: "[database]\nmin_connections = 11\n"}, []string{":2: database.min_connections: ", "more than max_connections allows, 10"}},
		{Given{Text: "[server]\nheartbeat = -1\n"}, []string{"server.heartbeat"}},
		{Given{Text: "[server]\nidle_timeout = 0\n"}, []string{"server.idle_timeout"}},
		{Given{Text: "server = 1\n"}, []string{"'server' is a section", "→ [server]?"}},
		{Given{Text: "[server]\nport = true\n"}, []string{"server.port", "a whole number from 0 to 65535 is needed"}},
		{Given{Text: "[server]\nport = 1.5\n"}, []string{"etamil.toml:2: server.port", "a whole number from 0 to 65535 is needed"}},
		{Given{Text: "[server]\nport = \n"}, []string{"etamil.toml:2", "TOML"}},
		{Given{Text: "[server]\nport = 1\nport = 2\n"}, []string{"etamil.toml:3", "TOML"}},
		{Given{Env: env("ETAMIL_PORT=99999")}, []string{"ETAMIL_PORT", "'99999' does not fit"}},
		{Given{Env: env("ETAMIL_BODY_LIMIT=1TB")}, []string{"ETAMIL_BODY_LIMIT"}},
		{Given{Env: env("ETAMIL_IDLE_TIMEOUT=-1")}, []string{"ETAMIL_IDLE_TIMEOUT", "250ms"}},
		{Given{Env: env("ETAMIL_MODE=develpment")}, []string{"→ development?"}},
		{Given{Flags: map[string]string{"prot": "1", "memory": "x"}}, []string{"--prot", "→ --port?", "--memory", "64KiB"}},
	} {
		c.given.FileName = "etamil.toml"
		_, err := Load(c.given)
		if err == nil {
			t.Errorf("%+v is taken", c.given)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%+v: %v\nsays nothing of %q", c.given, err, s)
			}
		}
		var e *Error
		if !errors.As(err, &e) || e.Tamil == "" || e.English == "" {
			t.Errorf("%v is no Error in both languages", err)
		}
	}
}

func TestAddress(t *testing.T) {
	load := func(g Given) *Config {
		c, err := Load(g)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	plain := load(Given{})
	port := load(Given{Flags: map[string]string{"port": "81"}})
	host := load(Given{Env: env("ETAMIL_HOST=::1")})
	for _, c := range []struct {
		c             *Config
		program, want string
	}{
		{plain, "", "127.0.0.1:8080"},
		{plain, "0.0.0.0:9000", "0.0.0.0:9000"},
		{plain, ":9000", "0.0.0.0:9000"},
		{plain, "9000", "0.0.0.0:9000"},
		{plain, "[::1]:9000", "[::1]:9000"},
		{plain, "localhost", ""},
		{plain, "localhost:http", ""},
		{plain, "a b:1", ""},
		{plain, ":70000", ""},
		{port, "1.2.3.4:9000", "1.2.3.4:81"},
		{host, ":9000", "[::1]:9000"},
		{host, "", "[::1]:8080"},
	} {
		if got, ok := c.c.Address(c.program); got != c.want || ok != (c.want != "") {
			t.Errorf("%q gives %q, %v; want %q", c.program, got, ok, c.want)
		}
	}
}

func TestListen(t *testing.T) {
	for _, c := range []struct {
		given               Given
		program, addr, unix string
	}{
		{Given{}, "", "127.0.0.1:8080", ""},
		{Given{Env: env("ETAMIL_UNIX_SOCKET=/s")}, "", "", "/s"},
		{Given{Env: env("ETAMIL_UNIX_SOCKET=/s")}, ":9000", "0.0.0.0:9000", "/s"},
		{Given{Text: "[server]\nunix_socket = \"/s\"\nport = 81\n"}, "", "127.0.0.1:81", "/s"},
		{Given{Env: env("PORT=82")}, ":9000", "0.0.0.0:82", ""},
		{Given{Env: env("PORT=82", "ETAMIL_PORT=83")}, "", "127.0.0.1:83", ""},
	} {
		cfg, err := Load(c.given)
		if err != nil {
			t.Fatal(err)
		}
		if addr, unix, ok := cfg.Listen(c.program); addr != c.addr || unix != c.unix || !ok {
			t.Errorf("%+v listens on %q and %q", c, addr, unix)
		}
	}
}

func TestLive(t *testing.T) {
	c, err := Load(Given{Flags: map[string]string{"trusted-proxies": "10.0.0.0/8, ::1", "proxy-protocol": "true", "etag": "false"}})
	if err != nil {
		t.Fatal(err)
	}
	live := c.Live()
	if !slices.Contains(live, "trusted_proxies 10.0.0.0/8, ::1") || !slices.Contains(live, "proxy_protocol") || slices.Contains(live, "etag") {
		t.Errorf("live: %q", live)
	}
}

func TestLookup(t *testing.T) {
	c, err := Load(Given{Text: "[app]\nshop = \"கடை\"\n[app.tax]\nrate = 18\n"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]any{
		"app.shop": "கடை", "app.tax.rate": int64(18), "server.port": 8080, "server.idle_timeout": 60.0, "server.host": "127.0.0.1",
		"app.none": nil, "app.shop.x": nil, "port": nil, "server.none": nil,
	} {
		if got, ok := c.Lookup(path); got != want || ok != (want != nil) {
			t.Errorf("%s is %v, %v; want %v", path, got, ok, want)
		}
	}
}

func TestUnits(t *testing.T) {
	for s, want := range map[string]time.Duration{"5": 5 * time.Second, "0.5": 500 * time.Millisecond, "250ms": 250 * time.Millisecond, "2 m": 2 * time.Minute, "1h": time.Hour, "1d": 24 * time.Hour} {
		if got, ok := Duration(s); got != want || !ok {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "x", "5 parsecs", "NaN", "Inf", "1e300", "9999999d"} {
		if got, ok := Duration(s); ok {
			t.Errorf("%q is %v", s, got)
		}
	}
	for s, want := range map[string]int64{"5": 5, "5B": 5, "1KB": 1000, "2KiB": 2048, "1 MiB": 1 << 20, "1GB": 1e9} {
		if got, ok := Bytes(s); got != want || !ok {
			t.Errorf("%q is %v, %v", s, got, ok)
		}
	}
}

// TestProxyProtocolNeedsSomebody: headers that nobody may send would only break requests.
func TestProxyProtocolNeedsSomebody(t *testing.T) {
	_, err := Load(Given{Flags: map[string]string{"proxy-protocol": "true"}})
	if err == nil || !strings.Contains(err.Error(), "trusted_proxies") {
		t.Errorf("without trusted_proxies: %v", err)
	}
	c, err := Load(Given{Flags: map[string]string{"proxy-protocol": "true", "trusted-proxies": "10.0.0.0/8"}})
	if err != nil || !c.ProxyProtocol {
		t.Errorf("with them: %v", err)
	}
}
