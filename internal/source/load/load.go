// Package load finds and reads the files a program is made of.
//
// The entry file is read by Entry or Stdin. An import names another file by a
// path that is looked for, in this order, in
//
//  1. the directory of the importing file;
//  2. each directory of ETAMIL_PATH;
//  3. the directory of the executable;
//  4. /usr/share/etamil and /usr/local/share/etamil;
//  5. the library that is built into the executable. What is imported from
//     there finds its own imports there and nowhere else.
//
// Every file has a key: two paths that lead to the same file, through links or
// otherwise, have the same one. Nothing here knows the language; it answers
// text that is UTF-8 and not larger than MaxSize, or says what is wrong.
package load

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"unicode/utf8"
	"unsafe"

	"etamil/internal/diag"
)

// MaxSize is the largest source file that is read, in bytes: 16 MiB.
const MaxSize = 16 << 20

// File is a file that was found and read.
type File struct {
	Name string // as people know it: the path as written, or where it was found
	Key  string // equal for every way to reach the same file; from of Find
	Text string // valid UTF-8
}

// Problem is why a file couldn't be had.
type Problem uint8

// The problems, in the order in which they are noticed.
const (
	Missing Problem = iota
	Directory
	Unreadable
	TooLarge
	NotUTF8
)

// Error says which file couldn't be had and why.
type Error struct {
	Path    string
	Problem Problem
	Cause   error // what the system said; nil where Problem says it all
	// Library is, for a file that is missing, the paths of the built-in library's files,
	// in order: one of them may have been meant.
	Library []string
}

// Error is the English sentence.
func (e *Error) Error() string {
	_, english := e.why()
	return e.Path + ": " + english
}

// Tamil is the sentence in Tamil.
func (e *Error) Tamil() string {
	tamil, _ := e.why()
	return e.Path + ": " + tamil
}

func (e *Error) why() (tamil, english string) {
	switch e.Problem {
	case Missing:
		return diag.Why(fs.ErrNotExist)
	case Directory:
		return diag.Why(syscall.EISDIR)
	case TooLarge:
		return "16 MiB ஐ விடப் பெரியது", "larger than 16 MiB"
	case NotUTF8:
		return "UTF-8 உரை அல்ல", "not UTF-8 text"
	}
	tamil, english = diag.Why(e.Cause)
	return "படிக்க முடியவில்லை: " + tamil, "cannot be read: " + english
}

// Unwrap returns what the system said.
func (e *Error) Unwrap() error { return e.Cause }

// libPrefix begins the key of a file of the built-in library. It can't begin
// an absolute path, so the two kinds of key never meet.
const libPrefix = "lib:"

// Finder finds imported files.
type Finder struct {
	Dirs []string // searched after the importing file's own directory
	Lib  fs.FS    // the built-in library; nil: none
}

// InLibrary reports whether the file comes from the built-in library.
func (f File) InLibrary() bool { return strings.HasPrefix(f.Key, libPrefix) }

// NewFinder returns a Finder that looks where the package comment says.
// searchPath is the value of ETAMIL_PATH, executable the path of the running
// command; either may be empty.
func NewFinder(searchPath, executable string, lib fs.FS) *Finder {
	f := &Finder{Lib: lib}
	for _, d := range strings.Split(searchPath, string(os.PathListSeparator)) {
		if d != "" {
			f.Dirs = append(f.Dirs, d)
		}
	}
	if executable != "" {
		f.Dirs = append(f.Dirs, path.Dir(executable))
	}
	f.Dirs = append(f.Dirs, "/usr/share/etamil", "/usr/local/share/etamil")
	return f
}

// Find returns the file that an import of name means when it is written in the
// file with the key from. The error is an *Error; its path is name as written
// when no place has the file.
func (f *Finder) Find(from, name string) (File, error) {
	if dir, inLib := strings.CutPrefix(from, libPrefix); inLib {
		return f.findInLib(path.Dir(dir), name)
	}
	if path.IsAbs(name) {
		return Entry(name)
	}
	dirs := make([]string, 0, len(f.Dirs)+1)
	dirs = append(dirs, path.Dir(from))
	dirs = append(dirs, f.Dirs...)
	for i, d := range dirs {
		p := path.Join(d, name)
		if _, err := os.Stat(p); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return File{}, systemError(p, err)
		}
		file, err := Entry(p)
		if i == 0 {
			file.Name = name // beside the importing file: what is written says enough
		}
		return file, err
	}
	return f.findInLib(".", name)
}

func (f *Finder) findInLib(dir, name string) (File, error) {
	if f.Lib == nil {
		return File{}, &Error{Path: name, Problem: Missing}
	}
	for _, p := range []string{path.Join(dir, name), path.Clean(name)} {
		if !fs.ValidPath(p) {
			continue
		}
		file, err := f.Lib.Open(p)
		if err != nil {
			continue
		}
		text, err := read(p, file)
		if err != nil {
			return File{}, err
		}
		return File{Name: p, Key: libPrefix + p, Text: text}, nil
	}
	return File{}, &Error{Path: name, Problem: Missing, Library: f.library()}
}

// library is the paths of all programs in the built-in library.
func (f *Finder) library() []string {
	var paths []string
	_ = fs.WalkDir(f.Lib, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && path.Ext(p) == ".qmz" {
			paths = append(paths, p)
		}
		return err // what can't be read can't have been meant
	})
	return paths
}

// Entry reads the file at p.
func Entry(p string) (File, error) {
	f, err := os.Open(p)
	if err != nil {
		return File{}, systemError(p, err)
	}
	text, err := read(p, f)
	if err != nil {
		return File{}, err
	}
	return File{Name: p, Key: key(p), Text: text}, nil
}

// Stdin reads a program from r. Its imports are found from the current
// directory.
func Stdin(r io.Reader) (File, error) {
	text, err := readText("-", r, 0)
	if err != nil {
		return File{}, err
	}
	return File{Name: "-", Key: path.Join(key("."), "-"), Text: text}, nil
}

// read reads f, which it closes, and checks what it finds.
func read(p string, f fs.File) (string, error) {
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", systemError(p, err)
	case info.IsDir():
		return "", &Error{Path: p, Problem: Directory}
	case info.Size() > MaxSize:
		return "", &Error{Path: p, Problem: TooLarge}
	}
	if Large != nil && info.Size() >= largeText {
		if err := Large(int(info.Size())); err != nil {
			return "", systemError(p, err)
		}
	}
	return readText(p, f, int(info.Size()))
}

// readText reads no more than MaxSize and one byte: a pipe or a device doesn't say how long it
// is. For a file that does, room is made once.
func readText(p string, r io.Reader, size int) (string, error) {
	var b bytes.Buffer
	b.Grow(size + bytes.MinRead)
	_, err := b.ReadFrom(io.LimitReader(r, MaxSize+1))
	text := b.Bytes()
	switch {
	case err != nil:
		return "", systemError(p, err)
	case len(text) > MaxSize:
		return "", &Error{Path: p, Problem: TooLarge}
	case !utf8.Valid(text):
		return "", &Error{Path: p, Problem: NotUTF8}
	}
	return unsafe.String(unsafe.SliceData(text), len(text)), nil // nobody else has it
}

func systemError(p string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Path: p, Problem: Missing}
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err // the path stands in our own sentence
	}
	return &Error{Path: p, Problem: Unreadable, Cause: err}
}
