package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// newError is what the server, or the connection to it, reports.
func newError(err error) error {
	var known *db.Error
	if errors.As(err, &known) {
		return err
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true, Unsent: pgconn.SafeToRetry(err)}
	}
	return told(pg)
}

// lost is why a connection can't be used any more.
func lost(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return told(pg)
	}
	return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true}
}

// told is what the server says.
func told(pg *pgconn.PgError) *db.Error {
	e := &db.Error{Text: pg.Message, State: pg.Code, Constraint: pg.ConstraintName, Table: pg.TableName, Column: pg.ColumnName}
	e.Code, e.Retry = codeOf(pg.Code)
	e.Lost = e.Code == db.CodeUnavailable
	return e
}

// connectError is why there is no connection.
func connectError(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return newError(pg)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true}
}

// codeOf is the code of an SQLSTATE, and whether the transaction may be run again.
func codeOf(state string) (code string, again bool) {
	switch state {
	case "23505", "23P01": // unique, exclusion
		return db.CodeConflict, false
	case "40001", "40P01": // serialization, deadlock
		return db.CodeSerialize, true
	case "55P03":
		return db.CodeBusy, true
	case "57014":
		return db.CodeTimeout, false
	case "57P01", "57P02", "57P03", "53300":
		return db.CodeUnavailable, false
	case "25006":
		return db.CodeReadOnly, false
	case "25P02":
		return db.CodeAborted, false
	case "3D000":
		return db.CodeOpen, false
	case "53100":
		return db.CodeDisk, false
	case "53200", "54000":
		return db.CodeTooLarge, false
	}
	if len(state) == 5 {
		switch state[:2] {
		case "23":
			return db.CodeConstraint, false
		case "08":
			return db.CodeUnavailable, false
		case "28":
			return db.CodeAuth, false
		case "58":
			return db.CodeDisk, false
		}
	}
	return db.CodeError, isStale(state)
}

// stale reports that a prepared statement does not fit its tables any more, or is not known
// to the server.
func stale(err error) bool {
	var e *db.Error
	return errors.As(err, &e) && isStale(e.State)
}

// mayBeStale reports that err is one that parameters for other types would have.
func mayBeStale(err error) bool {
	var e *db.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.State {
	case "22P02", "22P03", "22003", "22007", "22008", "42804", "42883":
		return true
	}
	return isStale(e.State)
}

func isStale(state string) bool { return state == "0A000" || state == "26000" }

// isTooLarge reports that err is ours, of an answer that takes more room than it may; the server's has a state.
func isTooLarge(err error) bool {
	var e *db.Error
	return errors.As(err, &e) && e.Code == db.CodeTooLarge && e.State == ""
}

// isTimeout reports that the server has ended a statement for its time.
func isTimeout(err error) bool {
	var e *db.Error
	return errors.As(err, &e) && e.Code == db.CodeTimeout
}
