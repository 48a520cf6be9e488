//go:build !core

package db_test

import (
	"context"
	"strings"
	"testing"

	"etamil/internal/db/dbtest"
)

// TestPgBouncer runs the suite through a real PgBouncer, which gives each transaction one of two connections.
func TestPgBouncer(t *testing.T) {
	bouncer := dbtest.PgBouncer(t, shared(t, "postgres"))
	run := func(t *testing.T, text string, pooler bool) (string, error) {
		t.Helper()
		w := compileWorld(t, text)
		defer w.service.Close()
		w.service.Options.Pooler = pooler
		w.host.Env = func(name string) (string, bool) { return bouncer.URL, name == "DATABASE_URL" }
		got, err := w.run(context.Background())
		if err != nil {
			return got, err
		}
		return got, nil
	}
	for _, test := range suite {
		t.Run(test.name, func(t *testing.T) {
			checkGoroutines(t)
			text, want := strings.ReplaceAll(test.text, "{url}", bouncer.URL), test.want
			text = strings.ReplaceAll(text, `"max_connections": 3,`, `"max_connections": 3, "pooler": மெய்,`)
			for from, to := range words["postgres"] {
				text, want = strings.ReplaceAll(text, from, to), strings.ReplaceAll(want, from, to)
			}
			for _, table := range []string{"t", "p"} {
				if _, err := run(t, `குறி.execute("DROP TABLE IF EXISTS `+table+`");`, true); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := run(t, text, true); err != nil || got != want {
				t.Errorf("printed:\n%s%v\nwant:\n%s", got, err, want)
			}
		})
	}
	// Forty tasks share two connections of the server; each finds its own statements there, and not those of others.
	many := `
செயல் ப(i) {
	ஒவ்வொரு j இல் வீச்சு(1, 20) {
		(குறி.one("SELECT ?::int + ? AS n, 'q" & மீதி(i, 7) & "' AS q", [i, j]).n != i + j) எனில் { எறி "தவறு"; }
		n = குறி.transaction(செயல்(தளம்) { திரும்பு தளம்.one("SELECT ?::numeric * 2 AS n", [i]).n; });
		(n != i * 2) எனில் { எறி "தவறு"; }
	}
	திரும்பு i;
}
பணிகள் = [];
ஒவ்வொரு i இல் வீச்சு(1, 40) { பணிகள் = இணை(பணிகள், தொடங்கு ப(i)); }
கூட்டல் = 0;
ஒவ்வொரு த இல் பணிகள் { கூட்டல் = கூட்டல் + (காத்திரு த); }
அச்சு கூட்டல்;
`
	if got, err := run(t, many, true); err != nil || got != "820\n" {
		t.Errorf("printed %q, %v", got, err)
	}
	if _, err := run(t, `அச்சு குறி.one("SELECT 1 AS n");`, false); err == nil {
		t.Error("PgBouncer took a connection with settings that it doesn't know: the setting pooler is without need")
	}
}
