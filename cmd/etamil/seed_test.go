package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// This file runs the programs of the document that this project began with as a user does: by the command, on a database.
// Each is kept to the letter in the tests of the package that it says most about.

// seedExample is the text of one of them.
func seedExample(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile("../../internal/" + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func sqliteURL(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "seed.db") }

// runOnce runs a program to its end.
func runOnce(t *testing.T, text string) string {
	t.Helper()
	var out, errs strings.Builder
	if code := run([]string{"run", write(t, t.TempDir(), "a.qmz", text)}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); code != exitOK {
		t.Fatalf("%d: %s", code, errs.String())
	}
	return out.String()
}

const seedTable = `
குறி.execute("DROP TABLE IF EXISTS users");
குறி.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(40))");
குறி.execute("INSERT INTO users VALUES (1, 'கயல்'), (2, 'ராதா'), (3, 'வேலன்')");
`

// seedRequests asks examples 1 and 2 for users who are there and who are not, many at once, and then without the table.
func seedRequests(t *testing.T, url string) {
	t.Setenv("DATABASE_URL", url)
	second := strings.ReplaceAll(seedExample(t, "check/testdata/seed2.qmz"), "पयोक्ता", "பயனர்")
	for name, text := range map[string]string{
		"example1": seedExample(t, "serve/testdata/example1.qmz"),
		"example2": second + "\nserver.on(\"GET\", \"/api/users/:id\", செயல்(r) { திரும்பு get_user(r.parameters.get(\"id\")); });\n",
	} {
		t.Run(name, func(t *testing.T) {
			runOnce(t, seedTable)
			p := serveProcess(t, "--port=0", "--host=127.0.0.1", write(t, t.TempDir(), "a.qmz", text))
			want := map[string]string{"1": `[{"id":1,"name":"கயல்"}]`, "2": `[{"id":2,"name":"ராதா"}]`, "3": `[{"id":3,"name":"வேலன்"}]`, "9": `[]`}
			var all sync.WaitGroup
			for i := range 100 {
				all.Go(func() {
					id := []string{"1", "2", "3", "9"}[i%4]
					if status, body := p.get("/api/users/" + id); status != 200 || body != want[id] {
						t.Errorf("user %s: %d %s", id, status, body)
					}
				})
			}
			all.Wait()
			runOnce(t, `குறி.execute("DROP TABLE users");`)
			status, body := p.get("/api/users/1")
			told := name == "example2" && body == `{"error":"Internal Server Error"}` || name == "example1" && strings.Contains(body, `{"error":"`) && strings.Contains(body, "users")
			if status != 500 || !told {
				t.Errorf("without a table: %d %s", status, body)
			}
			p.close()
			if said := p.said(); name == "example2" && (!strings.Contains(said, "db_query_failed") || !strings.Contains(said, `"user_id":"1"`)) {
				t.Errorf("the log does not tell of the failed query:\n%s", said)
			}
		})
	}
}

func TestSeedRequests(t *testing.T) { seedRequests(t, sqliteURL(t)) }

// TestSeedMistake: example 2 as it was written assigns one name and asks for another. It is told which it meant: as a
// mistake by check, as a warning where it runs all the same.
func TestSeedMistake(t *testing.T) {
	file := write(t, t.TempDir(), "a.qmz", seedExample(t, "check/testdata/seed2.qmz"))
	for command, want := range map[string]int{"check": exitFail, "run": exitOK} {
		var out, errs strings.Builder
		code := run([]string{command, file}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs})
		said := out.String() + errs.String()
		if code != want || !strings.Contains(said, "a.qmz:5:") || !strings.Contains(said, "'பயனர்'") || strings.Contains(said, "a.qmz:9:") {
			t.Errorf("%s: %d\n%s", command, code, said)
		}
	}
}

// TestSeedShutdown sends example 4 a signal while requests ask its database: each is answered whole, the program says its
// last words, and its process ends well.
func TestSeedShutdown(t *testing.T) {
	t.Setenv("DATABASE_URL", sqliteURL(t))
	runOnce(t, seedTable)
	p := serveProcess(t, "--port=0", "--host=127.0.0.1", write(t, t.TempDir(), "a.qmz", seedExample(t, "serve/testdata/example4.qmz")+`
		server.on("GET", "/slow/:id", செயல்(r) { log_info("begun"); உறங்கு(0.3); திரும்பு குறி.one("SELECT name FROM users WHERE id = ?", [r.parameters.get("id")]).name; });
	`))
	names := []string{"கயல்", "ராதா", "வேலன்"}
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			a, err := http.Get(fmt.Sprint(p.url, "/slow/", 1+i%3))
			if err != nil {
				t.Errorf("lost: %v", err)
				return
			}
			defer a.Body.Close()
			if body, err := io.ReadAll(a.Body); err != nil || a.StatusCode != 200 || string(body) != names[i%3] {
				t.Errorf("lost: %d %s %v", a.StatusCode, body, err)
			}
		})
	}
	for began := time.Now(); strings.Count(p.said(), `"begun"`) < 60 && time.Since(began) < time.Minute; {
		time.Sleep(5 * time.Millisecond)
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	p.end(exitOK)
	for _, line := range []string{"Shutdown signal received", "Shutdown complete"} {
		if !strings.Contains(p.said(), line) {
			t.Errorf("%q isn't in the log:\n%s", line, p.said())
		}
	}
}
