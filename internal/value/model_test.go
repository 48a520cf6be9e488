package value

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
)

// The model: plain Go data that is copied deeply wherever a program would copy a value.
type (
	mList   []any
	mRecord map[string]any
	mOk     struct{ x any }
)

func mCopy(x any) any {
	switch x := x.(type) {
	case mList:
		c := make(mList, len(x))
		for i := range x {
			c[i] = mCopy(x[i])
		}
		return c
	case mRecord:
		c := make(mRecord)
		for k, v := range x {
			c[k] = mCopy(v)
		}
		return c
	case mOk:
		return mOk{mCopy(x.x)}
	}
	return x
}

func mText(b *strings.Builder, x any) {
	switch x := x.(type) {
	case nil:
		b.WriteString("nil")
	case mList:
		b.WriteByte('[')
		for i := range x {
			if i > 0 {
				b.WriteString(", ")
			}
			mText(b, x[i])
		}
		b.WriteByte(']')
	case mRecord:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		b.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(k + ": ")
			mText(b, x[k])
		}
		b.WriteByte('}')
	case mOk:
		b.WriteString("சரி(")
		mText(b, x.x)
		b.WriteByte(')')
	default:
		fmt.Fprint(b, x)
	}
}

func mShow(x any) string {
	var b strings.Builder
	mText(&b, x)
	return b.String()
}

// machine holds the same variables twice: as values and as the model says.
type machine struct {
	t    *testing.T
	rnd  *rand.Rand
	pool *Pool
	h    *Heap
	v    []Value
	m    []any
	log  []string
	pins []*Frozen
	size int // how large variables may become, in bytes of print
}

const variables = 6

func newMachine(t *testing.T, seed uint64) *machine {
	k := &machine{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), pool: new(Pool), size: 2000}
	k.h = NewHeap(k.pool, 0)
	k.v = make([]Value, variables)
	k.m = make([]any, variables)
	for i := range k.m {
		k.m[i] = 0
	}
	return k
}

func (k *machine) say(format string, args ...any) {
	k.log = append(k.log, fmt.Sprintf(format, args...))
}

func (k *machine) check() {
	k.t.Helper()
	var w Writer
	for i := range k.v {
		if got, want := string(w.AppendText(nil, &k.v[i])), mShow(k.m[i]); got != want {
			k.t.Fatalf("variable %d is\n%s\nwant\n%s\nafter %d operations, last:\n%s",
				i, got, want, len(k.log), strings.Join(k.log[max(0, len(k.log)-30):], "\n"))
		}
	}
}

func (k *machine) maybeCollect() {
	if k.rnd.IntN(3) == 0 {
		k.h.Collect(k.v)
		k.say("collect")
	}
}

// read is a second reference to variable i, and what it is worth.
func (k *machine) read(i int) (Value, any) {
	Share(&k.v[i])
	return k.v[i], mCopy(k.m[i])
}

func (k *machine) name() string {
	return string(rune('a' + k.rnd.IntN(12)))
}

// step does one random thing to both.
func (k *machine) step() {
	h, r := k.h, k.rnd
	i, j := r.IntN(variables), r.IntN(variables)
	k.maybeCollect()
	if len(mShow(k.m[j])) > k.size || len(mShow(k.m[i])) > 2*k.size {
		k.v[i], k.m[i] = Int(1), 1
		k.v[j], k.m[j] = Int(2), 2
		return
	}
	switch op := r.IntN(17); op {
	case 0:
		n := r.IntN(100)
		k.v[i], k.m[i] = Int(n), n
		k.say("%d = %d", i, n)
	case 1:
		s := strings.Repeat("அb", r.IntN(20))
		k.v[i], k.m[i] = h.NewText(s), s
		k.say("%d = text", i)
	case 2:
		k.v[i], k.m[i] = h.NewList(0, r.IntN(4)), mList{}
		k.say("%d = []", i)
	case 3:
		k.v[i], k.m[i] = h.NewRecordSize(r.IntN(4)), mRecord{}
		k.say("%d = {}", i)
	case 4:
		if i != j {
			k.v[i], k.m[i] = k.read(j)
			k.say("%d = %d", i, j)
		}
	case 5, 6:
		if l, ok := k.m[i].(mList); ok {
			x, m := k.read(j)
			h.Append(&k.v[i], x)
			k.m[i] = append(l, m)
			k.say("append %d %d", i, j)
		}
	case 7:
		if l, ok := k.m[i].(mList); ok && len(l) > 0 {
			n := r.IntN(len(l))
			x, m := k.read(j)
			h.SetIndex(&k.v[i], n, x)
			l[n] = m
			k.say("%d[%d] = %d", i, n, j)
		}
	case 8, 9:
		if m, ok := k.m[i].(mRecord); ok {
			name := k.name()
			x, mx := k.read(j)
			h.SetField(&k.v[i], h.NewText(name), x, r.IntN(8) == 0)
			m[name] = mx
			k.say("%d.%s = %d", i, name, j)
		}
	case 10:
		if m, ok := k.m[i].(mRecord); ok {
			name := k.name()
			_, had := m[name]
			if got := h.RemoveField(&k.v[i], name); got != had {
				k.t.Fatalf("RemoveField = %v, want %v", got, had)
			}
			delete(m, name)
			k.say("remove %d.%s", i, name)
		}
	case 11:
		k.v[i] = h.JoinAny(&k.v[i], &k.v[j])
		k.m[i] = mShow(k.m[i]) + mShow(k.m[j])
		k.say("%d = %d & %d", i, i, j)
	case 12:
		x, m := k.read(j)
		k.v[i], k.m[i] = h.Ok(x), mOk{m}
		k.say("%d = ok(%d)", i, j)
	case 13:
		k.nested(i, j)
	case 14:
		l, ok := k.m[i].(mList)
		o, ok2 := k.m[j].(mList)
		if ok && ok2 && i != j {
			h.AppendAll(&k.v[i], &k.v[j])
			k.m[i] = append(l, mCopy(o).(mList)...)
			k.say("%d ++ %d", i, j)
		}
	case 15:
		if l, ok := k.m[j].(mList); ok && len(l) > 1 {
			from := r.IntN(len(l))
			n := r.IntN(len(l) - from + 1)
			k.v[i] = h.SliceList(&k.v[j], from, n)
			k.m[i] = mCopy(l[from : from+n])
			k.say("%d = %d[%d:+%d]", i, j, from, n)
		}
	case 16:
		k.cross(i)
	}
}

