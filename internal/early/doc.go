// Package early runs the program of `etamil run FILE` before most of what the binary has
// in it is set up.
//
// A Go program sets up every package that is linked into it before main begins. For the
// server, the database and what they bring along that takes a third of the time in which
// a short program is over, and such a program needs none of it. Go sets packages up as
// soon as what they import has been, and in the order of their paths where it may choose
// (the language promises that). So a package of ours that imports only the compiler, the
// machine and what they need comes before net, net/http, gnet, zap, SQLite and its C
// library. This is that package: its init does what the command line asks for, if it asks
// for just that, and ends the process.
//
// How soon its turn comes is a matter of names. A package waits for the last of those it
// imports, and meanwhile all others that are ready and whose paths come before that one are set up.
// The last that the compiler cannot do without is strings. So neither this package nor one
// that it imports may import math/big, path/filepath, regexp, runtime/debug or any whose path comes
// later than strings or which imports one that does. What needs those is for package second, which has the second turn: the
// builtins that package light leaves out, patterns in rules, and files so large that they want room on the heap.
//
// Whatever is not that simple is left to main, with all that has been found out: options,
// a program that has to be told about or that needs the server or a database, an error at
// its end. Nothing is done twice, so that a file may be a pipe and a program may have
// effects; but what the first turn takes for a mistake may need a pattern, so it is compiled again. The parts of a run are exported, and main's own runs are made of them.
//
// A test in cmd/etamil holds the order: what is set up before an empty program.
package early
