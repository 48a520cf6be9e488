package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// What the routes of the database's rows answer. The rows of world are known from their id.

// dbVariants is how many different rows a case asks for in turn; clients that write to one row
// would wait for each other.
const dbVariants = 509

func worldRow(id int) string { return fmt.Sprintf(`{"id":%d,"n":%d}`, id, id*7919%10_000+1) }

// fortunes are the rows of that table, in the order of their ids.
var fortunes = []string{
	"fortune: No such file or directory",
	"A computer scientist is someone who fixes things that aren&t broken.",
	"After enough decimal places, nobody gives a damn.",
	"A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1",
	"A computer program does what you tell it to do, not what you want it to do.",
	"Emacs is a nice operating system, but I prefer UNIX.",
	"Any program that runs right is obsolete.",
	"A list is only as strong as its weakest link.",
	"Feature: A bug with seniority.",
	"Computers make very fast, very accurate mistakes.",
	"<script>alert(1);</script>",
	"கற்றது கைம்மண் அளவு, கல்லாதது உலகளவு",
}

func fortunePage() string {
	type fortune struct {
		id      int
		message string
	}
	list := []fortune{{0, "Additional fortune added at request time."}}
	for i, m := range fortunes {
		list = append(list, fortune{i + 1, m})
	}
	slices.SortFunc(list, func(a, b fortune) int { return cmp.Compare(a.message, b.message) })
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>")
	for _, f := range list {
		fmt.Fprintf(&b, "<tr><td>%d</td><td>%s</td></tr>", f.id, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(f.message))
	}
	b.WriteString("</table></body></html>")
	return b.String()
}

// dbScript is what a case asks path for.
func dbScript(path string) Script {
	var s Script
	if path == "/fortunes" {
		return Script{ask(path, fortunePage())}
	}
	for i := range dbVariants {
		id := i*19%10_000 + 1
		at := fmt.Sprintf("%s/%d", path, id)
		switch path {
		case "/one", "/slow":
			s = append(s, ask(at, worldRow(id)))
		case "/twenty", "/batch", "/parallel":
			var rows []string
			for n := range 20 {
				rows = append(rows, worldRow((id+487*n)%10_000+1))
			}
			s = append(s, ask(at, "["+strings.Join(rows, ",")+"]"))
		default:
			s = append(s, hand(at, "{}", fmt.Sprintf(`{"id":%d}`, id)))
		}
	}
	return s
}

// worldSQL fills a PostgreSQL database for the rows.
func worldSQL() string {
	var b strings.Builder
	b.WriteString(`
CREATE TABLE world (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
INSERT INTO world SELECT i, i * 7919 % 10000 + 1 FROM generate_series(1, 10000) AS i;
CREATE FUNCTION after_100_ms(x INTEGER) RETURNS INTEGER LANGUAGE sql AS $$ SELECT x FROM pg_sleep(0.1) $$;
CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER NOT NULL);
INSERT INTO counter SELECT i, 0 FROM generate_series(1, 10000) AS i;
CREATE TABLE log (id BIGSERIAL PRIMARY KEY, a INTEGER NOT NULL, b VARCHAR(40) NOT NULL);
CREATE TABLE fortune (id INTEGER PRIMARY KEY, message VARCHAR(2048) NOT NULL);
`)
	for i, m := range fortunes {
		fmt.Fprintf(&b, "INSERT INTO fortune VALUES (%d, '%s');\n", i+1, strings.ReplaceAll(m, "'", "''"))
	}
	b.WriteString("VACUUM ANALYZE;\n")
	return b.String()
}
