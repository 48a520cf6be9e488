//go:build profile

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"etamil/internal/code"
	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/nulakam"
	"etamil/internal/source/load"
	"etamil/internal/testrun"
	"etamil/vm"
)

// shop is the program whose tests stand for what servers do.
const shop = "examples/kadai"

// most is how many rows a table has.
const most = 40

// few instructions are no program, but a file that only ends.
const few = 100

// sum is the average over programs of the shares within each.
type sum struct {
	programs int
	single   [256]float64
	pairs    [256][256]float64
}

// add takes what one program has executed, and begins anew.
func (s *sum) add() {
	total := 0.0
	for _, n := range vm.Executed {
		total += float64(n)
	}
	if total > few {
		s.programs++
		for i, n := range vm.Executed {
			s.single[i] += float64(n) / total
			for j, n := range vm.Followed[i] {
				s.pairs[i][j] += float64(n) / total
			}
		}
	}
	vm.Executed, vm.Followed = [256]uint64{}, [256][256]uint64{}
}

func run(w io.Writer, what string) error {
	runtime.GOMAXPROCS(1) // the counters are no one's in particular
	if what == "passes" {
		return passes(w, count)
	}
	var s sum
	files, err := programs()
	if err != nil {
		return err
	}
	for _, file := range files {
		p, err := prepare(file, compile.Options{Lenient: true})
		if err == nil {
			err = p.run()
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		s.add()
	}
	pictures, err := os.MkdirTemp("", "") // that the tests upload
	if err != nil {
		return err
	}
	defer os.RemoveAll(pictures)
	env := func(name string) (string, bool) {
		if name == "KADAI_PADANGKAL" {
			return pictures, true
		}
		return os.LookupEnv(name)
	}
	tests, err := testrun.Find([]string{shop})
	if err != nil {
		return err
	}
	report := testrun.Run(context.Background(), testrun.Options{
		Files: tests, Parallel: 1, Finder: load.NewFinder("", "", nulakam.Files()), Env: env,
		App:    func(string) (file, home string) { return filepath.Join(shop, "main.qmz"), shop },
		Config: func(string) (*config.Config, error) { return config.Load(config.Given{}) },
	})
	if _, failed, files := report.Count(); failed+files > 0 {
		return fmt.Errorf("%d tests of the shop fail", failed+files)
	}
	s.add()
	s.write(w)
	return nil
}

// count is how many instructions each of the ways to compile a program makes it execute; nil for what is no
// program.
func count(programs [][]prepared) ([][]float64, error) {
	counts := make([][]float64, len(programs))
	for k, ways := range programs {
		of := make([]float64, len(ways))
		for i, p := range ways {
			vm.Executed, vm.Followed = [256]uint64{}, [256][256]uint64{}
			if err := p.run(); err != nil {
				return nil, err
			}
			for _, n := range vm.Executed {
				of[i] += float64(n)
			}
		}
		if of[0] > few {
			counts[k] = of
		}
	}
	vm.Executed, vm.Followed = [256]uint64{}, [256][256]uint64{}
	return counts, nil
}

func (s *sum) write(w io.Writer) {
	type row struct {
		name  string
		share float64
	}
	var single, pairs []row
	for i, x := range s.single {
		if x > 0 {
			single = append(single, row{code.Op(i).String(), x})
		}
		for j, x := range s.pairs[i] {
			if x > 0 {
				pairs = append(pairs, row{code.Op(i).String() + " " + code.Op(j).String(), x})
			}
		}
	}
	for _, t := range []struct {
		title string
		rows  []row
	}{{"instruction", single}, {"one after another", pairs}} {
		slices.SortStableFunc(t.rows, func(a, b row) int { return cmp.Compare(b.share, a.share) })
		fmt.Fprintf(w, "%-28s %% of what is executed, average of %d programs\n", t.title, s.programs)
		for _, r := range t.rows[:min(most, len(t.rows))] {
			percent := r.share / float64(s.programs) * 100
			fmt.Fprintf(w, "%-28s %5.1f %s\n", r.name, percent, strings.Repeat("▇", int(percent*2+0.5)))
		}
		fmt.Fprintln(w)
	}
}
