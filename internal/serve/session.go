package serve

import (
	"context"
	"slices"
	"time"

	"etamil/internal/cache"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// request.session: values that belong to whoever asks, from one request to the next.
//
//	cookie ──> session ──load, once somebody asks──> members ──> handler ends ──save──> answer
//	                        the store                              what has changed      with its cookie
//
// The client holds a random token and nothing else; the store holds the values, under a sum of the
// token, so that whoever reads the store can't take the token for his. There is a session once
// something was written into it. A token that the store does not know is never taken over: who
// writes gets a new one.
//
// Values are kept in their binary form, by name. When a handler has ended, what it has changed is
// put into what the store has then, under a lock: requests of one client that run at the same
// time change different names without losing each other's. A session that was destroyed meanwhile
// stays so. What a handler has changed that fails is not kept.

// session is the session of one request.
type session struct {
	c      *call
	handle value.Value

	loaded  bool
	token   string // the client's; "": none, or none that can be
	known   bool   // the store has it
	renewed time.Time
	fields  []sessionField

	changed     []sessionField // since it was loaded; nil data: deleted
	cleared     bool           // what was there before is destroyed
	regenerated bool           // it is to get another token

	saved  bool
	failed error
	lines  []byte // Set-Cookie, for the answer
}

type sessionField struct {
	name string
	data []byte
}

// maxSession bounds what one session holds, in bytes.
const maxSession = 1 << 20

// sessionMembers are the members of a session, by their IDs in internal/builtin.
var sessionMembers = map[string]func(*vm.Fiber, *session, []value.Value) (value.Value, error){
	"get": func(f *vm.Fiber, s *session, args []value.Value) (value.Value, error) {
		if i := s.find(host.Text(f, &args[1])); i >= 0 {
			return readField(f, s.fields[i].data)
		}
		if len(args) > 2 {
			return host.Keep(&args[2]), nil
		}
		return value.Nil, nil
	},
	"all": func(f *vm.Fiber, s *session, _ []value.Value) (value.Value, error) {
		h := f.Heap()
		r := h.NewRecordSize(len(s.fields))
		for i := range s.fields {
			v, err := readField(f, s.fields[i].data)
			if err != nil {
				return value.Nil, err
			}
			h.SetField(&r, h.NewText(s.fields[i].name), v, true)
		}
		return r, nil
	},
	"set": func(f *vm.Fiber, s *session, args []value.Value) (value.Value, error) {
		data, reason := value.AppendBinary(nil, &args[2], maxSession)
		switch reason {
		case value.BinaryKind:
			return value.Nil, host.Raise("session", "செயல், கைப்பிடி, பிழை ஆகியவற்றை அமர்வில் வைக்க முடியாது", "a function, a handle or an error can't be kept in a session")
		case value.BinaryDeep:
			return value.Nil, host.Raise("session", "மதிப்பு மிக ஆழமானது", "the value is nested too deeply for a session")
		case value.BinaryLarge:
			return value.Nil, sessionTooLarge()
		}
		return value.Nil, s.change(host.Copy(f, &args[1]), data)
	},
	"delete": func(f *vm.Fiber, s *session, args []value.Value) (value.Value, error) {
		name := host.Text(f, &args[1])
		if s.find(name) < 0 {
			return value.False, s.open()
		}
		return value.True, s.change(host.Copy(f, &args[1]), nil)
	},
	"regenerate": func(_ *vm.Fiber, s *session, _ []value.Value) (value.Value, error) {
		if err := s.open(); err != nil {
			return value.Nil, err
		}
		s.regenerated = true
		return value.Nil, nil
	},
	"destroy": func(_ *vm.Fiber, s *session, _ []value.Value) (value.Value, error) {
		if err := s.open(); err != nil {
			return value.Nil, err
		}
		s.fields, s.changed, s.cleared, s.regenerated = nil, nil, true, false
		return value.Nil, nil
	},
}

func sessionTooLarge() error {
	return host.Raise("session", "ஓர் அமர்வில் 1 MiB மட்டுமே இருக்கலாம்", "a session holds 1 MiB at most")
}

func readField(f *vm.Fiber, data []byte) (value.Value, error) {
	v, err := f.Heap().ReadBinary(data)
	if err != nil {
		return value.Nil, host.Raise("session", "அமர்வில் வேறு யாரோ எழுதியது உள்ளது", "the session holds what was written by somebody else")
	}
	return v, nil
}

// find is where a name stands among the fields, or -1.
func (s *session) find(name string) int {
	return slices.IndexFunc(s.fields, func(f sessionField) bool { return f.name == name })
}

// open reports why nothing can be changed any more: the answer has begun to leave.
func (s *session) open() error {
	if s.c.sending != nil || s.saved {
		return host.Raise("session", "பதில் தொடங்கிவிட்டது; அமர்வை இனி மாற்ற முடியாது", "the answer has begun: the session can't be changed any more")
	}
	return nil
}

// change sets a field, or with nil deletes it.
func (s *session) change(name string, data []byte) error {
	if err := s.open(); err != nil {
		return err
	}
	size := len(name) + len(data)
	for i := range s.fields {
		size += len(s.fields[i].name) + len(s.fields[i].data)
	}
	if size > maxSession && data != nil {
		return sessionTooLarge()
	}
	s.fields = changedFields(s.fields, name, data)
	s.changed = slices.DeleteFunc(s.changed, func(f sessionField) bool { return f.name == name })
	s.changed = append(s.changed, sessionField{name, data})
	return nil
}

// changedFields is list with one field changed.
func changedFields(list []sessionField, name string, data []byte) []sessionField {
	i := slices.IndexFunc(list, func(f sessionField) bool { return f.name == name })
	switch {
	case data == nil && i >= 0:
		return slices.Delete(list, i, i+1)
	case data == nil:
		return list
	case i >= 0:
		list[i].data = data
		return list
	}
	return append(list, sessionField{name, data})
}

// sessionHandle is request.session.
func (b *Binding) sessionHandle(f *vm.Fiber, c *call) value.Value {
	s := c.session
	if s == nil {
		s = &session{c: c, handle: value.Nil, token: c.sessionToken()}
		c.session = s
	}
	if f != c.f { // a task that the request has started, which has handles of its own
		return f.NewHandle(b.session, s)
	}
	if s.handle.IsNil() {
		s.handle = f.NewHandle(b.session, s)
	}
	return s.handle
}

// sessionMember makes a native of a member: the session is loaded first.
func (b *Binding) sessionMember(id string) vm.Native {
	run := sessionMembers[id]
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		s, ok := f.HandleOf(args[0], b.session).(*session)
		if !ok || s.c.session != s || s.c.x == nil && s.c.sending == nil {
			return value.Nil, gone()
		}
		if s.loaded {
			return run(f, s, args)
		}
		store := s.c.w.app.sessions()
		switch m, local := store.(*cache.Memory); {
		case store == nil:
			return value.Nil, host.Raise("session", "இங்கு அமர்வுகள் இல்லை", "there are no sessions here")
		case s.token == "":
			s.loaded = true
			return run(f, s, args)
		case local:
			it, found := m.Peek(sessionKey(s.token))
			if found {
				s.take(it)
			}
			s.loaded = true
			return run(f, s, args)
		}
		kept := make([]vm.Parcel, len(args)) // the fiber's memory may move while it waits
		for i := 1; i < len(args); i++ {
			p, err := f.Pack(args[i], true)
			if err != nil {
				return value.Nil, err
			}
			kept[i] = p
		}
		key, n := sessionKey(s.token), len(args)
		return host.Do(f, func(ctx context.Context) (found *cache.Item, err error) {
			it, ok, err := store.Get(ctx, key)
			if err != nil || !ok {
				return nil, err
			}
			return &it, nil
		}, func(f *vm.Fiber, it *cache.Item, err error) (value.Value, error) {
			if err != nil {
				return value.Nil, sessionError(err)
			}
			if !s.loaded && it != nil { // a task may have been quicker
				s.take(it)
			}
			s.loaded = true
			again := make([]value.Value, n)
			for i := 1; i < n; i++ {
				again[i] = f.Unpack(kept[i])
			}
			return run(f, s, again)
		})
	}
}
