package db_test

import (
	"slices"
	"strings"
	"testing"

	"etamil/internal/db"
)

func TestPlaceholders(t *testing.T) {
	tests := []struct {
		dialect db.Dialect
		named   bool
		sql     string
		want    string // "!" and what it complains of
		order   []int
		names   []string
	}{
		{db.PostgreSQL, false, "SELECT ? + ?", "SELECT $1 + $2", []int{0, 1}, nil},
		{db.PostgreSQL, false, "SELECT $2, $1, $2", "SELECT $2, $1, $2", []int{0, 1}, nil},
		{db.PostgreSQL, false, "SELECT a ? 'x' FROM t WHERE b = $1", "SELECT a ? 'x' FROM t WHERE b = $1", []int{0}, nil},
		{db.PostgreSQL, false, "SELECT a ?? ?", "SELECT a ? $1", []int{0}, nil},
		{db.PostgreSQL, false, "SELECT '?', \"a?\", $$ ? $1 $$, E'\\'?' -- ?\n, /* /* ? */ ? */ ?", "SELECT '?', \"a?\", $$ ? $1 $$, E'\\'?' -- ?\n, /* /* ? */ ? */ $1", []int{0}, nil},
		{db.PostgreSQL, false, "SELECT a::text, b[1:2] FROM t", "SELECT a::text, b[1:2] FROM t", nil, nil},
		{db.PostgreSQL, true, "SELECT :a::int + :b + :a, '…:c', :பெயர்", "SELECT $1::int + $2 + $1, '…:c', $3", nil, []string{"a", "b", "பெயர்"}},
		{db.PostgreSQL, true, "SELECT ?", "!a ? needs a list", nil, nil},
		{db.PostgreSQL, false, "SELECT $t$ ; $1 $t$, a$1", "SELECT $t$ ; $1 $t$, a$1", nil, nil},
		{db.PostgreSQL, false, "SELECT $99999", "!no value for the parameter $99999", nil, nil},
		{db.MySQL, false, "SELECT $2, $1, '\\'?'", "SELECT ?, ?, '\\'?'", []int{1, 0}, nil},
		{db.MySQL, false, "SELECT ?2, ?1, `?` # ?", "SELECT ?, ?, `?` # ?", []int{1, 0}, nil},
		{db.MySQL, true, "SELECT :a, @b, :a", "SELECT ?, ?, ?", nil, []string{"a", "b", "a"}},
		{db.MySQL, true, "SELECT @@version, :a", "SELECT @@version, ?", nil, []string{"a"}},
		{db.MySQL, false, "SELECT :a", "!names need a record", nil, nil},
	}
	for _, test := range tests {
		p, err := test.dialect.Placeholders(test.sql, test.named)
		if about, bad := strings.CutPrefix(test.want, "!"); bad {
			if err == nil || !strings.Contains(err.Error(), about) {
				t.Errorf("%s: got %v, want an error about %q", test.sql, err, about)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.sql, err)
			continue
		}
		if p.SQL != test.want || !slices.Equal(p.Order, test.order) || !slices.Equal(p.Names, test.names) {
			t.Errorf("%s:\ngot  %s %v %q\nwant %s %v %q", test.sql, p.SQL, p.Order, p.Names, test.want, test.order, test.names)
		}
	}
}

func TestSplit(t *testing.T) {
	tests := []struct {
		dialect db.Dialect
		sql     string
		want    []string
	}{
		{db.PostgreSQL, "SELECT 1; SELECT ';' ;; -- no;more\n ; /* ; */", []string{"SELECT 1", "SELECT ';'"}},
		{db.PostgreSQL, "CREATE FUNCTION f() AS $b$ a; b; $b$; SELECT $1", []string{"CREATE FUNCTION f() AS $b$ a; b; $b$", "SELECT $1"}},
		{db.MySQL, "SELECT 'a\\';b'; # x;\nSELECT `;`", []string{"SELECT 'a\\';b'", "# x;\nSELECT `;`"}},
		{db.MySQL, "CREATE TABLE procedures (a int); CREATE PROCEDURE p() BEGIN a; b; END", []string{"CREATE TABLE procedures (a int)", "CREATE PROCEDURE p() BEGIN a; b; END"}},
		{db.MySQL, "CREATE TABLE t (id int, event text, function text); INSERT INTO t VALUES (1)", []string{"CREATE TABLE t (id int, event text, function text)", "INSERT INTO t VALUES (1)"}},
		{db.MySQL, "CREATE OR REPLACE VIEW v AS SELECT event FROM t; SELECT 1", []string{"CREATE OR REPLACE VIEW v AS SELECT event FROM t", "SELECT 1"}},
		{db.MySQL, "CREATE DEFINER=`u`@`h` TRIGGER a BEFORE INSERT ON b FOR EACH ROW BEGIN c; END", []string{"CREATE DEFINER=`u`@`h` TRIGGER a BEFORE INSERT ON b FOR EACH ROW BEGIN c; END"}},
		{db.SQLite, "CREATE TABLE a (trigger); CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN ';' END; -- a;\n SELECT 1; /* ; */ end ; SELECT 2;",
			[]string{"CREATE TABLE a (trigger)", "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN ';' END; -- a;\n SELECT 1; /* ; */ end", "SELECT 2"}},
		{db.PostgreSQL, " ;; -- nothing", nil},
	}
	for _, test := range tests {
		if got := test.dialect.Split(test.sql); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.sql, got, test.want)
		}
	}
}

func TestEnded(t *testing.T) {
	for _, test := range []struct {
		dialect db.Dialect
		sql     string
		want    bool
	}{
		{db.PostgreSQL, "SELECT 1; ", true},
		{db.PostgreSQL, "SELECT ';'", false},
		{db.PostgreSQL, "SELECT 1; -- more", true},
		{db.PostgreSQL, "SELECT 1; SELECT $$a;", false},
		{db.MySQL, "CREATE PROCEDURE p() BEGIN SELECT 1;", false},
		{db.MySQL, "CREATE PROCEDURE p() BEGIN SELECT 1; END;", true},
		{db.MySQL, "CREATE TABLE t (event int);", true},
		{db.SQLite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE 1 WHEN 1 THEN 2 END;", false},
		{db.SQLite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;", true},
		{db.SQLite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; SELECT 2", false},
		{db.SQLite, "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; SELECT 2;", true},
	} {
		if got := test.dialect.Ended(test.sql); got != test.want {
			t.Errorf("%s: %v", test.sql, got)
		}
	}
}

// TestValues: a list must fit, a record may have more.
func TestValues(t *testing.T) {
	p, err := db.PostgreSQL.Placeholders("SELECT ?, ?", false)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		_, err := p.Values(&db.Params{Cells: make([]db.Cell, n)})
		if (err == nil) != (n == 2) {
			t.Errorf("%d parameters: %v", n, err)
		}
	}
}
