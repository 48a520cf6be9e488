// Package postgres is PostgreSQL, by pgx's connections.
//
// Every statement goes by the extended protocol: prepared once on each connection, its
// parameters apart from it. Values travel as PostgreSQL writes them, as text, so NUMERIC keeps
// all its digits and a type that nobody here has heard of arrives as it is written.
//
// From the outside in:
//
//   - Database: one URL, with the pool and the lanes.
//   - lanes: connections that only read, and that many who ask share, a batch at a time.
//   - conn: a connection with its prepared statements.
//   - encode, decode: values to what PostgreSQL reads, and what it writes to cells.
package postgres
