package sql

import (
	"context"
	"errors"

	"etamil/internal/cache"
	"etamil/internal/db"
)

// codes are what errors of databases are to who uses the cache.
var codes = map[string]string{
	db.CodeUnavailable: cache.CodeUnavailable,
	db.CodeBusy:        cache.CodeUnavailable,
	db.CodeSerialize:   cache.CodeUnavailable,
	db.CodeOpen:        cache.CodeUnavailable,
	db.CodeDisk:        cache.CodeUnavailable,
	db.CodeTimeout:     cache.CodeTimeout,
	db.CodeAuth:        cache.CodeDenied,
	db.CodeReadOnly:    cache.CodeDenied,
	db.CodeTooLarge:    cache.CodeTooLarge,
}

var sentences = map[string][2]string{
	cache.CodeDenied:      {"தற்காலிகத்தின் தரவுதளம் ஏற்க மறுத்தது", "the cache's database refuses"},
	cache.CodeUnavailable: {"தற்காலிகத்தின் தரவுதளம் கிடைக்கவில்லை", "the cache's database can't be reached"},
	cache.CodeTimeout:     {"தற்காலிகத்தின் தரவுதளம் உரிய நேரத்தில் விடை தரவில்லை", "the cache's database took too long"},
	cache.CodeError:       {"தற்காலிகத்தின் தரவுதளப் பிழை", "the cache's database says"},
}

func failure(code, text string) error {
	s := sentences[code]
	return &cache.Error{Code: code, Tamil: s[0], English: s[1], Text: text}
}

// errorOf makes a cache's error of a database's. caller is the context of who has asked, without
// the store's own limit.
func errorOf(caller context.Context, err error) error {
	var known *cache.Error
	var e *db.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case caller.Err() != nil:
		return caller.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return failure(cache.CodeTimeout, "")
	case !errors.As(err, &e):
		return failure(cache.CodeUnavailable, err.Error())
	}
	code := codes[e.Code]
	switch code {
	case "":
		code = cache.CodeError
	case cache.CodeTooLarge:
		return cache.TooLarge()
	}
	return failure(code, e.Text)
}
