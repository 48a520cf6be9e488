// Package transfer moves a whole database from SQLite to PostgreSQL: tables, rows, keys, indexes.
//
// From the outside in:
//
//   - Copy: one transaction of the target, in which everything stands or nothing.
//   - table, read from what SQLite tells of itself; its columns get the narrowest type of
//     PostgreSQL's that holds every value which is there: what SQLite lets into a column
//     need not be what its declaration says.
//   - rows: a batch in memory at a time, by COPY; their number is compared at the end.
package transfer
