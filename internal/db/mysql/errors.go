package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"

	"etamil/internal/db"
)

// newError is what the server, or the connection to it, reports.
func newError(err error) error {
	var known *db.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var my *mysql.MySQLError
	if !errors.As(err, &my) {
		return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true, Unsent: errors.Is(err, driver.ErrBadConn)}
	}
	e := &db.Error{Text: my.Message, State: strconv.Itoa(int(my.Number))}
	e.Code, e.Retry = codeOf(my.Number)
	e.Lost = e.Code == db.CodeUnavailable
	e.Constraint, e.Column = violated(my)
	return e
}

// errSilent is that there is no connection, as its time was over.
var errSilent error = &db.Error{Code: db.CodeUnavailable, Lost: true,
	Tamil: "தரவுதளச் சேவையகம் உரிய நேரத்தில் விடை தரவில்லை", English: "the database server did not answer in time"}

// connectError is why there is no connection.
func connectError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return errSilent
	}
	return newError(err)
}

// codeOf is the code of a number, and whether the transaction may be run again.
func codeOf(number uint16) (code string, again bool) {
	switch number {
	case 1062, 1169, 1586: // a duplicate
		return db.CodeConflict, false
	case 1048, 1216, 1217, 1364, 1451, 1452, 3819, 4025: // NULL, foreign key, no default, CHECK
		return db.CodeConstraint, false
	case 1213, 1020:
		return db.CodeSerialize, true
	case 1205, 3572: // somebody has it locked
		return db.CodeBusy, true
	case 1040, 1053, 1077, 1927, 2006, 2013: // too many connections, shutdown, killed
		return db.CodeUnavailable, false
	case 1044, 1045, 1698:
		return db.CodeAuth, false
	case 1049:
		return db.CodeOpen, false
	case 1290, 1792, 1836:
		return db.CodeReadOnly, false
	case 1021, 1114:
		return db.CodeDisk, false
	case 1153, 1301:
		return db.CodeTooLarge, false
	case 1317, 1907, 1969, 3024:
		return db.CodeTimeout, false
	}
	return db.CodeError, number == errReprepare
}

// violated is the constraint and the column that an error names: they are told in its text only.
func violated(e *mysql.MySQLError) (constraint, column string) {
	switch e.Number {
	case 1062, 1586: // Duplicate entry '…' for key 'table.name'; the value may hold anything
		if i := strings.LastIndex(e.Message, "for key '"); i >= 0 {
			constraint = strings.TrimSuffix(e.Message[i+len("for key '"):], "'")
			if _, name, ok := strings.Cut(constraint, "."); ok { // MySQL 8
				constraint = name
			}
		}
	case 1451, 1452: // … CONSTRAINT `name` FOREIGN KEY …
		constraint = between(e.Message, "CONSTRAINT `", "` FOREIGN")
	case 4025: // CONSTRAINT `name` failed for `database`.`table`
		constraint = between(e.Message, "CONSTRAINT `", "` failed")
	case 3819: // Check constraint 'name' is violated.
		constraint = between(e.Message, "constraint '", "' is violated")
	case 1048, 1364: // Column 'name' cannot be null, Field 'name' doesn't have …
		column = between(e.Message, "'", "'")
	}
	return constraint, column
}

// between is what stands between two parts of s; "" if they aren't there.
func between(s, before, after string) string {
	_, s, ok := strings.Cut(s, before)
	if !ok {
		return ""
	}
	s, _, ok = strings.Cut(s, after)
	if !ok {
		return ""
	}
	return s
}
