package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const exampleDir = "../../examples"

// TestExamplePrograms checks and runs each program of examples/ and compares what it
// prints with the file beside it.
func TestExamplePrograms(t *testing.T) {
	list, err := filepath.Glob(exampleDir + "/*.qmz")
	if err != nil || len(list) < 7 {
		t.Fatalf("only %v: %v", list, err)
	}
	for _, file := range list {
		t.Run(filepath.Base(file), func(t *testing.T) {
			var out, errs strings.Builder
			if code := run([]string{"check", file}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); code != exitOK || errs.Len() > 0 {
				t.Fatalf("check ends with %d:\n%s", code, errs.String())
			}
			out.Reset()
			if code := run([]string{"run", file}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); code != exitOK {
				t.Fatalf("it ends with %d:\n%s", code, errs.String())
			}
			golden(t, strings.TrimSuffix(file, ".qmz")+".out", out.String())
		})
	}
}

// TestAccounts runs examples/kanakku with fewer vouchers, and compares the three
// statements with those beside it.
func TestAccounts(t *testing.T) {
	t.Setenv("CITTUKAL", "1000")
	var out, errs strings.Builder
	if code := run([]string{"run", exampleDir + "/kanakku/main.qmz"}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs}); code != exitOK {
		t.Fatalf("it ends with %d:\n%s", code, errs.String())
	}
	golden(t, exampleDir+"/kanakku/1000.out", out.String())
}

// golden compares what was printed with a file, or makes the file with -update.
func golden(t *testing.T, file, printed string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(printed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if printed != string(b) {
		t.Errorf("it printed\n%s\nwant\n%s", printed, b)
	}
}

// openShop serves examples/kadai with a database of its own.
func openShop(t *testing.T) *process {
	t.Helper()
	t.Setenv("KADAI_DB", filepath.Join(t.TempDir(), "kadai.db"))
	t.Setenv("KADAI_PADANGKAL", t.TempDir())
	return serveProcess(t, "--port=0", exampleDir+"/kadai")
}

// close ends it as a service manager does, and wants it to end well.
func (p *process) close() {
	p.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	p.end(exitOK)
	if strings.Contains(p.said(), "request_failed") {
		p.Errorf("a request failed inside:\n%s", p.said())
	}
}

func (p *process) send(method, path, body string) (int, string) {
	p.Helper()
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		p.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// changing is what an answer has of its own each time: ids and dates.
var changing = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}`), "UUID"},
	{regexp.MustCompile(`"id":"[0-9a-z]{10,}"`), `"id":"ID"`},
	{regexp.MustCompile(`"20[0-9]{2}-[0-9]{2}-[0-9]{2}"`), `"DATE"`},
}

func settled(s string) string {
	for _, c := range changing {
		s = c.pattern.ReplaceAllString(s, c.by)
	}
	return s
}

// TestShopREADME types the commands of the shop's README, and holds the answers to
// what stands there.
func TestShopREADME(t *testing.T) {
	name := exampleDir + "/kadai/README.md"
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p := openShop(t)
	var fresh strings.Builder
	typed, cart, console, want := 0, "", false, ""
	for line := range strings.Lines(string(b)) {
		command, is := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			console = line == "```console\n"
		case console && is:
			fresh.WriteString(line)
			var got string
			cart, got = p.typeCurl(strings.TrimSpace(command), cart)
			typed++
			want = got
			if got != "" {
				fresh.WriteString(got + "\n")
			}
			continue
		case console:
			if got := strings.TrimSpace(line); settled(got) != settled(want) && !*update {
				t.Errorf("the README says\n%s\nthe shop\n%s", got, want)
			}
			want = ""
			continue
		}
		if want != "" && !*update {
			t.Errorf("the README leaves out the answer\n%s", want)
		}
		want = ""
		fresh.WriteString(line)
	}
	if typed < 12 {
		t.Errorf("only %d commands", typed)
	}
	if *update {
		if err := os.WriteFile(name, []byte(fresh.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.close()
}

// typeCurl does what a line of the README says: curl with the few flags used there, or
// K=$(…) of it. It answers the new cart, and what would be printed.
func (p *process) typeCurl(line, cart string) (newCart, printed string) {
	p.Helper()
	if inner, ok := strings.CutPrefix(line, "K=$("); ok {
		inner, _, _ = strings.Cut(inner, " | ")
		_, printed = p.typeCurl(inner, cart)
		return strings.Split(printed, `"`)[3], ""
	}
	line = strings.ReplaceAll(strings.ReplaceAll(line, "'$K'", cart), "$K", cart)
	words := shellWords(line)
	method, path, body, query := "GET", "", "", ""
	for i := 1; i < len(words); i++ {
		switch w := words[i]; w {
		case "-s", "-G":
		case "-X":
			i++
			method = words[i]
		case "-d":
			i++
			body = words[i]
		case "--data-urlencode":
			i++
			key, val, _ := strings.Cut(words[i], "=")
			query = "?" + key + "=" + url.QueryEscape(val)
		default:
			var ok bool
			if path, ok = strings.CutPrefix(w, "localhost:8080"); !ok {
				p.Fatalf("what is %q in %q?", w, line)
			}
		}
	}
	_, printed = p.send(method, path+query, body)
	return cart, printed
}

// shellWords splits a command line at spaces outside single quotes.
func shellWords(line string) (words []string) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		var w string
		if strings.HasPrefix(line, "'") {
			w, line, _ = strings.Cut(line[1:], "'")
		} else {
			w, line, _ = strings.Cut(line, " ")
		}
		words = append(words, w)
	}
	return words
}

