package db

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
)

// Error is what went wrong.
type Error struct {
	Code string // what programs test: db.error, conflict, …

	// Text is the database's own words. Without them the error is ours, and Tamil and
	// English say it.
	Text           string
	Tamil, English string

	State      string // SQLSTATE, or the engine's number
	Constraint string // what was violated
	Table      string
	Column     string

	Retry  bool // the whole transaction may succeed when it is run again
	Lost   bool // the connection can't be used any more
	Unsent bool // and nothing of the statement has reached the server
}

// Error implements error.
func (e *Error) Error() string {
	if e.Text != "" {
		return e.Text
	}
	return e.English
}

// The codes of errors that several drivers have.
const (
	CodeError       = "db.error"         // anything else that the database says
	CodeConflict    = "conflict"         // a unique constraint: the row is there already
	CodeConstraint  = "db.constraint"    // another constraint
	CodeBusy        = "db.busy"          // locked, or no connection is free
	CodeSerialize   = "db.serialization" // this transaction and another can't both be
	CodeUnavailable = "db.unavailable"   // the server can't be reached, or the connection broke
	CodeAuth        = "db.auth"          // it doesn't let us in
	CodeReadOnly    = "db.read_only"
	CodeDisk        = "db.disk"
	CodeTooLarge    = "db.too_large"
	CodeTimeout     = "db.timeout"
	CodeAborted     = "db.aborted" // the transaction had failed before its end
	CodeParams      = "db.params"
	CodeOpen        = "db.open"
)

// ErrClosed is what a statement gets when its database is disconnected.
var ErrClosed error = &Error{Code: "db.closed", Tamil: "தரவுதள இணைப்பு பிரிக்கப்பட்டது", English: "the database was disconnected"}

// ErrAborted is what Commit answers when the database has rolled back instead.
var ErrAborted error = &Error{Code: CodeAborted, Tamil: "பரிவர்த்தனையின் ஒரு கட்டளை தோற்றதால் எல்லாம் திரும்பப்பெறப்பட்டன",
	English: "a statement of the transaction had failed, so all of it was rolled back"}

// Params is the error of parameters that don't fit the SQL.
func ParamsError(tamil, english string) error {
	return &Error{Code: CodeParams, Tamil: tamil, English: english}
}

// TooLarge is the error of an answer with more than that many bytes.
func TooLarge(limit int) error {
	mb := strconv.Itoa(max(1, limit>>20))
	return &Error{Code: CodeTooLarge, Tamil: "வினாவின் விடை " + mb + " MB ஐத் தாண்டுகிறது; LIMIT சேர்க்கவும்",
		English: "the answer of the query has more than " + mb + " MB: add a LIMIT"}
}

// Ended is why ctx was done, if it was: what drivers say of a statement that was cut short
// is less than what we know.
func Ended(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// IsLost reports that err says that its connection can't be used any more.
func IsLost(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Lost
}

// Panic is the error of a statement whose running has panicked on a driver's goroutine: a bug in us.
type Panic struct {
	Value any
	Stack []byte
}

// Error implements error.
func (p *Panic) Error() string { return fmt.Sprint("panic: ", p.Value) }

// Guarded does some work; an error says that it has panicked.
func Guarded(work func()) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, debug.Stack()}
		}
	}()
	work()
	return nil
}
