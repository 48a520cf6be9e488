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

// keeper is who keeps the values.
var keeper = cache.Keeper{Tamil: "தற்காலிகத்தின் தரவுதளம்", English: "the cache's database"}

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
		return keeper.Failure(cache.CodeTimeout, "")
	case !errors.As(err, &e):
		return keeper.Failure(cache.CodeUnavailable, err.Error())
	}
	code := codes[e.Code]
	switch code {
	case "":
		code = cache.CodeError
	case cache.CodeTooLarge:
		return cache.TooLarge()
	}
	return keeper.Failure(code, e.Text)
}