// buy orders one of a product, in a cart of its own. Any goroutine may call it.
func (p *process) buy(product string) (status int, body string) {
	p.Helper()
	_, made := p.send("POST", "/kudai", "")
	var cart map[string]string
	if err := json.Unmarshal([]byte(made), &cart); err != nil {
		p.Errorf("%s: %v", made, err)
		return 0, ""
	}
	id := cart["கூடை"]
	if status, body := p.send("PUT", "/kudai/"+id+"/"+product, `{"அளவு": 1}`); status != 200 {
		p.Errorf("cart: %d %s", status, body)
	}
	return p.send("POST", "/aanaigal", `{"கூடை": "`+id+`", "பெயர்": "வாங்குபவர்", "மாநிலம்": "33"}`)
}

// TestShopSellsEachThingOnce lets many buyers have the last lamps at once: twelve are
// there, and twelve are sold.
func TestShopSellsEachThingOnce(t *testing.T) {
	p := openShop(t)
	const buyers, lamp = 20, "8"
	statuses := make([]int, buyers)
	var wg sync.WaitGroup
	for i := range buyers {
		wg.Go(func() {
			statuses[i], _ = p.buy(lamp)
		})
	}
	wg.Wait()
	count := map[int]int{}
	for _, s := range statuses {
		count[s]++
	}
	if count[201] != 12 || count[409] != buyers-12 {
		t.Errorf("statuses: %v", count)
	}
	if _, body := p.get("/porutkal/" + lamp); !strings.Contains(body, `"இருப்பு":0,`) {
		t.Errorf("afterwards: %s", body)
	}
	p.close()
}

// TestShopBearsACrowd has far more buyers order at the same time than there are goroutines
// for what blocks: transactions that wait for the one that has the writer must not keep it
// from going on.
func TestShopBearsACrowd(t *testing.T) {
	t.Setenv("ETAMIL_HANDLER_TIMEOUT", "5m")
	p := openShop(t)
	const buyers = 600
	began := time.Now()
	var wg sync.WaitGroup
	var refused atomic.Int32
	for range buyers {
		wg.Go(func() {
			switch status, body := p.buy("2"); status {
			case 201:
			case 409: // none is left
				refused.Add(1)
			default:
				t.Errorf("order: %d %s", status, body)
			}
		})
	}
	wg.Wait()
	if n := refused.Load(); n == 0 || n == buyers {
		t.Errorf("%d of %d orders were refused", n, buyers)
	}
	if took := time.Since(began); took > 4*time.Minute { // two or three seconds; after five minutes handlers are given up
		t.Errorf("it took %v", took)
	}
	p.close()
}

// TestShopRefuses: what a request lacks is told, and nothing is changed by it.
func TestShopRefuses(t *testing.T) {
	p := openShop(t)
	_, made := p.send("POST", "/kudai", "")
	cart := strings.Split(made, `"`)[3]
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "/porutkal/99", "", 404, "99 என்ற எண்ணில்"},
		{"GET", "/porutkal/x", "", 404, ""},
		{"DELETE", "/porutkal", "", 405, ""},
		{"GET", "/porutkal?thedu=%25", "", 200, "[]"},
		{"GET", "/porutkal?thedu=_", "", 200, "[]"},
		{"GET", "/kudai/none", "", 404, "கூடை இல்லை"},
		{"GET", "/kudai/" + cart + "?maanilam=7", "", 422, "மாநிலம்"},
		{"PUT", "/kudai/" + cart + "/1", "", 400, "ஜேசான்"},
		{"PUT", "/kudai/" + cart + "/1", "[]", 422, "ஜேசான்"},
		{"PUT", "/kudai/" + cart + "/1", `{"அளவு": "2"}`, 422, "முழு எண்"},
		{"PUT", "/kudai/" + cart + "/1", `{"அளவு": -1}`, 422, "முழு எண்"},
		{"PUT", "/kudai/" + cart + "/1", `{"அளவு": 1e30}`, 400, "ஜேசான்"},
		{"PUT", "/kudai/" + cart + "/99", `{"அளவு": 1}`, 404, "99 என்ற எண்ணில்"},
		{"PUT", "/kudai/none/1", `{"அளவு": 1}`, 404, "கூடை இல்லை"},
		{"POST", "/aanaigal", `{"கூடை": "` + cart + `", "பெயர்": "க", "மாநிலம்": "33"}`, 422, "காலி"},
		{"POST", "/aanaigal", `{"கூடை": "` + cart + `", "பெயர்": " ", "மாநிலம்": "33"}`, 422, "'பெயர்' தேவை"},
		{"POST", "/aanaigal", `{"கூடை": "` + cart + `", "பெயர்": "க", "மாநிலம்": "39"}`, 422, "மாநிலம்"},
		{"POST", "/aanaigal", `{"கூடை": 5}`, 422, "'கூடை' தேவை"},
		{"GET", "/aanaigal", "", 200, "[]"},
		{"GET", "/aanaigal/1", "", 404, "ஆணை எதுவும் இல்லை"},
		{"GET", "/health", "", 200, "ok"},
		{"GET", "/", "", 200, "GET  /porutkal"},
	} {
		if status, body := p.send(c.method, c.path, c.body); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s %s: %d %s, want %d %s", c.method, c.path, c.body, status, body, c.status, c.says)
		}
	}
	p.close()
}
