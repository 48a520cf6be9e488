// Package mysql is MySQL and MariaDB, by the driver of the Go project's friends.
//
// Statements are prepared, and their parameters travel apart from them. What can't be prepared, such as
// BEGIN on some servers, takes no parameters and goes as it is.
//
// The protocol tells whether a transaction is open, but the driver keeps that to itself. So
// a connection notes the statements that begin and end one; where its note could be
// wrong, as after SET autocommit, it is not used by anybody else, and every connection on which
// a transaction was begun is rolled back before it is given on.
//
//   - Database: one URL and its pool.
//   - conn: a connection with its prepared statements; tracker, its note.
//   - encode, decode: values for the driver, and the driver's for cells.
package mysql
