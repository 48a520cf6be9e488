package files

import (
	"errors"
	"io/fs"

	"etamil/internal/diag"
	"etamil/internal/std/host"
)

// why is the reason that the system gives, or we do, in Tamil and English, and never the path,
// which the sentence around it has.
func why(err error) (tamil, english string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "அப்படி ஒரு கோப்பு இல்லை", "there is no such file"
	case errors.Is(err, errTooLarge):
		return "நினைவகத்தில் அடங்காது", "it does not fit the memory allowed"
	case errors.Is(err, errNotText):
		return "அது செல்லுபடியான UTF-8 உரை அல்ல", "it is not valid UTF-8 text"
	}
	tamil, english = diag.Why(err)
	return tamil, host.Valid(english)
}

// trouble says what could not be done with which file, and why. tamil has the ending of the
// file as an object, which joins what follows: "ஐ எழுத", "ஐப் படிக்க".
func trouble(path, tamil, english string, err error) (string, string) {
	t, e := why(err)
	return "'" + host.Valid(path) + "' " + tamil + " முடியவில்லை: " + t, "cannot " + english + " '" + host.Valid(path) + "': " + e
}

// raise is trouble as an error.
func raise(path, tamil, english string, err error) error {
	t, e := trouble(path, tamil, english, err)
	return host.Raise("file", t, e)
}
