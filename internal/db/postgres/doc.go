// Package postgres is PostgreSQL, by pgx's connections.
//
// Every statement goes by the extended protocol: prepared once on each connection, its
// parameters apart from it. Values travel as PostgreSQL writes them, as text, so NUMERIC keeps
// all its digits and a type that nobody here has heard of arrives as it is written.
//
// From the outside in:
//
//   - Database: one URL, with the pool and the lanes.
//   - lanes: connections that only read, and that many who ask share, a batch at a time. Each event loop has some of its own (bay); lane is one,
//     batch is how one goes without a goroutine, history what is known of a statement.
//   - conn: a connection with its prepared statements.
//   - quick: what runs again and again, from an event loop to a connection and back without a goroutine.
//   - wire: the socket below, which is Go's until a loop asks for it.
//   - encode, decode: values to what PostgreSQL reads, and what it writes to cells.
package postgres
