// Package early runs the program of `etamil run FILE` before most of what the binary has
// in it is set up.
//
// A Go program sets up every package that is linked into it before main begins. For the
// server, the database and what they bring along that takes a third of the time in which
// a short program is over, and such a program needs none of it. Go sets packages up as
// soon as what they import has been, and in the order of their paths where it may choose
// (the language promises that). So a package of ours that imports only the compiler, the
// machine and internal/std comes before net, net/http, gnet, zap, SQLite and its C
// library. This is that package: its init does what the command line asks for, if it asks
// for just that, and ends the process.
//
// Whatever is not that simple is left to main, with all that has been found out: options,
// a program that has to be told about or that needs the server or a database, an error at
// its end. Nothing is done twice, so that a file may be a pipe and a program may have
// effects. The parts of a run are exported, and main's own runs are made of them.
//
// A test in cmd/etamil holds the order: what is set up before an empty program.
package early
