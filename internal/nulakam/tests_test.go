package nulakam

import (
	"strings"
	"testing"
	"time"

	"etamil/internal/config"
	"etamil/internal/source/load"
	"etamil/internal/testrun"
)

// TestTests runs the tests of the library, which are written in the language.
func TestTests(t *testing.T) {
	files, err := testrun.Find([]string{"testdata"})
	if err != nil {
		t.Fatal(err)
	}
	r := testrun.Run(t.Context(), testrun.Options{
		Files: files, Timeout: time.Minute, Finder: load.NewFinder("", "", Files()),
		Env:    func(string) (string, bool) { return "", false },
		App:    func(dir string) (string, string) { return "", dir },
		Config: func(string) (*config.Config, error) { return config.Load(config.Given{}) },
	})
	if passed, failed, broken := r.Count(); passed < 30 || failed+broken > 0 {
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
