package transfer

import (
	"context"
	"strings"

	"etamil/internal/db"
)

// content is what stands in a column: how many values of each kind.
type content struct{ values, integers, reals, texts, blobs, bools, dates, times, zoned, jsons int64 }

// choose picks PostgreSQL's type for the column: that of its declaration if every value is of it, else
// one that holds them all.
func (col *column) choose(ctx context.Context, c db.Conn, table string) error {
	x := db.SQLite.Name(col.name)
	const day, clock = "[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]", "[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
	sum := func(condition string) string { return ", coalesce(sum(" + condition + "), 0)" }
	text := "typeof(" + x + ") = 'text' AND "
	sql := "SELECT count(" + x + ")" + sum("typeof("+x+") = 'integer'") + sum("typeof("+x+") = 'real'") + sum("typeof("+x+") = 'text'") +
		sum("typeof("+x+") = 'blob'") + sum("typeof("+x+") = 'integer' AND "+x+" IN (0, 1)") +
		sum(text+x+" GLOB '"+day+"' AND date("+x+") = "+x) +
		sum(text+x+" GLOB '"+day+"[ T]"+clock+"*' AND datetime("+x+") IS NOT NULL AND "+x+" NOT GLOB '*[-+][0-9][0-9]:[0-9][0-9]' AND "+x+" NOT GLOB '*Z'") +
		sum(text+x+" GLOB '"+day+"[ T]"+clock+"*' AND datetime("+x+") IS NOT NULL AND ("+x+" GLOB '*[-+][0-9][0-9]:[0-9][0-9]' OR "+x+" GLOB '*Z')") +
		sum(text+"json_valid("+x+")") + " FROM " + db.SQLite.Name(table)
	t, err := ask(ctx, c, sql)
	if err != nil {
		return err
	}
	r := rowsOf(t)[0]
	n := content{r.number(0), r.number(1), r.number(2), r.number(3), r.number(4), r.number(5), r.number(6), r.number(7), r.number(8), r.number(9)}
	col.kind = typeFor(col.declared, n)
	return nil
}

// typeFor is the type of a column with that declaration and content.
func typeFor(declared string, n content) string {
	d := strings.ToUpper(declared)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(d, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("BOOL") && n.bools == n.values:
		return "BOOLEAN"
	case has("INT") && n.integers == n.values:
		return "BIGINT"
	case has("JSON") && n.jsons == n.values:
		return "JSONB"
	case has("TIME") && n.zoned == n.values && n.values > 0:
		return "TIMESTAMPTZ"
	case has("DATETIME", "TIMESTAMP") && n.times == n.values:
		return "TIMESTAMP"
	case d == "DATE" && n.dates == n.values:
		return "DATE"
	case has("CHAR", "CLOB", "TEXT") && n.blobs == 0:
		return "TEXT"
	case (d == "" || has("BLOB")) && n.blobs == n.values:
		return "BYTEA"
	case has("REAL", "FLOA", "DOUB") && n.reals+n.integers == n.values:
		return "DOUBLE PRECISION"
	case n.integers+n.reals == n.values:
		return "NUMERIC"
	case n.blobs == n.values:
		return "BYTEA"
	case n.blobs == 0:
		return "TEXT"
	}
	return "" // texts and blobs
}
