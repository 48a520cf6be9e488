package db

import (
	"context"

	"etamil/internal/db"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// maxChannel is how long the name of a channel may be, in bytes: PostgreSQL would cut it off.
const maxChannel = 63

// bindListeners binds listen, notify and what listen gives.
func (b binder) bindListeners(l *vm.Linker) {
	typ := l.Type("listener")
	bind := func(of string, min, max int, n vm.Native, names ...string) {
		for _, name := range names {
			l.Method(of, name, min, max, n)
		}
	}
	bind("database", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return b.listen(f, a, typ) }, "கேள்", "kEL", "listen")
	bind("database", 1, 2, b.notify, "அறிவி", "aRivi", "notify")
	listener := func(f *vm.Fiber, a []value.Value) *db.Listener { return f.HandleOf(a[0], typ).(*db.Listener) }
	bind("listener", 0, 0, func(f *vm.Fiber, a []value.Value) (value.Value, error) { return receive(f, listener(f, a)) }, "பெறு", "peRu", "receive")
	bind("listener", 0, 0, func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		return value.Nil, listener(f, a).Close()
	}, "மூடு", "mUtu", "close")
}

// channelName is the name of a channel.
func channelName(f *vm.Fiber, v *value.Value) (string, error) {
	name := host.Copy(f, v)
	if name == "" || len(name) > maxChannel {
		return "", host.Raise("argument", "வாய்க்காலின் பெயர் 1 முதல் 63 பைட்டுகள்", "the name of a channel has 1 to 63 bytes")
	}
	return name, nil
}

// errNoMessages is the answer of databases without LISTEN.
func errNoMessages() error {
	return host.Raise("db.unsupported", "LISTEN, NOTIFY ஆகியவை PostgreSQL இல் மட்டுமே; ஒரே நிரலுக்குள் topic போதும்",
		"only PostgreSQL has LISTEN and NOTIFY; within one program there is topic")
}

// listen is x.listen(name).
func (b binder) listen(f *vm.Fiber, a []value.Value, typ uint32) (value.Value, error) {
	name, err := channelName(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	return b.with(f, b.poolOf(f, a[0]), func(f *vm.Fiber, d db.Database) (value.Value, error) {
		n, ok := d.(db.Notifier)
		if !ok {
			return value.Nil, errNoMessages()
		}
		return waitFor(f, func(ctx context.Context) (*db.Listener, error) {
			ctx, cancel := within(ctx, d)
			defer cancel()
			return n.Listen(ctx, name)
		}, func(l *db.Listener) { go l.Close() }, func(f *vm.Fiber, l *db.Listener, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, databaseError(err)
			}
			return f.NewHandle(typ, l), nil
		})
	})
}

// notify is x.notify(name, payload): part of the fiber's transaction, if it has one.
func (b binder) notify(f *vm.Fiber, a []value.Value) (value.Value, error) {
	name, err := channelName(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	q := &statement{Statement: db.Statement{SQL: "SELECT pg_notify($1, $2)", MaxBytes: maxBytes}}
	q.Params.Add(db.Cell{Kind: db.Chars}, name)
	payload := ""
	if len(a) > 2 {
		payload = host.Copy(f, &a[2])
	}
	q.Params.Add(db.Cell{Kind: db.Chars}, payload)
	return b.with(f, b.poolOf(f, a[0]), func(f *vm.Fiber, d db.Database) (value.Value, error) {
		if _, ok := d.(db.Notifier); !ok {
			return value.Nil, errNoMessages()
		}
		return run(b, q, forCount, func(_ *vm.Fiber, _ int64, err error) (value.Value, error) {
			return value.Nil, databaseError(err)
		})(f, d)
	})
}

// receive is listener.receive(). The message is taken on the fiber's worker when the wait is over, so
// that one which comes as the wait is given up, in an arm of select! that has lost, is there for the next.
func receive(f *vm.Fiber, l *db.Listener) (value.Value, error) {
	m, ok, closed := l.Take()
	switch {
	case ok:
		h := f.Heap()
		r := h.NewRecordSize(2)
		h.SetField(&r, h.NewText("payload"), h.NewText(host.Valid(m.Payload)), false)
		h.SetField(&r, h.NewText("lost"), value.Bool(m.Lost), false)
		return r, nil
	case closed:
		return value.Nil, nil
	}
	return wait(f, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.Wait(ctx)
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return value.Nil, databaseError(err)
		}
		return receive(f, l)
	})
}
