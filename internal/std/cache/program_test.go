package cache_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/builtin"
	store "etamil/internal/cache"
	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
	stddb "etamil/internal/std/db"
	"etamil/vm"
)

// programs print what stands behind them, whatever the store; ! code says by what error they
// end.
var programs = []struct{ name, program, want string }{
	{"get and set", `அச்சு cache.get("a"); அச்சு cache.get("a", [5]); cache.set("a", 12.50); அச்சு cache.get("a"); தற்காலிகம்.வை("a", "இரண்டு"); அச்சு தற்காலிகம்.பெறு("a", 3); அச்சு qaRkAlikam.nIkku("a"); அச்சு cache.delete("a"); அச்சு cache.get("a");`, "nil\n[5]\n12.5\nஇரண்டு\ntrue\nfalse\nnil"},
	{"values come back as they were", `
		v = [1, -2.500, 79228162514264337593543950335, 0.0000000000000000000000000001, "அ\n\"", "", true, false, nil, [], {}, {b: 1, a: {z: [1]}}, சரி(5), தவறு("x"), வீச்சு(1, 3)];
		cache.set("v", v); w = cache.get("v"); அச்சு w; அச்சு v == w; அச்சு w[1] & "";`,
		"[1, -2.5, 79228162514264337593543950335, 0.0000000000000000000000000001, அ\n\", , true, false, nil, [], {}, {a: {z: [1]}, b: 1}, சரி(5), தவறு(x), வீச்சு(1, 3)]\ntrue\n-2.5"},
	{"what is got can be changed, and the cache's stays", `cache.set("a", {x: [1]}); r = cache.get("a"); r.x[0] = 2; r.y = 3; அச்சு r; அச்சு cache.get("a"); s = [9]; cache.set("b", s); s[0] = 8; அச்சு cache.get("b");`, "{x: [2], y: 3}\n{x: [1]}\n[9]"},
	{"a value outlives its entry", `cache.set("a", {x: ["நீண்ட உரை ஒன்று"]}); r = cache.get("a"); cache.delete("a"); ஒவ்வொரு i இல் வீச்சு(1, 100) { cache.set("k" & i, ["வேறு", i]); x = cache.get("k" & i); (x[1] != i) எனில் { அச்சு x; } } அச்சு r;`, "{x: [நீண்ட உரை ஒன்று]}"},
	{"a shape is kept as a record", "வடிவம் ப { எண் x }\nத = ப({x: 1})?; cache.set(\"a\", [த]); அச்சு cache.get(\"a\");", "[{x: 1}]"},
	{"time", `cache.set("a", 1, 0.05); cache.set("d", 1, 60); cache.set("b", 2, "1h"); cache.set("c", 3); அச்சு cache.get("d"); உறங்கு(0.1); அச்சு cache.get("a"); அச்சு cache.get("b") + cache.get("c"); அச்சு cache.expire("b", "10ms"); அச்சு cache.expire("c", 0); அச்சு cache.expire("x", 5); உறங்கு(0.05); அச்சு cache.get("b"); அச்சு cache.get("c");`, "1\nnil\n5\ntrue\ntrue\nfalse\nnil\nnil"},
	{"counting", `அச்சு cache.increment("n"); அச்சு தற்காலிகம்.கூட்டு("n", 41); அச்சு cache.get("n"); cache.set("n", 7); அச்சு cache.increment("n", -10, 60); cache.set("n", 1.5); cache.increment("n");`, "1\n42\n42\n-3\n! cache.not_number"},
	{"counting by tasks", `பணி f() { ஒவ்வொரு i இல் வீச்சு(1, 50) { cache.increment("n"); } } [a, b, c] = இணையாக [f(), f(), f()]; அச்சு cache.get("n");`, "150"},
	{"tags", `cache.set("a", 1, 60, {tags: ["t", "u"]}); cache.set("b", 2, nil, {குறிகள்: ["t"]}); cache.set("c", 3); அச்சு cache.delete_tag("t"); அச்சு cache.get("a"); அச்சு cache.get("b"); அச்சு cache.get("c"); அச்சு cache.delete_tag("t");`, "2\nnil\nnil\n3\n0"},
	{"stats", `cache.set("a", 1); cache.get("a"); cache.get("b"); r = cache.stats(); அச்சு r.hits; அச்சு r.misses;`, "1\n1"},
	{"what can't be kept", `முயல் { cache.set("a", செயல்(x) { திரும்பு x; }); } பிழை(e) { அச்சு e.code; } முயல் { cache.set("a", [cache]); } பிழை(e) { அச்சு e.code; } முயல் { cache.set("a", மீண்டும்_மீண்டும்("அ", 4000000)); } பிழை(e) { அச்சு e.code; } அச்சு cache.get("a");`, "cache.value\ncache.value\ncache.too_large\nnil"},
	{"keys", `cache.set(5, "ஐந்து"); அச்சு cache.get("5"); முயல் { cache.get(""); } பிழை(e) { அச்சு e.code; } முயல் { cache.get(மீண்டும்_மீண்டும்("a", 1025)); } பிழை(e) { அச்சு e.code; }`, "ஐந்து\nargument\nargument"},
	{"wrong options", `cache.set("a", 1, 5, {tag: []});`, "! argument"},
	{"a time that is none", `cache.set("a", 1, 0);`, "! argument"},

	{"remember", `எ = {n: 0}; செயல் f() { cache.increment("calls"); திரும்பு {x: 1.50}; } அச்சு cache.remember("a", 60, f); அச்சு தற்காலிகம்.நினைவில்("a", 60, f).x; அச்சு cache.get("a"); அச்சு cache.get("calls");`, "{x: 1.5}\n1.5\n{x: 1.5}\n1"},
	{"remember: nothing is something", `செயல் f() { cache.increment("calls"); திரும்பு nil; } அச்சு cache.remember("a", 60, f); அச்சு cache.remember("a", 60, f); அச்சு cache.get("calls");`, "nil\nnil\n1"},
	{"remember: a whole number can be counted on", `cache.remember("a", 60, செயல்() { திரும்பு 5; }); அச்சு cache.increment("a");`, "6"},
	{"remember: one computation for many", `பணி f() { cache.increment("calls"); உறங்கு(0.02); திரும்பு [1]; } பணி g() { திரும்பு cache.remember("a", 60, f); } அச்சு இணையாக [g(), g(), g(), g(), g()]; அச்சு cache.get("calls");`, "[[1], [1], [1], [1], [1]]\n1"},
	{"remember: its failure is everybody's", `
		பணி f() { cache.increment("calls"); உறங்கு(0.3); எறி பிழை_ஆக்கு("c", "m", {a: [1]}); }
		பணி g() { முயல் { cache.remember("a", 60, f); } பிழை(e) { திரும்பு e.code & e.message & e.details.a[0]; } }
		அச்சு இணையாக [g(), g(), g()]; அச்சு cache.get("calls"); அச்சு cache.remember("a", 60, செயல்() { திரும்பு 2; });`, "[cm1, cm1, cm1]\n1\n2"},
	{"remember: the next computes when the first is cancelled", `
		c = வாய்க்கால்(2); பணி f(x) { cache.increment("calls"); c.send(1); உறங்கு(x); திரும்பு x; }
		த = தொடங்கு { cache.remember("a", 60, செயல்() { திரும்பு f(100); }); }; c.receive();
		ப = தொடங்கு { திரும்பு cache.remember("a", 60, செயல்() { திரும்பு f(0.02); }); }; ம = தொடங்கு { திரும்பு cache.remember("a", 60, செயல்() { திரும்பு f(0.03); }); }; உறங்கு(0.1);
		த.cancel(); அச்சு (காத்திரு ப) == (காத்திரு ம); அச்சு cache.get("calls");`, "true\n2"},
	{"remember: who waits can be cancelled, and has a deadline", `
		c = வாய்க்கால்(1); பணி f() { c.receive(); திரும்பு 1; } பணி g() { திரும்பு cache.remember("a", 60, f); }
		த = தொடங்கு g(); உறங்கு(0.05); ப = தொடங்கு g(); உறங்கு(0.05); ப.cancel();
		முயல் { காத்திரு ப; } பிழை(e) { அச்சு e.code; } முயல் { காலக்கெடு(0.002) { g(); } } பிழை(e) { அச்சு e.code; } c.send(1); அச்சு காத்திரு த;`, "cancelled\ntimeout\n1"},
	{"remember: a leader's deadline is its own", `
		c = வாய்க்கால்(1); பணி f(k) { (cache.increment("calls " & k) == 1) எனில் { c.send(1); உறங்கு(100); } திரும்பு 7; }
		பணி g(k) { திரும்பு cache.remember(k, 60, செயல்() { திரும்பு f(k); }); } பணி h(k, d) { முயல் { காலக்கெடு(d) { g(k); } } பிழை(e) { திரும்பு e.code; } }
		d = 0.1; தொடங்கியது = பொய்; // on a machine that is busy the time may be over before the computation begins
		(தொடங்கியது == பொய்) சுற்று { d = d * 2; k = "a" & d; த = தொடங்கு h(k, d); தேர்ந்தெடு { _ = c.receive() => { தொடங்கியது = மெய்; } _ = காத்திரு த => { } } }
		ப = தொடங்கு g(k); அச்சு காத்திரு த; அச்சு காத்திரு ப; அச்சு cache.get("calls " & k);`, "timeout\n7\n2"},
	{"remember: a circle", `செயல் f() { திரும்பு cache.remember("a", 60, f); } f();`, "! cache.circle"},
	{"remember: one in the other", `அச்சு cache.remember("a", 60, செயல்() { திரும்பு cache.remember("b", 60, செயல்() { திரும்பு 1; }) + 1; }); அச்சு cache.get("b");`, "2\n1"},
	{"remember: what can't be kept fails for all", `பணி f() { உறங்கு(0.01); திரும்பு cache; } பணி g() { முயல் { cache.remember("a", 60, f); } பிழை(e) { திரும்பு e.code; } } அச்சு இணையாக [g(), g()];`, "[cache.value, cache.value]"},
	{"remember: stale while it is computed", `
		செயல் f() { திரும்பு cache.increment("n"); } செயல் g(k, t) { திரும்பு cache.remember(k, t, f, {stale: 60}); }
		அச்சு g("a", 60); அச்சு g("a", 60); அச்சு g("b", 0.05); உறங்கு(0.1); அச்சு cache.get("b"); அச்சு g("b", 0.05); (cache.get("n") < 3) சுற்று { உறங்கு(0.01); } அச்சு cache.get("n");`, "1\n1\n2\nnil\n2\n3"},
	{"remember: refreshed ahead", `
		செயல் f() { திரும்பு cache.increment("n"); } செயல் g() { திரும்பு cache.remember("a", 60, f, {புதுப்பி: 59.98}); }
		அச்சு g(); உறங்கு(0.05); அச்சு g(); (cache.get("n") < 2) சுற்று { உறங்கு(0.01); } அச்சு cache.get("n");`, "1\n1\n2"},
	{"remember: a refresh that fails leaves what there is, and rests", `
		செயல் f() { (cache.increment("n") > 1) எனில் { எறி பிழை_ஆக்கு("x"); } திரும்பு "முதல்"; } செயல் g() { திரும்பு cache.remember("a", 0.01, f, {stale: 60}); }
		g(); உறங்கு(0.03); அச்சு g(); (cache.get("n") < 2) சுற்று { உறங்கு(0.01); } அச்சு g(); உறங்கு(0.05); அச்சு g(); அச்சு cache.get("n");`, "முதல்\nமுதல்\nமுதல்\n2"},
	{"remember: a failure is everybody's, and is not kept", `
		செயல் எண்ணு(x) { cache.increment("calls"); உறங்கு(0.3); திரும்பு எண்ணாக்கு(x); }
		பணி g() { திரும்பு cache.remember("a", 60, செயல்() { x = எண்ணு("q")?; திரும்பு சரி(x); }); }
		x = இணையாக [g(), g(), g()]; அச்சு ஒவ்வொன்றுக்கும்(x, தவறா); அச்சு cache.get("calls"); அச்சு cache.remember("a", 60, செயல்() { திரும்பு 2; });
		அச்சு cache.remember("b", 60, செயல்() { முயல் { எறி "c"; } பிழை(e) { திரும்பு தவறு(e); } });`, "[true, true, true]\n1\n2\nதவறு(c)"},
	{"remember: a refresh that answers a failure leaves what there is", `
		செயல் f() { (cache.increment("n") > 1) எனில் { திரும்பு தவறு("x"); } திரும்பு "முதல்"; } செயல் g() { திரும்பு cache.remember("a", 0.01, f, {stale: 60}); }
		g(); உறங்கு(0.03); அச்சு g(); (cache.get("n") < 2) சுற்று { உறங்கு(0.01); } அச்சு g(); உறங்கு(0.05); அச்சு g(); அச்சு cache.get("n");`, "முதல்\nமுதல்\nமுதல்\n2"},
	{"remember: tags", `cache.remember("a", 60, செயல்() { திரும்பு 1; }, {tags: ["t"]}); அச்சு cache.delete_tag("t"); அச்சு cache.get("a");`, "1\nnil"},
	{"a program's own name", `cache = {get: செயல்(k) { திரும்பு k & "!"; }}; அச்சு cache.get("a");`, "a!"},
}

