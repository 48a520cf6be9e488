// Package light binds those builtins of internal/std whose code needs nothing that Go sets
// up late, such as math/big, regexp or path/filepath. A program that names no others is
// over before that (internal/early). Package all binds the rest too.
package light

import (
	"strconv"
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/std/checks"
	"etamil/internal/std/clock"
	"etamil/internal/std/core"
	"etamil/internal/std/data"
	"etamil/internal/std/logs"
	"etamil/internal/std/tasks"
	"etamil/vm"
)

// Bind binds them, and the members of lists and ranges that are builtins with another first
// argument.
func Bind(l *vm.Linker) {
	core.Bind(l)
	data.Bind(l)
	clock.Bind(l)
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
