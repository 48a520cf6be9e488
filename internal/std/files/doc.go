// Package files is the code behind the builtins of files, folders and zip packages.
//
// Each one waits on another goroutine for the disk, so that its worker goes on; the
// program itself goes on when the work is done, in its order. Paths are relative to the
// directory of the process. What a builtin reads is bounded by the fiber's memory budget
// before it is read.
package files

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	// What the compiler calls for statements.
	{ID: "file_open", Min: 2, Max: 2, Run: openFile},
	{ID: "file_close", Min: 1, Max: 1, Run: closeFile},
	{ID: "file_read", Min: 1, Max: 1, Run: readFile},
	{ID: "file_write", Min: 2, Max: 2, Run: writeLine},
	{ID: "csv_read", Min: 1, Max: 1, Run: countRows},
	{ID: "csv_write", Min: 2, Max: 2, Run: writeLine},

	{ID: "fileSave", Min: 2, Max: 2, Run: save},
	{ID: "fileExists", Min: 1, Max: 1, Run: exists},
	{ID: "fileInfo", Min: 1, Max: 1, Run: info},
	{ID: "readDir", Min: 1, Max: 1, Run: readDir},
	{ID: "packageRead", Min: 2, Max: 2, Run: packageRead},
	{ID: "packageWrite", Min: 3, Max: 3, Run: packageWrite},
}
