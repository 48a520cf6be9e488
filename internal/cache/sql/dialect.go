package sql

import (
	"strconv"
	"strings"
	"sync"

	"etamil/internal/db"
)

// dialect is the statements of the store for one kind of database. Times in them are in
// microseconds since 1970 by the database's clock.
type dialect struct {
	create []string

	get, set, delete, expire string
	// add answers the sum as a row, or nothing where no whole number stands. In MySQL it is the
	// last id instead, and refused where no whole number stands.
	add string
	// lock changes a row if the lock could be had; in MySQL the last id says so.
	lock, unlock string
	// take answers how long until there are all, or nothing where there is none; then left asks
	// how long that is. In MySQL the last id says both: twice the time, and 1 if it was taken.
	take, left string

	tag, tagged, untag, deleteKeys string
	clean, cleanTags               string

	lastID bool // answers come as the last id
}

// refused is the last id that says that there was no whole number. No sum is as small.
const refused = -1 << 63

// never is the time of what has no end, as it is added to now: far beyond every clock.
const never = 4e18

// Chunks: how many keys one step of deleting deletes.
const (
	tagStep   = 200
	cleanStep = 1000
)

// dialects are by the names of drivers. They are made when a store is first opened: most
// programs have none, and every start would pay for them.
var dialects = sync.OnceValue(func() map[string]*dialect {
	return map[string]*dialect{
		"SQLite": standard(
			`CAST(round(unixepoch('subsec') * 1000) AS INTEGER) * 1000`, "max", "", "", []string{
				`CREATE TABLE IF NOT EXISTS etamil_store (k BLOB PRIMARY KEY, n INTEGER, data BLOB, fresh INTEGER NOT NULL, ends INTEGER NOT NULL)`,
				`CREATE INDEX IF NOT EXISTS etamil_store_ends ON etamil_store (ends)`,
				`CREATE TABLE IF NOT EXISTS etamil_store_tags (tag BLOB, k BLOB, ends INTEGER NOT NULL, PRIMARY KEY (tag, k)) WITHOUT ROWID`,
				`CREATE INDEX IF NOT EXISTS etamil_store_tags_ends ON etamil_store_tags (ends)`,
			}),
		"PostgreSQL": standard(
			`(extract(epoch FROM statement_timestamp()) * 1000000)::bigint`, "GREATEST", " FOR UPDATE", " FOR UPDATE SKIP LOCKED", []string{
				`CREATE TABLE IF NOT EXISTS etamil_store (k bytea PRIMARY KEY, n bigint, data bytea, fresh bigint NOT NULL, ends bigint NOT NULL)`,
				`CREATE INDEX IF NOT EXISTS etamil_store_ends ON etamil_store (ends)`,
				`CREATE TABLE IF NOT EXISTS etamil_store_tags (tag bytea, k bytea, ends bigint NOT NULL, PRIMARY KEY (tag, k))`,
				`CREATE INDEX IF NOT EXISTS etamil_store_tags_ends ON etamil_store_tags (ends)`,
			}),
		"MySQL": mysql(),
	}
})