func TestPrograms(t *testing.T) {
	for _, kept := range []struct {
		name string
		o    cache.Options
	}{
		{"memory", cache.Options{}},
		{"redis", cache.Options{URL: dbtest.Redis(t).URL}},
		{"postgresql", inDatabase(dbtest.Postgres(t).URL)},
		{"sqlite", inDatabase(filepath.Join(t.TempDir(), "store.db"))},
	} {
		for _, p := range programs {
			t.Run(kept.name+"/"+p.name, func(t *testing.T) {
				o := kept.o
				o.Prefix = p.name + ":"
				s := service(t, o)
				warm(t, s)
				got := scripttest.Run(t, p.program, scripttest.Options{More: s.Bind})
				said := strings.TrimSuffix(got.Out, "\n")
				if got.Err != nil {
					said = strings.TrimPrefix(said+"\n! "+got.Err.Code, "\n")
				}
				if said != p.want {
					t.Errorf("it printed\n%s\nwant\n%s\n%s", said, p.want, got.Said())
				}
			})
		}
	}
}

// TestCommands: the builtins of older programs.
func TestCommands(t *testing.T) {
	server := dbtest.Redis(t)
	address := strings.TrimSuffix(strings.TrimPrefix(server.URL, "redis://"), "/0")
	for _, p := range []struct{ name, program, want string }{
		{"replies", `அச்சு ரெடிஸ்_இணை("{addr}") == சரி("{addr}"); அச்சு ரெடிஸ்_கட்டளை("SET", ["k", 12.50]); அச்சு _redisCommand("GET", ["k"]); அச்சு _redisCommand("GET", ["none"]); அச்சு _redisCommand("INCRBY", ["n", 5]); அச்சு _redisCommand("RPUSH", ["l", "அ", 2]); அச்சு _redisCommand("LRANGE", ["l", 0, -1]);`, "true\nசரி(OK)\nசரி(12.5)\nசரி(nil)\nசரி(5)\nசரி(2)\nசரி([அ, 2])"},
		{"one connection", `ரெடிஸ்_இணை("{addr}"); _redisCommand("SELECT", [3]); _redisCommand("SET", ["x", 1]); _redisCommand("SELECT", [0]); அச்சு _redisCommand("GET", ["x"]); அச்சு _redisCommand("MULTI", []); _redisCommand("INCR", ["x"]); அச்சு _redisCommand("EXEC", []); அச்சு ரெடிஸ்_பிரி(); அச்சு ரெடிஸ்_பிரி();`, "சரி(nil)\nசரி(OK)\nசரி([1])\ntrue\nfalse"},
		{"refusals", `ரெடிஸ்_இணை("{addr}"); _redisCommand("SET", ["t", "a"]); அச்சு _redisCommand("INCR", ["t"]); அச்சு _redisCommand("GET", ["t"]);`, "தவறு(ரெடிஸ் பிழை  (Redis error: value is not an integer or out of range))\nசரி(a)"},
		{"not connected", `அச்சு _redisCommand("GET", ["a"]);`, "தவறு(ரெடிஸ் இணைக்கப்படவில்லை  (not connected to Redis): use ரெடிஸ்_இணை first)"},
		{"nobody there, and no address", `அச்சு _isOk(_redisConnect("127.0.0.1:1")); அச்சு _isOk(_redisConnect("x"));`, "false\nfalse"},
		{"arguments are a list", `_redisCommand("GET", "a");`, "! not_list"},
		{"by tasks", `ரெடிஸ்_இணை("{addr}"); பணி f(i) { ஒவ்வொரு j இல் வீச்சு(1, 20) { (_redisCommand("ECHO", [i]) != சரி(i & "")) எனில் { அச்சு "தவறு"; } } } [a, b] = இணையாக [f("1"), f("2")]; அச்சு "முடிவு";`, "முடிவு"},
	} {
		t.Run(p.name, func(t *testing.T) {
			s := service(t, cache.Options{})
			got := scripttest.Run(t, strings.ReplaceAll(p.program, "{addr}", address), scripttest.Options{More: s.Bind})
			said := strings.TrimSuffix(got.Out, "\n")
			if got.Err != nil {
				said = strings.TrimPrefix(said+"\n! "+got.Err.Code, "\n")
			}
			if said != p.want {
				t.Errorf("it printed\n%s\nwant\n%s\n%s", said, p.want, got.Said())
			}
		})
	}
}

