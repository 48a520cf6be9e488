// Package builtin declares every builtin once: its spellings, arguments,
// effect and documentation. It holds no code: the checker needs names and
// counts, the optimiser effects, the documentation text, and none of them
// needs a database driver. internal/std binds the code, and a test demands
// that it binds each Spec here and nothing else.
//
// There is one file for each subject (numbers.go, text.go …), and beside them
//
//	hidden.go   what the compiler calls for statements
//	names.go    predeclared names: request_body, server, true …
//	handles.go  objects with members: server, request, an error …
//	aliases.go  spellings that only the oldest programs use
//
// docs/reference/builtins.md is made from these tables; a test compares it and
// rewrites it with -update.
package builtin
