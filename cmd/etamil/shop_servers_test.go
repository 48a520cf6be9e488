//go:build !core

package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"etamil/internal/db/dbtest"
)

// shopOn serves examples/kadai on the database that url names. Nothing else is different.
func shopOn(t *testing.T, url string) *process {
	t.Helper()
	t.Setenv("KADAI_DB", "")
	t.Setenv("DATABASE_URL", url)
	t.Setenv("ETAMIL_CACHE_TIMEOUT", "1m") // the machine may be busy
	t.Setenv("ETAMIL_DATABASE_ACQUIRE_TIMEOUT", "1m")
	return serveProcess(t, "--port=0", exampleDir+"/kadai")
}

// TestShopOnEveryDatabase has the shop sell on each, by DATABASE_URL alone.
func TestShopOnEveryDatabase(t *testing.T) {
	for name, start := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "kadai.db") },
		"postgres": func(t *testing.T) string { return dbtest.Postgres(t).URL },
		"mariadb":  func(t *testing.T) string { return dbtest.MariaDB(t).URL },
	} {
		t.Run(name, func(t *testing.T) {
			url := start(t)
			p := shopOn(t, url)
			p.followREADME()
			const buyers, lamp = 20, "8"
			statuses := make([]int, buyers)
			var wg sync.WaitGroup
			for i := range buyers {
				wg.Go(func() { statuses[i], _ = p.buy(lamp) })
			}
			wg.Wait()
			count := map[int]int{}
			for _, s := range statuses {
				count[s]++
			}
			if count[201] != 12 || count[409] != buyers-12 {
				t.Errorf("twelve lamps, %d buyers: %v", buyers, count)
			}
			p.wantNumbers(13)
			p.close()

			// What was sold stays sold, and the next invoice has the next number.
			p = shopOn(t, url)
			if status, body := p.buy("2"); status != 201 || !strings.Contains(body, `"ஆணை":14,`) {
				t.Errorf("after another start: %d %s", status, body)
			}
			p.wantNumbers(14)
			p.close()
		})
	}
}

// wantNumbers wants orders 1 to last, without a gap.
func (p *process) wantNumbers(last int) {
	p.Helper()
	_, body := p.get("/aanaigal")
	var list []map[string]any // a field's tag may not hold Tamil vowel signs
	if err := json.Unmarshal([]byte(body), &list); err != nil || len(list) != last {
		p.Fatalf("%d orders, not %d (%v): %s", len(list), last, err, body)
	}
	for i, o := range list {
		if o["ஆணை"] != float64(last-i) {
			p.Errorf("order %v stands where %d should: the numbers have a gap", o["ஆணை"], last-i)
		}
	}
}

// followREADME types the commands of the shop's README and wants its answers, but for how
// many zeros stand behind a number: a server has two in every price.
func (p *process) followREADME() {
	p.Helper()
	b, err := os.ReadFile(exampleDir + "/kadai/README.md")
	if err != nil {
		p.Fatal(err)
	}
	console, cart, got, typed := false, "", "", 0
	for line := range strings.Lines(string(b)) {
		command, is := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			console = line == "```console\n"
		case console && is:
			cart, got = p.typeCurl(strings.TrimSpace(command), cart)
			typed++
		case console:
			if want := settled(strings.TrimSpace(line)); inNumbers(p, settled(got)) != inNumbers(p, want) {
				p.Errorf("the README says\n%s\nthe shop\n%s", want, got)
			}
		}
	}
	if typed < 12 {
		p.Errorf("only %d commands", typed)
	}
}

// inNumbers is JSON with its keys sorted, and each number written one way.
func inNumbers(t testing.TB, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return fmt.Sprint(oneWay(v))
}

func oneWay(v any) any {
	switch v := v.(type) {
	case json.Number:
		if r, ok := new(big.Rat).SetString(v.String()); ok {
			return r.RatString()
		}
	case map[string]any:
		for k := range v {
			v[k] = oneWay(v[k])
		}
	case []any:
		for i := range v {
			v[i] = oneWay(v[i])
		}
	}
	return v
}
