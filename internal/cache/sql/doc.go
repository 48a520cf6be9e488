// Package sql is a cache.Store in a database: SQLite for the processes of one machine, PostgreSQL
// or MariaDB (MySQL) for all instances.
//
//	Store ──> dialect ──> db.Database
//	  │          └─ the statements, as each kind of database writes them
//	  └──> cleaner: what has ended is deleted now and then
//
// Everything stands in one table, etamil_store, whose rows are values, numbers, locks (whose data
// is the token) and rates (whose end is when the client may have all again): each has a key and an
// end, and behind its end it is not there for anybody. The clock is the database's, never ours, so
// that instances whose clocks differ agree. A second table has the tags. Both are made when the
// store is first used and are not there.
//
// What counts, locks or takes is one statement, so that no two instances can come between each
// other; only tags need a transaction. A statement that the database gives up for another
// (a deadlock) is run again. Each call is held to Options.Timeout and to the caller's context; a
// database that can't be reached is an error at once, see cache.Gate.
package sql
