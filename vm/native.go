package vm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// Native is the code behind a builtin. It gets its arguments as they stand in the
// registers: reading is free, what it keeps in its result it must mark first
// (value.Share), and the slice is dead when it returns. It answers with a value made
// in f.Heap(), with an error (Fail, NewError; any other error gets the code
// "failed"), or with f.Wait, to be gone on with later.
//
// A Native never calls back into the machine: a builtin that takes a function is
// written in eTamil. So nothing moves while it runs, every address it takes is good
// until it returns, and every callback can wait, be cut or be moved.
type Native func(f *Fiber, args []value.Value) (value.Value, error)

// Task is work that a fiber waits for.
type Task interface {
	// Do does the work. The scheduler calls it once, on any goroutine; it must not
	// touch the fiber or its values, and should give up when ctx is done.
	Do(ctx context.Context)
	// Finish turns the outcome into a value on the fiber's heap. The fiber's owner
	// calls it after Do has returned. It may answer as a Native does, also with
	// another f.Wait.
	Finish(f *Fiber) (value.Value, error)
}

// Starter is a Task that needs no goroutine of its own: a timer, a channel, a
// driver with a loop of its own. The scheduler calls Start instead of Do; it returns
// at once, and wake is called once, from anywhere, when Finish can be called or ctx
// is done.
type Starter interface {
	Task
	Start(ctx context.Context, wake func())
}

// Poller is an event loop that waits for descriptors of others beside its own.
type Poller interface {
	// Watch has ready called on the loop when fd, which never blocks, has become readable, or broken. gone is called, on any
	// goroutine, if the loop ends before Unwatch. It reports false when that can't be done.
	Watch(fd int, ready, gone func()) bool
	Unwatch(fd int)
	// Later has f run on the loop after all that it has been given to do until now, or where it ends; false: f will not be called, as it has ended.
	Later(f func()) bool
}

// Polled is a Starter that is told before Start on which loop it is called. Where there is none, it isn't.
type Polled interface {
	Starter
	On(p Poller)
}

// Dropper is a Task whose outcome somebody has to give up: Drop is called in place of Finish,
// where that would be, when the fiber was told to end meanwhile.
type Dropper interface {
	Task
	Drop()
}

// Gatherer is a Starter whose work leaves together with that of others: who has called Start
// calls Leave as well, when nobody else of those that have a turn now will start such work.
type Gatherer interface {
	Starter
	Leave()
	Of() any // with whose work: one call of Leave does for all that answer the same; nil: with nobody's
}

// errWait is what Wait answers; deliver knows it.
var errWait = errors.New("vm: a native waits")

// Wait makes the fiber wait for a task: a Native or a Finish returns what it
// answers.
func (f *Fiber) Wait(t Task) (value.Value, error) {
	f.task = t
	return value.Nil, errWait
}

// Waits reports that an error is Wait's answer, which is to be passed on as it is.
func Waits(err error) bool { return err == errWait }

// binding is a native and how many arguments it takes; max -1 is any number.
type binding struct {
	native   Native
	name     string
	min, max int
}

// Linker binds names to code. std fills one; a test may fill its own.
//
// It keeps what it is told in the order of telling: hundreds of names are bound at every
// start, and a program uses a handful, which Link picks out.
type Linker struct {
	natives []binding
	members []member
	types   []string
	title   func(name string) string
}

// Title says how programs are shown a builtin, by the name that Bind was told; without it they are shown that.
func (l *Linker) Title(title func(name string) string) { l.title = title }

type memberKey struct{ of, name string }

// member is what a name after a dot means for values of one kind: a native that
// gets the value as its first argument, or a function of the program by its name.
type member struct {
	key      memberKey
	native   Native
	min, max int
	function string
	property bool
}

// Room for what eTamil binds, so that a start does not grow the lists step by step.
const (
	roomNatives = 384
	roomMembers = 384
)

// NewLinker returns one without any bindings.
func NewLinker() *Linker {
	return &Linker{natives: make([]binding, 0, roomNatives), members: make([]member, 0, roomMembers)}
}

// Bind gives a builtin, named by its ID in internal/builtin, its code. min and max
// are how many arguments it takes, max -1 any number: the machine checks them, so
// the native need not. The last binding of a name counts.
func (l *Linker) Bind(name string, min, max int, n Native) {
	l.natives = append(l.natives, binding{n, name, min, max})
}

