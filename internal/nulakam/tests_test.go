package nulakam

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etamil/internal/config"
	"etamil/internal/source/load"
	"etamil/internal/testrun"
)

// retisTests are the tests of qaLam/retis.qmz, which ask a Redis server.
var retisTests = filepath.Join("testdata", "retis_test.qmz")

// TestTests runs the tests of the library, which are written in the language.
func TestTests(t *testing.T) {
	files, err := testrun.Find([]string{"testdata"})
	if err != nil {
		t.Fatal(err)
	}
	runTests(t, 30, slices.DeleteFunc(files, func(f string) bool { return f == retisTests }), nil)
}

// runTests runs the tests of these files, of which there are so many at least.
func runTests(t *testing.T, least int, files []string, env map[string]string) {
	t.Helper()
	r := testrun.Run(t.Context(), testrun.Options{
		Files: files, Timeout: time.Minute, Finder: load.NewFinder("", "", Files()),
		Env:    func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		App:    func(dir string) (string, string) { return "", dir },
		Config: func(string) (*config.Config, error) { return config.Load(config.Given{}) },
	})
	if passed, failed, broken := r.Count(); passed < least || failed+broken > 0 {
		var said strings.Builder
		p := testrun.NewPrinter(&said, testrun.Style{})
		for _, x := range r.Results {
			p.Result(x)
		}
		for _, f := range r.Files {
			for _, m := range f.Messages {
				said.WriteString(m.Both() + "\n")
			}
		}
		t.Errorf("%d passed, %d failed, %d files could not be run\n%s", passed, failed, broken, said.String())
	}
}