// warm has the store make the connections that tasks which ask at the same moment would wait for,
// one longer than the other.
func warm(t *testing.T, s *cache.Service) {
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if err := storeOf(t, s).Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// inDatabase are the options of a cache in the database of a URL or file.
func inDatabase(url string) cache.Options {
	o := db.Defaults
	o.Max, o.Lanes = 4, 1
	return cache.Options{Database: func() (db.Database, string, error) { return stddb.OpenPlain(url, o) }}
}

// service is a Service with the defaults where o says nothing.
func service(t testing.TB, o cache.Options) *cache.Service {
	d := cache.Defaults
	d.URL, d.Prefix, d.MissIfDown = o.URL, o.Prefix, o.MissIfDown
	d.Database, d.OnlyCommon = o.Database, o.OnlyCommon
	d.Timeout = 5 * time.Second
	if o.Timeout > 0 {
		d.Timeout = o.Timeout
	}
	if o.Memory > 0 {
		d.Memory = o.Memory
	}
	s := cache.New(func() cache.Options { return d })
	t.Cleanup(s.Close)
	return s
}

// TestSpellings holds that the members that are bound are those that internal/builtin declares.
func TestSpellings(t *testing.T) {
	l := vm.NewLinker()
	service(t, cache.Options{}).Bind(l)
	bound := map[string]bool{}
	for _, name := range l.Members() {
		if name, ok := strings.CutPrefix(name, "cache."); ok && !strings.HasPrefix(name, "_") {
			bound[name] = true
		}
	}
	for _, name := range builtin.HandleOf("cache").MemberSpellings() {
		if !bound[name] {
			t.Errorf("%s is declared and not bound", name)
		}
		delete(bound, name)
	}
	for name := range bound {
		t.Errorf("%s is bound and not declared", name)
	}
}

func storeOf(t testing.TB, s *cache.Service) store.Store {
	t.Helper()
	x, err := s.Store()
	if err != nil {
		t.Fatal(err)
	}
	return x
}