// standard is the dialect of SQLite and PostgreSQL. now is the time, greatest the function that
// gives the larger of two, lock and skip what makes a SELECT lock its rows and pass over others'.
func standard(now, greatest, lock, skip string, create []string) *dialect {
	r := strings.NewReplacer("NOW", now, "GREATEST", greatest, "SKIP", skip, "LOCK", lock)
	return &dialect{
		create: create,
		get:    r.Replace(`SELECT n, data, fresh FROM etamil_store WHERE k = $1 AND ends > NOW`),
		set: r.Replace(`INSERT INTO etamil_store (k, n, data, fresh, ends) VALUES ($1, $2, $3, $4, NOW + $5)
			ON CONFLICT (k) DO UPDATE SET n = excluded.n, data = excluded.data, fresh = excluded.fresh, ends = excluded.ends`),
		delete: r.Replace(`DELETE FROM etamil_store WHERE k = $1 AND ends > NOW`),
		expire: r.Replace(`UPDATE etamil_store SET ends = NOW + $2, fresh = 0 WHERE k = $1 AND ends > NOW`),
		add: r.Replace(`INSERT INTO etamil_store (k, n, fresh, ends) VALUES ($1, $2, 0, NOW + $3)
			ON CONFLICT (k) DO UPDATE SET
				n = CASE WHEN etamil_store.ends <= NOW THEN excluded.n ELSE etamil_store.n + excluded.n END,
				ends = CASE WHEN etamil_store.ends <= NOW THEN excluded.ends ELSE etamil_store.ends END,
				data = NULL, fresh = 0
			WHERE etamil_store.ends <= NOW OR etamil_store.n BETWEEN $4 AND $5
			RETURNING n`),
		lock: r.Replace(`INSERT INTO etamil_store (k, data, fresh, ends) VALUES ($1, $2, 0, NOW + $3)
			ON CONFLICT (k) DO UPDATE SET data = excluded.data, ends = excluded.ends
			WHERE etamil_store.data = excluded.data OR etamil_store.ends <= NOW`),
		unlock: `DELETE FROM etamil_store WHERE k = $1 AND data = $2`,
		take: r.Replace(`INSERT INTO etamil_store (k, fresh, ends) VALUES ($1, 0, NOW + $2)
			ON CONFLICT (k) DO UPDATE SET ends = GREATEST(etamil_store.ends, NOW) + $2
			WHERE GREATEST(etamil_store.ends, NOW) + $2 - NOW <= $3
			RETURNING ends - NOW`),
		left: r.Replace(`SELECT ends - NOW FROM etamil_store WHERE k = $1`),
		tag: r.Replace(`INSERT INTO etamil_store_tags (tag, k, ends) VALUES ($1, $2, NOW + $3)
			ON CONFLICT (tag, k) DO UPDATE SET ends = GREATEST(etamil_store_tags.ends, excluded.ends)`),
		tagged:     r.Replace(`SELECT k FROM etamil_store_tags WHERE tag = $1 ORDER BY k LIMIT $2LOCK`),
		untag:      `DELETE FROM etamil_store_tags WHERE tag = $1 AND k IN ` + places(2),
		deleteKeys: r.Replace(`DELETE FROM etamil_store WHERE ends > NOW AND k IN ` + places(1)),
		clean: r.Replace(`DELETE FROM etamil_store WHERE ends <= NOW AND k IN
			(SELECT k FROM etamil_store WHERE ends <= NOW LIMIT $1SKIP)`),
		cleanTags: r.Replace(`DELETE FROM etamil_store_tags WHERE ends <= NOW AND (tag, k) IN
			(SELECT t.tag, t.k FROM etamil_store_tags t LEFT JOIN etamil_store s ON s.k = t.k AND s.ends > NOW
				WHERE t.ends <= NOW AND s.k IS NULL LIMIT $1)`),
	}
}

