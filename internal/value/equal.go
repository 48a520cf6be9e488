package value

import (
	"strings"

	"etamil/internal/decimal"
)

// Equal reports whether two values are the same: numbers by what they are worth, text and
// bytes by content, lists by position, records by field (and shape), results by kind and
// content. Nothing is converted. It does not recurse.
func Equal(a, b *Value) bool {
	if done, eq := same(a, b); done {
		return eq
	}
	return equalDeep(a, b)
}

// same decides what can be decided without looking into containers.
func same(a, b *Value) (done, equal bool) {
	if a.IsNumber() || b.IsNumber() {
		return true, a.IsNumber() && b.IsNumber() && decimal.Equal(a.Decimal(), b.Decimal())
	}
	if *a == *b {
		return true, true
	}
	k := a.Kind()
	if k != b.Kind() && !(a.IsRecord() && b.IsRecord()) {
		return true, false
	}
	switch k {
	case KindText, KindBytes:
		return true, a.M == b.M && a.Str() == b.Str()
	case KindList, KindRecord, KindDict, KindClosure, KindOk, KindFail, KindError, KindRange:
		return false, false
	}
	return true, false
}

type pair struct{ a, b Value }

// manyPairs is after how many pairs of containers Equal begins to remember which it has
// seen. Values that share their parts can be small and have endlessly many paths.
const manyPairs = 1 << 12

// equalDeep compares containers. Every pair of parts that is not decided at once goes on
// a list; the values are equal when the list is empty, so a pair that has been on it once
// need not be put there again.
func equalDeep(a, b *Value) bool {
	var space [16]pair
	todo := append(space[:0], pair{*a, *b})
	count := 0
	var seen map[pair]struct{}
	for len(todo) > 0 {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if count++; count > manyPairs && IsShared(&p.a) {
			if seen == nil {
				seen = make(map[pair]struct{})
			}
			if _, ok := seen[p]; ok {
				continue
			}
			seen[p] = struct{}{}
		}
		var ok bool
		if todo, ok = parts(todo, &p.a, &p.b); !ok {
			return false
		}
	}
	return true
}

// parts compares two containers of one kind and puts the pairs of parts that are
// containers themselves on the list.
func parts(todo []pair, a, b *Value) ([]pair, bool) {
	if a.IsRecord() {
		return fieldPairs(todo, a, b)
	}
	var x, y []Value
	if a.Kind() == KindList {
		x, y = a.List().Slots(), b.List().Slots()
	} else {
		o, p := a.object(), b.object()
		if a.Kind() == KindClosure && o.word != p.word {
			return todo, false
		}
		x, y = o.slots(), p.slots()
	}
	if len(x) != len(y) {
		return todo, false
	}
	for i := range x {
		var ok bool
		if todo, ok = onePair(todo, &x[i], &y[i]); !ok {
			return todo, false
		}
	}
	return todo, true
}

func onePair(todo []pair, a, b *Value) ([]pair, bool) {
	done, eq := same(a, b)
	if !done {
		return append(todo, pair{*a, *b}), true
	}
	return todo, eq
}

func fieldPairs(todo []pair, a, b *Value) ([]pair, bool) {
	if a.ShapeOf() != b.ShapeOf() || a.FieldCount() != b.FieldCount() {
		return todo, false
	}
	ok := true
	if a.Kind() == KindDict {
		es := a.dict().entries()
		for i := range es {
			if es[i].key.IsUndef() {
				continue
			}
			y, found := b.Field(es[i].key.Str())
			if !found {
				return todo, false
			}
			if todo, ok = onePair(todo, &es[i].val, y); !ok {
				return todo, false
			}
		}
		return todo, true
	}
	r := a.Record()
	c := r.Class()
	same := b.Kind() == KindRecord && b.Record().word == r.word
	for i, name := range c.names {
		var y *Value
		if same {
			y = b.Record().Slot(i)
		} else if y, ok = b.Field(name); !ok {
			return todo, false
		}
		if todo, ok = onePair(todo, r.Slot(i), y); !ok {
			return todo, false
		}
	}
	return todo, true
}

// Compare orders two values: numbers by worth, texts by bytes (which is by code points),
// a number and a text by worth with text that is no number as 0. ok is false for every
// other pair: they have no order, and all four comparisons are false.
func Compare(a, b *Value) (order int, ok bool) {
	if a.IsNumber() && b.IsNumber() {
		return decimal.Cmp(a.Decimal(), b.Decimal()), true
	}
	switch {
	case a.IsText() && b.IsText():
		return strings.Compare(a.Str(), b.Str()), true
	case a.IsNumber() && b.IsText(), a.IsText() && b.IsNumber():
		return decimal.Cmp(a.ToNumber(), b.ToNumber()), true
	}
	return 0, false
}