// nested writes to a part of a part: a[n].f = x and a.f[n] = x.
func (k *machine) nested(i, j int) {
	h := k.h
	x, mx := k.read(j)
	h.Unshare(&k.v[i])
	switch m := k.m[i].(type) {
	case mList:
		if len(m) == 0 {
			return
		}
		n := k.rnd.IntN(len(m))
		inner, ok := m[n].(mRecord)
		if !ok {
			return
		}
		h.SetField(k.v[i].List().At(n), h.NewText("n"), x, false)
		inner["n"] = mx
		k.say("%d[%d].n = %d", i, n, j)
	case mRecord:
		name := k.name()
		inner, ok := m[name].(mList)
		if !ok {
			return
		}
		slot, ok := k.v[i].Field(name)
		if !ok {
			k.t.Fatalf("no field %s", name)
		}
		h.Append(slot, x)
		m[name] = append(inner, mx)
		k.say("append %d.%s %d", i, name, j)
	}
}

// cross sends a variable through another heap, a frozen block, or JSON.
func (k *machine) cross(i int) {
	switch k.rnd.IntN(3) {
	case 0:
		other := NewHeap(k.pool, 0)
		v := other.DeepCopy(k.v[i], nil)
		k.v[i] = k.h.DeepCopy(v, nil)
		other.Release()
		k.say("%d through another heap", i)
	case 1:
		v, f := Freeze(k.v[i])
		k.pins = append(k.pins, f)
		k.v[i] = v
		k.say("freeze %d", i)
	case 2:
		if strings.Contains(mShow(k.m[i]), "சரி(") {
			return
		}
		text := k.h.ToJSON(&k.v[i])
		v, err := k.h.ReadJSON(text.Str(), JSONDepth)
		if err != nil {
			k.t.Fatalf("%v: %s", err, text.Str())
		}
		if !Equal(&v, &k.v[i]) {
			k.t.Fatalf("JSON made another value of %s", text.Str())
		}
		k.v[i] = v
		k.say("%d through JSON", i)
	}
}

// TestValuesNeverAlias runs random programs and compares every variable with the model
// after each step, with collections in between and given-back memory overwritten.
func TestValuesNeverAlias(t *testing.T) {
	setMangle(t)
	for seed := range uint64(60) {
		k := newMachine(t, seed)
		for range 400 {
			k.step()
			k.check()
		}
		k.h.Reset()
	}
}

// TestLargeValuesNeverAlias is the same with values that have blocks of their own.
func TestLargeValuesNeverAlias(t *testing.T) {
	setMangle(t)
	for seed := range uint64(8) {
		k := newMachine(t, seed)
		k.size = 200_000
		for i := range k.v {
			switch i % 3 {
			case 0:
				s := strings.Repeat("நீளம் ", 3000)
				k.v[i], k.m[i] = k.h.NewText(s), s
			case 1:
				l := make(mList, 3000)
				k.v[i] = k.h.NewList(0, 0)
				for n := range l {
					l[n] = n
					k.h.Append(&k.v[i], Int(n))
				}
				k.m[i] = l
			case 2:
				m := mRecord{}
				k.v[i] = k.h.NewDict(0)
				for n := range 2000 {
					name := fmt.Sprint("key", n)
					m[name] = n
					k.h.SetField(&k.v[i], k.h.NewText(name), Int(n), true)
				}
				k.m[i] = m
			}
		}
		k.check()
		for n := range 120 {
			k.step()
			if n%4 == 0 {
				k.check()
			}
		}
		k.check()
		k.h.Reset()
	}
}

func setMangle(t *testing.T) {
	old := mangle
	mangle = true
	t.Cleanup(func() { mangle = old })
}
