package static

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"etamil/http1"
)

// Options say which files of a folder are shown, and how.
type Options struct {
	Index    string // the file that stands for a folder; "" for none
	Fallback string // the file for names that there are none of; "" for none
	Hidden   bool   // names that begin with a dot count as well
}

// Dir is a folder. It may be used by any number of goroutines.
type Dir struct {
	root *os.Root
	o    Options
}

// OpenDir opens a folder.
func OpenDir(name string, o Options) (*Dir, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &Dir{root, o}, nil
}

// Close closes the folder; files that were found stay open.
func (d *Dir) Close() error { return d.root.Close() }

// File is an open file, with what an answer says about it. It is closed when it was
// released as often as it was found and kept; any goroutine may do so.
type File struct {
	F        *os.File
	Size     int64
	Modified time.Time
	Tag      string // a strong entity tag, with its quotes
	Type     string // media type
	Coding   string // Content-Encoding, "" for none
	Varies   bool   // who accepts other codings gets another file

	users atomic.Int32
}

// Keep is told of one more user.
func (f *File) Keep() { f.users.Add(1) }

// Close is told that a user has gone; the last one closes the file. It implements
// io.Closer.
func (f *File) Close() error {
	if f.users.Add(-1) > 0 {
		return nil
	}
	return f.F.Close()
}

// Codings is a set of the codings that there may be of a file beside it.
type Codings uint8

// beside are the codings that are looked for, the best first.
var beside = [...]struct{ coding, ending string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// Accepts are the codings that an Accept-Encoding field allows; nil without one.
func Accepts(header []byte) (c Codings) {
	if header == nil {
		return 0
	}
	for i := range beside {
		if http1.AcceptsCoding(header, beside[i].coding) > 0 {
			c |= 1 << i
		}
	}
	return c
}

// What Find and Open answer besides a file.
var (
	ErrNone    = errors.New("static: no such file")
	ErrFolder  = errors.New("static: a folder, whose name ends with '/'")
	ErrNotFile = errors.New("static: not a regular file")
)

// Clean makes of the rest of a decoded path the name of a file in a folder, whose last
// byte may be '/'. ok is false when it can be none: it has a piece that is empty, "." or
// "..", begins with a dot that is not to be seen, or has a byte that no name may have.
func (d *Dir) Clean(rest string) (name string, ok bool) {
	if strings.ContainsAny(rest, "\x00\\") {
		return "", false
	}
	if rest == "" {
		return "", true
	}
	pieces := strings.Split(rest, "/")
	for i, p := range pieces {
		switch {
		case p == "" && i == len(pieces)-1 && i > 0: // it ends with '/'
		case p == "", p == ".", p == "..":
			return "", false
		case p[0] == '.' && !d.o.Hidden && !(i == 0 && p == ".well-known"):
			return "", false
		}
	}
	return rest, true
}

// Find opens the file of a clean name, in the best of the codings that it is there in.
// ErrFolder says that the name needs a '/' at its end; ErrNone that there is nothing to be
// shown. The caller closes it.
func (d *Dir) Find(name string, accepts Codings) (*File, error) {
	f, err := d.find(name, accepts)
	if errors.Is(err, ErrNone) && d.o.Fallback != "" {
		return d.file(d.o.Fallback, accepts)
	}
	return f, err
}

func (d *Dir) find(name string, accepts Codings) (*File, error) {
	if name == "" || strings.HasSuffix(name, "/") {
		if d.o.Index == "" {
			return nil, ErrNone
		}
		return d.file(name+d.o.Index, accepts)
	}
	f, err := d.file(name, accepts)
	if errors.Is(err, errIsFolder) {
		if d.o.Index != "" {
			if _, e := d.root.Stat(path.Join(name, d.o.Index)); e == nil {
				return nil, ErrFolder
			}
		}
		return nil, ErrNone
	}
	return f, err
}

var errIsFolder = errors.New("static: a folder")

// file opens a file and what stands beside it.
func (d *Dir) file(name string, accepts Codings) (*File, error) {
	f, err := d.root.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		if isTransient(err) {
			return nil, err
		}
		return nil, ErrNone // not there, not to be read, or outside: all one to who asks
	}
	file, err := about(f, name)
	if err != nil {
		f.Close()
		if errors.Is(err, errIsFolder) {
			return nil, err
		}
		return nil, ErrNone
	}
	for i := range beside {
		info, err := d.root.Stat(name + beside[i].ending)
		if err != nil || !info.Mode().IsRegular() || info.ModTime().Before(file.Modified) {
			continue // not there, or older than what it was made of
		}
		file.Varies = true
		if accepts&(1<<i) == 0 {
			continue
		}
		packed, err := d.root.OpenFile(name+beside[i].ending, os.O_RDONLY|nonblock, 0)
		if err != nil {
			continue
		}
		p, err := about(packed, name)
		if err != nil {
			packed.Close()
			continue
		}
		file.F.Close()
		p.Coding, p.Varies = beside[i].coding, true
		p.Tag = p.Tag[:len(p.Tag)-1] + "-" + p.Coding + `"`
		return p, nil
	}
	return file, nil
}

// Open opens any file by its path, as the program's own.
func Open(name string) (*File, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	file, err := about(f, name)
	if err != nil {
		f.Close()
		if errors.Is(err, errIsFolder) {
			err = ErrNotFile
		}
		return nil, err
	}
	return file, nil
}

// about is what an answer says about an open file.
func about(f *os.File, name string) (*File, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errIsFolder
	case !info.Mode().IsRegular():
		return nil, ErrNotFile // a pipe or device has no end that could be told
	}
	t := info.ModTime()
	// A file that was written again within the clock's smallest step and has kept its
	// size would have the same tag: no file system of today has steps that are so large.
	tag := `"` + strconv.FormatInt(t.UnixNano(), 36) + "-" + strconv.FormatInt(info.Size(), 36) + `"`
	file := &File{F: f, Size: info.Size(), Modified: t, Tag: tag, Type: TypeOf(name)}
	file.users.Store(1)
	return file, nil
}

// IsNone reports whether an error says that there is no file of that name.
func IsNone(err error) bool {
	return errors.Is(err, ErrNone) || errors.Is(err, ErrNotFile) || errors.Is(err, fs.ErrNotExist)
}
