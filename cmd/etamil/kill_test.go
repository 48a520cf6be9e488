package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// writer is a program that writes in both ways: a statement by itself, which shares its COMMIT
// with others', and a transaction, of which all is there or nothing.
const writer = `
குறி.execute("CREATE TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY, twice INTEGER NOT NULL)");
குறி.execute("CREATE TABLE IF NOT EXISTS two (id INTEGER PRIMARY KEY, part INTEGER NOT NULL)");
server.on("GET", "/one/:id<எண்>", பணி(r) {
	குறி.execute("INSERT INTO one VALUES ($1, 2 * $1)", [r.parameters.get("id")]);
	திரும்பு r.parameters.get("id");
});
server.on("GET", "/two/:id<எண்>", பணி(r) {
	குறி.transaction(பணி(தளம்) {
		தளம்.execute("INSERT INTO two VALUES (?, 1)", [2 * r.parameters.get("id")]);
		தளம்.execute("INSERT INTO two VALUES (?, 2)", [2 * r.parameters.get("id") + 1]);
	});
	திரும்பு r.parameters.get("id");
});
server.on("GET", "/check/:from<எண்>", பணி(r) {
	from = r.parameters.get("from");
	திரும்பு {
		integrity: குறி.one("PRAGMA integrity_check").integrity_check,
		one: ஒவ்வொன்றுக்கும்(குறி.query("SELECT id FROM one WHERE id >= ? AND twice = 2 * id", [from]), செயல்(x) { திரும்பு x.id; }),
		two: ஒவ்வொன்றுக்கும்(குறி.query("SELECT a.id / 2 AS id FROM two a JOIN two b ON b.id = a.id + 1 AND a.part = 1 AND b.part = 2 WHERE a.id >= ?", [2 * from]), செயல்(x) { திரும்பு x.id; }),
		halves: குறி.one("SELECT count(*) AS n FROM two a WHERE part = 1 AND NOT EXISTS (SELECT 1 FROM two b WHERE b.id = a.id + 1)").n
			+ குறி.one("SELECT count(*) AS n FROM two b WHERE part = 2 AND NOT EXISTS (SELECT 1 FROM two a WHERE a.id = b.id - 1)").n
	};
});
`

// TestKilledWhileItWrites kills a server again and again while clients write to SQLite. After
// each start the file is whole, what was acknowledged is there, and no transaction is there by half.
func TestKilledWhileItWrites(t *testing.T) {
	times := 50
	if os.Getenv("ETAMIL_LONG") != "" {
		times = 1000
	}
	dir := t.TempDir()
	file := write(t, dir, "app.qmz", writer)
	t.Setenv("DATABASE_URL", "sqlite://"+filepath.Join(dir, "a.db"))
	acknowledged, id := 0, 0
	p := serveProcess(t, "--port=0", file)
	for range times {
		var wg sync.WaitGroup
		var mu sync.Mutex
		sure := map[string][]int{}
		from := id
		for range 8 {
			wg.Go(func() {
				client := http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				for {
					mu.Lock()
					mine := id
					id++
					mu.Unlock()
					way := []string{"one", "two"}[mine%5/4]
					answer, err := client.Get(fmt.Sprintf("%s/%s/%d", p.url, way, mine))
					if err != nil {
						return
					}
					body, err := io.ReadAll(answer.Body)
					answer.Body.Close()
					if err != nil {
						return
					}
					if answer.StatusCode != 200 || string(body) != fmt.Sprint(mine) {
						t.Errorf("%d %s\n%s", answer.StatusCode, body, p.said())
						return
					}
					mu.Lock()
					sure[way] = append(sure[way], mine)
					mu.Unlock()
				}
			})
		}
		for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(time.Millisecond) {
			mu.Lock()
			some := len(sure["one"])+len(sure["two"]) > 0
			mu.Unlock()
			if some {
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(35)) * time.Millisecond)
		p.cmd.Process.Kill()
		wg.Wait()
		p.cmd.Wait()

		p = serveProcess(t, "--port=0", file)
		_, body := p.get(fmt.Sprint("/check/", from))
		var found struct {
			Integrity string
			One, Two  []int
			Halves    int
		}
		if err := json.Unmarshal([]byte(body), &found); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if found.Integrity != "ok" || found.Halves != 0 {
			t.Fatalf("integrity_check: %s; %d transactions are there by half", found.Integrity, found.Halves)
		}
		there := map[string]map[int]bool{"one": {}, "two": {}}
		for _, n := range found.One {
			there["one"][n] = true
		}
		for _, n := range found.Two {
			there["two"][n] = true
		}
		for way, list := range sure {
			acknowledged += len(list)
			for _, n := range list {
				if !there[way][n] {
					t.Fatalf("%s/%d was acknowledged, and is not there", way, n)
				}
			}
		}
	}
	p.close()
	t.Logf("killed %d times, %d writes were acknowledged", times, acknowledged)
	if acknowledged < times {
		t.Error("too few to prove anything")
	}
}
