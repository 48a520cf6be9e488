// Package db is the databases of a program: the statements தளம்_இணை, தளம்_வினா,
// தளம்_செய், தளம்_பிரி, the builtins around them, and query_async.
//
// A database is opened once for the whole program, under any number of names, by the driver
// that its word or the scheme of its URL says; the drivers are in internal/db.
// Every statement is a vm.Task: it runs on a goroutine, never on an event loop, and
// a fiber that is cancelled ends its statement.
//
// From the outside in:
//
//   - Service: all databases of one program; natives.go binds its builtins.
//   - session: one fiber's hold on a connection from BEGIN to COMMIT. A fiber that
//     ends in the middle rolls back. Whether a transaction is open is never guessed
//     from the SQL: the connection is asked.
//   - statement, task: SQL on its way, and the fiber that waits for it.
//   - values.go: values to parameters, columns to values. Nothing exact is made a float
//     on the way; what a database can only keep so is bound as text.
package db
