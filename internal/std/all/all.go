// Package all binds every builtin of internal/std for those who make an image: one call
// instead of a list that somebody forgets to extend. Rules have patterns with it.
//
// Builtins that belong to the server, the database and the like are bound by the packages
// that have their own state; see light.Elsewhere.
package all

import (
	_ "etamil/internal/rule/pattern"
	"etamil/internal/std/crypto"
	"etamil/internal/std/files"
	"etamil/internal/std/light"
	"etamil/internal/std/process"
	"etamil/internal/std/roots"
	"etamil/internal/std/text"
	"etamil/vm"
)

// Bind binds what has no state beyond a host.Host.
func Bind(l *vm.Linker) {
	light.Bind(l)
	text.Bind(l)
	files.Bind(l)
	crypto.Bind(l)
	process.Bind(l)
	roots.Bind(l)
}