// mysql is the dialect of MariaDB and MySQL. They have no condition on what an INSERT changes, and
// not all have RETURNING: what came of it is what LAST_INSERT_ID(x) leaves as the last id. Each
// assignment sees what the ones before it have done, so the end, on which all depends, comes last.
// VALUES(data) is not to be compared: MariaDB reads the row that is there in its place.
// "+ 0 * ends" keeps the server from computing a call before it is its turn.
func mysql() *dialect {
	r := strings.NewReplacer("NOW", `TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))`)
	return &dialect{
		lastID: true,
		create: []string{
			`CREATE TABLE IF NOT EXISTS etamil_store (k VARBINARY(255) PRIMARY KEY, n BIGINT, data LONGBLOB, fresh BIGINT NOT NULL, ends BIGINT NOT NULL,
				INDEX etamil_store_ends (ends)) ENGINE=InnoDB`,
			`CREATE TABLE IF NOT EXISTS etamil_store_tags (tag VARBINARY(255), k VARBINARY(255), ends BIGINT NOT NULL, PRIMARY KEY (tag, k),
				INDEX etamil_store_tags_ends (ends)) ENGINE=InnoDB`,
		},
		get: r.Replace(`SELECT n, data, fresh FROM etamil_store WHERE k = $1 AND ends > NOW`),
		set: r.Replace(`INSERT INTO etamil_store (k, n, data, fresh, ends) VALUES ($1, $2, $3, $4, NOW + $5)
			ON DUPLICATE KEY UPDATE n = VALUES(n), data = VALUES(data), fresh = VALUES(fresh), ends = VALUES(ends)`),
		delete: r.Replace(`DELETE FROM etamil_store WHERE k = $1 AND ends > NOW`),
		expire: r.Replace(`UPDATE etamil_store SET ends = NOW + $2, fresh = 0 WHERE k = $1 AND ends > NOW`),
		add: r.Replace(`INSERT INTO etamil_store (k, n, fresh, ends) VALUES ($1, CAST(LAST_INSERT_ID($2) AS SIGNED), 0, NOW + $3)
			ON DUPLICATE KEY UPDATE
				n = CASE
					WHEN ends <= NOW THEN CAST(LAST_INSERT_ID($2 + 0 * ends) AS SIGNED)
					WHEN n BETWEEN $4 AND $5 THEN CAST(LAST_INSERT_ID(n + $2) AS SIGNED)
					WHEN LAST_INSERT_ID($6 + 0 * ends) = 0 THEN n
					ELSE n END,
				data = IF(ends <= NOW, NULL, data),
				fresh = IF(ends <= NOW, 0, fresh),
				ends = IF(ends <= NOW, VALUES(ends), ends)`),
		lock: r.Replace(`INSERT INTO etamil_store (k, data, fresh, ends) VALUES ($1, $2, IF(LAST_INSERT_ID(1) = 0, 0, 0), NOW + $3)
			ON DUPLICATE KEY UPDATE
				data = IF(data = $2 OR ends <= NOW, $2, data),
				ends = IF(data = $2,
					IF(LAST_INSERT_ID(1 + 0 * ends) = 0, ends, VALUES(ends)),
					IF(LAST_INSERT_ID(2 + 0 * ends) = 0, ends, ends))`),
		unlock: `DELETE FROM etamil_store WHERE k = $1 AND data = $2`,
		take: r.Replace(`INSERT INTO etamil_store (k, fresh, ends) VALUES ($1, IF(LAST_INSERT_ID(2 * $2 + 1) = 0, 0, 0), NOW + $2)
			ON DUPLICATE KEY UPDATE
				ends = IF(GREATEST(ends, NOW) + $2 - NOW <= $3,
					IF(LAST_INSERT_ID(2 * (GREATEST(ends, NOW) + $2 - NOW) + 1) = 0, ends, GREATEST(ends, NOW) + $2),
					IF(LAST_INSERT_ID(2 * (ends - NOW)) = 0, ends, ends))`),
		tag: r.Replace(`INSERT INTO etamil_store_tags (tag, k, ends) VALUES ($1, $2, NOW + $3)
			ON DUPLICATE KEY UPDATE ends = GREATEST(ends, VALUES(ends))`),
		tagged:     `SELECT k FROM etamil_store_tags WHERE tag = $1 ORDER BY k LIMIT $2 FOR UPDATE`,
		untag:      `DELETE FROM etamil_store_tags WHERE tag = $1 AND k IN ` + places(2),
		deleteKeys: r.Replace(`DELETE FROM etamil_store WHERE ends > NOW AND k IN ` + places(1)),
		clean:      r.Replace(`DELETE FROM etamil_store WHERE ends <= NOW LIMIT $1`),
		cleanTags: r.Replace(`DELETE FROM etamil_store_tags WHERE ends <= NOW
			AND NOT EXISTS (SELECT 1 FROM etamil_store s WHERE s.k = etamil_store_tags.k AND s.ends > NOW) LIMIT $1`),
	}
}

// places is a list of as many parameters as a step of deleting has keys, the first of that number.
func places(first int) string {
	var b strings.Builder
	for i := range tagStep {
		b.WriteString(", $" + strconv.Itoa(first+i))
	}
	return "(" + b.String()[2:] + ")"
}

// params are parameters in order.
type params struct{ db.Params }

func (p *params) int(n int64) *params {
	p.Add(db.Cell{Kind: db.Integer, N: n}, "")
	return p
}

func (p *params) bytes(s string) *params {
	p.Add(db.Cell{Kind: db.Blob}, s)
	return p
}

func (p *params) null() *params {
	p.Add(db.Cell{}, "")
	return p
}

// keyed begins with a key.
func keyed(k string) *params { return new(params).bytes(k) }
