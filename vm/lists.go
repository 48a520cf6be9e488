package vm

import (
	"strconv"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// listed makes *v, if it is a range, the list of its numbers.
func (f *Fiber) listed(v *value.Value) {
	if v.Kind() == value.KindRange {
		*v = f.heap.RangeList(v)
	}
}

// appendItem puts R[b] behind the last item of the list R[a].
func (f *Fiber) appendItem(in code.Instr) {
	list := f.reg(fieldA(in)).val()
	f.listed(list)
	if !list.IsList() {
		f.fail(diag.RunNotList, f.kindOf(list))
		return
	}
	f.heap.Append(list, *f.reg(fieldB(in)).val())
	f.checkMemory()
}

func (f *Fiber) spreadList(in code.Instr) {
	list, other := f.reg(fieldA(in)).val(), *f.reg(fieldB(in)).val()
	f.listed(&other)
	switch {
	case !list.IsList():
		f.fail(diag.RunNotList, f.kindOf(list))
	case !other.IsList():
		f.fail(diag.RunNotList, f.kindOf(&other))
	default:
		f.heap.AppendAll(list, &other)
		f.checkMemory()
	}
}

// length is the number of items, fields, letters, bytes or numbers of R[b].
func (f *Fiber) length(in code.Instr) {
	x := f.reg(fieldB(in)).val()
	n := 0
	switch {
	case x.IsText():
		n = f.heap.TextLen(x)
	case x.IsRecord():
		n = x.FieldCount()
	case x.IsList():
		n = x.List().Len()
	case x.Kind() == value.KindBytes:
		n = x.ByteLen()
	case x.Kind() == value.KindRange:
		var ok bool
		if n, ok = x.RangeLen(); !ok {
			f.fail(diag.RunNumberTooLarge)
			return
		}
	default:
		f.fail(diag.RunNoLength, f.kindOf(x))
		return
	}
	*f.reg(fieldA(in)).val() = value.Int(n)
}

// position reads an index as a place in something of that length, and raises an error
// if it is none. Index values convert as numbers do.
func (f *Fiber) position(i *value.Value, length int) (int, bool) {
	d := i.ToNumber()
	if !d.IsInt() {
		f.fail(diag.RunIndexWhole, d.String())
		return 0, false
	}
	n, ok := d.Int64()
	if !ok || n < 0 || n >= int64(length) {
		f.fail(diag.RunIndexRange, d.String(), strconv.Itoa(length))
		return 0, false
	}
	return int(n), true
}

// getIndex is x[i]: an item, a letter, a field, a number of a range.
func (f *Fiber) getIndex(to uintptr, x, i *value.Value) {
	d := f.reg(to).val()
	switch {
	case x.IsList():
		l := x.List()
		if n, ok := f.position(i, l.Len()); ok {
			*d = *l.At(n)
		}
	case x.IsRecord():
		if field, ok := f.heap.GetKey(x, i); ok {
			*d = *field
			return
		}
		f.fail(diag.RunNoField, f.bounded(i))
	case x.IsText():
		if n, ok := f.position(i, f.heap.TextLen(x)); ok {
			*d, _ = f.heap.Letter(x, n)
		}
	case x.Kind() == value.KindBytes:
		if n, ok := f.position(i, x.ByteLen()); ok {
			*d = value.Int(int(x.Str()[n]))
		}
	case x.Kind() == value.KindRange:
		length, _ := x.RangeLen()
		if n, ok := f.position(i, length); ok {
			*d, _ = x.RangeAt(n)
		}
	default:
		f.fail(diag.RunNotIndexable, f.kindOf(x))
	}
}

// setIndex is R[a][R[b]] = R[c].
func (f *Fiber) setIndex(in code.Instr) {
	x, i, v := f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val(), f.reg(fieldC(in)).val()
	switch {
	case x.IsList():
		if n, ok := f.position(i, x.List().Len()); ok {
			f.heap.SetIndex(x, n, *v)
			f.checkMemory()
		}
	case x.IsRecord():
		if s := x.ShapeOf(); s != nil {
			key := f.heap.Key(i)
			if !f.mayStore(s, key.Clone(), v) {
				return
			}
		}
		f.heap.SetKey(x, i, *v)
		f.checkMemory()
	case x.IsText():
		f.fail(diag.RunTextFixed)
	default:
		f.fail(diag.RunNotIndexable, f.kindOf(x))
	}
}

// ownIndex makes R[a] and its item R[b] nobody else's, so that the item can be read,
// changed where it is and stored back.
func (f *Fiber) ownIndex(in code.Instr) {
	x, i := f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()
	switch {
	case x.IsList():
		n, ok := f.position(i, x.List().Len())
		if !ok {
			return
		}
		f.heap.Unshare(x)
		if n < x.List().Len() { // else the budget refused the copy
			f.heap.Unshare(x.List().At(n))
		}
		f.checkMemory()
	case x.IsRecord():
		f.heap.Unshare(x)
		if field, ok := f.heap.GetKey(x, i); ok {
			name := ""
			if x.ShapeOf() != nil {
				key := f.heap.Key(i)
				name = key.Str()
			}
			f.ownHeld(x, name, field)
			f.checkMemory()
			return
		}
		f.fail(diag.RunNoField, f.bounded(i))
	case x.IsText():
		f.fail(diag.RunTextFixed)
	default:
		f.fail(diag.RunNotIndexable, f.kindOf(x))
	}
}

// iter begins a walk over R[b].
func (f *Fiber) iter(in code.Instr) {
	x := f.reg(fieldB(in)).val()
	if x.Kind() == value.KindHandle && f.m.member(x, WalkName) != nil {
		*f.reg(fieldA(in)).val() = *x
		return
	}
	it, ok := f.heap.NewIterUnmarked(x)
	if !ok {
		f.fail(diag.RunNotIterable, f.kindOf(x))
		return
	}
	*f.reg(fieldA(in)).val() = it
}

// next takes the next step of the walk in R[a]; false when it is over, and when it isn't one, which
// is an error.
func (f *Fiber) next(in code.Instr) bool {
	it, to := f.reg(fieldA(in)).val(), fieldB(in)
	if !it.IsIter() {
		f.fail(diag.RunNotIterable, f.kindOf(it))
		return false
	}
	var key, val value.Value
	if !f.heap.Next(it, &key, &val) {
		return false
	}
	switch {
	case in.Op() == code.OpNext2 || in.Op() == code.OpLoopNext2:
		*f.reg(to).val() = key
		to += slotSize
	case key.IsText():
		val = key // of a record's fields, one name stands for their names
	}
	*f.reg(to).val() = val
	return true
}
