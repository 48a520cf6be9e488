package redis

import (
	"context"
	"errors"
	"strings"

	"github.com/redis/rueidis"

	"etamil/internal/cache"
)

// What the beginnings of a server's errors mean.
var refusals = []struct{ begin, code string }{
	{"WRONGPASS", cache.CodeDenied},
	{"NOAUTH", cache.CodeDenied},
	{"NOPERM", cache.CodeDenied},
	{"invalid password", cache.CodeDenied},
	{"AUTH", cache.CodeDenied},
	{"LOADING", cache.CodeUnavailable},
	{"BUSY", cache.CodeUnavailable},
	{"READONLY", cache.CodeUnavailable},
	{"MASTERDOWN", cache.CodeUnavailable},
	{"MISCONF", cache.CodeUnavailable},
	{"OOM", cache.CodeUnavailable},
	{"max number of clients", cache.CodeUnavailable},
	{"WRONGTYPE", cache.CodeNotNumber},
	{"value is not an integer", cache.CodeNotNumber},
	{"increment or decrement would overflow", cache.CodeNotNumber},
}

// keeper is who keeps the values.
var keeper = cache.Keeper{Tamil: "தற்காலிகத்தின் வழங்கி (Redis)", English: "the cache server (Redis)"}

// errorOf makes a cache's error of the library's. caller is the context of who has asked,
// without the store's own limit.
func errorOf(caller context.Context, err error) error {
	var known *cache.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case caller.Err() != nil:
		return caller.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return keeper.Failure(cache.CodeTimeout, "")
	}
	if e, ok := rueidis.IsRedisErr(err); ok {
		text := e.Error()
		for _, r := range refusals {
			if strings.HasPrefix(text, r.begin) {
				if r.code == cache.CodeNotNumber {
					return cache.NotNumber()
				}
				return keeper.Failure(r.code, text)
			}
		}
		return keeper.Failure(cache.CodeError, text)
	}
	return keeper.Failure(cache.CodeUnavailable, err.Error())
}
