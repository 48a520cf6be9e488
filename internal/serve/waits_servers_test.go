//go:build !core

package serve

import (
	"testing"

	"etamil/internal/db/dbtest"
)

// pgPool is a small pool, and a question whether the server still works for somebody who has gone.
const (
	pgPool = `குளம் = pool_create({url: "{pg}", max_connections: 3}); குளம்.execute("CREATE TABLE IF NOT EXISTS wt (a INTEGER)");
செயல் சும்மா() {
	ஒவ்வொரு i இல் வீச்சு(1, 5000) {
		n = குளம்.one("SELECT count(*) AS n FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() AND query LIKE '%pg_sleep(100)%' AND query NOT LIKE '%pg_stat%'").n;
		(n == 0) எனில் { திரும்பு இணையாக [குளம்.one("SELECT 1 AS a"), குளம்.one("SELECT 2 AS a")]; }
		உறங்கு(0.01);
	}
	எறி பிழை_ஆக்கு("வேலை");
}`
	pgIdle = `சும்மா()`
)

// serverWaits are those that PostgreSQL makes.
var serverWaits = []wait{
	{name: "a query", of: "database.query_async", before: pgPool, text: `குளம்.query("SELECT pg_sleep(100)");`, probe: pgIdle},
	{name: "one row", of: "database.one", before: pgPool, text: `குளம்.one("SELECT pg_sleep(100)");`, probe: pgIdle},
	{name: "a statement", of: "database.execute", before: pgPool, text: `குளம்.execute("INSERT INTO wt SELECT 1 FROM pg_sleep(100)");`, probe: pgIdle},
	{name: "in a transaction", of: "database.transaction", before: pgPool, text: `குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO wt VALUES (1)"); உறங்கு(100); });`, probe: pgIdle},
	{name: "a statement of a transaction", of: "database.transaction", before: pgPool, text: `குளம்.transaction(செயல்(tx) { tx.execute("INSERT INTO wt VALUES (1)"); tx.query("SELECT pg_sleep(100)"); });`, probe: pgIdle},
	{name: "rows", of: "database.stream", before: pgPool, text: `குளம்.stream("SELECT g FROM generate_series(1, 1000000) g", செயல்(r) { உறங்கு(100); });`, probe: pgIdle},
	{name: "rows that do not come", of: "database.stream", before: pgPool, text: `குளம்.stream("SELECT pg_sleep(100)", செயல்(r) { });`, probe: pgIdle},
	{name: "a table that is locked", of: "database.insert_many", before: pgPool + `ஆயிற்று = வாய்க்கால்(1); பின்னணி { குளம்.transaction(செயல்(tx) { tx.execute("LOCK TABLE wt IN ACCESS EXCLUSIVE MODE"); ஆயிற்று.send(1); உறங்கு(1000); }); }; ஆயிற்று.receive();`,
		text: `குளம்.insert_many("wt", [{a: 1}, {a: 2}]);`, probe: `குளம்.one("SELECT 1 AS a")`},
	{name: "a connection of a pool that has none left", of: "database.execute", before: `குளம் = pool_create({url: "{pg}", max_connections: 1}); ஆயிற்று = வாய்க்கால்(1); பின்னணி { குளம்.transaction(செயல்(tx) { tx.query("SELECT 1"); ஆயிற்று.send(1); உறங்கு(1000); }); }; ஆயிற்று.receive();`,
		text: `குளம்.transaction(செயல்(tx) { tx.query("SELECT 1"); });`},
	{name: "a notification", of: "database.listen listener.receive", before: pgPool, text: `கேள் = குளம்.listen("wt"); முயல் { கேள்.receive(); } இறுதியில் { கேள்.close(); }`, probe: pgIdle},
	{name: "notifying", of: "database.notify", short: true, before: pgPool, text: `குளம்.notify("wt", "x");`, probe: pgIdle},
}

// TestWaitsForPostgres is TestWaits for what a server makes; nothing of it goes on there.
func TestWaitsForPostgres(t *testing.T) {
	pg := dbtest.Postgres(t)
	for _, w := range serverWaits {
		w.slack = 4 // connections that are kept, and their goroutines
		t.Run(w.name, func(t *testing.T) { w.test(t, "{pg}", pg.URL) })
	}
}
