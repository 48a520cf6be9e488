package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	resultsDir  = "bench/results"
	reportFile  = "BENCHMARKS.md"
	vmResults   = "vm.json"
	httpResults = "http.json"
	soakResults = "soak.json"
	dbResults   = "db.json"
	liveResults = "live.json"
)

func main() {
	if err := command(os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func command(args []string) error {
	word := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		word, args = args[0], args[1:]
	}
	if _, err := os.Stat(filepath.Join("bench", "programs")); err != nil {
		return errors.New("run it from the repository's root: go run ./bench")
	}
	switch word {
	case "":
		return vmCommand(args)
	case "http":
		return httpCommand(args)
	case "db":
		return dbCommand(args)
	case "soak":
		return soakCommand(args)
	case "live":
		return liveCommand(args)
	case "passes":
		return passesCommand(args)
	case "report":
		return writeReport()
	}
	return fmt.Errorf("no command is called %q; there are http, db, live, soak, passes and report, and none", word)
}

// vmCommand is "go run ./bench". The published results change only by a whole run: one
// with every program, every engine and full sizes.
func vmCommand(args []string) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	rounds := flags.Int("rounds", 9, "processes for each row")
	only := flags.String("only", "", "these programs only (names with commas)")
	some := flags.String("engines", "", "these engines only (names with commas)")
	quick := flags.Bool("quick", false, "tiny sizes: does everything run and agree?")
	cpu := flags.Bool("cpu", false, "processor time instead of the wall clock's, for a busy machine")
	out := flags.String("out", "", "folder for the results instead of "+resultsDir)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	ws, err := pick(workloads, *only, func(w Workload) string { return w.Name })
	if err != nil {
		return err
	}
	if ws[0].Name != startup {
		ws = append([]Workload{workloads[0]}, ws...)
	}
	es, err := pick(engines, *some, func(e Engine) string { return e.Name })
	if err != nil {
		return err
	}
	if es, err = prepare(es); err != nil {
		return err
	}
	by, clockName := clock(wallClock), ""
	if *cpu {
		by, clockName = processorClock, "processor time"
	}
	r := runVM(ws, es, *rounds, *quick, by, os.Stderr)
	r.Clock = clockName
	if es[0].Name == ours && *only == "" {
		r.Growth = measureGrowth(es[0], min(*rounds, 3), *quick, by)
		if r.Compile, err = measureCompiling(*rounds, *quick, by); err != nil {
			return err
		}
	}
	r.Origin = here(strings.TrimSpace("go run ./bench "+strings.Join(args, " ")), *rounds)
	if *quick {
		fmt.Printf("%d rows at tiny sizes: no times worth a table\n", len(r.Rows))
	} else {
		fmt.Print(vmTable(r))
	}
	if err := keep(r, vmResults, *out, *only == "" && *some == "" && !*quick); err != nil {
		return err
	}
	return r.wrong()
}

// wrong returns an error that names every row that does not count, or nil.
func (r *VMResults) wrong() error {
	var list []string
	for _, row := range r.Rows {
		if row.Wrong != "" {
			list = append(list, fmt.Sprintf("%s on %s: %s", row.Workload, row.Engine, row.Wrong))
		}
	}
	for _, g := range r.Growth {
		if g.Wrong != "" {
			list = append(list, fmt.Sprintf("%s, growing: %s", g.Program, g.Wrong))
		}
	}
	if c := r.Compile; c != nil && c.Wrong != "" {
		list = append(list, "compiling: "+c.Wrong)
	}
	if len(list) == 0 {
		return nil
	}
	return errors.New("rows that do not count:\n" + strings.Join(list, "\n"))
}
