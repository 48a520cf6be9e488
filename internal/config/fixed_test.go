package config

import (
	"slices"
	"testing"
)

func TestFixed(t *testing.T) {
	read := func(flags map[string]string) *Config {
		c, err := Load(Given{Flags: flags})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	began := read(nil)
	now := read(map[string]string{"port": "9000", "etag": "false", "body-limit": "2MiB", "rate": "5/s"})
	if got, want := Fixed(began, now), []string{"server.port", "server.body_limit"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := Fixed(began, read(nil)); got != nil {
		t.Errorf("%v differ", got)
	}
	for path := range fixed {
		if !slices.ContainsFunc(table, func(k key) bool { return k.path() == path }) {
			t.Errorf("there is no key %s", path)
		}
	}
}
