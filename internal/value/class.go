package value

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Class says which fields a record has and in which slot each one stands (a "hidden
// class"). Records that were given the same fields in the same order share one Class, so
// code that has seen a class once finds a field by comparing one address.
//
// Classes are immortal and process-wide: their addresses stand in records, which Go's
// collector does not look into, and in inline caches. They are safe for concurrent use.
// How many can be made by data (rather than by program text) is bounded; past that, and
// past MaxFields, a record becomes a dict.
type Class struct {
	names []string
	keys  []Value     // the names as frozen text
	order []uint16    // slots in byte order of the names
	json  []jsonField // by that order: how records of the class are written
	head  string      // the newest name as JSON usually has it: `"b":`
	index map[string]int

	shape  *Shape
	parent *Class                            // the class without the last field
	steps  []*Class                          // the classes with its first field, its first two … and all: itself
	last   atomic.Pointer[Class]             // the newest transition: nearly always the one wanted
	next   atomic.Pointer[map[string]*Class] // all of them; replaced, never written
}

// Shape is what a record declared with வடிவம் carries beside its fields. Two shapes are
// the same when their addresses are.
type Shape struct {
	Name string
	ID   int // the program's own number for it: methods and rules are looked up by it

	// Also gives fields more names: those of a shape that is ours have a name in each
	// language. It never changes once there is a class of the shape.
	Also map[string]string
}

// MaxFields is how many fields a record has before it becomes a dict.
const MaxFields = 64

// How many classes may come into being while programs run: by JSON, query rows and the
// like (about 10 MB when each has dozens of fields), and, counting those, by assignments to
// fields, which stay possible when data has used up its part. Classes that a compiler asks
// for are as many as the program has literals.
const (
	dataClasses = 2048
	runClasses  = 8192
	noBound     = 1 << 30
)

var classes struct {
	sync.Mutex
	all  []*Class // keeps them alive
	made int      // how many of them came into being at run time
}

// Empty is the class of the record without fields.
var Empty = newClass(nil, nil, nil)

// linearFields is up to how many names are compared one by one rather than hashed.
const linearFields = 8

func newClass(names []string, keys []Value, shape *Shape) *Class {
	c := &Class{names: names, keys: keys, shape: shape}
	c.order = make([]uint16, len(names))
	for i := range c.order {
		c.order[i] = uint16(i)
	}
	slices.SortFunc(c.order, func(a, b uint16) int { return strings.Compare(names[a], names[b]) })
	c.json = make([]jsonField, len(names))
	for k, i := range c.order {
		open := ","
		if k == 0 {
			open = "{"
		}
		c.json[k] = newJSONField(open, names[i], int(i))
		if int(i) == len(names)-1 {
			c.head = c.json[k].key[1:]
		}
	}
	if len(names) > linearFields {
		c.index = make(map[string]int, len(names))
		for i, n := range names {
			c.index[n] = i
		}
	}
	classes.all = append(classes.all, c)
	return c
}

// ClassOf is the class of records with these fields in this order. Names must differ and
// be at most MaxFields; it panics otherwise, since only a compiler's bug could ask for more.
func ClassOf(names ...string) *Class { return Empty.extend(names) }

// MaxShapeFields is how many fields a shape can have: records of it never become dicts.
const MaxShapeFields = 1000

// NewShapeClass is a new class, never shared with plain records, for records of the given
// shape with these fields. Names must differ and be at most MaxShapeFields; it panics
// otherwise. No class stands between: a record has all fields of its shape, or none is made.
func NewShapeClass(shape *Shape, names ...string) *Class {
	if len(names) > MaxShapeFields {
		panic("value: a shape of that many fields: " + shape.Name)
	}
	own, keys := make([]string, len(names)), make([]Value, len(names))
	for i, n := range names {
		if slices.Contains(own[:i], n) {
			panic("value: shape " + shape.Name + " has field " + n + " twice")
		}
		keys[i] = frozenText(n)
		own[i] = keys[i].Str()
	}
	classes.Lock()
	defer classes.Unlock()
	return newClass(own, keys, shape)
}

func (c *Class) extend(names []string) *Class {
	for _, n := range names {
		c = c.With(n)
	}
	return c
}

// With is the class with one more field, at the end. It panics if there is such a field
// or no room for it.
func (c *Class) With(name string) *Class {
	d := c.step(name, noBound)
	if d == nil {
		panic("value: class " + strings.Join(c.names, ",") + " cannot take field " + name)
	}
	return d
}

// Step is With for names that come from data: nil when there is no such class and there
// should be no more, or when c has the field already. It allocates only for a class seen
// for the first time.
func (c *Class) Step(name string) *Class { return c.step(name, dataClasses) }

func (c *Class) step(name string, bound int) *Class {
	if d := c.last.Load(); d != nil && d.names[len(c.names)] == name {
		return d
	}
	return c.stepSlow(name, bound)
}

//go:noinline
func (c *Class) stepSlow(name string, bound int) *Class {
	if d := c.known(name); d != nil {
		return d
	}
	if len(c.names) >= MaxFields || c.Slot(name) >= 0 {
		return nil
	}
	classes.Lock()
	defer classes.Unlock()
	if d := c.known(name); d != nil { // somebody was faster
		return d
	}
	if bound != noBound {
		if classes.made >= bound {
			return nil
		}
		classes.made++
	}
	key := frozenText(name)
	d := newClass(append(slices.Clip(c.names), key.Str()), append(slices.Clip(c.keys), key), c.shape)
	d.parent, d.steps = c, append(slices.Clip(c.steps), nil)
	d.steps[len(c.steps)] = d
	all := make(map[string]*Class)
	if m := c.next.Load(); m != nil {
		for k, v := range *m {
			all[k] = v
		}
	}
	all[d.names[len(c.names)]] = d
	c.next.Store(&all)
	c.last.Store(d)
	return d
}

// known is the transition by name if there is one.
func (c *Class) known(name string) *Class {
	if m := c.next.Load(); m != nil {
		return (*m)[name]
	}
	return nil
}

// Len is the number of fields.
func (c *Class) Len() int { return len(c.names) }

// Names are the fields' names by slot. The slice is the class's own.
func (c *Class) Names() []string { return c.names }

// Order are the slots in byte order of the names. The slice is the class's own.
func (c *Class) Order() []uint16 { return c.order }

// Key is the name of the field in that slot as frozen text: it lives for ever.
func (c *Class) Key(slot int) Value { return c.keys[slot] }

// Shape is what the class's records were declared as; nil for plain records.
func (c *Class) Shape() *Shape { return c.shape }

// Slot is where the field stands; -1 if there is none of that name.
func (c *Class) Slot(name string) int {
	if c.index != nil {
		if i, ok := c.index[name]; ok {
			return i
		}
	} else {
		for i, n := range c.names {
			if n == name {
				return i
			}
		}
	}
	if c.shape != nil && c.shape.Also != nil {
		if field, ok := c.shape.Also[name]; ok {
			return slices.Index(c.names, field)
		}
	}
	return -1
}

// Address is what stands in a record of this class, for inline caches and machine code.
func (c *Class) Address() uintptr { return uintptr(unsafe.Pointer(c)) }
