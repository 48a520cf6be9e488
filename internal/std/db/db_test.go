package db_test

import (
	"slices"
	"strings"
	"testing"

	"etamil/internal/builtin"
	"etamil/internal/std/db"
	"etamil/internal/std/light"
	"etamil/vm"
)

func TestExamples(t *testing.T) {
	n := 0
	for _, id := range []string{"pool_create", "query_async", "tryQuery", "tryExecute", "registerFunction"} {
		s := builtin.ByID(id)
		if s == nil || s.Example == "" {
			t.Fatalf("no example for %s", id)
		}
		if got := runText(t, s.Example); got != s.Output {
			t.Errorf("%s printed %q, want %q", id, got, s.Output)
		}
		n++
	}
}

// TestBindsWhatAllLeavesOut: every builtin that Bind binds is one that the other
// packages of std leave to it.
func TestBindsWhatAllLeavesOut(t *testing.T) {
	s := db.New()
	defer s.Close()
	l := vm.NewLinker()
	s.Bind(l)
	names := l.Names()
	for _, id := range names {
		if !slices.Contains(light.Elsewhere, id) {
			t.Errorf("%s is bound here, but light.Elsewhere doesn't have it", id)
		}
	}
	if len(names) != 10 {
		t.Errorf("%d builtins are bound: %v", len(names), names)
	}
}

const start = `
தளம்_இணை சீகுலைட், "{dir}/a.db";
`

