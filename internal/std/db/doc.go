// Package db is the database of a program: the statements தளம்_இணை, தளம்_வினா,
// தளம்_செய், தளம்_பிரி, the builtins around them, and query_async.
//
// The database is SQLite, inside the process. A file is opened once for the whole
// program, under any number of names, with one connection that writes and a few
// that read (write-ahead log: readers don't wait for the writer, nor it for them).
// Every statement is a vm.Task: it runs on a goroutine, never on an event loop, and
// a fiber that is cancelled interrupts its statement.
//
// From the outside in:
//
//   - Service: all databases of one program; natives.go binds its builtins.
//   - session: one fiber's hold on the writer from BEGIN to COMMIT. A fiber that
//     ends in the middle rolls back. Whether a transaction is open is never guessed
//     from the SQL: SQLite is asked.
//   - database: one file, its writer and its readers.
//   - conn: a connection with its prepared statements; engine, the calls to SQLite.
//
// Values travel apart from the SQL. Whole numbers are bound as integers, others as
// reals where that keeps all their digits (13 of them), else as text. Text that comes from a
// column is a number for the program if it is written just as that number would
// be; "0123" stays text, and so does all text of a column that is declared CHAR or
// VARCHAR, the place for telephone numbers and codes. Decimals with more than 15 digits belong into a TEXT
// column: SQLite's NUMERIC would round them.
package db