// Names lists what is bound, each name once, in the order in which they were first bound.
func (l *Linker) Names() []string {
	names := make([]string, 0, len(l.natives))
	seen := make(map[string]bool, len(l.natives))
	for i := range l.natives {
		if n := l.natives[i].name; !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	return names
}

// Missing lists the builtins that p names and nothing is bound to.
func (l *Linker) Missing(p *code.Program) []string {
	found := l.find(p.Builtins)
	var names []string
	for _, n := range p.Builtins {
		if found[n] == nil {
			names = append(names, n)
		}
	}
	return names
}

// find is the last binding of each of the names; nil for one that is not bound.
func (l *Linker) find(names []string) map[string]*binding {
	if len(names) == 0 {
		return nil
	}
	found := make(map[string]*binding, len(names))
	for _, n := range names {
		found[n] = nil
	}
	for i := range l.natives {
		b := &l.natives[i]
		if _, wanted := found[b.name]; wanted {
			found[b.name] = b
		}
	}
	return found
}

// Type gives a type of handles a number, for value.Handle; the same name gets the
// same one.
func (l *Linker) Type(name string) uint32 {
	id := slices.Index(l.types, name)
	if id < 0 {
		id = len(l.types)
		l.types = append(l.types, name)
	}
	return uint32(id)
}

// Method binds x.name(…) for values of a type: of handles, by the name given to
// Type, or of a kind: number, text, bool, nil, list, record, result, function, error,
// range, bytes. min and max don't count x, which is the native's first argument.
func (l *Linker) Method(of, name string, min, max int, n Native) {
	l.members = append(l.members, member{key: memberKey{of, name}, native: n, min: min, max: max})
}

// Property binds x.name for handles of a type.
func (l *Linker) Property(of, name string, n Native) {
	l.members = append(l.members, member{key: memberKey{of, name}, native: n, property: true})
}

// MethodFunc binds x.name(…) to a function of the program, such as one of the
// prelude, that takes x as its first argument. Programs without that function don't
// have the member.
func (l *Linker) MethodFunc(of, name, function string) {
	l.members = append(l.members, member{key: memberKey{of, name}, function: function})
}

// bound is a member ready to be called: function -1 for a native.
type bound struct {
	binding
	function int
	property bool
}

type memberTable struct {
	kinds   map[memberKey]*bound
	handles []map[string]*bound // by type
	types   []string
}

func (l *Linker) bindMembers(p *code.Program) (*memberTable, error) {
	t := &memberTable{kinds: map[memberKey]*bound{}, handles: make([]map[string]*bound, len(l.types)), types: l.types}
	for i := range t.handles {
		t.handles[i] = map[string]*bound{}
	}
	for i := range l.members {
		m := &l.members[i]
		key := m.key
		b := &bound{function: -1, property: m.property}
		if m.function == "" {
			b.binding = binding{m.native, key.of + "." + key.name, m.min, m.max}
			if m.property {
				b.min, b.max = 1, 1 // the value that it is a property of
			}
		} else {
			i, ok := p.ByName[m.function]
			if !ok {
				continue
			}
			f := p.Funcs[i]
			if f.Captures != 0 || f.Top || f.Params == 0 {
				return nil, fmt.Errorf("vm: %s cannot be the member %s of %s", m.function, key.name, key.of)
			}
			b.function = i
		}
		if id := slices.Index(l.types, key.of); id >= 0 {
			t.handles[id][key.name] = b
		} else {
			t.kinds[key] = b
		}
	}
	return t, nil
}

// find is the member of that name of a value, or nil.
func (t *memberTable) find(v *value.Value, name string) *bound {
	if v.Kind() == value.KindHandle {
		if id := int(v.HandleType()); id < len(t.handles) {
			return t.handles[id][name]
		}
		return nil
	}
	return t.kinds[memberKey{kindKey(v), name}]
}

// found remembers a member of handles. Programs name members by constants, which don't
// move, so the address of a name stands for it: a request asks for the same few again and
// again, and this spares them the maps.
type found struct {
	name   *byte
	length int
	typ    uint32
	bound  *bound
}

const foundSize = 64 // a power of two

// member is find for a name that is a constant of the program.
func (m *Machine) member(v *value.Value, name string) *bound {
	if v.Kind() != value.KindHandle {
		return m.img.members.find(v, name)
	}
	at := unsafe.StringData(name)
	// Constants are laid 16 bytes apart at least.
	e := &m.found[(uintptr(unsafe.Pointer(at))>>4^uintptr(v.HandleType()))%foundSize]
	if e.name != at || e.length != len(name) || e.typ != v.HandleType() || e.bound == nil {
		*e = found{at, len(name), v.HandleType(), m.img.members.find(v, name)}
	}
	return e.bound
}

// names lists the members of a value.
func (t *memberTable) names(v *value.Value) (names []string) {
	if v.Kind() == value.KindHandle {
		if id := int(v.HandleType()); id < len(t.handles) {
			return slices.Sorted(maps.Keys(t.handles[id]))
		}
		return nil
	}
	kind := kindKey(v)
	for k := range t.kinds {
		if k.of == kind {
			names = append(names, k.name)
		}
	}
	slices.Sort(names)
	return names
}

// kindKey is the name of a value's kind in the table of members.
func kindKey(v *value.Value) string {
	switch {
	case v.IsNumber():
		return "number"
	case v.IsRecord():
		return "record"
	case v.IsFunc():
		return "function"
	case v.IsResult():
		return "result"
	}
	switch v.Kind() {
	case value.KindText:
		return "text"
	case value.KindBool:
		return "bool"
	case value.KindList:
		return "list"
	case value.KindError:
		return "error"
	case value.KindRange:
		return "range"
	case value.KindBytes:
		return "bytes"
	}
	return "nil"
}

// native is the instruction callb: callNative where nothing but the native has anything to say.
//
//go:noinline
func (f *Fiber) native(in code.Instr) {
	b, n := &f.m.img.natives[uint16(in>>32)], int(uint8(in>>8))
	if f.heap.WantGC() || n < b.min || b.max >= 0 && n > b.max {
		f.slow(in)
		return
	}
	a := fieldA(in)
	args := f.slots(a, n)
	f.weigh(args)
	v, err := b.native(f, args)
	if err == nil && !f.heap.Over() {
		*f.reg(a).val() = v
		return
	}
	f.deliver(a, v, err)
}

// callNative calls a native with the n arguments from R[off] on; its result goes to
// R[to]. Offsets are in bytes.
func (f *Fiber) callNative(b *binding, off uintptr, n int, to uintptr) {
	args := f.slots(off, n)
	if n < b.min || b.max >= 0 && n > b.max {
		f.fail(diag.RunArity, b.name, countText(b.min, b.max), fmt.Sprint(n))
		return
	}
	f.weigh(args)
	v, err := b.native(f, args)
	f.deliver(to, v, err)
}

// deliver does with a native's answer what it asks for.
func (f *Fiber) deliver(to uintptr, v value.Value, err error) {
	switch {
	case f.heap.Over():
		f.task = nil
		f.memoryOver()
	case err == nil && to == toWalk:
		f.walked(v)
	case err == nil:
		*f.reg(to).val() = v
	case err == errWait && isErrand(f.task):
		f.wait = to
		f.stop(Waiting)
	case err == errWait:
		if c := f.canceled.Load(); c != nil {
			f.task = nil
			f.stopping = true
			f.left = min(f.left, graceSteps)
			f.fail(*c)
			return
		}
		if c := f.interrupt.Load(); c != nil {
			f.task = nil
			f.fail(*c)
			return
		}
		f.wait = to
		f.stop(Waiting)
	default:
		f.raise(err)
	}
}

// countText says how many arguments are taken.
func countText(low, high int) string {
	switch {
	case high < 0:
		return fmt.Sprintf("%d+", low)
	case low == high:
		return fmt.Sprint(low)
	}
	return fmt.Sprintf("%d-%d", low, high)
}

// Members lists what Method and Property have bound, as type.name.
func (l *Linker) Members() []string {
	names := make([]string, 0, len(l.members))
	for i := range l.members {
		names = append(names, l.members[i].key.of+"."+l.members[i].key.name)
	}
	return names
}
