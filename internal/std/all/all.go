// Package all binds every builtin of internal/std for those who make an image: one call
// instead of a list that somebody forgets to extend.
//
// Builtins that belong to the server, the database and the like are bound by the packages
// that have their own state; see Elsewhere.
package all

import (
	"strconv"
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/std/checks"
	"etamil/internal/std/clock"
	"etamil/internal/std/core"
	"etamil/internal/std/crypto"
	"etamil/internal/std/data"
	"etamil/internal/std/files"
	"etamil/internal/std/logs"
	"etamil/internal/std/process"
	"etamil/internal/std/tasks"
	"etamil/internal/std/text"
	"etamil/vm"
)

// Bind binds what has no state beyond a host.Host, and the members of lists and ranges
// that are builtins with another first argument.
func Bind(l *vm.Linker) {
	core.Bind(l)
	text.Bind(l)
	data.Bind(l)
	clock.Bind(l)
	files.Bind(l)
	crypto.Bind(l)
	process.Bind(l)
	logs.Bind(l)
	checks.Bind(l)
	tasks.Bind(l)
	methods(l)
	l.Title(title)
}

// title is a builtin's first name, which is the Tamil one.
func title(id string) string {
	if s := builtin.ByID(id); s != nil && len(s.Spellings) > 0 {
		return s.Spellings[0]
	}
	return id
}

// methods binds x.name(…) for each builtin that is declared as one. They call functions,
// so the prelude has them; a program that was compiled without it lacks the members.
func methods(l *vm.Linker) {
	for _, s := range builtin.All() {
		if !s.Method {
			continue
		}
		function := s.ID + "_" + strconv.Itoa(s.Max)
		for _, name := range s.Spellings {
			name = strings.TrimPrefix(name, "_")
			l.MethodFunc("list", name, function)
			l.MethodFunc("range", name, function)
		}
	}
}
