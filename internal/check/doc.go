// Package check gives the names and types of a program their meaning.
//
//	program, messages := check.Check(file, loader, check.Options{Set: set, Key: key})
//
// It works in four steps, each in the files named.
//
//  1. Files (graph.go). Imports are followed. A plain import splices the file's
//     statements in where it stands, once; an import with a name gives the file
//     a space of names of its own.
//  2. Declarations (declare.go). In each space functions, shapes and the names
//     that its top level assigns are collected: all of these are known
//     everywhere, before and after the place where they stand.
//  3. The walk (walk statements in stmt.go, expr.go; names in names.go). Every
//     statement is visited once, in the order of the text. For each name it is
//     settled which variable, function, builtin or shape it may mean, while
//     flow.go keeps track of what is certainly and what is possibly set, and
//     types.go and shapes.go of what has been declared to be what.
//  4. Afterwards (finish.go, lookalike.go). What can only be said when
//     everything has been seen: names that nothing defines, with the likeliest
//     name that was meant; names that look alike; values that will be frozen
//     though they come from a clock or a file.
//
// A program with routes is walked twice. A name that a route's body assigns is
// its own local if nobody else mentions it, and otherwise belongs to the
// window of the request, which the functions it calls see too; the first walk
// finds out who mentions what.
//
// All mistakes are reported, in the order of the text. Those that stop a
// program only when they are reached (an undefined name, a wrong number of
// arguments) are warnings when Options.Lenient is set, as `run` does.
package check
