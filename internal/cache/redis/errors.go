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

var sentences = map[string][2]string{
	cache.CodeDenied:      {"தற்காலிகத்தின் வழங்கி (Redis) ஏற்க மறுத்தது", "the cache server (Redis) refuses"},
	cache.CodeUnavailable: {"தற்காலிகத்தின் வழங்கி (Redis) கிடைக்கவில்லை", "the cache server (Redis) can't be reached"},
	cache.CodeTimeout:     {"தற்காலிகத்தின் வழங்கி (Redis) உரிய நேரத்தில் விடை தரவில்லை", "the cache server (Redis) took too long"},
	cache.CodeError:       {"தற்காலிகத்தின் வழங்கி (Redis) சொல்லும் பிழை", "the cache server (Redis) says"},
}

func failure(code, text string) error {
	s := sentences[code]
	return &cache.Error{Code: code, Tamil: s[0], English: s[1], Text: text}
}

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
		return failure(cache.CodeTimeout, "")
	}
	if e, ok := rueidis.IsRedisErr(err); ok {
		text := e.Error()
		for _, r := range refusals {
			if strings.HasPrefix(text, r.begin) {
				if r.code == cache.CodeNotNumber {
					return cache.NotNumber()
				}
				return failure(r.code, text)
			}
		}
		return failure(cache.CodeError, text)
	}
	return failure(cache.CodeUnavailable, err.Error())
}
