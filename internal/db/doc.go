// Package db is what all databases have in common: the surface that drivers implement and
// std/db uses, whatever the server.
//
// From the outside in:
//
//   - Driver, Database, Conn: what a driver gives. A driver is a package below this one:
//     sqlite, postgres, mysql. They know neither programs nor fibers.
//   - Statement, Params, Table, Cell: SQL on its way there, and rows on their way back,
//     outside of any fiber's memory.
//   - Error: what went wrong, with the code that programs test.
//   - Pool: connections to a server, shared by all who ask. SQLite has its own.
//   - Split, Placeholders, SeemsToRead: the little that has to be known of SQL's text, with the quoting
//     rules of each dialect. Values are never put into it.
//
// Whether a transaction is open is never guessed: the driver asks its connection.
package db
