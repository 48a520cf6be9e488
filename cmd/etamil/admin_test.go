package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/db/dbtest"
)

// page is what GET answers with.
func page(t *testing.T, url string) string {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestAdmin: the address for operators has the figures of the server, the cache and the process;
// the library that helps says nothing of its own; an address that can't be had ends the start.
func TestAdmin(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.qmz")
	program := `server.on("GET", "/", செயல்() { cache.get("none"); திரும்பு cache.increment("n"); });`
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	admin := fmt.Sprint("127.0.0.1:", dbtest.FreePort(t))
	p := serveProcess(t, "--port=0", "--admin-listen="+admin, file)
	if got := page(t, p.url+"/"); got != "1" {
		t.Fatal(got)
	}
	text := page(t, "http://"+admin+"/metrics")
	for _, want := range []string{"etamil_info{version=", "\netamil_http_requests_total{method=\"GET\",route=\"/\",status=\"200\"} 1\n",
		"\netamil_cache_misses_total{store=\"memory\"} 1\n", "\netamil_cache_remember_waiting 0\n", "\ngo_goroutines ", "\nprocess_cpu_seconds_total "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for line := range strings.Lines(p.said()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("the log has %q", line)
		}
	}
	if got := does("", "serve", "--port=0", "--admin-listen="+admin, file); got.exit != exitFail || !strings.Contains(got.err, admin+": இந்தத் துறையில்") || !strings.Contains(got.err, "etamil serve --admin-listen 127.0.0.1:9091 ") {
		t.Errorf("status %d, %s", got.exit, got.err)
	}
	p.close()
	own := filepath.Join(t.TempDir(), "own.qmz")
	if err := os.WriteFile(own, []byte(program+` server.start("`+admin+`");`), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := does("", "serve", "--admin-listen="+admin, own); got.exit != exitFail || !strings.Contains(got.err, "admin.listen is this address too") || !strings.Contains(got.err, "etamil serve --admin-listen 127.0.0.1:9090 ") {
		t.Errorf("status %d, %s", got.exit, got.err)
	}
}

// TestStoreInFile: two processes on one file of SQLite count together, and the program's own
// database stays as it is.
func TestStoreInFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.qmz")
	program := `
		குளம் = pool_create();
		குளம்.execute("CREATE TABLE IF NOT EXISTS t (x)");
		server.on("GET", "/", செயல்() { திரும்பு குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO t VALUES (1)"); திரும்பு cache.increment("n"); }); });
		server.on("GET", "/tables", செயல்() { திரும்பு குளம்.one("SELECT count(*) AS n FROM sqlite_schema WHERE name LIKE 'etamil%'").n; });`
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DATABASE_URL", filepath.Join(dir, "shop.db"))
	one := serveProcess(t, "--port=0", "--cache-store=sql", file)
	two := serveProcess(t, "--port=0", "--cache-store=sql", file)
	for i, want := range []string{"1", "2", "3", "4"} {
		if got := page(t, []*process{one, two}[i%2].url+"/"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := page(t, one.url+"/tables"); got != "0" {
		t.Errorf("the program's file has %s tables of the cache", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "shop-store.db")); err != nil {
		t.Error(err)
	}
	one.close()
	two.close()
}
