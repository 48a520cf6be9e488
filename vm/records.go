package vm

import (
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// learn remembers in an instruction's cache, if it has one, where records of this
// class keep a field.
func (f *Fiber) learn(in code.Instr, r *value.Record, slot int) {
	if uint8(in>>8) == 0 {
		return // cache 0 is everybody's and never matches
	}
	c := cacheAt(pointer(&f.caches), in)
	c.class, c.offset = r.ClassAddress(), slotsOffset+uintptr(slot)*slotSize
}

// getField is R[a] = R[b].K[c]: a field of a record or an error, or what a handle calls
// by that name.
func (f *Fiber) getField(in code.Instr) {
	x, name := f.reg(fieldB(in)).val(), f.constant(fieldC(in)).Str()
	if x.Kind() == value.KindRecord {
		r := x.Record()
		if i := r.Class().Slot(name); i >= 0 {
			f.learn(in, r, i)
			*f.reg(fieldA(in)).val() = *r.Slot(i)
			return
		}
	} else if field, ok := x.Field(name); ok {
		*f.reg(fieldA(in)).val() = *field
		return
	}
	if b, ok := f.m.img.members.find(x, name); ok && b.property {
		b.min, b.max = 1, 1
		f.callNative(&b.binding, fieldB(in), 1, fieldA(in))
		return
	}
	switch {
	case x.IsRecord() || x.IsError():
		f.fail(diag.RunNoField, name)
	case x.Kind() == value.KindHandle:
		f.fail(diag.RunNoMember, name, f.kindOf(x))
	default:
		f.fail(diag.RunNotRecord, name, f.kindOf(x))
	}
}

// setField is R[a].K[b] = R[c].
func (f *Fiber) setField(in code.Instr) {
	x, key, v := f.reg(fieldA(in)).val(), f.constant(fieldB(in)), f.reg(fieldC(in)).val()
	if !x.IsRecord() {
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	}
	s := x.ShapeOf()
	if s != nil && !f.mayStore(s, key.Str(), v) {
		return
	}
	f.heap.SetField(x, *key, *v, false)
	if r := f.m.img.rules(s); s == nil || r != nil && r.free(key.Str()) {
		f.learnField(in, x, key.Str())
	}
	f.checkMemory()
}

func (f *Fiber) learnField(in code.Instr, x *value.Value, name string) {
	if x.Kind() != value.KindRecord {
		return
	}
	r := x.Record()
	if i := r.Class().Slot(name); i >= 0 {
		f.learn(in, r, i)
	}
}

// addField is R[a].K[b] += R[c], or -=.
func (f *Fiber) addField(in code.Instr) {
	x, key, v := f.reg(fieldA(in)).val(), f.constant(fieldB(in)), f.reg(fieldC(in)).val()
	name := key.Str()
	field, ok := x.Field(name)
	switch {
	case !x.IsRecord():
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	case !ok:
		f.fail(diag.RunNoField, key.Clone())
		return
	}
	op := code.OpAdd
	if in.Op() == code.OpSubF {
		op = code.OpSub
	}
	d, ok := f.compute(op, field.ToNumber(), v.ToNumber())
	if !ok {
		return
	}
	sum := value.Number(d)
	s := x.ShapeOf()
	if s != nil && !f.mayStore(s, name, &sum) {
		return
	}
	f.heap.SetField(x, *key, sum, false)
	// The fast path stores numbers only, and the field has just taken one.
	f.learnField(in, x, name)
	f.checkMemory()
}

// ownField makes R[a] and its field K[bc] nobody else's, as ownIndex.
func (f *Fiber) ownField(in code.Instr) {
	x, key := f.reg(fieldA(in)).val(), f.constant(fieldBC(in))
	if !x.IsRecord() {
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	}
	f.heap.Unshare(x)
	field, ok := x.Field(key.Str())
	if !ok {
		f.fail(diag.RunNoField, key.Clone())
		return
	}
	f.heap.Unshare(field)
	f.checkMemory()
}

// putKey gives the record R[a] the field R[b], unless it has it: what a literal with
// computed keys is made of, where the first of two equal keys wins.
func (f *Fiber) putKey(in code.Instr) {
	x, key := f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()
	if !x.IsRecord() {
		f.fail(diag.RunNotRecord, f.bounded(key), f.kindOf(x))
		return
	}
	if _, ok := f.heap.GetKey(x, key); ok {
		return
	}
	f.heap.SetKey(x, key, *f.reg(fieldC(in)).val())
	f.checkMemory()
}

// spreadRecord sets every field of R[b] in the record R[a].
func (f *Fiber) spreadRecord(in code.Instr) {
	x, other := f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()
	if !x.IsRecord() || !other.IsRecord() {
		if x.IsRecord() {
			x = other
		}
		f.fail(diag.RunNotRecord, "..", f.kindOf(x))
		return
	}
	it, _ := f.heap.NewIter(other)
	s := x.ShapeOf()
	var key, val value.Value
	for f.heap.Next(&it, &key, &val) {
		value.Share(&val)
		if s != nil && !f.mayStore(s, key.Str(), &val) {
			return
		}
		f.heap.SetField(x, key, val, true)
	}
	f.checkMemory()
}

// shapeRules is what the fields of one shape may hold, in the class's order.
type shapeRules struct {
	shape  *code.Shape
	fields []fieldRule
	byName map[string]int
}

type fieldRule struct {
	kinds    uint16      // bits of kindBits; 0: anything
	shape    *code.Shape // the field must be a record of this shape
	of       *fieldRule  // a list's items
	optional bool
}

// Bits of fieldRule.kinds.
const (
	bitNumber = 1 << iota
	bitText
	bitBool
	bitList
	bitRecord
	bitFunc
)

// kindBits says which kinds a declared type takes: text and dates take numbers too.
var kindBits = map[string]uint16{
	"number":   bitNumber,
	"text":     bitText | bitNumber,
	"bool":     bitBool,
	"list":     bitList,
	"record":   bitRecord,
	"date":     bitText | bitNumber,
	"function": bitFunc,
}

func bindShapes(p *code.Program) []shapeRules {
	byName := map[string]*code.Shape{}
	for _, s := range p.Shapes {
		byName[s.Name] = s
	}
	rule := func(kind string) fieldRule {
		if s := byName[kind]; s != nil {
			return fieldRule{kinds: bitRecord, shape: s}
		}
		return fieldRule{kinds: kindBits[kind]}
	}
	rules := make([]shapeRules, len(p.Shapes))
	for i, s := range p.Shapes {
		r := shapeRules{shape: s, byName: map[string]int{}}
		for k, field := range s.Fields {
			fr := rule(field.Kind)
			fr.optional = field.Optional
			if field.Elem != "" {
				of := rule(field.Elem)
				fr.of = &of
			}
			r.fields = append(r.fields, fr)
			r.byName[field.Name] = k
		}
		rules[i] = r
	}
	return rules
}

// rules are those of a shape that the program declares; nil for one that a builtin made.
func (img *Image) rules(s *value.Shape) *shapeRules {
	if s == nil || uint(s.ID) >= uint(len(img.shapes)) {
		return nil
	}
	if r := &img.shapes[s.ID]; r.shape.Class.Shape() == s {
		return r
	}
	return nil
}

// free reports whether a field may hold anything.
func (r *shapeRules) free(name string) bool {
	i, ok := r.byName[name]
	return ok && r.fields[i].kinds == 0
}

func kindBit(v *value.Value) uint16 {
	switch {
	case v.IsNumber():
		return bitNumber
	case v.IsText():
		return bitText
	case v.IsBool():
		return bitBool
	case v.IsList():
		return bitList
	case v.IsRecord():
		return bitRecord
	case v.IsFunc():
		return bitFunc
	}
	return 0
}

// takes reports whether a field under this rule may hold v.
func (r *fieldRule) takes(v *value.Value) bool {
	switch {
	case r.kinds == 0 || r.optional && v.IsNil():
		return true
	case r.kinds&kindBit(v) == 0:
		return false
	case r.shape != nil:
		return v.ShapeOf() != nil && v.ShapeOf() == r.shape.Class.Shape()
	case r.of != nil && v.IsList():
		for i := range v.List().Len() {
			if !r.of.takes(v.List().At(i)) {
				return false
			}
		}
	}
	return true
}

// mayStore checks a store into a record of shape s, and raises an error when the shape
// has no such field or the field is of another kind.
func (f *Fiber) mayStore(s *value.Shape, name string, v *value.Value) bool {
	r := f.m.img.rules(s)
	if r == nil {
		return true
	}
	i, ok := r.byName[name]
	if !ok {
		f.fail(diag.RunShapeField, r.shape.Name, name)
		return false
	}
	if !r.fields[i].takes(v) {
		f.fail(diag.RunShapeKind, r.shape.Name, name, typeName(&r.shape.Fields[i]), f.kindOf(v))
		return false
	}
	return true
}

// newShape makes a record of shape c from the registers R[b]….
func (f *Fiber) newShape(in code.Instr) {
	r := &f.m.img.shapes[fieldC(in)]
	fields := f.slots(fieldB(in), len(r.fields))
	for i := range fields {
		if !r.fields[i].takes(&fields[i]) {
			f.fail(diag.RunShapeKind, r.shape.Name, r.shape.Fields[i].Name, typeName(&r.shape.Fields[i]), f.kindOf(&fields[i]))
			return
		}
	}
	*f.reg(fieldA(in)).val() = f.heap.NewRecord(r.shape.Class, fields)
}

// toShape makes a record of shape c out of the record R[b], as a result: a failure names
// the first field that is missing, superfluous or of the wrong kind.
func (f *Fiber) toShape(in code.Instr) {
	r := &f.m.img.shapes[fieldC(in)]
	v, why := f.shaped(r, f.reg(fieldB(in)).val())
	if why != nil {
		why.complete()
		*f.reg(fieldA(in)).val() = f.heap.Fail(f.heap.NewText(why.Message))
		return
	}
	*f.reg(fieldA(in)).val() = f.heap.Ok(v)
	f.checkMemory()
}

func (f *Fiber) shaped(r *shapeRules, x *value.Value) (value.Value, *Error) {
	if x.ShapeOf() != nil && x.ShapeOf() == r.shape.Class.Shape() {
		value.Share(x)
		return *x, nil
	}
	if !x.IsRecord() {
		return value.Nil, &Error{Diag: diag.RunNotRecord, args: []string{r.shape.Name, f.kindOf(x)}}
	}
	fields := make([]value.Value, len(r.fields))
	found := 0
	for i := range fields {
		name := r.shape.Fields[i].Name
		field, ok := x.Field(name)
		switch {
		case ok:
			found++
			value.Share(field)
			fields[i] = *field
		case r.fields[i].optional:
			fields[i] = value.Nil
		default:
			return value.Nil, &Error{Diag: diag.RunNoField, args: []string{name}}
		}
		if inner := r.fields[i].shape; inner != nil && ok && fields[i].IsRecord() && fields[i].ShapeOf() == nil {
			v, why := f.shaped(&f.m.img.shapes[inner.Class.Shape().ID], &fields[i])
			if why != nil {
				return value.Nil, why
			}
			fields[i] = v
		}
		if !r.fields[i].takes(&fields[i]) {
			return value.Nil, &Error{Diag: diag.RunShapeKind, args: []string{r.shape.Name, name, typeName(&r.shape.Fields[i]), f.kindOf(&fields[i])}}
		}
	}
	if found < x.FieldCount() {
		it, _ := f.heap.NewIter(x)
		var key, val value.Value
		for f.heap.Next(&it, &key, &val) {
			if _, ok := r.byName[key.Str()]; !ok {
				return value.Nil, &Error{Diag: diag.RunShapeField, args: []string{r.shape.Name, key.Clone()}}
			}
		}
	}
	return f.heap.NewRecord(r.shape.Class, fields), nil
}

// typeName is what messages call a field's declared type.
func typeName(field *code.ShapeField) string {
	key := field.Kind
	if key == "date" {
		key = "text"
	}
	if k, ok := kindNames[key]; ok {
		return diag.Both(k.tamil, k.english)
	}
	return field.Kind
}

var _ = [1]struct{}{}[slotsOffset-value.RecordSlots]
var _ = [1]struct{}{}[unsafe.Offsetof(object{}.word)-value.RecordClass]
