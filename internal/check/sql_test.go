package check_test

import (
	"fmt"
	"strings"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/source/load"
)

func TestSQLOf(t *testing.T) {
	for _, test := range []struct{ name, text, want, warnings string }{
		{"statements and members", `
தளம்_செய் "INSERT INTO t VALUES (?)", [1];
தளம்_வினா "SELECT a FROM t", [], வ;
அச்சு குறி.query("SELECT 1", [வ, "x"]);
அச்சு query_async("SELECT 2 WHERE :a", {a: 1.5});
குறி.stream("SELECT 3", செயல்(r) { });
குறி.transaction(செயல்(த) { த.execute("DELETE FROM t"); });
request = {query: செயல்(x) { திரும்பு x; }};
அச்சு request.query("name");
sql = "SELECT 9";
அச்சு குறி.query(sql);
`, "INSERT INTO t VALUES (?) 1|SELECT a FROM t 0|SELECT 1 2|SELECT 2 WHERE :a 1 a|SELECT 3 0|DELETE FROM t 0", ""},
		{"another pool", `
குளம் = pool_create { "url": "x.db" };
அச்சு குளம்.query("SELECT 1 FROM t");
அச்சு query_async(குளம், "SELECT 2");
அச்சு குறி.query("SELECT 3");
`, "SELECT 1 FROM t 0 elsewhere|SELECT 2 0 elsewhere|SELECT 3 0", ""},
		{"only one", `
குறி.query("SELECT a::text FROM t");
குறி.query("SELECT a FROM t WHERE b ILIKE ?", ["x"]);
குறி.execute("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2");
குறி.execute("insert or ignore into t values ('a::b ILIKE') -- SERIAL");
குறி.query("SELECT \"jsonb\", glob_x FROM t LIMIT 1");
`, "", "::/PostgreSQL ILIKE/PostgreSQL ON DUPLICATE KEY/MySQL INSERT OR/SQLite"},
		{"it says which", `
தளம்_இணை போச்குரசீகுல், "postgres://h/d";
குறி.query("SELECT a::text FROM t");
குறி.query("PRAGMA user_version");
`, "", "PRAGMA/SQLite"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := compile.Program(load.File{Name: "a.qmz", Key: "a.qmz", Text: test.text}, load.NewFinder("", "", nil), compile.Options{Lenient: true})
			if err != nil || r.Code == nil {
				t.Fatal(err, r.Messages)
			}
			list, messages := r.SQL()
			var got, warned []string
			for _, s := range list {
				line := fmt.Sprint(s.Text, " ", s.Count)
				if s.Named {
					line += " " + strings.Join(s.Names, ",")
				}
				if s.Elsewhere {
					line += " elsewhere"
				}
				got = append(got, line)
			}
			for _, m := range messages {
				warned = append(warned, strings.Join(m.Args, "/"))
			}
			if g := strings.Join(got, "|"); test.want != "" && g != test.want {
				t.Errorf("got  %s\nwant %s", g, test.want)
			}
			if g := strings.Join(warned, " "); g != test.warnings {
				t.Errorf("warned %s\nwant   %s", g, test.warnings)
			}
		})
	}
}
