package builtin

import (
	"slices"
	"sync"
)

// all is every builtin: the declarations are data that the linker lays out, and lists of
// them are made when somebody first asks, as a short program may never ask.
var all = sync.OnceValue(func() []*Spec {
	n := len(hidden) + len(hiddenTasks) + len(variables)
	for i := range subjects {
		n += len(*subjects[i].specs)
	}
	list := make([]*Spec, 0, n)
	add := func(specs []Spec) {
		for i := range specs {
			list = append(list, &specs[i])
		}
	}
	for i := range subjects {
		add(*subjects[i].specs)
	}
	add(hidden)
	add(hiddenTasks)
	add(variables)
	return list
})

// meanings is what a name or an ID stands for.
type meanings struct {
	bySpelling  map[string]*Spec
	predeclared map[string]*Spec
	byID        map[string]*Spec
	spellings   []string
}

// index is made once and never changes.
var index = sync.OnceValue(func() *meanings {
	list := all()
	x := &meanings{
		bySpelling:  make(map[string]*Spec, 3*len(list)),
		predeclared: map[string]*Spec{},
		byID:        make(map[string]*Spec, len(list)),
	}
	for _, s := range list {
		x.byID[s.ID] = s
		into := x.bySpelling
		if s.Variable {
			into = x.predeclared
		} else if s.Hidden {
			continue
		}
		for _, name := range s.Spellings {
			into[name] = s
		}
		x.spellings = append(x.spellings, s.Spellings...)
	}
	for _, a := range aliases {
		x.bySpelling[a.name] = x.byID[a.id]
	}
	slices.Sort(x.spellings)
	return x
})

// Lookup returns the builtin that name (in NFC) calls, or nil.
func Lookup(name string) *Spec { return index().bySpelling[name] }

// Predeclared returns the name that every program has though nobody assigns it
// (request_body, server, true …), or nil. A program that assigns it has its own.
func Predeclared(name string) *Spec { return index().predeclared[name] }

// ByID returns the builtin with that canonical name, hidden or not, or nil.
func ByID(id string) *Spec { return index().byID[id] }

// All returns every builtin, in the order of the documentation, hidden ones
// last. The caller must not change the slice.
func All() []*Spec { return all() }

// Spellings returns every name that Lookup and Predeclared know, but for
// aliases, sorted: what a misspelt name may have meant.
func Spellings() []string { return index().spellings }
