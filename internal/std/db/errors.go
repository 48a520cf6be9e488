package db

import (
	"context"
	"errors"
	"strings"

	"etamil/internal/db"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/vm"
)

// databaseError makes of a database's error the one that programs see.
func databaseError(err error) error {
	var known *vm.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	var e *db.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return host.Raise(db.CodeTimeout, "தரவுதளம் உரிய நேரத்தில் விடை தரவில்லை", "the database took too long")
	case errors.Is(err, context.Canceled):
		return vm.Fail(diag.RunCancelled)
	case !errors.As(err, &e):
		return host.Raise(db.CodeError, sentence.tamil, sentence.english+": "+host.Valid(err.Error()))
	case e.Text == "":
		return host.Raise(e.Code, e.Tamil, e.English)
	}
	raised := vm.NewError(e.Code, host.Both(sentence.tamil, sentence.english+": "+host.Valid(e.Text)))
	raised.Details = host.Valid(e.Constraint)
	return raised
}

func paramsError(tamil, english string) error { return host.Raise(db.CodeParams, tamil, english) }

// sentence begins what is told of a mistake that the engine has found; its own words follow.
var sentence = struct{ tamil, english string }{"தரவுதளப் பிழை", "database error"}

// Discreet is the message of an error with this code without the engine's words, which name tables and columns:
// for those who should not know them. ok is false when it has none.
func Discreet(code, message string) (plain string, ok bool) {
	plain = host.Both(sentence.tamil, sentence.english)
	ok = strings.HasPrefix(message, strings.TrimSuffix(plain, ")")+": ")
	if code == db.CodeConflict {
		plain = host.Both("அது ஏற்கெனவே உள்ளது", "that is there already")
	}
	return plain, ok
}

// errWithin is the error of a task that writes while the one that has started it is in a transaction of
// the same file: each would wait for the other.
var errWithin error = &db.Error{Code: "deadlock", Tamil: "இந்தப் பணியைத் தொடங்கியது அதே தரவுதளத்தின் பரிவர்த்தனையில் உள்ளது; ஒன்றுக்கொன்று காத்திருக்கும். பரிவர்த்தனையில் எழுதுவதை அதுவே செய்யட்டும்",
	English: "the one that has started this task is in a transaction of the same database: they would wait for each other; let it write by itself"}
