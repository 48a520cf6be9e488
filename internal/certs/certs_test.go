package certs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etamil/internal/certs/certstest"
)

func TestMistakes(t *testing.T) {
	now := time.Now()
	dir, other, old, young := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	cert, key, _ := certstest.Write(t, dir, "a", now.Add(-time.Hour), now.Add(time.Hour))
	_, wrong, _ := certstest.Write(t, other, "b", now.Add(-time.Hour), now.Add(time.Hour))
	oldCert, oldKey, _ := certstest.Write(t, old, "c", now.Add(-2*time.Hour), now.Add(-time.Hour))
	youngCert, youngKey, _ := certstest.Write(t, young, "d", now.Add(time.Hour), now.Add(2*time.Hour))
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ cert, key, says string }{
		{cert, key, ""},
		{filepath.Join(dir, "none"), key, "cannot be read: no such file"},
		{cert, filepath.Join(dir, "none"), "cannot be read: no such file"},
		{text, key, "no PEM certificate"},
		{key, key, "no PEM certificate"},
		{cert, text, "no PEM private key"},
		{cert, cert, "no PEM private key"},
		{cert, wrong, "does not belong to"},
		{oldCert, oldKey, "has expired"},
		{youngCert, youngKey, "does not hold before"},
		{dir, key, "cannot be read: it is a folder"},
	} {
		s, err := Open(c.cert, c.key)
		var e *Error
		switch {
		case c.says == "" && err == nil && s.Until().After(now):
		case !errors.As(err, &e) || !strings.Contains(err.Error(), c.says) || e.Tamil == "" || s != nil:
			t.Errorf("%s, %s: %v, want %q", c.cert, c.key, err, c.says)
		}
	}
}

// TestRenew: new files are taken up; those that are wrong change nothing, and are told of once.
func TestRenew(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	cert, key, _ := certstest.Write(t, dir, "one", now.Add(-time.Hour), now.Add(time.Hour))
	s, err := Open(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	name := func() string { return s.current.Load().Leaf.Subject.CommonName }
	if changed, err := s.Renew(); changed || err != nil {
		t.Errorf("%v, %v", changed, err)
	}
	certstest.Write(t, dir, "two", now.Add(-time.Hour), now.Add(2*time.Hour))
	if changed, err := s.Renew(); !changed || err != nil || name() != "two" {
		t.Errorf("%v, %v: %s", changed, err, name())
	}
	certstest.Write(t, dir, "old", now.Add(-2*time.Hour), now.Add(-time.Hour))
	if changed, err := s.Renew(); changed || err == nil || name() != "two" {
		t.Errorf("%v, %v: %s", changed, err, name())
	}
	if changed, err := s.Renew(); changed || err != nil {
		t.Errorf("told again: %v, %v", changed, err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Renew(); changed || err == nil || name() != "two" {
		t.Errorf("%v, %v: %s", changed, err, name())
	}
	certstest.Write(t, dir, "three", now.Add(-time.Hour), now.Add(time.Hour))
	if changed, err := s.Renew(); !changed || err != nil || name() != "three" {
		t.Errorf("%v, %v: %s", changed, err, name())
	}
}

// TestRenewAtOnce: files that are written again within one tick of the clock, and are as long, have changed all the same.
func TestRenewAtOnce(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	write := func(name string) (cert, key string) {
		t.Helper()
		cert, key, _ = certstest.Write(t, dir, name, now.Add(-time.Hour), now.Add(time.Hour))
		for _, file := range []string{cert, key} {
			b, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, append(b, strings.Repeat("\n", 4096-len(b))...), 0o600)
			}
			if err == nil {
				err = os.Chtimes(file, now, now)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		return cert, key
	}
	s, err := Open(write("one"))
	if err != nil {
		t.Fatal(err)
	}
	write("two")
	if changed, err := s.Renew(); !changed || err != nil || s.current.Load().Leaf.Subject.CommonName != "two" {
		t.Errorf("%v, %v: %s", changed, err, s.current.Load().Leaf.Subject.CommonName)
	}
}
