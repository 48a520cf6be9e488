package cache

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// The builtins of older programs: one connection to a Redis server, and its own commands.
// Everything that goes wrong is a failure. The connection is the process's, not a request's.

// commandTime is what connecting and each command may take.
const commandTime = 10 * time.Second

func (b binder) bindCommands(l *vm.Linker) {
	host.Bind(l, []host.Native{
		{ID: "redisConnect", Min: 1, Max: 1, Run: b.redisConnect},
		{ID: "redisCommand", Min: 2, Max: 2, Run: b.redisCommand},
		{ID: "redisClose", Run: b.redisClose},
	})
}

// redisConnect gives the address as a success. A connection that there is already is closed.
func (b binder) redisConnect(f *vm.Fiber, a []value.Value) (value.Value, error) {
	address := host.Copy(f, &a[0])
	return host.Do(f, func(ctx context.Context) (struct{}, error) {
		c, err := redis.Dial(ctx, address, commandTime)
		if err == nil {
			b.s.connect(c)
		}
		return struct{}{}, err
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return failure(f, err)
		}
		return host.Success(f, f.Heap().NewText(address))
	})
}

// connect puts a connection in the place of the one that there is. It reports whether there was
// one.
func (s *Service) connect(c *redis.Connection) bool {
	s.mu.Lock()
	old := s.connection
	s.connection = c
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return old != nil
}

func (b binder) redisCommand(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[1].IsList() {
		return value.Nil, host.NeedList(f, &a[1])
	}
	words := []string{host.Copy(f, &a[0])}
	for i := range a[1].List().Len() {
		words = append(words, host.Copy(f, a[1].List().At(i)))
	}
	b.s.mu.Lock()
	c := b.s.connection
	b.s.mu.Unlock()
	if c == nil {
		h := f.Heap()
		return h.Fail(h.NewText(host.Both("ரெடிஸ் இணைக்கப்படவில்லை", "not connected to Redis") + ": use ரெடிஸ்_இணை first")), nil
	}
	return host.Do(f, func(ctx context.Context) (any, error) { return c.Command(ctx, words) },
		func(f *vm.Fiber, answer any, err error) (value.Value, error) {
			if err != nil {
				return failure(f, err)
			}
			return host.Success(f, reply(f, answer))
		})
}

// reply is what a server has answered: text where it is some, else bytes.
func reply(f *vm.Fiber, x any) value.Value {
	h := f.Heap()
	switch x := x.(type) {
	case string:
		if !utf8.ValidString(x) {
			return h.NewBytes([]byte(x))
		}
		return h.NewText(x)
	case int64:
		return value.Number(decimal.FromInt(x))
	case error: // one of several answers
		return h.NewText(host.Valid(x.Error()))
	case []any:
		list := h.NewList(0, len(x))
		for i := range x {
			if h.Over() {
				break
			}
			h.Append(&list, reply(f, x[i]))
		}
		return list
	}
	return value.Nil
}

// redisClose answers whether there was a connection.
func (b binder) redisClose(*vm.Fiber, []value.Value) (value.Value, error) {
	return value.Bool(b.s.connect(nil)), nil
}

// failure is what has gone wrong, in the words of the server where they are its.
func failure(f *vm.Fiber, err error) (value.Value, error) {
	tamil, english := "ரெடிஸ் பிழை", "Redis error"
	text := err.Error()
	var e *cache.Error
	if errors.As(err, &e) {
		tamil, english, text = e.Tamil, e.English, e.Text
		if e.Code == cache.CodeError {
			tamil, english = "ரெடிஸ் பிழை", "Redis error"
		}
	}
	if text != "" {
		english += ": " + host.Valid(text)
	}
	return host.Failure(f, tamil, english)
}
