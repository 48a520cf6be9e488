package mysql

import (
	"database/sql/driver"
	"errors"
	"reflect"
)

// The server says with every answer whether a transaction is open. The driver keeps that
// in a field which it doesn't export, and there is no statement that asks MySQL for it; so
// the field is read as it stands. Guessing from the SQL would miss what commits on its own.

// What the bits of the status are.
const (
	inTransaction = 1
	autocommit    = 2
)

// errStatus is of a driver whose field is not there any more; a test would find that.
var errStatus = errors.New("mysql: the driver has no field status")

// status is the status of a connection; it follows the connection.
type status struct{ field reflect.Value }

func statusOf(c driver.Conn) (status, error) {
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return status{}, errStatus
	}
	f := v.Elem().FieldByName("status")
	if !f.IsValid() || !f.CanUint() {
		return status{}, errStatus
	}
	return status{f}, nil
}

func (s status) has(bit uint64) bool { return s.field.Uint()&bit != 0 }
