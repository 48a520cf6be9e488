package db_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"etamil/vm"
)

// million is SQL that gives a million rows on each kind of database.
var million = map[string]string{
	"sqlite":   "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 1000000) SELECT n, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' AS t FROM s",
	"postgres": "SELECT n, repeat('x', 44) AS t FROM generate_series(1, 1000000) AS n",
	"mysql":    "SELECT seq AS n, repeat('x', 44) AS t FROM seq_1_to_1000000",
}

// TestAMillionRows: a program whose memory would not hold them goes through a million rows, and the process
// keeps no more than a few batches either.
func TestAMillionRows(t *testing.T) {
	rows := 1_000_000
	if testing.Short() {
		rows = 100_000 // beside the race detector, which needs no more to see a race
	}
	for _, k := range kindsOfDatabase {
		t.Run(k.name, func(t *testing.T) {
			url := k.open(t)(t)
			checkGoroutines(t)
			w := compileWorld(t, `
செயல் ஒவ்வொன்று(r) { (மீதி(r.n, `+fmt.Sprint(rows/4)+`) == 0) எனில் { அச்சு r.n; } }
அச்சு குறி.stream("`+strings.ReplaceAll(million[strings.Fields(k.name)[0]], "1000000", fmt.Sprint(rows))+`", [], ஒவ்வொன்று);
`)
			w.machine = vm.NewMachine(w.machine.Image(), vm.Limits{Memory: 8 << 20})
			w.machine.Data = w.host
			w.host.Env = func(name string) (string, bool) { return url, name == "DATABASE_URL" }
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			got, err := w.run(context.Background())
			runtime.ReadMemStats(&after)
			w.service.Close()
			if want := fmt.Sprintf("%d\n%d\n%d\n%d\n%d\n", rows/4, rows/2, rows/4*3, rows, rows); err != nil || got != want {
				t.Fatalf("printed %q, %v", got, err)
			}
			if grown := int64(after.HeapSys+after.StackSys) - int64(before.HeapSys+before.StackSys); grown > 64<<20 {
				t.Errorf("the process has grown by %d MB", grown>>20)
			}
		})
	}
}

// TestStreamGivesItsConnectionBack: to a pool of one, whether the function ends early, throws, waits for too long
// or goes through all rows.
func TestStreamGivesItsConnectionBack(t *testing.T) {
	for _, k := range kindsOfDatabase {
		t.Run(k.name, func(t *testing.T) {
			url := k.open(t)(t)
			checkGoroutines(t)
			text := strings.ReplaceAll(`
குளம் = pool_create { "url": "{url}", "max_connections": 1, "lanes": 0, "timeout_seconds": 20 };
செயல் சரியா() { அச்சு குளம்.one("SELECT 1 AS n").n; }
sql = "{sql}";
குளம்.stream(sql, செயல்(r) { திரும்பு r.n < 3; });
சரியா();
முயல் { குளம்.stream(sql, செயல்(r) { எறி "எறிந்தது"; }); } பிழை(e) { அச்சு e.message; }
சரியா();
முயல் { காலக்கெடு(0.05) { குளம்.stream(sql, செயல்(r) { உறங்கு(60); }); } } பிழை(e) { அச்சு e.code; }
சரியா();
முயல் { காலக்கெடு(0.05) { குளம்.stream(sql, செயல்(r) { }); } } பிழை(e) { அச்சு e.code; }
சரியா();
த = தொடங்கு குளம்.stream(sql, செயல்(r) { உறங்கு(60); });
உறங்கு(0.05);
த.cancel();
சரியா();
குளம்.close();
`, "{url}", url)
			text = strings.ReplaceAll(text, "{sql}", million[strings.Fields(k.name)[0]])
			got, err := runOn(t, url, text)
			if want := "1\nஎறிந்தது\n1\ntimeout\n1\ntimeout\n1\n1\n"; err != nil || got != want {
				t.Errorf("printed %q, %v\nwant %q", got, err, want)
			}
		})
	}
}
