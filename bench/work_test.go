package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestIncomeTax holds the peers' reference against taxes worked out by hand.
func TestIncomeTax(t *testing.T) {
	for _, c := range []struct{ income, tax int64 }{
		{25_000_000, 0},
		{30_000_000, 260_000},     // 5 % of 50,000 is 2,500; with 4 % on top 2,600
		{100_000_000, 11_700_000}, // 12,500 + 100,000
		{123_456_789, 19_018_518}, // 30 % of 234,567.89 more: 190,185.18168
		{25_000_010, 1},           // 0.0052 rounds up
		{25_000_009, 0},           // 0.00468 rounds down
	} {
		if got := incomeTax(c.income); got != c.tax {
			t.Errorf("tax on %d paise is %d, want %d", c.income, got, c.tax)
		}
	}
}

// TestScripts: what is asked for is valid, differs, and has the sizes that titles name.
func TestScripts(t *testing.T) {
	for _, route := range strings.Fields(allRoutes) {
		s := script(route, "/"+route)
		want := 1
		if aboutMoney(route) {
			want = variants
		}
		seen := map[string]bool{}
		for _, x := range s {
			seen[x.Request+x.Body] = true
			if strings.HasPrefix(x.Body, "{") && !json.Valid([]byte(x.Body)) {
				t.Errorf("%s: the body is no JSON: %s", route, x.Body)
			}
			if _, sent, _ := strings.Cut(x.Request, "\r\n\r\n"); route == "invoice" && (len(sent) < 700 || len(sent) > 1300 || !json.Valid([]byte(sent))) {
				t.Errorf("an invoice of %d bytes: %s", len(sent), sent)
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d different exchanges, want %d", route, len(seen), want)
		}
	}
	if len(bigBody) != 102_400 {
		t.Errorf("100 KB are %d bytes", len(bigBody))
	}
}

func TestPaise(t *testing.T) {
	for p, want := range map[int64]string{0: "0", 5: "0.05", 100: "1", 1960: "19.6", 1961: "19.61"} {
		if got := paise(p); got != want {
			t.Errorf("%d paise are %s, want %s", p, got, want)
		}
	}
}

func TestPeersAnswerWhatTheyCan(t *testing.T) {
	for _, c := range []struct {
		peer, route string
		way         Way
		has         bool
		path        string
	}{
		{ours, "tax", Exact, true, "/tax/"}, {ours, "tax", Native, false, ""}, {ours, "text", Exact, true, "/text"},
		{"fasthttp", "tax", Exact, true, "/taxx/"}, {"fasthttp", "tax", Native, true, "/tax/"}, {"fasthttp", "text", Exact, false, ""},
		{"nginx", "tax", Native, false, ""}, {"nginx", "big", Native, true, "/big"}, {floor, "invoice", Canned, true, "/invoice"},
	} {
		for _, p := range peers {
			if p.Name != c.peer {
				continue
			}
			if got := p.has(c.route, c.way); got != c.has {
				t.Errorf("%s has %s in its %s way: %v", c.peer, c.route, c.way, got)
			}
			if c.has {
				s := p.script(c.route, c.way)
				if _, rest, _ := strings.Cut(s[0].Request, " "); !strings.HasPrefix(rest, c.path) {
					t.Errorf("%s %s: asks for %q", c.peer, c.route, rest)
				}
				if c.way == Canned && len(s) != 1 {
					t.Errorf("%s is asked for %d different things and has one answer", c.peer, len(s))
				}
			}
		}
	}
	if (Peer{Needs: []string{"sh"}}).absent() != "" || (Peer{Needs: []string{"sh", "bin/no-such-thing"}}).absent() == "" {
		t.Error("what is here and what is not")
	}
}
