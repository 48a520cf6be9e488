package serve

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"etamil/http1"
	"etamil/internal/cache"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Whole answers that are kept, by a route's option. An answer is kept as its handler has said
// it; what depends on who asks (tag, coding, parts, CORS, the request's id) is made for each
// request as always.
//
//	admit ──> kept? ──> send          the handler does not run
//	            └─ no ─> handler ──> send ──> keep, if it is 200 and may be
//
// What somebody has proved who they are for is never given to others: requests with
// Authorization or Cookie go by, and so does a route with middleware, which the answer would
// not pass through, unless the program says that the answer is everybody's.

// keeping is the option: what is kept, and for how long.
type keeping struct {
	ttl      time.Duration
	tags     []string
	vary     []string // names of request headers that the answer depends on, sorted out by who asks
	line     []byte   // the Vary line of these
	everyone bool     // credentials and middleware change nothing
}

const (
	maxKeptKey  = 4 << 10     // bytes of a target and the headers it varies by
	maxKeptBody = inlineBytes // bytes of a body: what is finished on the loop
)

// readKeeping reads a time, or a record.
func readKeeping(o *routeOptions, f *vm.Fiber, v value.Value) error {
	o.keep = nil
	if off(&v) {
		return nil
	}
	k := &keeping{}
	if v.IsRecord() {
		if err := onlyFields(f, &v, "ttl", "vary", "tags", "everyone"); err != nil {
			return err
		}
		for name, to := range map[string]*[]string{"vary": &k.vary, "tags": &k.tags} {
			x, ok := v.Field(name)
			if !ok {
				continue
			}
			if !x.IsList() {
				return host.NeedList(f, x)
			}
			for i := range x.List().Len() {
				*to = append(*to, host.Copy(f, x.List().At(i)))
			}
		}
		if x, ok := v.Field("everyone"); ok {
			k.everyone = x.Truth()
		}
		x, ok := v.Field("ttl")
		if !ok {
			return badKeeping()
		}
		v = *x
	}
	var err error
	if k.ttl, err = host.Duration(f, &v); err != nil {
		return err
	}
	if k.ttl <= 0 {
		return badKeeping()
	}
	for _, name := range k.vary {
		if !isName(name) {
			return badKeeping()
		}
	}
	if len(k.vary) > 0 {
		k.line = []byte("Vary: " + strings.Join(k.vary, ", ") + "\r\n")
	}
	o.keep = k
	return nil
}

// isName reports whether a header can have that name, of those that anybody would vary by.
func isName(s string) bool {
	for _, b := range []byte(s) {
		if b != '-' && (b|0x20 < 'a' || b|0x20 > 'z') && (b < '0' || b > '9') {
			return false
		}
	}
	return s != ""
}

func badKeeping() error {
	return host.Raise("route", "cache என்பது \"60s\" போன்ற காலம், அல்லது {ttl: \"60s\", vary: [\"Accept-Language\"], tags: [\"பொருட்கள்\"], everyone: மெய்}",
		"cache must be a time such as \"60s\", or {ttl: \"60s\", vary: [\"Accept-Language\"], tags: [\"goods\"], everyone: true}")
}

// keptKey is the key of the answer that the request may get; "": none.
func (c *call) keptKey(h *handler) string {
	k, r := h.options.keep, &c.x.Req
	if r.Method != http1.MethodGet && r.Method != http1.MethodHead || r.Upgrade || len(c.x.Body) > 0 {
		return ""
	}
	if !k.everyone {
		if h.chain != nil || r.Index("Authorization", 0) >= 0 || r.Index("Cookie", 0) >= 0 {
			return ""
		}
	}
	b := append(make([]byte, 0, 128), cache.Answers...)
	b = append(append(append(b, r.Host...), ' '), r.Path...)
	if r.Query != nil {
		b = append(append(b, '?'), r.Query...)
	}
	for _, name := range k.vary {
		for i := r.Index(name, 0); i >= 0; i = r.Index(name, i+1) {
			b = append(append(b, '\n'), r.Fields[i].Value...)
		}
		b = append(b, '\n', '\n')
	}
	if len(b) > maxKeptKey {
		return ""
	}
	return string(b)
}

