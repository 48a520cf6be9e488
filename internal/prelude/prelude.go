// Package prelude is the builtins that are written in eTamil.
//
// A builtin that calls a function it is given is written in the language, not
// in Go: the call is then an ordinary call, which can wait, be cut short or be
// moved to another machine. The compiler adds the prelude's functions to every
// program and calls them in the builtin's place: sort_2 is the builtin sort
// with two arguments. A program doesn't see their names.
package prelude

import (
	"embed"
	"strings"
	"sync"

	"etamil/internal/source"
)

//go:embed *.qmz
var files embed.FS

// text is all files, one after the other. Most short programs run without it.
var text = sync.OnceValue(func() string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	var w strings.Builder
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		w.Write(b)
	}
	return w.String()
})

// Names are the functions here: a builtin's ID with the number of its arguments, as in sort_2, or what
// only other functions here call.
var Names = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(text()) {
		if name, ok := strings.CutPrefix(line, "செயல் "); ok {
			name, _, _ = strings.Cut(name, "(")
			names[name] = true
		}
	}
	return names
})

// IDs are the builtins that functions here stand for.
func IDs() map[string]bool {
	ids := map[string]bool{}
	for name := range Names() {
		id, _, _ := strings.Cut(name, "_")
		ids[id] = true
	}
	return ids
}

// Name is what the prelude is called in a stack of calls.
const Name = "<prelude>"

// Add adds the prelude to the files of a program.
func Add(set *source.Set) *source.File { return set.Add(Name, text()) }
