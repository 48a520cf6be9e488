package db

// Statement is SQL with everything that its running needs, copied out of the fiber.
type Statement struct {
	SQL      string
	Params   Params
	MaxBytes int // of the answer
	// Last is what the fiber did last with this database, for SQL that asks for it: SQLite's
	// last_insert_rowid().
	Last Outcome
	// On is the loop of who asks and doesn't wait; nil: it has none, or waits as a goroutine.
	On Poller
}

// Outcome is what a statement did besides giving rows.
type Outcome struct {
	Changed int64 // rows
	LastRow int64 // the id of the last row inserted, where the database tells it
	Wrote   bool
}
