package vm

import (
	"strconv"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// kindName is what a message calls a value.
func kindName(v *value.Value) string {
	k := kindNames[kindKey(v)]
	if s := v.ShapeOf(); s != nil {
		return s.Name
	}
	return diag.Both(k.tamil, k.english)
}

// kindNames are what messages call the kinds, by kindKey.
var kindNames = map[string]struct{ tamil, english string }{
	"number":   {"ஓர் எண்", "a number"},
	"text":     {"ஓர் உரை", "a string"},
	"bool":     {"மெய்/பொய்", "a boolean"},
	"nil":      {"இன்மை", "nil"},
	"list":     {"ஓர் அணி", "an array"},
	"record":   {"ஒரு பொருள்", "a record"},
	"result":   {"ஒரு முடிவு", "a result"},
	"function": {"ஒரு செயல்", "a function"},
	"error":    {"ஒரு பிழை", "an error"},
	"range":    {"ஒரு வீச்சு", "a range"},
	"bytes":    {"பைட்டுகள்", "bytes"},
}

// kindOf is kindName, with the types of handles.
func (f *Fiber) kindOf(v *value.Value) string {
	if v.Kind() == value.KindHandle {
		return f.m.img.TypeName(v.HandleType())
	}
	return kindName(v)
}

// noMember raises that x has no such member. Named values, as a request's query, are
// asked with get: other languages have taught many people to write query.name.
func (f *Fiber) noMember(x *value.Value, name string) {
	hint := ""
	members := f.m.img.members
	if members.find(x, "get") != nil && members.find(x, "set") == nil {
		hint = " → .get(" + strconv.Quote(name) + ")?"
	} else if best, ok := diag.Nearest(name, members.names(x)); ok {
		hint = " → ." + best + "?"
	}
	f.fail(diag.RunNoMember, name, f.kindOf(x), hint)
}

// funcName is what a message calls a function.
func funcName(f *code.Func) string {
	if f.Name == "" {
		return "செயல்"
	}
	return f.Name
}

// KindName is what a message calls a value, as an argument of Fail: in both languages.
func (f *Fiber) KindName(v *value.Value) string { return f.kindOf(v) }
