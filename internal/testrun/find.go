package testrun

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// endings are how the names of files with tests end.
var endings = []string{"_test.qmz", "_சோதனை.qmz", "_cOqaZY.qmz"}

// Find lists the files with tests: those named, and those below the folders named, where
// nothing hidden is looked into. They are in the order of their names, each once. The
// error is what the system says of a name.
func Find(names []string) (files []string, err error) {
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, filepath.Clean(name))
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			hidden := path != name && strings.HasPrefix(d.Name(), ".")
			switch {
			case d.IsDir() && hidden:
				return fs.SkipDir
			case !d.IsDir() && !hidden && isTest(d.Name()):
				files = append(files, filepath.Clean(path))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func isTest(base string) bool {
	base = norm.NFC.String(base)
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(base, e) })
}