// look gives the request the answer that is kept, or else its handler.
func (c *call) look(h *handler) {
	c.keepUnder = ""
	if h.options.keep == nil {
		c.open(h)
		return
	}
	store := c.w.app.store()
	key := c.keptKey(h)
	if store == nil || key == "" {
		c.open(h)
		return
	}
	if m, ok := store.(*cache.Memory); ok {
		if it, ok := m.Peek(key); !ok || !c.sendKept(it.Data) {
			c.keepUnder = key
			c.open(h)
		}
		return
	}
	var it cache.Item
	var found bool
	c.elsewhere(func(ctx context.Context) { it, found, _ = store.Get(ctx, key) }, // away: as if there were nothing
		func() {
			if !found || !c.sendKept(it.Data) {
				c.keepUnder = key
				c.open(h)
			}
		})
}

// A kept answer: when it was kept, in Unix seconds, then three byte strings with their lengths.

// keepAnswer keeps an answer that is being sent, if it may be.
func (c *call) keepAnswer(o *outgoing) {
	key := c.keepUnder
	c.keepUnder = ""
	k := c.handler.options.keep
	if c.session != nil && !k.everyone {
		return
	}
	if o.status != 200 || o.marks.noStore || len(o.body) > maxKeptBody || !mayKeep(o.fields, k) {
		return
	}
	b := make([]byte, 0, 16+len(o.content)+len(o.fields)+len(o.body))
	b = binary.AppendUvarint(b, uint64(time.Now().Unix()))
	b = append(binary.AppendUvarint(b, uint64(len(o.content))), o.content...)
	b = append(binary.AppendUvarint(b, uint64(len(o.fields))), o.fields...)
	b = append(b, o.body...)
	it, options := cache.Item{Data: b}, cache.Options{TTL: k.ttl, Tags: k.tags}
	store := c.w.app.store()
	if m, ok := store.(*cache.Memory); ok {
		_ = m.Set(context.Background(), key, it, options) // it can't fail
		return
	}
	go store.Set(context.Background(), key, it, options) // it has its own time; away: nothing is kept
}

// mayKeep reports whether a handler's lines leave an answer to more than one client.
func mayKeep(fields []byte, k *keeping) bool {
	for line := range bytes.Lines(fields) {
		name, val, _ := bytes.Cut(line, []byte(":"))
		switch {
		case is(name, "Set-Cookie"):
			return false
		case is(name, "Cache-Control") && contains(val, "private"):
			return false
		case is(name, "Vary"):
			for part := range bytes.SplitSeq(bytes.TrimSpace(val), []byte(",")) {
				part = bytes.TrimSpace(part)
				known := false
				for _, v := range k.vary {
					known = known || is(part, v)
				}
				if !known {
					return false
				}
			}
		}
	}
	return true
}

// sendKept answers with what is kept; false if it is nothing of ours.
func (c *call) sendKept(b []byte) bool {
	at, n := binary.Uvarint(b)
	if n <= 0 {
		return false
	}
	b = b[n:]
	var parts [2][]byte
	for i := range parts {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return false
		}
		parts[i], b = b[n:n+int(size)], b[n+int(size):]
	}
	w := c.w
	age := max(0, time.Now().Unix()-int64(at))
	w.fixed = append(append(w.fixed[:0], parts[1]...), "Age: "...)
	w.fixed = append(strconv.AppendInt(w.fixed, age, 10), "\r\n"...)
	c.send(200, string(parts[0]), w.fixed, b, false)
	c.drop()
	return true
}

// store is where answers and rates are kept; nil: nowhere.
func (a *App) store() cache.Store { return storeOf(a.o.Cache) }

// common is where all instances keep what they must agree on; nil: nowhere.
func (a *App) common() cache.Store { return storeOf(a.o.Common) }

func storeOf(get func() (cache.Store, error)) cache.Store {
	if get == nil {
		return nil
	}
	s, err := get()
	if err != nil {
		return nil // every use by the program says so, and /ready does
	}
	return s
}
