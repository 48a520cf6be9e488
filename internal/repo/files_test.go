package repo

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// root is the repository, seen from this package's folder, where go test runs.
const root = "../.."

// file is one file of the repository: its path from the root, with slashes, and its bytes.
type file struct {
	name string
	text string
}

// files reads what the repository holds: every file but Git's own and what .gitignore names.
func files(t *testing.T) []file {
	t.Helper()
	ignore, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	patterns := strings.Fields(string(ignore))
	var all []file
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		if name == "." {
			return nil
		}
		if d.Name() == ".git" || ignored(name, d.IsDir(), patterns) {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		all = append(all, file{name, string(text)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("only %d files found below %s: the walk is broken", len(all), root)
	}
	return all
}

// ignored knows the forms of pattern that our .gitignore uses: "/name", "/name/" (from the
// root) and "*.ext" or "name" (at any depth).
func ignored(name string, dir bool, patterns []string) bool {
	for _, p := range patterns {
		if folder, ok := strings.CutSuffix(p, "/"); ok {
			if !dir {
				continue
			}
			p = folder
		}
		subject := path.Base(name)
		if fromRoot, ok := strings.CutPrefix(p, "/"); ok {
			p, subject = fromRoot, name
		}
		if ok, _ := path.Match(p, subject); ok {
			return true
		}
	}
	return false
}

func TestIgnored(t *testing.T) {
	patterns := []string{"/etamil", "/bin/", "*.test"}
	for name, want := range map[string]bool{
		"etamil": true, "cmd/etamil": false, "vm/vm.test": true, "vm/vm_test.go": false,
	} {
		if got := ignored(name, false, patterns); got != want {
			t.Errorf("%s: ignored %v, want %v", name, got, want)
		}
	}
	if !ignored("bin", true, patterns) || ignored("bin", false, patterns) {
		t.Error("/bin/ must mean the folder, and only the folder")
	}
}
