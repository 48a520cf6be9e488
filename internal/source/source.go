// Package source holds program text and says where in it something stands.
//
// A program is several files: the entry file and what it imports. Each file
// added to a Set gets a range of positions of its own, so that one Pos (four
// bytes) names a byte of a file and tree nodes stay small. Lines and columns
// are worked out only when somebody asks, which is when a mistake is shown or
// a line table is written.
//
//	set := source.NewSet()
//	f := set.Add("கடை.qmz", text)
//	set.Place(f.Pos(10)) // கடை.qmz:2:3
package source

import (
	"sort"
	"unicode/utf8"
)

// Pos is a byte of a file in a Set. The zero Pos is no place at all.
type Pos int32

// IsValid reports whether p names a place.
func (p Pos) IsValid() bool { return p > 0 }

// Span is a stretch of one file: from Start up to, not including, End.
type Span struct{ Start, End Pos }

// Join returns the smallest span that holds both. An invalid span adds nothing.
func Join(a, b Span) Span {
	if !a.Start.IsValid() {
		return b
	}
	if !b.Start.IsValid() {
		return a
	}
	return Span{min(a.Start, b.Start), max(a.End, b.End)}
}

// Place is a position as people read it.
type Place struct {
	File   string // as the file was named to the Set
	Line   int    // from 1
	Column int    // from 1, in code points of the file as written
}

// File is the text of one file. It never changes.
type File struct {
	Name  string // shown to people: the path as written or found
	Text  string // the bytes as read, BOM and CR included
	base  Pos
	lines []int32 // byte offset of the start of each line
}

// Pos returns the position of the byte at offset.
func (f *File) Pos(offset int) Pos { return f.base + Pos(offset) }

// Offset is the inverse of Pos.
func (f *File) Offset(p Pos) int { return int(p - f.base) }

// Lines returns how many lines the file has; an empty file has one.
func (f *File) Lines() int { return len(f.lines) }

// Line returns the text of line n (from 1) without its line end.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	start := int(f.lines[n-1])
	end := len(f.Text)
	if n < len(f.lines) {
		end = int(f.lines[n])
	}
	for end > start && (f.Text[end-1] == '\n' || f.Text[end-1] == '\r') {
		end--
	}
	return f.Text[start:end]
}

// LineStart returns the byte offset at which line n (from 1) begins.
func (f *File) LineStart(n int) int { return int(f.lines[n-1]) }

// Place says where p is, in lines and code points.
func (f *File) Place(p Pos) Place {
	off := min(max(f.Offset(p), 0), len(f.Text))
	line := sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > off })
	start := int(f.lines[line-1])
	text := f.Text[start:off]
	if line == 1 && len(text) >= 3 && text[:3] == "\ufeff" {
		text = text[3:] // a leading BOM is dropped before columns are counted
	}
	return Place{File: f.Name, Line: line, Column: utf8.RuneCountInString(text) + 1}
}

// Set is the files of one program. It isn't safe for concurrent use while
// files are being added.
type Set struct {
	files []*File
	next  Pos
}

// NewSet returns an empty Set.
func NewSet() *Set { return &Set{next: 1} }

// Add makes a file of text and gives it positions of its own.
func (s *Set) Add(name, text string) *File {
	f := &File{Name: name, Text: text, base: s.next, lines: []int32{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			f.lines = append(f.lines, int32(i+1))
		}
	}
	s.next += Pos(len(text)) + 1
	s.files = append(s.files, f)
	return f
}

// Files returns the files in the order in which they were added.
func (s *Set) Files() []*File { return s.files }

// File returns the file that p is in, or nil.
func (s *Set) File(p Pos) *File {
	if !p.IsValid() {
		return nil
	}
	i := sort.Search(len(s.files), func(i int) bool { return s.files[i].base > p })
	if i == 0 {
		return nil
	}
	return s.files[i-1]
}

// Place says where p is; the zero Place for no position.
func (s *Set) Place(p Pos) Place {
	f := s.File(p)
	if f == nil {
		return Place{}
	}
	return f.Place(p)
}

// Span is the letter at a place of one of the files, the opposite of Place; the zero Span
// when there is no such letter.
func (s *Set) Span(p Place) Span {
	for _, f := range s.files {
		if f.Name != p.File || p.Line < 1 || p.Line > f.Lines() {
			continue
		}
		offset, column := f.LineStart(p.Line), 1
		for i := range f.Line(p.Line) {
			if column == p.Column {
				at := f.Pos(offset + i)
				return Span{Start: at, End: at + 1}
			}
			column++
		}
	}
	return Span{}
}
