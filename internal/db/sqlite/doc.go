// Package sqlite is the embedded database: a file, inside the process.
//
// A file has one connection that writes and a few that read (write-ahead log: readers
// don't wait for the writer, nor it for them).
//
// From the outside in:
//
//   - Database: one file, its writer and its readers; group, the writes that share a COMMIT;
//     read, what is read without a goroutine of its own.
//   - conn: a connection with its prepared statements; engine, the calls to SQLite.
//   - Function: what SQL can call of the program.
//
// Whole numbers are bound as integers, others as reals where that keeps all their digits,
// else as text. Text that comes from a column is a number for the program if it is written
// just as that number would be; "0123" stays text, and so does all text of a column that is
// declared CHAR or VARCHAR. Decimals with more than 15 digits belong into a TEXT column:
// SQLite's NUMERIC would round them.
package sqlite
