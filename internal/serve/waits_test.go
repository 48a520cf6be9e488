package serve

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"etamil/internal/builtin"
	store "etamil/internal/cache"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/vm"
)

// A wait is one way in which a program waits, for so long that only its cancellation ends it.
type wait struct {
	name   string
	of     string   // the builtins ("sleep") and members ("channel.send") that wait there
	how    string   // what the program is served by: a handler, unless named here (see served)
	before string   // statements at the top level; {fifo} and the like stand for what around makes
	text   string   // statements that wait; x is what the function is given
	probe  string   // an expression that must be possible after every cancellation; "": none
	short  bool     // it ends soon by itself: a cancellation may come too late
	around []string // what around makes
	slack  int      // what is made when it is first needed may come after the first round
}

// waits is all of them but those that need a server; waits_servers_test.go has these.
var waits = []wait{
	{name: "sleep", of: "sleep", text: `உறங்கு(100);`},
	{name: "sleep in milliseconds", of: "sleepMs", text: `_sleepMs(100000);`},
	{name: "receive", of: "channel.receive", text: `c = வாய்க்கால்(); c.receive();`},
	{name: "receive of a common channel", of: "channel.receive", before: `பொது = வாய்க்கால்(1);`, text: `பொது.receive();`,
		probe: `போய்வா(பொது)`},
	{name: "send", of: "channel.send", text: `c = வாய்க்கால்(1); c.send(1); c.send(2);`},
	{name: "send to a common channel", of: "channel.send", before: `பொது = வாய்க்கால்();`, text: `பொது.send([1, "இரண்டு"]);`},
	{name: "each of a channel", of: "channel.receive", text: `c = வாய்க்கால்(1); c.send(1); ஒவ்வொரு m இல் c { y = m; }`},
	{name: "await", of: "await", text: `த = தொடங்கு உறங்கு(100); காத்திரு த;`},
	{name: "parallel", of: "parallel", text: `[அ, ஆ] = இணையாக [உறங்கு(100), மெது(2)];`},
	{name: "select", of: "select", text: `தேர்ந்தெடு { அ = மெது(1) => { அச்சு "1"; } ஆ = உறங்கு(100) => { அச்சு "2"; } }`},
	{name: "a lock that is held", of: "lock_begin", before: `ஆயிற்று = வாய்க்கால்(1); பின்னணி { பூட்டு("p") { ஆயிற்று.send(1); உறங்கு(1000); } }; ஆயிற்று.receive();`, text: `பூட்டு("p") { அச்சு "never"; }`},
	{name: "in a lock", of: "sleep", text: `பூட்டு("q") { பூட்டு("r") { உறங்கு(100); } }`, probe: `பூட்டில்()`,
		before: `செயல் பூட்டில்() { பூட்டு("q") { பூட்டு("r") { திரும்பு 1; } } }`},
	{name: "in a deadline", of: "sleep", text: `காலக்கெடு(100) { காலக்கெடு(90) { உறங்கு(100); } }`},
	{name: "in finally", of: "sleep", text: `முயல் { உறங்கு(100); } இறுதியில் { உறங்கு(0.001); }`},
	{name: "signal", of: "signal.wait", before: `குறிகை = signal_create(SIGHUP);`, text: `குறிகை.wait();`},
	{name: "subscription", of: "channel.receive", text: `சந்தா = தலைப்பு_அலை("அலை").subscribe(); சந்தா.receive();`},
	{name: "input", of: "input", text: `உள்ளிடு வரி;`, around: []string{"input"}},
	{name: "another program", of: "run", text: `_run("sleep", ["100"], 100);`, around: []string{"exec"}},
	{name: "sealing", of: "encrypt decrypt", text: `_decrypt(_encrypt("இரகசியம்", "விசை"), "விசை");`, short: true},

	{name: "a pipe that nobody writes to", of: "file_read", text: `கோப்பு_படி "{fifo}", இங்கு;`, around: []string{"fifo"}},
	{name: "a pipe of rows", of: "csv_read", text: `தரவுரை_படி "{fifo}", இங்கு;`, around: []string{"fifo"}},
	{name: "a pipe whose writer is silent", of: "file_read", text: `கோப்பு_படி "{fifo}", இங்கு;`, around: []string{"fifo", "silent"}},
	{name: "a pipe that nobody reads", of: "file_write", text: `கோப்பு_எழுது "{fifo}", "சொல்";`, around: []string{"fifo"}},
	{name: "rows into a pipe that nobody reads", of: "csv_write", text: `தரவுரை_எழுது "{fifo}", [1, 2];`, around: []string{"fifo"}},
	{name: "a pipe that is full", of: "fileSave", text: `_fileSave("{fifo}", மீண்டும்_மீண்டும்("x", 1000000));`, around: []string{"fifo", "deaf"}},
	{name: "saving into a pipe that nobody reads", of: "fileSave", text: `_fileSave("{fifo}", "x");`, around: []string{"fifo"}},
	{name: "opening a pipe that nobody reads", of: "file_open", text: `கோப்பு_திற "{fifo}", "write";`, around: []string{"fifo"}},
	{name: "a package that is a pipe", of: "packageRead", text: `_packageRead("{fifo}", "a.txt");`, around: []string{"fifo"}},
	{name: "a package into a pipe", of: "packageWrite", text: `_packageWrite("{fifo}", "b.zip", {});`, around: []string{"fifo"}},
	{name: "what is known of files", of: "fileExists fileInfo readDir file_close file respondFile", short: true,
		text: `_fileExists("a"); _fileInfo("a"); _readDir("."); கோப்பு_மூடு "a"; _respondFile(200, "a", {}); முயல் { கோப்பாக("a"); } பிழை(e) { (e.code == "cancelled" அல்லது e.code == "timeout") எனில் { எறி e; } }`},

	{name: "a query", of: "database.query_async query_async", before: smallPool, text: `query_async(குளம், "{endless}", []);`, probe: onePool},
	{name: "one row", of: "database.one", before: smallPool, text: `குளம்.one("{endless}");`, probe: onePool},
	{name: "a statement", of: "database.execute", before: smallPool, text: `குளம்.execute("INSERT INTO t {endless}");`, probe: onePool},
	{name: "in a transaction", of: "database.transaction", before: smallPool, text: `குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO t VALUES (1)"); உறங்கு(100); });`, probe: onePool},
	{name: "a statement of a transaction", of: "database.execute", before: smallPool, text: `குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO t {endless}"); });`, probe: onePool},
	{name: "rows that are read one by one", of: "database.stream", before: smallPool, text: `குளம்.stream("{rows}", செயல்(r) { உறங்கு(100); });`, probe: onePool},
	{name: "rows that do not come", of: "database.stream", before: smallPool, text: `குளம்.stream("{endless}", செயல்(r) { });`, probe: onePool},
	{name: "rows into a table that is locked", of: "database.insert_many", before: smallPool + `ஆயிற்று = வாய்க்கால்(1); பின்னணி { பிற = pool_create({driver: "sqlite", url: "{db}"}); பிற.transaction(செயல்(tx) { tx.execute("INSERT INTO t VALUES (1)"); ஆயிற்று.send(1); உறங்கு(1000); }); }; ஆயிற்று.receive();`,
		text: `குளம்.insert_many("t", [{a: 1}, {a: 2}]);`, probe: onePool},
	{name: "a connection of a pool that has none left", of: "database.query_async", before: `குளம் = pool_create({driver: "sqlite", url: "{db}", max_connections: 1}); குளம்.execute("CREATE TABLE IF NOT EXISTS t (a INTEGER)"); ஆயிற்று = வாய்க்கால்(1); பின்னணி { குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO t VALUES (1)"); ஆயிற்று.send(1); உறங்கு(1000); }); }; ஆயிற்று.receive();`,
		text: `குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO t VALUES (1)"); });`},
	{name: "the old statements", of: "db_query tryQuery", before: oldDatabase, text: `தளம்_வினா "{endless}", [], வ;`, probe: `query_async("SELECT 1 AS a", [])`},
	{name: "trying a query", of: "tryQuery", before: oldDatabase, text: `_tryQuery("{endless}", []);`, probe: `query_async("SELECT 1 AS a", [])`},
	{name: "trying a statement", of: "tryExecute", before: oldDatabase, text: `_tryExecute("INSERT INTO t {endless}", []);`, probe: `query_async("SELECT 1 AS a", [])`},
	{name: "the old statement", of: "db_execute", before: oldDatabase, text: `தளம்_செய் "INSERT INTO t {endless}", [];`, probe: `query_async("SELECT 1 AS a", [])`},
	{name: "connecting", of: "db_connect db_disconnect pool_create registerFunction database.close", short: true, probe: `விடு()`,
		before: `செயல் விடு() { முயல் { தளம்_பிரி சீகுலைட்; } பிழை(e) { } திரும்பு 1; }`,
		text:   `தளம்_இணை சீகுலைட், "{db}"; _registerFunction("twice", 1, செயல்(x) { திரும்பு x * 2; }); ப = pool_create({driver: "sqlite", url: "{db}3"}); முயல் { ப.one("SELECT 1 AS a"); } இறுதியில் { ப.close(); } தளம்_பிரி சீகுலைட்;`},

	{name: "a value that another computes", of: "cache.remember", before: `ஆயிற்று = வாய்க்கால்(1); பின்னணி { தற்காலிகம்.remember("அ", 1000, செயல்() { ஆயிற்று.send(1); உறங்கு(1000); திரும்பு 1; }); }; ஆயிற்று.receive();`,
		text: `தற்காலிகம்.remember("அ", 60, செயல்() { திரும்பு 1; });`},
	{name: "a value that is being computed", of: "cache.remember", text: `தற்காலிகம்.remember("ஆ", 60, செயல்() { உறங்கு(100); திரும்பு 1; });`, probe: `தற்காலிகம்.remember("இ", 60, செயல்() { திரும்பு 1; })`},
	{name: "a cache that is silent, get", of: "cache.get", text: `தற்காலிகம்.get("அ");`, around: []string{"silence"}},
	{name: "a cache that is silent, set", of: "cache.set", text: `தற்காலிகம்.set("அ", 1, 60);`, around: []string{"silence"}},
	{name: "a cache that is silent, delete", of: "cache.delete", text: `தற்காலிகம்.delete("அ");`, around: []string{"silence"}},
	{name: "a cache that is silent, remember", of: "cache.remember", text: `தற்காலிகம்.remember("அ", 60, செயல்() { திரும்பு 1; });`, around: []string{"silence"}},
	{name: "a cache that is silent, increment", of: "cache.increment", text: `தற்காலிகம்.increment("அ");`, around: []string{"silence"}},
	{name: "a cache that is silent, expire", of: "cache.expire", text: `தற்காலிகம்.expire("அ", 5);`, around: []string{"silence"}},
	{name: "a cache that is silent, delete_tag", of: "cache.delete_tag", text: `தற்காலிகம்.delete_tag("அ");`, around: []string{"silence"}},
	{name: "a Redis that is silent", of: "redisConnect", text: `_redisConnect("{silence}");`, around: []string{"silence"}},

	{name: "a piece of a body", of: "pieces.receive", how: "pieces", text: `x.receive(); x.receive();`},
	{name: "each piece of a body", of: "pieces.receive", how: "pieces", text: `ஒவ்வொரு p இல் x { y = p; }`},
	{name: "a body", of: "request.body request.bytes", how: "body", text: `y = x.body;`},
	{name: "a body as JSON", of: "request.json", how: "body", text: `y = x.json();`},
	{name: "a form", of: "request.files request.fields request.form", how: "form", text: `y = x.files;`},
	{name: "fields of a form", of: "request.fields", how: "form", text: `y = x.fields;`},
	{name: "a session", of: "session.get session.set session.delete session.all session.regenerate session.destroy", text: `x.session.get("a");`, how: "cookie", around: []string{"store"}},
	{name: "room for more of an answer", of: "stream.write", how: "stream", text: `(மெய்) சுற்று { x.write(பெரிது); }`},
	{name: "room for more events", of: "events.send", how: "events", text: `(மெய்) சுற்று { x.send(பெரிது); }`},
	{name: "the end of a stream of events", of: "events.wait", how: "events", text: `x.join("அலை"); x.wait();`},
	{name: "in a stream", of: "sleep", how: "stream", text: `x.write("அ"); உறங்கு(100);`},
	{name: "a message", of: "socket.receive", how: "socket", text: `x.receive();`},
	{name: "each message", of: "socket.receive", how: "socket", text: `ஒவ்வொரு m இல் x { y = m; }`},
	{name: "room for more messages", of: "socket.send", how: "socket", text: `(மெய்) சுற்று { x.send(பெரிது); }`},
	{name: "saving a file that was sent", of: "upload.save saveUpload", how: "upload", short: true, text: `x.files[0].save("{db}-sent");`},
	{name: "a file that was sent", of: "upload.body upload.bytes", how: "upload", short: true, text: `y = x.files[0].body; y = x.files[0].bytes;`},
}

