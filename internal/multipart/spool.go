package multipart

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// Spool is where the forms of a process keep their files, and how much of them. Its limits do
// not change once it is in use; any goroutine may use it.
type Spool struct {
	Dir    string // of files on disk; "": the system's for temporary ones
	Memory int    // bytes of one form's files before they go to disk
	All    int64  // bytes of all forms' files in memory; beyond they go to disk earlier
	Disk   int64  // bytes of all forms' files on disk
	Parts  int    // parts of one form
	Fields int    // bytes of one form's fields, names included

	memory, disk atomic.Int64

	once sync.Once
}

// filePrefix begins the names of our files, for the moment in which they have one.
const filePrefix = "etamil-upload-"

// ErrFull says that the disk, or what forms may use of it, is full.
var ErrFull = errors.New("multipart: no room on disk")

// InMemory and OnDisk are how many bytes all forms hold.
func (s *Spool) InMemory() int64 { return s.memory.Load() }

// OnDisk is InMemory of the disk.
func (s *Spool) OnDisk() int64 { return s.disk.Load() }

func (s *Spool) dir() string {
	if s.Dir == "" {
		return os.TempDir()
	}
	return s.Dir
}

// TryFolder makes a file in a folder as a Spool would, and forgets it.
func TryFolder(dir string) error {
	f, _, err := (&Spool{Dir: dir}).create()
	if err != nil {
		return err
	}
	return f.Close()
}

// create makes a file that is gone when it is closed, or when the process dies; where open
// files can't be removed, it keeps its name until somebody removes it.
func (s *Spool) create() (f *os.File, named bool, err error) {
	s.once.Do(s.tidy)
	if f, err = os.CreateTemp(s.dir(), filePrefix); err != nil {
		return nil, false, err
	}
	return f, os.Remove(f.Name()) != nil, nil
}

// tidy removes what a process that died between making a file and removing its name has left.
// For a process that is between them now it does no harm: it needs the name for nothing else.
func (s *Spool) tidy() {
	left, err := filepath.Glob(filepath.Join(s.dir(), filePrefix+"*"))
	if err != nil {
		return // the folder's name is no pattern
	}
	for _, name := range left {
		_ = os.Remove(name) // somebody else's, perhaps
	}
}

// take reserves n bytes of a budget, or nothing when they would go beyond most.
func take(used *atomic.Int64, most, n int64) bool {
	if used.Add(n) > most {
		used.Add(-n)
		return false
	}
	return true
}
