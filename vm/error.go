package vm

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/value"
)

// Error is a run-time error: a mistake that an instruction met, what a builtin
// reported, or a value that the program threw. As a Go value it has left its
// fiber; inside, it is a value.KindError.
type Error struct {
	Diag    diag.Code // the row of the mistake; "" when the program or a builtin made it up
	Code    string    // what the program sees as குறியீடு, such as division_by_zero or db.timeout
	Message string    // Tamil, two spaces, English in parentheses; or what was thrown
	Place   source.Place
	Stack   []string // where the calls stood, innermost first; bounded
	Cause   *Error
	Details string       // the thrown value's details as text; "" for none
	Fields  []FieldError // the same, when they say which fields of a record are wrong
	Fatal   bool         // nothing can catch it: a budget was used up twice, or the program has ended itself
	GoStack string       // of a panic, which is a bug in us: see Crash

	args []string // for the row's sentences, until it is raised
}

// Error gives the place and the message.
func (e *Error) Error() string {
	if e.Place.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Place.File, e.Place.Line, e.Place.Column, e.Message)
}

// Unwrap is the cause.
func (e *Error) Unwrap() error {
	if e.Cause == nil {
		return nil
	}
	return e.Cause
}

// Fail is the error of a row of the table of mistakes, for natives to return.
func Fail(c diag.Code, args ...string) error { return &Error{Diag: c, args: args} }

// Trace is the stack as people read it: a call that repeats stands there once, with how
// often. It is empty where the place alone says as much.
func (e *Error) Trace() (lines []string) {
	stack := e.Stack
	if len(stack) < 2 {
		return nil
	}
	for len(stack) > 0 {
		n := 1
		for n < len(stack) && stack[n] == stack[0] {
			n++
		}
		line := stack[0]
		if n > 1 {
			line += fmt.Sprintf("  × %d", n)
		}
		lines = append(lines, line)
		stack = stack[n:]
	}
	return lines
}

// NewError is an error with a code of its own, for natives to return. The message
// is Tamil, two spaces, English in parentheses.
func NewError(code, message string) *Error { return &Error{Code: code, Message: message} }

// maxPlaces is how many places an error's stack names; the middle of a longer one is left out.
const maxPlaces = 24

// fail raises the error of a row.
func (f *Fiber) fail(c diag.Code, args ...string) { f.raise(&Error{Diag: c, args: args}) }

// raise makes the error value of err and unwinds.
func (f *Fiber) raise(err error) {
	if r, ok := err.(*rethrown); ok {
		f.unwind(r.v)
		return
	}
	e := AsError(err)
	f.fatal = f.fatal || e.Fatal
	f.unwind(f.errorValue(e))
}

// AsError is what a native may return, as the error that the program would see: its
// message and code are filled in.
func AsError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Diag: diag.RunFailed, args: []string{err.Error()}}
	}
	e.complete()
	return e
}

// Place is where the running function stands, for natives that declare something.
func (f *Fiber) Place() source.Place { return f.place(f.running(), f.pc) }

// complete gives an error made from a row its message and code.
func (e *Error) complete() {
	if e.Diag == "" {
		return
	}
	if e.Message == "" {
		e.Message = diag.New(e.Diag, source.Span{}, e.args...).Both()
	}
	if e.Code == "" {
		e.Code = diag.RunName(e.Diag)
	}
}

// errorValue is e as a value of the fiber, standing where the fiber stands.
func (f *Fiber) errorValue(e *Error) value.Value {
	v := f.errorParts(e)
	f.locate(&v)
	return v
}

// errorParts is e as a value of the fiber that stands nowhere yet.
func (f *Fiber) errorParts(e *Error) value.Value {
	e.complete()
	h := &f.heap
	v := h.NewError(h.NewText(e.Message), h.NewText(e.Code))
	switch {
	case len(e.Fields) > 0:
		*v.ErrorSlot(value.ErrDetails) = f.fieldErrorList(e.Fields)
	case e.Details != "":
		*v.ErrorSlot(value.ErrDetails) = h.NewText(e.Details)
	}
	if e.Cause != nil {
		*v.ErrorSlot(value.ErrCause) = f.errorValue(e.Cause)
	}
	return v
}

// locate writes into an error value where the fiber stands.
func (f *Fiber) locate(v *value.Value) {
	h := &f.heap
	places := f.stackPlaces()
	// What is written in eTamil but is ours, such as the prelude, is no place in which
	// anybody could mend anything.
	if theirs := slices.DeleteFunc(slices.Clone(places), func(p stackPlace) bool { return strings.HasPrefix(p.place.File, "<") }); len(theirs) > 0 {
		places = theirs
	}
	if len(places) > 0 {
		at := places[0].place
		*v.ErrorSlot(value.ErrFile) = h.NewText(at.File)
		*v.ErrorSlot(value.ErrLine) = value.Int(at.Line)
		*v.ErrorSlot(value.ErrColumn) = value.Int(at.Column)
	}
	list := h.NewList(0, len(places))
	for _, p := range places {
		h.Append(&list, h.NewText(p.String()))
	}
	*v.ErrorSlot(value.ErrStack) = list
}

