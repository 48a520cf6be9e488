// Package process is the code behind the builtin that runs another program.
//
// Nothing runs unless the environment variable ETAMIL_EXEC_ALLOW lists it: paths or bare
// names between colons. What counts is the file that would be run: a program is allowed
// when its resolved path is that of an entry, so a file that merely is called like an
// allowed one, in another folder, is not. There is no shell, the input is empty, and when
// the time is over the program and everything that it started is killed.
package process

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "run", Min: 3, Max: 3, Run: run},
}