const (
	smallPool = `குளம் = pool_create({driver: "sqlite", url: "{db}", max_connections: 2}); குளம்.execute("CREATE TABLE IF NOT EXISTS t (a INTEGER)");`
	onePool   = `இணையாக [குளம்.one("SELECT 1 AS a"), குளம்.one("SELECT 2 AS a")]`

	oldDatabase = `தளம்_இணை சீகுலைட், "{db}"; தளம்_செய் "CREATE TABLE IF NOT EXISTS t (a INTEGER)", [];`

	endless  = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c"
	manyRows = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
)

// waitsElsewhere are those that no request can be cancelled in, and where they are tested.
var waitsElsewhere = map[string]string{
	"database.listen": "PostgreSQL's: waits_servers_test.go", "database.notify": "PostgreSQL's: waits_servers_test.go", "listener.receive": "PostgreSQL's: waits_servers_test.go",
	"server_start": "the top level's: TestSeedShutdown", "server.start": "the top level's: TestSeedShutdown", "server.run": "TestSeedShutdown cancels it as an arm of select!",
	"server_stop": "it ends what would cancel it: TestSeedShutdown", "server.close": "as server_stop", "server.drain_connections": "as server_stop",
	"client.get": "internal/testrun", "client.post": "internal/testrun", "client.put": "internal/testrun", "client.patch": "internal/testrun",
	"client.delete": "internal/testrun", "client.head": "internal/testrun", "client.options": "internal/testrun", "client.request": "internal/testrun",
	"redisCommand": "a connection comes first: cache.get is the same wait",
}

