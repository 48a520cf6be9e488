// Package mysql is MySQL and MariaDB, by the driver of the Go project's friends.
//
// Statements are prepared, and their parameters travel apart from them. What can't be prepared, such as
// BEGIN on some servers, takes no parameters and goes as it is.
//
// Whether a transaction is open is asked of the connection: the server says it with every
// answer, also of what a procedure has begun or CREATE TABLE has committed.
//
//   - Database: one URL and its pool.
//   - conn: a connection with its prepared statements; status, what the server says of it.
//   - asDecimals: numbers that are not whole are DECIMAL in the SQL, and no floats.
//   - encode, decode: values for the driver, and the driver's for cells.
package mysql
