package config

import (
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"":                                         "",
		"sqlite:.etamil/app.db":                    "sqlite:.etamil/app.db",
		"postgres://host/db":                       "postgres://host/db",
		"postgres://u@host/db":                     "postgres://u@host/db",
		"postgres://u:p@host/db":                   "postgres://u:***@host/db",
		"postgres://u:p@/:w@host:5432/db":          "postgres://u:***@host:5432/db",
		"redis://:p@host:6379/0":                   "redis://:***@host:6379/0",
		"u:p@tcp(h:3306)/db?parseTime=true":        "u:***@tcp(h:3306)/db?parseTime=true",
		"postgres://h/db?user=u&password=p&x=1":    "postgres://h/db?user=u&password=***&x=1",
		"host=h user=u password='a b' dbname=d":    "host=h user=u password=*** dbname=d",
		"host=h sslkey=k sslpassword=p token: abc": "host=h sslkey=*** sslpassword=*** token: ***",
	} {
		if got := Mask(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

func TestSettings(t *testing.T) {
	withExtra(t)
	c, err := Load(Given{FileName: "etamil.toml", Env: env("X_URL=pg://u:hush@h/d", "ETAMIL_HOST=::1"),
		Text: "[app]\nshop = \"கடை\"\napi_token = \"hush\"\nlist = [1, {password = \"hush\"}]\n[app.tax]\nrate = 18\nsince = 2026-01-01T00:00:00Z\n[app.secrets]\na = \"hush\"\n"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range c.Settings() {
		if s.Source != Default {
			b.WriteString(s.Section + " " + s.Name + " " + s.Value + " " + s.Where + "\n")
		}
	}
	const want = `server host ::1 ETAMIL_HOST
x url pg://u:***@h/d X_URL
app api_token *** etamil.toml:3
app list 1, {password = ***} etamil.toml:4
app secrets *** etamil.toml:8
app shop கடை etamil.toml:2
app tax.rate 18 etamil.toml:6
app tax.since 2026-01-01T00:00:00Z etamil.toml:7
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestSecretsAreNotInMessages(t *testing.T) {
	x := withExtra(t)
	_ = x
	_, err := Load(Given{Env: env("ETAMIL_X_URL=hush\x00")})
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Error(err)
	}
}
