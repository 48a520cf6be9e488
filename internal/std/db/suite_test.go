package db_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/db/dbtest"
	"etamil/vm"
)

// onLoop ends the URL of a server whose statements are left to a loop.
const onLoop = "&application_name=loop"

// A kind of database that the suite runs on: open gives a URL of an empty one.
type kind struct {
	name string
	open func(t *testing.T) func(t *testing.T) string
}

var kindsOfDatabase = []kind{
	{"sqlite", func(*testing.T) func(*testing.T) string {
		return func(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "a.db") }
	}},
}

// The suite: programs that print the same on every database. {int} and the like are what
// the types are called there. Each drops what it makes.
var suite = []struct{ name, text, want string }{
	{"placeholders", `
குறி.execute("CREATE TABLE t (a INTEGER, b VARCHAR(40))");
அச்சு குறி.execute("INSERT INTO t VALUES (?, ?)", [1, "ஒன்று"]);
அச்சு குறி.execute("INSERT INTO t VALUES ($2, $1)", ["இரண்டு", 2]);
அச்சு குறி.execute("INSERT INTO t VALUES (:a, :b)", {b: "மூன்று", a: 3, மிகை: 7});
அச்சு குறி.query("SELECT a, b FROM t WHERE a = ? OR a = ? ORDER BY a", [1, 3]);
அச்சு குறி.query("SELECT a, b FROM t WHERE a = $1 OR b = $2 ORDER BY a", [2, "ஒன்று"]);
அச்சு குறி.one("SELECT b FROM t WHERE a = :x AND a <= :x", {x: 2});
அச்சு குறி.one("SELECT b FROM t WHERE a = ?", [9]);
அச்சு குறி.query("SELECT b FROM t WHERE b = '?' -- ? $1 :a");
`, "1\n1\n1\n[{a: 1, b: ஒன்று}, {a: 3, b: மூன்று}]\n[{a: 1, b: ஒன்று}, {a: 2, b: இரண்டு}]\n{b: இரண்டு}\nnil\n[]\n"},
	{"deadlines end the blocks of transactions", `
குறி.execute("CREATE TABLE t (a INTEGER)");
செயல் போடு(தளம், n) { தளம்.execute("INSERT INTO t VALUES (?)", [n]); }
செயல் அனைத்தும்() { திரும்பு காத்திரு (தொடங்கு { வ = []; ஒவ்வொரு r இல் குறி.query("SELECT a FROM t ORDER BY a") { வ = _append(வ, r.a); } திரும்பு வ; }); }
செயல் தாமதம்(n, முன்) { முயல் { காலக்கெடு(0.05) { குறி.transaction(செயல்(t) { (முன்) எனில் { போடு(t, n); } உறங்கு(60); }); } } பிழை(e) { அச்சு e.code; } }
தாமதம்(1, மெய்);
போடு(குறி, 2);
தாமதம்(0, பொய்);
குறி.transaction(செயல்(t) { போடு(t, 3); });
அச்சு அனைத்தும்();
குறி.transaction(செயல்(வ) {
	போடு(வ, 4);
	தாமதம்(5, மெய்);
	போடு(வ, 6);
	தாமதம்(7, மெய்);
});
அச்சு அனைத்தும்();
குறி.transaction(செயல்(வ) {
	போடு(வ, 8);
	தாமதம்(9, மெய்);
	தாமதம்(10, மெய்);
	முயல் { குறி.transaction(செயல்(t) { போடு(t, 11); எறி பிழை_ஆக்கு("x"); }); } பிழை(e) { அச்சு e.code; }
	குறி.transaction(செயல்(t) { போடு(t, 12); });
});
முயல் { காலக்கெடு(1) { குறி.transaction(செயல்(வ) { போடு(வ, 13); தாமதம்(14, மெய்); உறங்கு(60); }); } } பிழை(e) { அச்சு e.code; }
குறி.execute("BEGIN");
தாமதம்(15, மெய்);
போடு(குறி, 16);
குறி.execute("COMMIT");
அச்சு அனைத்தும்();
// where the end of an inner block was passed over, that of the outer one ends both
குறி._begin(இன்மை);
குறி._begin(இன்மை);
குறி._rollback(1);
போடு(குறி, 17);
அச்சு அனைத்தும்();
`, "timeout\ntimeout\n[2, 3]\ntimeout\ntimeout\n[2, 3, 4, 6]\ntimeout\ntimeout\nx\ntimeout\ntimeout\ntimeout\n[2, 3, 4, 6, 8, 12, 16]\n[2, 3, 4, 6, 8, 12, 16, 17]\n"},
	{"wrong parameters", `
குறி.execute("CREATE TABLE t (a INTEGER, b INTEGER)");
செயல் ச(sql, m) { முயல் { அச்சு குறி.execute(sql, m); } பிழை(e) { அச்சு e.code; } }
ச("INSERT INTO t VALUES (?, ?)", [1]);
ச("INSERT INTO t VALUES (?, ?)", [1, 2, 3]);
ச("INSERT INTO t VALUES (:a, :b)", {a: 1});
ச("INSERT INTO t VALUES (?, ?)", {a: 1});
ச("INSERT INTO t VALUES (1, 1)", 7);
ச("SELEC 1", []);
ச("INSERT INTO nowhere VALUES (1)", []);
`, "db.params\ndb.params\ndb.params\ndb.params\nargument\ndb.error\ndb.error\n"},
	{"injection stays data", `
குறி.execute("CREATE TABLE t (a VARCHAR(200))");
ஒவ்வொரு x இல் ["'; DROP TABLE t; --", "' OR '1'='1", "\\'; DELETE FROM t; #", "$1", "?", ":a", "/*", "x' UNION SELECT 1 --", "\"", "` + "`" + `", "%27", "$$; DROP TABLE t; $$"] {
	குறி.execute("INSERT INTO t VALUES (?)", [x]);
	(குறி.one("SELECT a FROM t WHERE a = ?", [x]).a != x) எனில் { அச்சு "lost " & x; }
	(குறி.one("SELECT a FROM t WHERE a = :x", {x: x}).a != x) எனில் { அச்சு "lost " & x; }
	அச்சு நீளம்(குறி.query("SELECT a FROM t WHERE a = $1", [x]));
}
அச்சு குறி.one("SELECT count(*) AS n FROM t").n;
`, strings.Repeat("1\n", 12) + "12\n"},
	{"errors", `
குறி.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)");
குறி.execute("CREATE TABLE t (a INTEGER NOT NULL, b INTEGER, p INTEGER, CONSTRAINT t_b_unique UNIQUE (b), CONSTRAINT t_b_positive CHECK (b > 0), CONSTRAINT t_p FOREIGN KEY (p) REFERENCES p (id))");
செயல் ச(a, b, p) { முயல் { அச்சு குறி.execute("INSERT INTO t VALUES (?, ?, ?)", [a, b, p]); } பிழை(e) { அச்சு e.code; } }
ச(1, 1, இன்மை);
ச(2, 1, இன்மை);
ச(இன்மை, 2, இன்மை);
ச(1, -2, இன்மை);
ச(1, 3, 9);
முயல் { குறி.execute("INSERT INTO t VALUES (1, 1, NULL)"); } பிழை(e) { அச்சு e.details; }
`, "1\nconflict\ndb.constraint\ndb.constraint\ndb.constraint\n{conflict}\n"},
	{"rows changed", `
குறி.execute("CREATE TABLE t (a INTEGER)");
அச்சு குறி.execute("INSERT INTO t VALUES (1), (2), (3)");
அச்சு குறி.execute("UPDATE t SET a = a + 10 WHERE a > $1", [1]);
அச்சு குறி.execute("DELETE FROM t WHERE a = :a", {a: 12});
அச்சு குறி.execute("DELETE FROM t WHERE a = 99");
அச்சு குறி.query("SELECT a FROM t ORDER BY a");
`, "3\n2\n1\n0\n[{a: 1}, {a: 13}]\n"},
	{"exact numbers", `
குறி.execute("CREATE TABLE t (n {decimal}, i BIGINT, s VARCHAR(10))");
செயல் போ(n, i) {
	குறி.execute("DELETE FROM t");
	குறி.execute("INSERT INTO t VALUES (?, ?, '007')", [n, i]);
	r = குறி.one("SELECT n, i, s FROM t");
	அச்சு f"{r.n == n} {r.i == i} {r.s}";
}
போ(12345678901234567.123456789, 9223372036854775807);
போ(-0.000000001, -9223372036854775807);
போ(0.1, 0);
போ(99999999999999999.999999999, 1);
போ(1299.50, 2);
`, strings.Repeat("true true 007\n", 5)},
	{"null", `
குறி.execute("CREATE TABLE t (a INTEGER, b VARCHAR(5))");
குறி.execute("INSERT INTO t VALUES (?, ?)", [இன்மை, இன்மை]);
அச்சு குறி.one("SELECT a, b FROM t");
அச்சு குறி.one("SELECT count(*) AS n FROM t WHERE a IS NULL AND b IS NULL").n;
`, "{a: nil, b: nil}\n1\n"},
	{"text", `
குறி.execute("CREATE TABLE t (a {text})");
ஒவ்வொரு x இல் ["", " ", "தமிழ் ஸ்ரீ 👩‍👩‍👧", "a\nb\t'\"\\", மீண்டும்_மீண்டும்("அ", 5000)] {
	குறி.execute("DELETE FROM t");
	குறி.execute("INSERT INTO t VALUES (?)", [x]);
	அச்சு குறி.one("SELECT a FROM t").a == x;
}
`, strings.Repeat("true\n", 5)},
	{"statements of the language", `
தளம்_செய் "CREATE TABLE t (a INTEGER)", [];
தளம்_செய் "INSERT INTO t VALUES ({one})", [5];
தளம்_வினா "SELECT a FROM t", [], வ;
அச்சு வ;
அச்சு _tryQuery("SELECT a FROM t WHERE a > 4", []);
அச்சு _tryExecute("UPDATE t SET a = 6", []);
`, "[{a: 5}]\nசரி([{a: 5}])\nசரி(1)\n"},
	{"BEGIN and COMMIT", `
குறி.execute("CREATE TABLE t (a INTEGER)");
குறி.execute("BEGIN");
குறி.execute("INSERT INTO t VALUES (1)");
அச்சு குறி.query("SELECT a FROM t");
குறி.execute("ROLLBACK");
அச்சு குறி.query("SELECT a FROM t");
குறி.execute("BEGIN");
குறி.execute("INSERT INTO t VALUES (2)");
குறி.execute("SAVEPOINT s");
குறி.execute("INSERT INTO t VALUES (3)");
குறி.execute("ROLLBACK TO s");
குறி.execute("COMMIT");
அச்சு குறி.query("SELECT a FROM t");
`, "[{a: 1}]\n[]\n[{a: 2}]\n"},
	{"transaction", `
குறி.execute("CREATE TABLE t (a INTEGER)");
அச்சு குறி.transaction(செயல்(தளம்) {
	தளம்.execute("INSERT INTO t VALUES (1)");
	திரும்பு "முடிந்தது";
});
முயல் {
	குறி.பரிவர்த்தனை(செயல்(தளம்) {
		தளம்.execute("INSERT INTO t VALUES (2)");
		எறி பிழை_ஆக்கு("not_found", "இல்லை");
	});
} பிழை(e) { அச்சு e.code; }
முயல் {
	குறி.transaction(செயல்(தளம்) {
		தளம்.execute("INSERT INTO t VALUES (3)");
		தளம்.execute("INSERT INTO nowhere VALUES (3)");
	});
} பிழை(e) { அச்சு e.code; }
அச்சு குறி.query("SELECT a FROM t ORDER BY a");
குறி.transaction(செயல்(தளம்) {
	தளம்.execute("INSERT INTO t VALUES (4)");
	முயல் {
		தளம்.transaction(செயல்(உள்ளே) {
			உள்ளே.execute("INSERT INTO t VALUES (5)");
			எறி "வேண்டாம்";
		});
	} பிழை(e) { அச்சு e.message; }
	தளம்.transaction(செயல்(உள்ளே) { உள்ளே.execute("INSERT INTO t VALUES (6)"); });
});
அச்சு குறி.query("SELECT a FROM t ORDER BY a");
அச்சு குறி.transaction(செயல்(தளம்) { திரும்பு தளம்.one("SELECT count(*) AS n FROM t").n; }, {isolation: "serializable", retries: 3});
முயல் { குறி.transaction(செயல்(தளம்) { திரும்பு 1; }, {isolaton: "x"}); } பிழை(e) { அச்சு e.code; }
`, "முடிந்தது\nnot_found\ndb.error\n[{a: 1}]\nவேண்டாம்\n[{a: 1}, {a: 4}, {a: 6}]\n3\nargument\n"},
	{"a transaction that may only read", `
குறி.execute("CREATE TABLE t (a INTEGER)");
செயல் ச(f) { முயல் { அச்சு குறி.transaction(f, {read_only: மெய்}); } பிழை(e) { அச்சு e.code; } }
ச(செயல்(தளம்) { தளம்.execute("INSERT INTO t VALUES (1)"); });
ச(செயல்(தளம்) { தளம்.one("SELECT count(*) AS n FROM t"); தளம்.execute("DELETE FROM t"); });
ச(செயல்(தளம்) { தளம்.insert_many("t", [{a: 1}, {a: 2}]); });
ச(செயல்(தளம்) { தளம்.transaction(செயல்(உள்ளே) { உள்ளே.execute("INSERT INTO t VALUES (1)"); }); });
ச(செயல்(தளம்) { தளம்.stream("SELECT 1 AS a", [], செயல்(r) { அச்சு r.a; }); திரும்பு தளம்.one("SELECT count(*) AS n FROM t").n; });
அச்சு குறி.execute("INSERT INTO t VALUES (7)");
அச்சு குறி.transaction(செயல்(தளம்) { திரும்பு தளம்.insert_many("t", [{a: 8}]); });
அச்சு குறி.query("SELECT a FROM t ORDER BY a");
`, "db.read_only\ndb.read_only\ndb.read_only\ndb.read_only\n1\n0\n1\n1\n[{a: 7}, {a: 8}]\n"},
	{"a transaction that answers a failure", `
குறி.execute("CREATE TABLE t (a INTEGER)");
செயல் எழுதிவை(x) { திரும்பு குறி.transaction(செயல்(தளம்) { தளம்.execute("INSERT INTO t VALUES (1)"); n = எண்ணாக்கு(x)?; தளம்.execute("INSERT INTO t VALUES (?)", [n]); திரும்பு சரி(n); }); }
அச்சு தவறா(எழுதிவை("இரண்டு"));
அச்சு எழுதிவை("2");
அச்சு குறி.transaction(செயல்(தளம்) {
	தளம்.execute("INSERT INTO t VALUES (3)");
	திரும்பு தளம்.transaction(செயல்(உள்ளே) { உள்ளே.execute("INSERT INTO t VALUES (4)"); திரும்பு தவறு("வேண்டாம்"); });
});
அச்சு குறி.transaction(செயல்(தளம்) {
	தளம்.execute("INSERT INTO t VALUES (5)");
	தளம்.transaction(செயல்(உள்ளே) { உள்ளே.execute("INSERT INTO t VALUES (6)"); திரும்பு தவறு("வேண்டாம்"); });
});
அச்சு குறி.query("SELECT a FROM t ORDER BY a");
அச்சு குறி.ஓடை("SELECT a FROM t ORDER BY a", [], செயல்(வ) { அச்சு வ.a; x = தவறு("போதும்")?; });
`, "true\nசரி(2)\nதவறு(வேண்டாம்)\nnil\n[{a: 1}, {a: 2}, {a: 5}]\n1\nதவறு(போதும்)\n"},
	{"a transaction that SQL ends", `
குறி.execute("CREATE TABLE t (a INTEGER)");
முயல் {
	குறி.transaction(செயல்(தளம்) {
		தளம்.execute("INSERT INTO t VALUES (1)");
		தளம்.execute("ROLLBACK");
		தளம்.execute("INSERT INTO t VALUES (2)");
	});
} பிழை(e) { அச்சு e.code; }
அச்சு குறி.query("SELECT a FROM t");
`, "db.aborted\n[]\n"},
	{"pools", `
குளம் = pool_create { "url": "{url}", "max_connections": 3, "timeout_seconds": 5 };
குளம்.execute("CREATE TABLE t (a INTEGER)");
query_async(குளம், "INSERT INTO t VALUES ($1)", [7]);
அச்சு குளம்.query("SELECT a FROM t");
குளம்.transaction(செயல்(தளம்) { தளம்.execute("UPDATE t SET a = 8"); });
அச்சு query_async(குளம், "SELECT a FROM t");
அச்சு குறி.query("SELECT a FROM t");
குளம்.close();
முயல் { குளம்.query("SELECT a FROM t"); } பிழை(e) { அச்சு e.code; }
`, "[{a: 7}]\n[{a: 8}]\n[{a: 8}]\ndb.closed\n"},
	{"script", `
குறி.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1); -- ; done
INSERT INTO t VALUES (2);");
அச்சு குறி.query("INSERT INTO t VALUES (:v); SELECT a FROM t ORDER BY a;", {v: 9});
`, "[{a: 1}, {a: 2}, {a: 9}]\n"},
	{"stream", `
குறி.execute("CREATE TABLE t (a INTEGER, b VARCHAR(10))");
ஒவ்வொரு i இல் வீச்சு(1, 10) { குறி.execute("INSERT INTO t VALUES (?, ?)", [i, "x" & i]); }
அச்சு குறி.stream("SELECT a, b FROM t WHERE a > ? ORDER BY a", [8], செயல்(r) { அச்சு r; });
அச்சு குறி.stream("SELECT b FROM t WHERE a = :a", {a: 7}, செயல்(r) { அச்சு r.b; });
அச்சு குறி.ஓடை("SELECT a FROM t ORDER BY a", செயல்(r) { திரும்பு r.a < 4; });
முயல் { குறி.stream("SELECT a FROM t", [], செயல்(r) { எறி "வேண்டாம்"; }); } பிழை(e) { அச்சு e.message; }
முயல் { குறி.stream("SELECT nothing FROM t", [], செயல்(r) { }); } பிழை(e) { அச்சு e.code; }
முயல் { குறி.stream("SELECT a FROM t WHERE a = ?", [], செயல்(r) { }); } பிழை(e) { அச்சு e.code; }
அச்சு குறி.stream("SELECT a FROM t WHERE a > 99", [], செயல்(r) { அச்சு r; });
// others go on in the meantime, and what they write is written
குறி.stream("SELECT a FROM t WHERE a <= 3 ORDER BY a", [], செயல்(r) { குறி.execute("UPDATE t SET b = ? WHERE a = ?", ["y" & r.a, r.a]); });
அச்சு குறி.query("SELECT b FROM t WHERE a <= 3 ORDER BY a");
`, "{a: 9, b: x9}\n{a: 10, b: x10}\n2\nx7\n1\n4\nவேண்டாம்\ndb.error\ndb.params\n0\n[{b: y1}, {b: y2}, {b: y3}]\n"},
	{"insert_many", `
குறி.execute("CREATE TABLE t (a INTEGER UNIQUE, b {text}, n {decimal}, f {bool}, x {bytes})");
அச்சு குறி.insert_many("t", []);
அச்சு குறி.insert_many("t", [{a: 1, b: "ஒன்று\t\n\\N\\x", n: 12345678901234567.123456789}, {a: 2, b: இன்மை, n: இன்மை}]);
r = குறி.one("SELECT b, n FROM t WHERE a = 1");
அச்சு f"{r.b == "ஒன்று\t\n\\N\\x"} {r.n == 12345678901234567.123456789}";
அச்சு குறி.one("SELECT b, n FROM t WHERE a = 2");
அச்சு குறி.பல_சேர்("t", [[3, "", மெய், குறி.one("SELECT {blob} AS x").x], [4, "'; DROP TABLE t; --", பொய், இன்மை]], ["a", "b", "f", "x"]);
அச்சு குறி.query("SELECT b FROM t WHERE a > 2 ORDER BY a");
அச்சு குறி.one("SELECT count(*) AS n FROM t WHERE f").n;
அச்சு குறி.one("SELECT a FROM t WHERE x = {blob}").a;
செயல் ச(table, rows) { முயல் { அச்சு குறி.insert_many(table, rows); } பிழை(e) { அச்சு e.code; } }
ச("t", [{a: 10}, {a: 11}, {a: 1}]);
ச("t", [{a: 10}, {b: "x"}]);
ச("t", [{a: 10}, 7]);
ச("t", [{nothing: 10}]);
ச("nowhere", [{a: 10}]);
ச("t (a) VALUES (10); DROP TABLE t; --", [{a: 10}]);
ச("", [{a: 10}]);
ச("t", [{"a) VALUES (10); DROP TABLE t; --": 10}]);
அச்சு குறி.one("SELECT count(*) AS n FROM t").n;
முயல் {
	குறி.transaction(செயல்(தளம்) {
		அச்சு தளம்.insert_many("t", [{a: 20}, {a: 21}]);
		எறி "வேண்டாம்";
	});
} பிழை(e) { அச்சு e.message; }
அச்சு குறி.transaction(செயல்(தளம்) { திரும்பு தளம்.insert_many("t", [{a: 30}]); });
பெரியது = [];
ஒவ்வொரு i இல் வீச்சு(1000, 5999) { பெரியது = இணை(பெரியது, [i, "வரிசை " & i]); }
அச்சு குறி.insert_many("t", பெரியது, ["a", "b"]);
அச்சு குறி.one("SELECT count(*) AS n, min(a) AS a, max(a) AS b FROM t");
`, "0\n2\ntrue true\n{b: nil, n: nil}\n2\n[{b: }, {b: '; DROP TABLE t; --}]\n1\n3\n" +
		"conflict\nargument\nargument\ndb.error\ndb.error\ndb.error\nargument\ndb.error\n4\n2\nவேண்டாம்\n1\n5000\n{a: 1, b: 5999, n: 5005}\n"},
	{"stream in a transaction", `
குறி.execute("CREATE TABLE t (a INTEGER)");
குறி.execute("INSERT INTO t VALUES (0)");
முயல் {
	குறி.transaction(செயல்(தளம்) {
		தளம்.execute("INSERT INTO t VALUES (1), (2), (3)");
		அச்சு தளம்.stream("SELECT a FROM t WHERE a < 2 ORDER BY a", [], செயல்(r) { அச்சு r.a; });
		தளம்.stream("SELECT a FROM t ORDER BY a", [], செயல்(r) { திரும்பு பொய்; });
		முயல் {
			தளம்.transaction(செயல்(உள்ளே) {
				உள்ளே.stream("SELECT a FROM t ORDER BY a", [], செயல்(r) { எறி "உள்ளே"; });
			});
		} பிழை(e) { அச்சு e.message; }
		அச்சு தளம்.stream("SELECT a FROM t ORDER BY a", [], செயல்(r) { });
		தளம்.execute("DELETE FROM t WHERE a = 0");
		எறி "திரும்ப";
	});
} பிழை(e) { அச்சு e.message; }
அச்சு குறி.query("SELECT a FROM t");
`, "0\n1\n2\nஉள்ளே\n4\nதிரும்ப\n[{a: 0}]\n"},
	{"again and again", `
குறி.execute("CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT t_b_unique UNIQUE (b))");
ஒவ்வொரு i இல் வீச்சு(1, 30) {
	முயல் {
		குறி.transaction(செயல்(தளம்) {
			தளம்.execute("INSERT INTO t VALUES (?, ?)", [i, i]);
			முயல் {
				தளம்.transaction(செயல்(உள்ளே) {
					உள்ளே.execute("INSERT INTO t VALUES (?, ?)", [-i, -i]);
					(மீதி(i, 3) == 0) எனில் { உள்ளே.execute("INSERT INTO t VALUES (?, ?)", [i, i]); }
				});
			} பிழை(e) { (e.code != "conflict") எனில் { அச்சு e; } }
			(தளம்.one("SELECT count(*) AS n FROM t WHERE a = ?", [i]).n != 1) எனில் { அச்சு "lost " & i; }
			தளம்.execute("UPDATE t SET a = a + ? WHERE b = ?", [1000, i]);
			(மீதி(i, 5) == 0) எனில் { எறி "திரும்ப"; }
		});
	} பிழை(e) { (e.message != "திரும்ப") எனில் { அச்சு e; } }
	முயல் { குறி.execute("INSERT INTO t VALUES (?, ?)", [i, 1]); } பிழை(e) { (e.code != "conflict") எனில் { அச்சு e; } }
}
அச்சு குறி.one("SELECT count(*) AS n, sum(a) AS s FROM t");
குறி.execute("ALTER TABLE t ADD COLUMN c INTEGER");
ஒவ்வொரு i இல் வீச்சு(1, 3) { அச்சு குறி.execute("UPDATE t SET a = ? WHERE b = ?", [i, 1]); }
`, "{n: 40, s: 24120}\n1\n1\n1\n"},
	{"table changed under a prepared query", `
குறி.execute("CREATE TABLE t (a INTEGER)");
குறி.execute("INSERT INTO t VALUES (1)");
அச்சு குறி.query("SELECT * FROM t");
குறி.execute("ALTER TABLE t ADD COLUMN b INTEGER");
அச்சு குறி.query("SELECT * FROM t");
`, "[{a: 1}]\n[{a: 1, b: nil}]\n"},
}

