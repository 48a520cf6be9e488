//go:build !core

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
)

// TestPoolIsExhaustedForClients: who gets no connection within the pool's time is told to come back
// later, with 503, and finds one when it is free again.
func TestPoolIsExhaustedForClients(t *testing.T) {
	t.Setenv("DATABASE_URL", dbtest.Postgres(t).URL)
	p := serveProcess(t, "--port=0", write(t, t.TempDir(), "app.qmz", `
puli = pool_create { max_connections: 1, lanes: 0, timeout_seconds: 2 };
நிலை = வாய்க்கால்(1);
விடு = வாய்க்கால்(1);
server.on("GET", "/hold", பணி(r) {
	puli.transaction(பணி(தளம்) { தளம்.query("SELECT 1"); நிலை.send(1); விடு.receive(); });
	திரும்பு "held";
});
server.on("GET", "/held", பணி(r) { திரும்பு நிலை.receive(); });
server.on("GET", "/free", பணி(r) { விடு.send(1); திரும்பு "free"; });
server.on("GET", "/ask", பணி(r) { திரும்பு puli.one("SELECT 7 AS a"); });
`))
	held := make(chan string)
	go func() {
		status, body := p.get("/hold")
		held <- fmt.Sprint(status, " ", body)
	}()
	p.get("/held")
	r, err := http.Get(p.url + "/ask")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Errorf("no connection: %d, Retry-After %q", r.StatusCode, r.Header.Get("Retry-After"))
	}
	p.get("/free")
	if got := <-held; got != "200 held" {
		t.Errorf("the holder: %s", got)
	}
	for began := time.Now(); ; {
		status, body := p.get("/ask")
		if status == 200 && body == `{"a":7}` {
			break
		}
		if status != 503 || time.Since(began) > time.Minute {
			t.Fatalf("afterwards: %d %s", status, body)
		}
	}
	p.cmd.Process.Kill()
}

// TestCachePoolIsTold: the connections that a cache in a database server has of its own are in the metrics.
func TestCachePoolIsTold(t *testing.T) {
	t.Setenv("DATABASE_URL", dbtest.Postgres(t).URL)
	admin := fmt.Sprint("127.0.0.1:", dbtest.FreePort(t))
	p := serveProcess(t, "--port=0", "--cache-store=sql", "--cache-timeout=60s", "--admin-listen="+admin,
		write(t, t.TempDir(), "app.qmz", `server.on("GET", "/", செயல்() { திரும்பு cache.increment("n"); });`))
	if got := page(t, p.url+"/"); got != "1" {
		t.Fatal(got)
	}
	want := fmt.Sprintf("\netamil_db_connections_max{pool=%q,kind=\"PostgreSQL\"} %d\n", cachePool, storeConnections)
	if text := page(t, "http://"+admin+"/metrics"); !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
	p.close()
}
