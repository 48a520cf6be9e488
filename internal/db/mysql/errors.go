package mysql

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"

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
		return &db.Error{Code: db.CodeUnavailable, Text: err.Error(), Lost: true}
	}
	e := &db.Error{Text: my.Message, State: strconv.Itoa(int(my.Number))}
	e.Code, e.Retry = codeOf(my.Number)
	e.Lost = e.Code == db.CodeUnavailable
	if e.Code == db.CodeConflict || e.Code == db.CodeConstraint {
		e.Constraint = constraintOf(my.Message)
	}
	return e
}

// codeOf is the code of a number, and whether the transaction may be run again.
func codeOf(number uint16) (code string, again bool) {
	switch number {
	case 1062, 1169, 1586: // a duplicate
		return db.CodeConflict, false
	case 1048, 1216, 1217, 1364, 1451, 1452, 3819, 4025: // NULL, foreign key, no default, CHECK
		return db.CodeConstraint, false
	case errDeadlock, 1020:
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

// names of constraints in the server's words, which are the only place where they stand.
var names = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("(?:for key '|CONSTRAINT `|[Cc]onstraint [`']|Column ')([^'`]+)['`]")
})

func constraintOf(message string) string {
	m := names().FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	if _, name, ok := strings.Cut(m[1], "."); ok { // MySQL 8: table.name
		return name
	}
	return m[1]
}
