// Command etamil runs, checks and serves programs written in eTamil.
//
// Each subcommand is a file with one function; the table commands names them.
// stdout carries what the command was asked for (a program's own output, a
// listing, JSON) and nothing else; everything said about it goes to stderr.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"etamil/internal/diag"
	"etamil/internal/huge"
	_ "etamil/internal/prefault" // maps what every start touches
	"etamil/internal/std/logs"
)

// Exit codes.
const (
	exitOK     = 0
	exitFail   = 1   // the program, or the check of it, failed
	exitUsage  = 2   // the command line or a setting is wrong
	exitBug    = 70  // a bug in us
	exitSignal = 128 // and the number of the signal that ended the command, as shells have it
)

// Stdio is what a command reads and writes, so that tests can run commands in
// their own process.
type Stdio struct {
	In       io.Reader
	Out, Err io.Writer
	Color    bool // Err is a terminal that shows colours
	Lines    bool // Out is a terminal: write each line at once
	OutColor bool // Out is a terminal that shows colours
	Watched  bool // Err is a terminal: somebody reads along
}

// command is a subcommand.
type command struct {
	name    string
	args    string   // what follows the name, as help shows it
	options []string // names of the options it takes, see flags.go
	tamil   string
	english string
	run     func(c *call) int
	program bool // Out is a program's, which is told itself when it can't be written
}

// call is one use of a command: its arguments and options, checked against the
// command's row.
type call struct {
	command *command
	args    []string // as many as command.args names
	options options
	Stdio
}

// commands is filled by init, as help reads it too.
var commands []command

func init() {
	commands = []command{
		{"run", "FILE|-", []string{"opt", "steps", "memory"}, "ஒரு நிரலை இயக்கு", "run a program", cmdRun, true},
		{"serve", "FILE|DIR", []string{"config", allSettings}, "ஒரு நிரலால் HTTP கோரிக்கைகளுக்குப் பதிலளி", "answer HTTP requests with a program", cmdServe, true},
		{"check", "FILE|-", []string{"json", "db", "config"}, "இயக்காமல் பிழைகளைத் தேடு", "look for mistakes without running", cmdCheck, false},
		{"test", "[FILE|DIR…]", []string{"filter", "parallel", "timeout", "json", "junit", "verbose"}, "சோதனைகளை இயக்கு", "run tests", cmdTest, false},
		{"explain", "CODE", nil, "ஒரு பிழைக் குறியீட்டை விளக்கு", "explain the code of a mistake", cmdExplain, false},
		{"dis", "FILE|-", []string{"stage", "opt"}, "நிரலை மொழிமாற்றியின் ஒரு நிலையில் காட்டு", "show a program as a stage of the compiler sees it", cmdDis, false},
		{"config", "[show|check] [FILE|DIR]", []string{"sources", "json", "config", allSettings}, "வழங்கியின் அமைப்புகளைக் காட்டு, சரிபார்", "show or check the settings of a server", cmdConfig, false},
		{"migrate", "up|down|redo|status|new [NAME]", []string{"config"}, "தரவுதளத்தின் அட்டவணைகளை migrations கோப்பகத்தின்படி மாற்று", "bring a database's tables to where the folder migrations says", cmdMigrate, false},
		{"db", "shell|backup|copy [URL|FILE] [URL]", []string{"config", "json", "replace"}, "தரவுதளத்தோடு பேசு, அதை நகலெடு", "talk to a database, back it up, copy it", cmdDB, false},
		{"version", "", nil, "பதிப்பைக் காட்டு", "print the version", cmdVersion, false},
		{"help", "[COMMAND]", nil, "உதவி", "show this help", cmdHelp, false},
	}
}

func main() {
	os.Exit(run(os.Args[1:], Stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Color: diag.ColorFor(os.Stderr), Lines: logs.IsTerminal(os.Stdout), OutColor: diag.ColorFor(os.Stdout), Watched: logs.IsTerminal(os.Stderr)}))
}

// run runs one command line and returns its exit code. A panic is a bug in us:
// it is reported as one.
func run(args []string, std Stdio) (code int) {
	defer func() {
		if x := recover(); x != nil {
			code = reportBug(std.Err, x, debug.Stack())
		}
	}()
	if len(args) == 0 {
		showHelp(std.Err)
		return exitUsage
	}
	name, rest := args[0], args[1:]
	switch name {
	case "-h", "--help":
		name = "help"
	case "-V", "--version":
		name = "version"
	}
	for i := range commands {
		if c := &commands[i]; c.name == name {
			return c.do(rest, std)
		}
	}
	return unknownCommand(name, std)
}

// do parses the rest of a command line and runs it.
func (c *command) do(rest []string, std Stdio) int {
	out := &stdout{Writer: std.Out}
	given := std.Out
	std.Out = out
	call, exit := c.parse(rest, std)
	if call == nil {
		return out.exit(exit, std.Err)
	}
	if c.program {
		call.Out = given
	}
	return out.exit(c.run(call), std.Err)
}

// reportBug reports a panic, with what we need to find it. That the system has no more memory is
// nobody's bug, but a matter of the program and of what it was allowed.
func reportBug(w io.Writer, x any, stack []byte) int {
	if _, ok := x.(huge.NoMemory); ok {
		fmt.Fprintln(w, "etamil: கணினியில் நினைவகம் முடிந்தது; etamil run --memory ஒரு வரம்பு வைக்கும்  (the system has no more memory; etamil run --memory sets a limit)")
		return exitFail
	}
	fmt.Fprintf(w, "இது eTamil இன் பிழை; உங்கள் நிரலின் பிழை அல்ல.\nThis is a bug in eTamil, not in your program. Please report it with the text below.\n\netamil %s\n%v\n%s", versionText(), x, stack)
	return exitBug
}

func unknownCommand(name string, std Stdio) int {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	if strings.HasPrefix(name, "-") {
		fmt.Fprintf(std.Err, "கட்டளைக்கு முன் '%s' வரக்கூடாது.  ('%s' can't stand before the command)\n  etamil help\n", name, name)
		return exitUsage
	}
	fmt.Fprintf(std.Err, "'%s' என்ற கட்டளை இல்லை.  (there is no command '%s')\n", name, name)
	if best, ok := diag.Nearest(name, names); ok {
		fmt.Fprintf(std.Err, "  etamil %s ?\n", best)
	}
	if _, err := os.Stat(name); err == nil {
		fmt.Fprintf(std.Err, "  etamil run %s ?\n", name)
	}
	fmt.Fprintln(std.Err, "  etamil help")
	return exitUsage
}