func TestPrograms(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"list", `
தளம்_செய் "CREATE TABLE t (a INTEGER, b TEXT)", [];
தளம்_செய் "INSERT INTO t VALUES (?, ?)", [1, "ஒன்று"];
தளம்_செய் "INSERT INTO t VALUES ($2, $1)", ["இரண்டு", 2];
தளம்_வினா "SELECT a, b FROM t ORDER BY a", [], வ;
அச்சு வ;
தளம்_வினா "SELECT b FROM t WHERE a = ?1 OR a = ?1 + 5", [2], வ;
அச்சு வ[0].b;
`, "[{a: 1, b: ஒன்று}, {a: 2, b: இரண்டு}]\nஇரண்டு\n"},
		{"names", `
அச்சு query_async("SELECT :a + @b AS c, $a AS d, :பெயர் AS e", {a: 1, b: 2, பெயர்: "x", மிகை: 5});
`, "[{c: 3, d: 1, e: x}]\n"},
		{"handle", `
அச்சு குறி.execute("CREATE TABLE t (a)");
அச்சு குறி.execute("INSERT INTO t VALUES (1), (2), (3)");
அச்சு குறி.execute("UPDATE t SET a = a WHERE a > $1", [1]);
அச்சு குறி.execute("CREATE TABLE u (a)");
அச்சு குறி.செய்("DELETE FROM t WHERE a = :a", {a: 3});
அச்சு குறி.one("SELECT a FROM t ORDER BY a DESC");
அச்சு குறி.ஒன்று("SELECT a FROM t WHERE a > ?", [5]);
அச்சு குறி.query("SELECT a FROM t WHERE a > ?", [5]);
அச்சு query_async(குறி, "SELECT count(*) AS n FROM t", []);
அச்சு குறி == குறி;
`, "0\n3\n2\n0\n1\n{a: 2}\nnil\n[]\n[{n: 2}]\ntrue\n"},
		{"try", `
அச்சு _tryExecute("CREATE TABLE t (a UNIQUE)", []);
அச்சு _tryExecute("INSERT INTO t VALUES (?)", [1]);
அச்சு _tryExecute("INSERT INTO t VALUES (?)", [1]);
அச்சு _tryQuery("SELECT a FROM t", []);
அச்சு _tryQuery("SELECT a FROM nowhere", []);
அச்சு _tryQuery("SELECT a FROM t", 5);
`, `சரி(0)
சரி(1)
தவறு(தரவுதளப் பிழை  (database error: UNIQUE constraint failed: t.a))
சரி([{a: 1}])
தவறு(தரவுதளப் பிழை  (database error: no such table: nowhere))
தவறு(வினாவின் மதிப்புகள் ஓர் அணியாக இருக்க வேண்டும்  (the parameters must be a list))
`},
		{"named connections", `
தளம்_இணை சீகுலைட், "{dir}/b.db", இரண்டு;
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_செய் "INSERT INTO t VALUES (1)", [];
தளம்_செய் "CREATE TABLE t (a)", [], இரண்டு;
தளம்_செய் "INSERT INTO t VALUES (2)", [], இரண்டு;
தளம்_வினா "SELECT a FROM t", [], வ;
தளம்_வினா "SELECT a FROM t", [], வ2, இரண்டு;
அச்சு வ; அச்சு வ2;
`, "[{a: 1}]\n[{a: 2}]\n"},
		{"two names for one file", `
தளம்_இணை சீகுலைட், "{dir}/./a.db", இரண்டு;
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_செய் "BEGIN", [];
தளம்_செய் "INSERT INTO t VALUES (1)", [];
தளம்_செய் "INSERT INTO t VALUES (2)", [], இரண்டு;
தளம்_செய் "COMMIT", [];
தளம்_வினா "SELECT a FROM t", [], வ;
அச்சு வ;
`, "[{a: 1}, {a: 2}]\n"},
		{"retries of a pool", `
குளம் = pool_create({url: "{dir}/r.db", retries: 2});
முயல் { குளம்.transaction(செயல்(தளம்) { அச்சு "try"; எறி பிழை_ஆக்கு("db.busy"); }); } பிழை(e) { அச்சு e.code; }
முயல் { குளம்.transaction(செயல்(தளம்) { அச்சு "once"; எறி பிழை_ஆக்கு("db.busy"); }, {retries: 0}); } பிழை(e) { அச்சு e.code; }
`, "try\ntry\ntry\ndb.busy\nonce\ndb.busy\n"},
		{"tasks within a transaction", `
தளம்_செய் "CREATE TABLE t (a)", [];
செயல் f(தளம், sql) { முயல் { காலக்கெடு(20) { திரும்பு காத்திரு (தொடங்கு { திரும்பு தளம்.execute(sql); }); } } பிழை(e) { திரும்பு e.code; } }
குறி.transaction(செயல்(தளம்) {
	தளம்.execute("INSERT INTO t VALUES (1)");
	அச்சு f(தளம், "INSERT INTO t VALUES (2)");
	முயல் { இணையாக [தளம்.transaction(செயல்(உள்ளே) { உள்ளே.execute("INSERT INTO t VALUES (3)"); }), 1]; } பிழை(e) { அச்சு e.code; }
	அச்சு இணையாக [தளம்.one("SELECT count(*) AS n FROM t").n, 0];
});
அச்சு f(குறி, "INSERT INTO t VALUES (4)");
அச்சு குறி.query("SELECT a FROM t");
`, "deadlock\ndeadlock\n[0, 0]\n1\n[{a: 1}, {a: 4}]\n"},
		{"connecting again", `
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_இணை சீகுலைட், "{dir}/a.db";
தளம்_வினா "SELECT a FROM t", [], வ;
அச்சு வ;
முயல் { தளம்_இணை சீகுலைட், "{dir}/b.db"; } பிழை(e) { அச்சு e.code; }
தளம்_பிரி சீகுலைட்;
முயல் { தளம்_வினா "SELECT a FROM t", [], வ; } பிழை(e) { அச்சு e.code; }
முயல் { தளம்_பிரி சீகுலைட்; } பிழை(e) { அச்சு e.code; }
தளம்_இணை சீகுலைட், "{dir}/b.db";
முயல் { தளம்_வினா "SELECT a FROM t", [], வ; } பிழை(e) { அச்சு e.code; அச்சு e.message; }
`, "[]\ndb.connected\ndb.not_connected\ndb.not_connected\ndb.error\nதரவுதளப் பிழை  (database error: no such table: t)\n"},
		{"errors", `
தளம்_செய் "CREATE TABLE t (a NOT NULL, b CHECK (b > 0), c INTEGER PRIMARY KEY)", [];
செயல் ச(sql, m) { முயல் { அச்சு குறி.execute(sql, m); } பிழை(e) { அச்சு f"{e.code} {e.line}"; } }
ச("SELEC 1", []);
ச("INSERT INTO t VALUES (NULL, 1, 1)", []);
ச("INSERT INTO t VALUES (1, 0, 1)", []);
ச("INSERT INTO t VALUES (1, 1, 1)", []);
ச("INSERT INTO t VALUES (1, 1, 1)", []);
ச("INSERT INTO nowhere VALUES (1)", []);
ச("INSERT INTO t VALUES (?, ?, ?)", [1, 2]);
ச("INSERT INTO t VALUES (?, ?, ?)", [1, 2, 3, 4]);
ச("INSERT INTO t VALUES (:a, :b, :c)", {a: 1, b: 2});
ச("INSERT INTO t VALUES (:a, :b, :c)", [1, 2, 3]);
ச("INSERT INTO t VALUES (?, ?, ?)", {a: 1});
ச("SELECT ?", இன்மை);
ச("SELECT 1; SELECT ?", [1]);
ச("INSERT INTO t VALUES (1, 1, 2)", 7);
ச("", []);
ச("-- nothing", []);
`, `db.error 5
db.constraint 5
db.constraint 5
1
conflict 5
db.error 5
db.params 5
db.params 5
db.params 5
db.params 5
db.params 5
db.params 5
db.params 5
argument 5
0
0
`},
		{"script", `
தளம்_செய் "CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1); -- done", [];
தளம்_செய் "INSERT INTO a VALUES (2); INSERT INTO b VALUES (3);", [];
அச்சு குறி.query("SELECT x FROM a UNION ALL SELECT x FROM b");
அச்சு குறி.query("INSERT INTO a VALUES (:v); SELECT x FROM a;", {v: 9});
`, "[{x: 1}, {x: 2}, {x: 3}]\n[{x: 1}, {x: 2}, {x: 9}]\n"},
		{"writes that look like reads", `
தளம்_செய் "CREATE TABLE t (a)", [];
அச்சு குறி.query("INSERT INTO t VALUES (1), (2) RETURNING a");
அச்சு குறி.query("WITH x(a) AS (SELECT 5) INSERT INTO t SELECT a FROM x RETURNING a * 2 AS b");
அச்சு குறி.query("/* why */ -- and\n SELECT count(*) AS n FROM t;");
தளம்_செய் "CREATE TEMP TABLE u AS SELECT a FROM t", [];
அச்சு குறி.query("SELECT max(a) AS a FROM u");
`, "[{a: 1}, {a: 2}]\n[{b: 10}]\n[{n: 3}]\n[{a: 5}]\n"},
		{"last row", `
தளம்_செய் "CREATE TABLE t (id INTEGER PRIMARY KEY, a)", [];
தளம்_செய் "INSERT INTO t (a) VALUES ('x'), ('y')", [];
அச்சு குறி.one("SELECT last_insert_rowid() AS id, changes() AS n");
தளம்_செய் "UPDATE t SET a = 'z'", [];
அச்சு குறி.one("SELECT last_insert_rowid() AS id, changes() AS n");
தளம்_செய் "INSERT INTO t (a) VALUES (last_insert_rowid() * 10)", [];
அச்சு குறி.one("SELECT a FROM t WHERE id = 3");
`, "{id: 2, n: 2}\n{id: 2, n: 2}\n{a: 20}\n"},
		{"transaction", `
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_செய் "BEGIN", [];
தளம்_செய் "INSERT INTO t VALUES (1)", [];
அச்சு குறி.query("SELECT a FROM t");
தளம்_செய் "ROLLBACK", [];
அச்சு குறி.query("SELECT a FROM t");
தளம்_செய் "BEGIN IMMEDIATE", [];
தளம்_செய் "INSERT INTO t VALUES (2)", [];
தளம்_செய் "SAVEPOINT s", [];
தளம்_செய் "INSERT INTO t VALUES (3)", [];
தளம்_செய் "SAVEPOINT s2", [];
தளம்_செய் "INSERT INTO t VALUES (4)", [];
தளம்_செய் "ROLLBACK TO s", [];
தளம்_செய் "INSERT INTO t VALUES (5)", [];
தளம்_செய் "RELEASE s", [];
தளம்_செய் "END", [];
அச்சு குறி.query("SELECT a FROM t");
தளம்_செய் "SAVEPOINT outer", [];
தளம்_செய் "INSERT INTO t VALUES (6)", [];
தளம்_செய் "RELEASE outer", [];
அச்சு குறி.query("SELECT max(a) AS a FROM t");
முயல் { தளம்_செய் "COMMIT", []; } பிழை(e) { அச்சு e.message; }
தளம்_செய் "BEGIN", [];
முயல் { தளம்_செய் "BEGIN", []; } பிழை(e) { அச்சு e.message; }
தளம்_செய் "INSERT INTO t VALUES (7)", [];
தளம்_செய் "COMMIT", [];
அச்சு குறி.query("SELECT max(a) AS a FROM t");
தளம்_செய் "BEGIN; INSERT INTO t VALUES (8); COMMIT", [];
அச்சு குறி.query("SELECT max(a) AS a FROM t");
`, `[{a: 1}]
[]
[{a: 2}, {a: 5}]
[{a: 6}]
தரவுதளப் பிழை  (database error: cannot commit - no transaction is active)
தரவுதளப் பிழை  (database error: cannot start a transaction within a transaction)
[{a: 7}]
[{a: 8}]
`},
		{"foreign keys", `
தளம்_செய் "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p(id) DEFERRABLE INITIALLY DEFERRED)", [];
தளம்_செய் "BEGIN", [];
தளம்_செய் "INSERT INTO c VALUES (1)", [];
முயல் { தளம்_செய் "COMMIT", []; } பிழை(e) { அச்சு e.code; }
தளம்_செய் "INSERT INTO p VALUES (1)", [];
தளம்_செய் "COMMIT", [];
அச்சு குறி.query("SELECT * FROM c");
`, "db.constraint\n[{p: 1}]\n"},
		{"functions", `
காரணி = 3;
செயல் மும்மடங்கு(x) { திரும்பு x * காரணி; }
அச்சு _registerFunction("times3", 1, மும்மடங்கு);
அச்சு குறி.query("SELECT times3(4) AS a, times3(1.5) AS b, times3(NULL) AS c");
அச்சு _registerFunction("times3", 1, செயல்(x) { திரும்பு "x" & x; });
அச்சு குறி.one("SELECT times3('ம') AS a").a;
அச்சு _registerFunction("glue", -1, செயல்(a, b = "-") { திரும்பு a & b; });
அச்சு குறி.one("SELECT glue('x') AS a, glue('x', 'y') AS b");
முயல் { குறி.query("SELECT glue('x', 'y', 'z')"); } பிழை(e) { அச்சு e.code; }
முயல் { குறி.query("SELECT glue()"); } பிழை(e) { அச்சு e.code; }
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_செய் "BEGIN", [];
தளம்_செய் "INSERT INTO t VALUES (7)", [];
அச்சு _registerFunction("neg", 1, செயல்(x) { திரும்பு 0 - x; });
அச்சு குறி.query("SELECT neg(a) AS a FROM t");
தளம்_செய் "COMMIT", [];
அச்சு குறி.query("SELECT neg(a) AS a FROM t");
அச்சு _registerFunction("bad", 1, செயல்(x) { எறி பிழை_ஆக்கு("வேண்டாம்", "no"); });
முயல் { குறி.query("SELECT bad(1)"); } பிழை(e) { அச்சு e.message; }
அச்சு _registerFunction("end", 1, செயல்(x) { (மெய்) சுற்று { x = x; } });
முயல் { குறி.query("SELECT end(1)"); } பிழை(e) { அச்சு e.message; }
அச்சு _registerFunction("nested", 0, செயல்() { திரும்பு குறி.query("SELECT 1"); });
முயல் { குறி.query("SELECT nested()"); } பிழை(e) { அச்சு e.message; }
`, `சரி(nil)
[{a: 12, b: 4.5, c: 0}]
சரி(nil)
xம
சரி(nil)
{a: x-, b: xy}
db.error
db.error
சரி(nil)
[{a: -7}]
[{a: -7}]
சரி(nil)
தரவுதளப் பிழை  (database error: bad(): test.qmz:21:46: no)
சரி(nil)
தரவுதளப் பிழை  (database error: end(): more than 1000000 steps)
சரி(nil)
தரவுதளப் பிழை  (database error: nested(): a function that SQL calls can't wait)
`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkGoroutines(t)
			if got := runText(t, start+test.text); got != test.want {
				t.Errorf("printed:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// memberCalls is a call of each member of the database under each of its names.
func memberCalls() []string {
	var list []string
	for _, m := range builtin.HandleOf("database").Members {
		more := ""
		switch m.ID {
		case "transaction", "close", "insert_many", "listen", "notify":
			continue // they take no SQL
		case "stream":
			more = ", செயல்(r) { }"
		}
		for _, name := range m.Spellings {
			list = append(list, "அச்சு குறி."+name+"(\"SELECT 1 WHERE 0\""+more+");\n")
		}
	}
	return list
}

// TestPlace: an error of a program, which anybody may see, tells no password.
func TestPlace(t *testing.T) {
	for _, c := range []struct{ kind, source, want string }{
		{"SQLite", "a:b@c.db", "a:b@c.db"},
		{"PostgreSQL", "postgres://u:secret@h:5432/shop?password=secret", "postgres://h:5432/shop"},
		{"PostgreSQL", "host=h password=secret", "PostgreSQL"},
		{"MySQL", "mysql://u:sec%ret@h/shop", "MySQL"},
		{"MySQL", "u:secret@tcp(h)/shop", "MySQL"},
	} {
		if got := db.Place(c.kind, c.source); got != c.want {
			t.Errorf("%s: %q, want %q", c.source, got, c.want)
		}
	}
}

// TestFit: what can't be an address is told without asking anybody.
func TestFit(t *testing.T) {
	for source, want := range map[string]string{
		"shop.db": "", "file:shop.db?mode=ro": "", "postgres://u:p@h/shop?sslmode=disable": "", "mysql://u:p@h/shop": "", "mariadb://h": "",
		"mongo://h": "there is no database 'mongo'", "postgres://u:secret@h:x/d": "cannot parse", "mysql://u:sec%zzret@h/d": "invalid URL escape", "postgres://h/d?sslmode=bad": "sslmode",
	} {
		_, english, ok := db.Fit(source)
		if ok != (want == "") || !strings.Contains(english, want) || strings.Contains(english, "secret") {
			t.Errorf("%s: %v %q, want %q", source, ok, english, want)
		}
	}
}
