// Package testrun runs the tests of programs: the சோதனை blocks of `etamil test`.
//
//	files, err := testrun.Find([]string{"."})
//	report := testrun.Run(ctx, testrun.Options{Files: files, …})
//	err = testrun.WriteJUnit(file, report)
//
// # A test's life
//
//	file ──compile once──> program ──for each test, in parallel──┐
//	  ┌──────────────────────────────────────────────────────────┘
//	  └─> world: databases in memory, output caught, an image, a machine
//	        top level ─> app started, if the file asks it ─> groups ─> முன் ─> the test ─> பின்
//
// Nothing is shared between two tests but code: each runs its file's top level afresh, so
// names that one test changes are as they were for the next. A group, which is a test with
// tests in it, is run once for each of them, as what prepares them.
//
// # The program that is asked
//
// The client of a test talks to the routes that the test file declares, itself or by what
// it imports; when there are none, to the program of its folder, as `etamil serve` would
// find it, started afresh for each test. What the client sends is bytes: they go through
// the same loop, parser, router and handlers as a socket's (loop.Config.Local), and what
// comes back is parsed again.
//
//	find.go     which files                  world.go    what one test has for itself
//	plan.go     compiling, listing tests     natives.go  what the test calls
//	run.go      workers, one test's life     client.go   the client and its answers
//	program.go  the program that is asked    wire.go     HTTP as a client speaks it
//	report.go   results for people           cookies.go  what a client remembers
//	machines.go results for machines
package testrun
