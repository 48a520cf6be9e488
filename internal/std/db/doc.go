// Package db is the database of a program: the statements தளம்_இணை, தளம்_வினா,
// தளம்_செய், தளம்_பிரி, the builtins around them, and query_async.
//
// The database is SQLite, inside the process. A file is opened once for the
// whole program with one connection that writes and a few that read (write-ahead
// log: readers don't wait for the writer, nor it for them). Every statement is a
// vm.Task: it runs on a goroutine, never on an event loop, and a fiber that is
// cancelled interrupts its statement.
//
// What belongs to whom:
//
//   - Service: all databases of one program. A file is open once, under any
//     number of names.
//   - database: one file, its writer and its readers.
//   - session: one fiber's hold on the writer from BEGIN to COMMIT. It is one of
//     the fiber's handles, so a fiber that ends in the middle rolls back.
//
// Values travel apart from the SQL. Whole numbers are bound as integers, other
// numbers as text, which a column with a numeric type turns into its own kind.
// Text that came from a column is a number for the program if it is written just
// as that number would be; "0123" stays text.
package db