// stackPlace is one line of a stack.
type stackPlace struct {
	name  string
	place source.Place
	left  int // how many calls are left out here, instead of a place
}

func (p stackPlace) String() string {
	if p.left > 0 {
		return fmt.Sprintf("… %d …", p.left)
	}
	at := "?"
	if p.place.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.place.File, p.place.Line, p.place.Column)
	}
	if p.name == "" {
		return at
	}
	return p.name + " (" + at + ")"
}

// stackPlaces says where the calls stand, innermost first.
func (f *Fiber) stackPlaces() []stackPlace {
	bottom := uintptr(unsafe.Pointer(&f.frames[0]))
	frames := int((f.ftop - bottom) / frameSize)
	depth := frames + f.inlined(frames)
	places := make([]stackPlace, 0, min(depth, maxPlaces+1))
	n := 0
	add := func(name string, pos source.Pos) {
		switch {
		case n < maxPlaces/2 || n >= depth-maxPlaces/2:
			places = append(places, stackPlace{name: name, place: f.placeOf(pos)})
		case n == maxPlaces/2:
			places = append(places, stackPlace{left: depth - maxPlaces/2*2})
		}
		n++
	}
	fn, pc := f.fn, f.pc
	for i := frames - 1; i >= 0; i-- {
		q := (*function)(pointer(&fn))
		var l code.Line
		if len(q.fn.Inlined) > 0 || n < maxPlaces/2 || n >= depth-maxPlaces/2 {
			l = line(q, pc)
		}
		if f.part != partRead && i == frames-1 {
			l.Pos = partOf(q, pc, f.part)
		}
		for l.In > 0 {
			c := &q.fn.Inlined[l.In-1]
			add(f.m.img.program.Funcs[c.Func].Name, l.Pos)
			l.In, l.Pos = c.In, c.Pos
		}
		add(q.fn.Name, l.Pos)
		fn, pc = f.frames[i].fn, f.frames[i].pc
	}
	return places
}

// inlined is how many calls the innermost frames stand in that have no frame, because
// the code of what is called stands in the caller's.
func (f *Fiber) inlined(frames int) (n int) {
	fn, pc := f.fn, f.pc
	for i := frames - 1; i >= 0; i-- {
		if q := (*function)(pointer(&fn)); len(q.fn.Inlined) > 0 {
			for in := line(q, pc).In; in > 0; in = q.fn.Inlined[in-1].In {
				n++
			}
		}
		fn, pc = f.frames[i].fn, f.frames[i].pc
	}
	return n
}

// place is where the instruction before pc comes from.
func (f *Fiber) place(q *function, pc uintptr) source.Place { return f.placeOf(line(q, pc).Pos) }

func (f *Fiber) placeOf(pos source.Pos) source.Place {
	files := f.m.img.program.Files
	if files == nil || !pos.IsValid() {
		return source.Place{}
	}
	return files.Place(pos)
}

// line is the row of the table for the instruction before pc; the zero Line when there
// is none.
func line(q *function, pc uintptr) code.Line {
	lines, at := q.fn.Lines, index(q, pc)
	i := sort.Search(len(lines), func(i int) bool { return int(lines[i].PC) > at })
	if i == 0 {
		return code.Line{}
	}
	return lines[i-1]
}

// partOf is where a part of the instruction before pc comes from, which reads a field, adds to it and stores it.
func partOf(q *function, pc uintptr, p part) source.Pos {
	sums, at := q.fn.Sums, index(q, pc)
	i := sort.Search(len(sums), func(i int) bool { return int(sums[i].PC) >= at })
	switch {
	case i == len(sums) || int(sums[i].PC) != at:
		return line(q, pc).Pos
	case p == partAdd:
		return sums[i].Add
	default:
		return sums[i].Store
	}
}

// index is the number of the instruction before pc.
func index(q *function, pc uintptr) int { return max(int((pc-q.entry)/instrSize)-1, 0) }

// unwind leaves functions until one has a handler for where it stands, and goes on
// there with the error in the handler's register. Without one the fiber has failed.
func (f *Fiber) unwind(v value.Value) {
	for pc := f.pc; ; {
		q := (*function)(pointer(&f.fn))
		if h := f.handler(q, pc); h != nil {
			f.pc = q.entry + uintptr(h.Target)*instrSize
			*at(pointer(&f.r), uintptr(h.Reg)*slotSize).val() = v
			f.land()
			return
		}
		f.ftop -= frameSize
		fr := (*frame)(pointer(&f.ftop))
		f.r, f.fn, pc = fr.base, fr.fn, fr.pc
		f.caches = (*function)(pointer(&f.fn)).caches
		if f.fn == uintptr(unsafe.Pointer(&f.m.bottom)) {
			f.thrown = v
			f.err = f.goError(v, 0)
			f.err.Fatal = f.fatal
			f.pc = pc
			f.stop(Failed)
			return
		}
	}
}

