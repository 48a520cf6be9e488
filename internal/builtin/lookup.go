package builtin

import (
	"slices"
)

var (
	bySpelling  = map[string]*Spec{}
	predeclared = map[string]*Spec{}
	byID        = map[string]*Spec{}
	all         []*Spec
	spellings   []string
)

// The maps are filled before anything can look into them and never change.
func init() {
	add := func(specs []Spec) {
		for i := range specs {
			s := &specs[i]
			all = append(all, s)
			byID[s.ID] = s
			names := bySpelling
			if s.Variable {
				names = predeclared
			} else if s.Hidden {
				continue
			}
			for _, name := range s.Spellings {
				names[name] = s
			}
			spellings = append(spellings, s.Spellings...)
		}
	}
	for _, s := range subjects {
		add(s.specs)
	}
	add(hidden)
	add(variables)
	for name, id := range aliases {
		bySpelling[name] = byID[id]
	}
	slices.Sort(spellings)
}

// Lookup returns the builtin that name (in NFC) calls, or nil.
func Lookup(name string) *Spec { return bySpelling[name] }

// Predeclared returns the name that every program has though nobody assigns it
// (request_body, server, true …), or nil. A program that assigns it has its own.
func Predeclared(name string) *Spec { return predeclared[name] }

// ByID returns the builtin with that canonical name, hidden or not, or nil.
func ByID(id string) *Spec { return byID[id] }

// All returns every builtin, in the order of the documentation, hidden ones
// last. The caller must not change the slice.
func All() []*Spec { return all }

// Spellings returns every name that Lookup and Predeclared know, but for
// aliases, sorted: what a misspelt name may have meant.
func Spellings() []string { return spellings }
