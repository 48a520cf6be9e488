//go:build !core

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
)

// buyers are clients of the shop that take a gateway's errors as they come.
type buyers struct {
	testing.TB
	url string

	mu       sync.Mutex
	orders   map[int]string // acknowledged: number → buyer
	doubtful int            // orders of which no answer came
	failed   int            // requests that a dying instance has cost
	answered atomic.Int64
}

// buyer is one of them: a browser with cookies of its own.
type buyer struct {
	*buyers
	client *http.Client
}

func (b *buyers) newBuyer() *buyer {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	return &buyer{b, &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
}

// ask sends a request; status 0: no answer, or the balancer had none.
func (b *buyer) ask(method, path, body string) (int, map[string]any) {
	r, err := http.NewRequest(method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	answer, err := b.client.Do(r)
	if err == nil {
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
	}
	if err != nil || answer.StatusCode == 502 || answer.StatusCode == 503 || answer.StatusCode == 504 {
		b.mu.Lock()
		b.failed++
		b.mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		return 0, nil
	}
	b.answered.Add(1)
	var v map[string]any
	if err := json.Unmarshal(text, &v); err != nil {
		b.Errorf("%s %s: %d %s: %v", method, path, answer.StatusCode, text, err)
	}
	return answer.StatusCode, v
}

// price of each product, in rupees; the tax is on top.
var price = map[int]string{1: "62", 2: "165.50", 9: "48.75", 10: "96.40", 11: "19.99"}

// buy has one buyer look at a product and order it, and holds every answer to what it must be.
func (b *buyer) buy(name string, product int) {
	id := strconv.Itoa(product)
	switch status, p := b.ask("GET", "/porutkal/"+id, ""); {
	case status == 0:
	case status != 200 || !sameNumber(p["விலை"], price[product]):
		b.Errorf("product %d: %d %v", product, status, p)
	}
	status, cart := b.ask("POST", "/kudai", "")
	if status == 0 {
		return
	}
	at, ok := cart["கூடை"].(string)
	if status != 201 || !ok {
		b.Errorf("cart: %d %v", status, cart)
		return
	}
	if status, v := b.ask("PUT", "/kudai/"+at+"/"+id, `{"அளவு": 1}`); status != 200 {
		if status != 0 {
			b.Errorf("thing: %d %v", status, v)
		}
		return
	}
	// Whichever instance is asked knows from the session, which is on Redis, whose cart it is.
	if status, v := b.ask("GET", "/kudai", ""); status != 0 && (status != 200 || v["கூடை"] != at) {
		b.Errorf("the cart of %s is %s; its session says %d %v", name, at, status, v)
	}
	status, order := b.ask("POST", "/aanaigal", `{"கூடை": "`+at+`", "பெயர்": "`+name+`", "மாநிலம்": "33"}`)
	b.mu.Lock()
	defer b.mu.Unlock()
	number, _ := order["ஆணை"].(float64)
	switch {
	case status == 0:
		b.doubtful++
	case status == 409: // sold out
	case status != 201 || number < 1:
		b.Errorf("order: %d %v", status, order)
	case b.orders[int(number)] != "":
		b.Errorf("two orders have the number %v", number)
	default:
		b.orders[int(number)] = name
	}
}

// sameNumber compares a number of JSON with one that is written out.
func sameNumber(got any, want string) bool {
	w, ok := new(big.Rat).SetString(want)
	g, is := got.(float64)
	f, _ := w.Float64()
	return ok && is && g == f
}

// TestTwoInstances has two instances of the shop on one PostgreSQL and one Redis behind a balancer,
// under load, while each of them is killed and started again, and one told to end as a deployment
// does it. No acknowledged order is lost, none is there twice, the numbers have no gap, no answer is
// wrong, and no buyer's session is lost or another's.
func TestTwoInstances(t *testing.T) {
	pg := dbtest.Postgres(t)
	var ports [2]int
	var shops [2]*process
	t.Setenv("KADAI_DB", "")
	t.Setenv("DATABASE_URL", pg.URL)
	t.Setenv("ETAMIL_CACHE_TIMEOUT", "20s") // the machine may be busy
	t.Setenv("ETAMIL_DATABASE_ACQUIRE_TIMEOUT", "20s")
	kept := dbtest.Redis(t)
	t.Setenv("REDIS_URL", kept.URL)
	startShop := func(i int) {
		shops[i] = serveProcess(t, fmt.Sprint("--port=", ports[i]), exampleDir+"/kadai")
	}
	for i := range shops {
		ports[i] = dbtest.FreePort(t)
		startShop(i)
	}
	b := &buyers{TB: t, url: dbtest.HAProxy(t, ports[:]...).URL, orders: map[int]string{}}
	products := []int{1, 2, 9, 10, 11}
	var stop atomic.Bool
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			b := b.newBuyer()
			for n := 0; !stop.Load(); n++ {
				b.buy(fmt.Sprintf("வாங்குபவர் %d-%d", i, n), products[(i+n)%len(products)])
			}
		})
	}
	// more waits until so many more requests were answered.
	more := func(n int64) {
		from := b.answered.Load()
		for began := time.Now(); b.answered.Load() < from+n; time.Sleep(5 * time.Millisecond) {
			if time.Since(began) > 2*time.Minute {
				t.Fatalf("%d answers in two minutes", b.answered.Load()-from)
			}
		}
	}
	more(200)
	for i := range shops {
		shops[i].cmd.Process.Kill()
		shops[i].cmd.Wait()
		more(100) // the other does all the work
		startShop(i)
		more(100)
	}
	failed := b.failed
	if err := shops[0].cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	shops[0].end(exitOK)
	more(100)
	startShop(0)
	more(100)
	stop.Store(true)
	wg.Wait()

	// All orders, from whichever instance.
	extra, last := 0, 0
	auditor := b.newBuyer()
	for n := 1; ; n++ {
		status, v := auditor.ask("GET", "/aanaigal/"+strconv.Itoa(n), "")
		if status == 404 {
			last = n - 1
			break
		}
		buyer, _ := v["வாங்குபவர்"].(string)
		want, acknowledged := b.orders[n]
		switch {
		case status != 200:
			t.Fatalf("invoice %d: %d %v", n, status, v)
		case !acknowledged:
			extra++
		case buyer != want:
			t.Errorf("order %d is %q's, acknowledged to %q", n, buyer, want)
		}
	}
	t.Logf("%d orders acknowledged, %d there, %d without an answer; %d requests failed, %d of them by an orderly end", len(b.orders), last, b.doubtful, b.failed, b.failed-failed)
	for n, buyer := range b.orders {
		if n > last {
			t.Errorf("order %d of %q was acknowledged, and is not there", n, buyer)
		}
	}
	if extra > b.doubtful {
		t.Errorf("%d orders are there that nobody knows of; %d had no answer", extra, b.doubtful)
	}
	if len(b.orders) < 50 {
		t.Error("too few orders to prove anything")
	}
	for _, p := range shops {
		p.close()
	}
}