// TestEveryWaitIsCancelled holds that each builtin, and each member, that is declared as one
// that waits is in the table of waits.
func TestEveryWaitIsCancelled(t *testing.T) {
	have := map[string]bool{}
	for id := range waitsElsewhere {
		have[id] = true
	}
	for _, w := range waits {
		for _, id := range strings.Fields(w.of) {
			have[id] = true
		}
	}
	known := map[string]bool{}
	need := func(id string) {
		known[id] = true
		if !have[id] {
			t.Errorf("%s waits, and no row of waits cancels it there", id)
		}
	}
	for _, s := range builtin.All() {
		if s.Effect == builtin.Waits {
			need(s.ID)
		}
	}
	for _, h := range builtin.Handles() {
		for _, m := range h.Members {
			if m.Waits {
				need(h.Type + "." + m.ID)
			}
		}
	}
	for id := range have {
		if !known[id] {
			t.Errorf("%s is not declared as one that waits", id)
		}
	}
}

// The reasons for which a wait ends. Each is a function of the program, that says what it has
// seen; those that a client's going or the server's end causes say so at their end.
var reasons = []struct {
	name, text, says string
	child            bool // it is a child of the handler that waits
}{
	{"gone", `முயல் { காத்திரு_இங்கு(x); } இறுதியில் { அச்சு "முடிவு:gone"; }`, "gone", false},
	{"again", `முயல் { முயல் { காத்திரு_இங்கு(x); } பிழை(e) { காத்திரு_இங்கு(x); } } இறுதியில் { அச்சு "முடிவு:again"; }`, "again", false}, // raised again at each wait
	{"deadline", `முயல் { காலக்கெடு(0.02) { காத்திரு_இங்கு(x); அச்சு "முடிவு:over"; } } பிழை(e) { அச்சு "முடிவு:" & e.code; }`, "timeout", false},
	{"sibling", `முயல் { [அ, ஆ] = இணையாக [காத்திரு_இங்கு(x), தோல்வி()]; அச்சு "முடிவு:over"; } பிழை(e) { அச்சு "முடிவு:" & e.code; }`, "தோல்வி", true},
	{"cancel", `த = தொடங்கு காத்திரு_இங்கு(x); உறங்கு(0.02); த.cancel(); முயல் { காத்திரு த; அச்சு "முடிவு:over"; } பிழை(e) { அச்சு "முடிவு:" & e.code; }`, "cancelled", true},
	{"select", `தேர்ந்தெடு { அ = காத்திரு_இங்கு(x) => { அச்சு "முடிவு:over"; } ஆ = உறங்கு(0.02) => { அச்சு "முடிவு:late"; } }`, "late", true},
}