// words are what differs in the suite's SQL.
var words = map[string]map[string]string{
	"sqlite":   {"{blob}": "x'5c00ff22'", "{bool}": "BOOLEAN", "{bytes}": "BLOB", "{decimal}": "TEXT", "{text}": "VARCHAR", "{one}": "?", "{conflict}": "t.b"},
	"postgres": {"{blob}": `decode('5c00ff22', 'hex')`, "{bool}": "BOOLEAN", "{bytes}": "BYTEA", "{decimal}": "NUMERIC", "{text}": "TEXT", "{one}": "$1", "{conflict}": "t_b_unique"},
	"mysql":    {"{blob}": "x'5c00ff22'", "{bool}": "BOOLEAN", "{bytes}": "BLOB", "{decimal}": "DECIMAL(38,9)", "{text}": "TEXT", "{one}": "?", "{conflict}": "t_b_unique"},
}

// TestEveryDatabase runs the suite on each.
func TestEveryDatabase(t *testing.T) {
	for _, k := range kindsOfDatabase {
		t.Run(k.name, func(t *testing.T) {
			open := k.open(t)
			for _, test := range suite {
				t.Run(test.name, func(t *testing.T) {
					checkGoroutines(t)
					url := open(t)
					text, want := strings.ReplaceAll(test.text, "{url}", url), test.want
					for from, to := range words[strings.Fields(k.name)[0]] {
						text, want = strings.ReplaceAll(text, from, to), strings.ReplaceAll(want, from, to)
					}
					for _, table := range []string{"t", "p"} {
						runOn(t, url, `குறி.execute("DROP TABLE IF EXISTS `+table+`");`)
					}
					if got, err := runOn(t, url, text); err != nil || got != want {
						t.Errorf("printed:\n%s%v\nwant:\n%s", got, err, want)
					}
				})
			}
		})
	}
}

// runOn runs a program whose DATABASE_URL is url, and closes its databases.
func runOn(t testing.TB, url, text string) (string, *vm.Error) {
	t.Helper()
	w := compileWorld(t, text)
	defer w.service.Close()
	w.host.Env = func(name string) (string, bool) { return url, name == "DATABASE_URL" }
	if strings.HasSuffix(url, onLoop) {
		w.loop = dbtest.NewLoop(t)
	}
	return w.run(context.Background())
}