func (f *Fiber) handler(q *function, pc uintptr) *code.Handler {
	if f.fatal {
		return nil
	}
	i := int32(index(q, pc))
	for k := range q.fn.Handlers {
		if h := &q.fn.Handlers[k]; h.Start <= i && i < h.End {
			return h
		}
	}
	return nil
}

// land spends the step of an error that was caught: a handler may stand before the
// code it belongs to, and what goes round must spend. At the end of a slice the fiber is Spent here, so that
// what comes first in the handler, which may be the end of its block, has a step.
func (f *Fiber) land() {
	if f.fuel--; f.fuel > 0 || f.fuel == 0 && f.left == 0 {
		return
	}
	f.fuel = 0
	if f.left > 0 {
		f.stop(Spent)
		f.landing = true
		return
	}
	f.pc += instrSize // as if the handler's first instruction had found no fuel
	f.overdrawn(diag.RunOutOfSteps)
}

// goError is an error value as a Go value that outlives the fiber.
func (f *Fiber) goError(v value.Value, depth int) *Error {
	text := func(i int) string {
		if s := v.ErrorSlot(i); s.IsText() {
			return s.Clone()
		}
		return ""
	}
	number := func(i int) int {
		n, _ := v.ErrorSlot(i).Decimal().Int64()
		return int(n)
	}
	e := &Error{
		Code:    text(value.ErrCode),
		Message: text(value.ErrMessage),
		Place:   source.Place{File: text(value.ErrFile), Line: number(value.ErrLine), Column: number(value.ErrColumn)},
	}
	e.Diag, _ = diag.RunCode(e.Code)
	if s := v.ErrorSlot(value.ErrStack); s.IsList() {
		for i := range s.List().Len() {
			if line := s.List().At(i); line.IsText() {
				e.Stack = append(e.Stack, line.Clone())
			}
		}
	}
	if d := v.ErrorSlot(value.ErrDetails); !d.IsNil() {
		if e.Details = f.bounded(d); d.IsText() && d.ByteLen() > maxShown && d.ByteLen() <= maxDetails {
			e.Details = d.Clone() // whoever made it has seen to its length
		}
		e.Fields = FieldErrors(d)
	}
	if c := v.ErrorSlot(value.ErrCause); c.IsError() && depth < maxCauses {
		e.Cause = f.goError(*c, depth+1)
	}
	return e
}

// maxCauses bounds how far causes are followed.
const maxCauses = 16

// throw raises a value: an error as it is, anything else wrapped in one. A record
// gives its message, code, details and, if that is an error, its cause.
func (f *Fiber) throw(v *value.Value) {
	if v.IsError() {
		if v.ErrorSlot(value.ErrLine).N == 0 && !value.IsFrozen(v) {
			f.locate(v) // made by the error builtin: it gets the place where it is thrown
		}
		f.unwind(*v)
		return
	}
	value.Share(v)
	h := &f.heap
	message, code, details, cause := value.Nil, value.Nil, value.Nil, value.Nil
	switch {
	case v.IsText():
		message = *v
	case v.IsRecord():
		message = f.textField(v, "message", "செய்தி")
		code = f.textField(v, "code", "குறியீடு")
		if d, ok := firstField(v, "details", "விவரம்"); ok {
			value.Share(d)
			details = *d
		} else {
			details = *v
		}
		if c, ok := firstField(v, "cause", "காரணம்"); ok && c.IsError() {
			value.Share(c)
			cause = *c
		}
	default:
		details = *v
	}
	if message.IsNil() {
		e := &Error{Diag: diag.RunThrown, args: []string{f.bounded(v)}}
		e.complete()
		message = h.NewText(e.Message)
	}
	if code.IsNil() {
		code = h.NewText(diag.RunName(diag.RunThrown))
	}
	e := h.NewError(message, code)
	*e.ErrorSlot(value.ErrDetails) = details
	*e.ErrorSlot(value.ErrCause) = cause
	f.locate(&e)
	f.unwind(e)
}

func firstField(v *value.Value, names ...string) (*value.Value, bool) {
	for _, n := range names {
		if x, ok := v.Field(n); ok {
			return x, true
		}
	}
	return nil, false
}

// textField is a field as text; nil when there is none.
func (f *Fiber) textField(v *value.Value, names ...string) value.Value {
	x, ok := firstField(v, names...)
	if !ok {
		return value.Nil
	}
	if x.IsText() {
		return *x
	}
	return f.heap.NewText(f.bounded(x))
}

// maxShown is how much of a value an error's message shows, in bytes.
const maxShown = 400

// maxDetails is how long details that are text may be.
const maxDetails = 16 << 10

// bounded is a value as text, cut where it gets long. A value can be endless in print.
func (f *Fiber) bounded(v *value.Value) string {
	w := f.heap.Writer()
	limit := w.Limit
	w.Limit = maxShown
	s := string(w.AppendText(nil, v))
	cut := w.Cut
	w.Limit, w.Cut = limit, false
	if !cut && len(s) <= maxShown {
		return s
	}
	n := 0
	for n < len(s) && n < maxShown {
		n += value.NextLetter(s[n:])
	}
	return strings.Clone(s[:n]) + "…"
}