// causedOutside reports whether it is the client that ends the wait.
func causedOutside(reason string) bool { return reason == "gone" || reason == "again" }

// sentForm is a form with a file that is kept on disk.
var sentForm = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 300_000) + "\r\n--b--\r\n"

// served are the ways in which a program comes to a wait: a route, given its name and what it calls with x, and
// the request for it.
var served = map[string]struct{ route, request string }{
	"":       {`server.on("POST", "/%[1]s", பணி(x) { %[1]s(x); திரும்பு "ok"; });`, "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"},
	"pieces": {`server.on("POST", "/%[1]s", பணி(r) { %[1]s(r.stream()); திரும்பு "ok"; }, {stream: மெய்});`, "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"},
	"body":   {`server.on("POST", "/%[1]s", பணி(x) { %[1]s(x); திரும்பு "ok"; }, {stream: மெய்});`, "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n[1"},
	"form":   {`server.on("POST", "/%[1]s", பணி(x) { %[1]s(x); திரும்பு "ok"; }, {stream: மெய், body: "1GiB"});`, "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 300_000)},
	"upload": {`server.on("POST", "/%[1]s", பணி(x) { %[1]s(x); திரும்பு "ok"; });`, "POST /%s HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " + strconv.Itoa(len(sentForm)) + "\r\n\r\n" + sentForm},
	"cookie": {`server.on("GET", "/%[1]s", பணி(x) { %[1]s(x); திரும்பு "ok"; });`, "GET /%s HTTP/1.1\r\nHost: a\r\nCookie: etamil_session=" + strings.Repeat("A", tokenLength) + "\r\n\r\n"},
	"stream": {`server.on("GET", "/%[1]s", பணி(r) { திரும்பு stream(200, பணி(x) { %[1]s(x); }); });`, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"},
	"events": {`server.on("GET", "/%[1]s", பணி(r) { திரும்பு events(பணி(x) { %[1]s(x); }); });`, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n"},
	"socket": {`server.socket("/%[1]s", பணி(x) { %[1]s(x); });`, "GET /%s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"},
}

// program is what waits so, for each of the reasons.
func (w *wait) program() string {
	var b strings.Builder
	b.WriteString("பெரிது = மீண்டும்_மீண்டும்(\"0123456789\", 20000);\nபணி மெது(n) { உறங்கு(100); திரும்பு n; }\nபணி தோல்வி() { உறங்கு(0.02); எறி பிழை_ஆக்கு(\"தோல்வி\"); }\n")
	b.WriteString(w.before + "\n")
	fmt.Fprintf(&b, "பணி காத்திரு_இங்கு(x) { அச்சு \"தொடக்கம்\"; %s }\n", w.text)
	for _, r := range reasons {
		fmt.Fprintf(&b, "பணி %s(x) { %s }\n", r.name, r.text)
		fmt.Fprintf(&b, served[w.how].route+"\n", r.name)
	}
	b.WriteString("செயல் போய்வா(c) { c.send(1); திரும்பு c.receive(); }\n")
	probe := w.probe
	if probe == "" {
		probe = "1"
	}
	fmt.Fprintf(&b, "server.on(\"GET\", \"/probe\", பணி(r) { y = %s; திரும்பு \"ok\"; });\n", probe)
	return b.String()
}

// around makes what a wait waits for, and gives its name.
func around(t *testing.T, what string, s *settings, names *[]string) (end func()) {
	end = func() {}
	name := func(key, value string) { *names = append(*names, "{"+key+"}", value) }
	fifo := func() string { return (*names)[slices.Index(*names, "{fifo}")+1] }
	switch what {
	case "fifo":
		path := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		name("fifo", path)
	case "silent", "deaf": // the other end of the pipe is open: as what both do
		f, err := os.OpenFile(fifo(), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		end = func() { f.Close() }
	case "input":
		r, w := io.Pipe()
		s.in = r
		end = func() { w.Close() }
	case "exec":
		t.Setenv("ETAMIL_EXEC_ALLOW", "sleep")
	case "silence": // a server that takes connections and says nothing
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			var all []net.Conn
			for {
				c, err := ln.Accept()
				if err != nil {
					for _, c := range all {
						c.Close()
					}
					return
				}
				all = append(all, c)
				go func() { _, _ = io.Copy(io.Discard, c); c.Close() }()
			}
		}()
		end = func() { ln.Close(); <-done }
		name("silence", ln.Addr().String())
	case "store": // of sessions
		s.cache, s.shared = silentStore{}, true
	default:
		t.Fatal(what)
	}
	return end
}

// silentStore answers nobody.
type silentStore struct{ store.Store }

func (silentStore) Get(ctx context.Context, _ string) (store.Item, bool, error) {
	<-ctx.Done()
	return store.Item{}, false, ctx.Err()
}

func (silentStore) Check(context.Context) error { return nil }
func (silentStore) Close() error                { return nil }

// TestWaits cancels each wait for each reason, twice over, and looks after each what is left.
func TestWaits(t *testing.T) {
	for _, w := range waits {
		t.Run(w.name, func(t *testing.T) { w.test(t) })
	}
}

// test does so with one wait; more are names and what stands for them, as around's.
func (w *wait) test(t *testing.T, more ...string) {
	s := settings{flags: map[string]string{"drain-timeout": "50ms", "handler-timeout": "60s", "workers": "1", "body-limit": "1MiB"}}
	names := append(more, "{db}", filepath.Join(t.TempDir(), "w.db"), "{endless}", endless, "{rows}", manyRows)
	var ends []func()
	for _, what := range w.around {
		ends = append(ends, around(t, what, &s, &names))
	}
	address := ""
	if i := slices.Index(names, "{silence}"); i >= 0 {
		address = "redis://" + names[i+1]
	}
	databases := db.New()
	kept := cache.New(func() cache.Options {
		o := cache.Defaults
		o.URL, o.Timeout = address, 1500*time.Millisecond // connecting, which is nobody's, ends by itself
		return o
	})
	s.bind = func(l *vm.Linker) { databases.Bind(l); kept.Bind(l) }
	site := open(t, strings.NewReplacer(names...).Replace(w.program()), s)
	for _, end := range ends {
		t.Cleanup(end)
	}
	t.Cleanup(databases.Close) // before open looks what is left
	t.Cleanup(kept.Close)
	left := func() (goroutines, files, temporary int) {
		list, err := os.ReadDir(os.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if !f.IsDir() {
				temporary++
			}
		}
		return len(ours()), openFiles(t), temporary
	}
	locks := site.app.shared.Locks()
	var goroutines, files int
	for round := range 2 {
		for _, r := range reasons {
			if w.how != "" && r.child {
				continue // what x is belongs to the handler's own task: another's wait is an error
			}
			site.cell(w, r.name, r.says)
			what := fmt.Sprintf("%s, round %d", r.name, round)
			if a := site.ask("GET", "/probe", ""); a.body != "ok" {
				t.Fatalf("%s: it can't be done again: %d %s\n%s", what, a.status, a.body, site.logs)
			}
			var g, f, tmp int
			clean := func() bool {
				g, f, tmp = left()
				return site.app.idleBut() && !waitsForFile() && site.app.shared.Locks() == locks && tmp == 0 && (round == 0 || g <= goroutines+w.slack && f <= files+w.slack)
			}
			for end := time.Now().Add(time.Minute); !clean(); time.Sleep(2 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("%s: %d goroutines of %d, %d descriptors of %d, %d locks of %d, %d temporary files, idle %v\n%s\n%s", what, g, goroutines, f, files,
						site.app.shared.Locks(), locks, tmp, site.app.idleBut(), site.logs, strings.Join(ours(), "\n\n"))
				}
			}
		}
		goroutines, files, _ = left()
	}
	// The server's end is the last reason; the rest is seen by open.
	c := site.waiting(w, "gone")
	defer c.Close()
	if err := site.stop(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(site.out.String(), "முடிவு:gone") {
		t.Errorf("the server's end does not end the wait: %q\n%s", site.out, site.logs)
	}
	for end := time.Now().Add(time.Minute); site.app.memory.Load() != 0; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d bytes are left", site.app.memory.Load())
		}
	}
}

// waitsForFile reports whether a goroutine is at a file of the program's.
func waitsForFile() bool {
	return slices.ContainsFunc(ours(), func(g string) bool { return strings.Contains(g, "etamil/internal/std/files.") })
}

// idleBut is idle, but for what the top level has left running.
func (a *App) idleBut() bool {
	idle := true
	a.onLoops(func(w *worker) { idle = idle && w.calls == 0 })
	return idle
}

// waiting asks for a wait, and returns the connection when the program has come there.
func (s *site) waiting(w *wait, reason string) net.Conn {
	s.Helper()
	s.out.mu.Lock()
	s.out.b.Reset()
	s.out.mu.Unlock()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.Fatal(err)
	}
	_ = c.(*net.TCPConn).SetReadBuffer(16 << 10)
	_ = c.(*net.TCPConn).SetLinger(0) // a client that only ends its side still gets its answer, for a while
	if _, err := fmt.Fprintf(c, served[w.how].request, reason); err != nil {
		s.Fatal(err)
	}
	eventually(s, "the wait for "+reason, func() bool { return strings.Contains(s.out.String(), "தொடக்கம்") })
	time.Sleep(5 * time.Millisecond)
	return c
}

// cell has a wait end for a reason.
func (s *site) cell(w *wait, reason, says string) {
	s.Helper()
	c := s.waiting(w, reason)
	defer c.Close()
	if causedOutside(reason) {
		c.Close()
	}
	told := func() bool { return strings.Contains(s.out.String(), "முடிவு:") }
	for end := time.Now().Add(time.Minute); !told(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("%s: nothing ends the wait; printed %q\n%s\n%s", reason, s.out, s.logs, strings.Join(ours(), "\n\n"))
		}
	}
	if out := s.out.String(); !strings.Contains(out, "முடிவு:"+says) && !(w.short && strings.Contains(out, "முடிவு:over")) {
		s.Fatalf("%s: printed %q, want %s\n%s", reason, out, says, s.logs)
	}
}
