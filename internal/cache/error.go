package cache

import (
	"context"
	"errors"
)

// The codes of errors, as programs see them.
const (
	CodeUnavailable = "cache.unavailable" // the server can't be reached
	CodeTimeout     = "cache.timeout"     // the server took too long
	CodeDenied      = "cache.denied"      // the server refuses the password or the command
	CodeNotNumber   = "cache.not_number"  // counting with what is no whole number
	CodeTooLarge    = "cache.too_large"   // a value of more bytes than one may have
	CodeValue       = "cache.value"       // a value that can't be kept, or bytes that are none
	CodeError       = "cache.error"       // anything else that the server says
)

// Error is an error of a store.
type Error struct {
	Code           string
	Tamil, English string
	Text           string // the server's own words; "": none
}

// Error is the English sentence.
func (e *Error) Error() string {
	if e.Text != "" {
		return e.English + ": " + e.Text
	}
	return e.English
}

// Keeper is what keeps a store's values elsewhere, as it is called in sentences.
type Keeper struct{ Tamil, English string }

// sentences are what befalls a keeper, behind its name.
var sentences = map[string]Keeper{
	CodeDenied:      {"ஏற்க மறுத்தது", "refuses"},
	CodeUnavailable: {"கிடைக்கவில்லை", "can't be reached"},
	CodeTimeout:     {"உரிய நேரத்தில் விடை தரவில்லை", "took too long"},
	CodeError:       {"சொல்லும் பிழை", "says"},
}

// Failure is the error with one of the codes of which a keeper is the cause: denied, unavailable, timeout or error. text are its own words; "": none.
func (k Keeper) Failure(code, text string) error {
	s := sentences[code]
	return &Error{Code: code, Tamil: k.Tamil + " " + s.Tamil, English: k.English + " " + s.English, Text: text}
}

// Down reports whether an error says that the store can't be reached now, whatever it is asked.
func Down(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Code == CodeUnavailable || e.Code == CodeTimeout || e.Code == CodeDenied
	}
	return errors.Is(err, context.DeadlineExceeded)
}

// NotNumber is the error of counting with what is no whole number.
func NotNumber() error {
	return &Error{Code: CodeNotNumber, Tamil: "இந்தச் சாவியின் கீழ் உள்ளது முழு எண் அல்ல", English: "what stands under this key is no whole number"}
}

// TooLarge is the error of a value that takes more bytes than one may.
func TooLarge() error {
	return &Error{Code: CodeTooLarge, Tamil: "தற்காலிகத்தில் வைக்க மதிப்பு மிகப் பெரியது", English: "the value is too large for the cache"}
}
