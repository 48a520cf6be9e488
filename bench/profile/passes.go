//go:build profile

package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"etamil/internal/compile"
	"etamil/internal/nulakam"
	"etamil/internal/source/load"
	"etamil/opt"
	"etamil/vm"
)

// least is how much of a program's instructions a pass must save to be named in its row.
const least = 0.005

// compilations is how many times each program is compiled to find how long that takes.
const compilations = 20

// passes writes what each pass is worth: by how much a program executes more instructions
// with the pass switched off and all others on. Counts don't depend on the machine, but not
// all instructions take the same time.
func passes(w io.Writer) error {
	var files []string
	for _, pattern := range []string{"bench/programs/*.qmz", "examples/*.qmz"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			return fmt.Errorf("no %s: run it in the repository's folder", pattern)
		}
		files = append(files, found...)
	}
	var names []string
	for _, p := range opt.Passes {
		names = append(names, p.Name)
	}
	fmt.Fprintln(w, "| program | instructions | with no pass | with one pass less |")
	fmt.Fprintln(w, "|---|---|---|---|")
	for _, file := range files {
		all, err := count(file, compile.Options{Lenient: true})
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if all <= few {
			continue
		}
		none, err := count(file, compile.Options{Lenient: true, NoOpt: true})
		if err != nil {
			return err
		}
		type worth struct {
			name string
			more float64
		}
		var gains []worth
		for _, name := range names {
			n, err := count(file, without(name))
			if err != nil {
				return err
			}
			if more := float64(n)/float64(all) - 1; more >= least || more <= -least {
				gains = append(gains, worth{name, more})
			}
		}
		slices.SortStableFunc(gains, func(a, b worth) int { return cmp.Compare(b.more, a.more) })
		var cells []string
		for _, g := range gains {
			cells = append(cells, fmt.Sprintf("%s %+.1f %%", g.name, g.more*100))
		}
		fmt.Fprintf(w, "| %s | %d | %+.1f %% | %s |\n", strings.TrimSuffix(filepath.Base(file), ".qmz"), all, (float64(none)/float64(all)-1)*100, strings.Join(cells, ", "))
	}
	fmt.Fprintf(w, "\n| switched off | compiling all of them takes |\n|---|---|\n")
	// Interleaved, processor time, and the least counts: other work on the machine only makes
	// it longer.
	ways := append([]string{"nothing"}, names...)
	times := make([]time.Duration, len(ways))
	for range compilations {
		for i, name := range ways {
			began := processorTime()
			for _, file := range files {
				if _, err := compiled(file, without(name)); err != nil {
					return err
				}
			}
			if took := processorTime() - began; times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
	}
	for i, name := range ways {
		fmt.Fprintf(w, "| %s | %.2f ms, %+.1f %% |\n", name, times[i].Seconds()*1000, (times[i].Seconds()/times[0].Seconds()-1)*100)
	}
	return nil
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// without switches one pass off.
func without(name string) compile.Options {
	return compile.Options{Lenient: true, Passes: func(p string) bool { return p != name }}
}

// count runs a program and says how many instructions it executed.
func count(file string, o compile.Options) (total uint64, err error) {
	vm.Executed, vm.Followed = [256]uint64{}, [256][256]uint64{}
	if err := program(file, o); err != nil {
		return 0, err
	}
	for _, n := range vm.Executed {
		total += n
	}
	vm.Executed, vm.Followed = [256]uint64{}, [256][256]uint64{}
	return total, nil
}

func compiled(file string, o compile.Options) (*compile.Result, error) {
	entry, err := load.Entry(file)
	if err != nil {
		return nil, err
	}
	r, err := compile.Program(entry, load.NewFinder("", "", nulakam.Files()), o)
	if err == nil && r.Code == nil {
		err = fmt.Errorf("it has mistakes")
	}
	return r, err
}
