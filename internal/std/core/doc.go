// Package core is the code behind the builtins that every program has: printing and
// reading a line, results, numbers, lists, errors, the environment and the
// end of the program.
//
// Length, typeof, floor and the like are called in inner loops: they allocate nothing on
// Go's heap, and tests hold them to it.
package core

import (
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "print", Min: 1, Max: 1, Run: printValue},
	{ID: "input", Min: 0, Max: 0, Run: input},
	{ID: "exit", Min: 1, Max: 1, Run: exit},
	{ID: "env", Min: 1, Max: 2, Run: env},
	{ID: "config", Min: 1, Max: 2, Run: config},
	{ID: "error", Min: 1, Max: 3, Run: makeError},

	{ID: "length", Min: 1, Max: 1, Run: length},
	{ID: "typeof", Min: 1, Max: 1, Run: typeOf},
	{ID: "toString", Min: 1, Max: 1, Run: toString},
	{ID: "toNumber", Min: 1, Max: 1, Run: toNumber},

	{ID: "ok", Min: 1, Max: 1, Run: ok},
	{ID: "err", Min: 1, Max: 1, Run: fail},
	{ID: "isOk", Min: 1, Max: 1, Run: isOk},
	{ID: "isErr", Min: 1, Max: 1, Run: isErr},
	{ID: "unwrap", Min: 1, Max: 1, Run: unwrap},
	{ID: "unwrapErr", Min: 1, Max: 1, Run: unwrapErr},
	{ID: "unwrapOr", Min: 2, Max: 2, Run: unwrapOr},

	{ID: "round", Min: 2, Max: 2, Run: round},
	{ID: "floor", Min: 1, Max: 1, Run: floor},
	{ID: "ceil", Min: 1, Max: 1, Run: ceil},
	{ID: "abs", Min: 1, Max: 1, Run: abs},
	{ID: "min", Min: 1, Max: -1, Run: least, List: true},
	{ID: "max", Min: 1, Max: -1, Run: greatest, List: true},
	{ID: "mod", Min: 2, Max: 2, Run: mod},
	{ID: "div", Min: 2, Max: 2, Run: div},

	{ID: "append", Min: 2, Max: 2, Run: appendItem, List: true},
	{ID: "range", Min: 2, Max: 3, Run: makeRange},
	{ID: "sort", Min: 1, Max: 1, Run: sort, List: true},
	{ID: "sortByField", Min: 3, Max: 3, Run: sortByField, List: true},

	// What the compiler calls for statements and predeclared names.
	{ID: "pattern_list", Min: 2, Max: 2, Run: patternList, List: true},
	{ID: "shape_has", Min: 2, Max: 2, Run: shapeHas},
	{ID: "shape_plain", Min: 1, Max: 1, Run: shapePlain},
	{ID: "nil", Min: 0, Max: 0, Run: constant(value.Nil)},
	{ID: "true", Min: 0, Max: 0, Run: constant(value.True)},
	{ID: "false", Min: 0, Max: 0, Run: constant(value.False)},
}
