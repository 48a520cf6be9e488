// Package data is the code behind the builtins of records and JSON.
package data

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "hasField", Min: 2, Max: 2, Run: hasField},
	{ID: "fieldOr", Min: 3, Max: 3, Run: fieldOr},
	{ID: "keys", Min: 1, Max: 1, Run: keys},
	{ID: "values", Min: 1, Max: 1, Run: values},
	{ID: "entries", Min: 1, Max: 1, Run: entries},
	{ID: "removeField", Min: 2, Max: 2, Run: removeField},
	{ID: "jsonParse", Min: 1, Max: 1, Run: parse},
	{ID: "jsonStringify", Min: 1, Max: 1, Run: stringify},
}
