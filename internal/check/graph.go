package check

import (
	"errors"
	"path"
	"slices"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
)

// Loader finds and reads imported files; load.Finder is the usual one.
type Loader interface {
	// Find returns the file that an import of path means in the file with the
	// key from. The error is a *load.Error.
	Find(from, path string) (load.File, error)
}

// graph is the files of a program, before any name is looked at: which file
// stands at which import, and whose names go together.
type graph struct {
	set    *source.Set
	main   *space
	spaces []*space
	at     map[*syntax.Import]*syntax.File // as Program.Imports
	broken bool                            // a file is missing or can't be read: names may be unknown for that reason
	msgs   []*diag.Message

	load    Loader
	byKey   map[string]*space       // files that have a space of their own
	parsed  map[string]*syntax.File // first parse of each file
	spaceOf map[*syntax.File]*space // of the parses that stand somewhere already
}

// space is the files whose names go together: the entry file, a file that is
// imported with a name, and all that these splice in; or one file of the library.
type space struct {
	name    string // of the import, "" for the entry
	library bool   // it is a file of the library
	files   []*syntax.File
	keys    map[*syntax.File]string
	spliced map[string]bool   // keys of its files
	modules map[string]*space // what it imports with a name
	asName  map[string]*syntax.Name
	opened  []*space // files of the library whose functions it may call by their names alone
}

// newGraph loads everything that entry imports.
func newGraph(entry *syntax.File, key string, set *source.Set, loader Loader) *graph {
	g := &graph{
		set: set, at: map[*syntax.Import]*syntax.File{}, load: loader,
		byKey: map[string]*space{}, parsed: map[string]*syntax.File{}, spaceOf: map[*syntax.File]*space{},
	}
	g.parsed[key] = entry
	g.main = g.newSpace("", key)
	g.splice(g.main, entry, key)
	return g
}

func (g *graph) newSpace(name, key string) *space {
	s := &space{
		name: name, keys: map[*syntax.File]string{}, spliced: map[string]bool{},
		modules: map[string]*space{}, asName: map[string]*syntax.Name{},
	}
	g.spaces = append(g.spaces, s)
	g.byKey[key] = s
	return s
}

// splice makes file part of s, and what it imports likewise.
func (g *graph) splice(s *space, file *syntax.File, key string) {
	s.spliced[key] = true
	s.keys[file] = key
	g.spaceOf[file] = s
	s.files = append(s.files, file)
	for _, stmt := range file.Body {
		if imp, ok := stmt.(*syntax.Import); ok {
			g.imported(s, imp, key)
		}
	}
	g.refuseNested(file)
}

func (g *graph) imported(s *space, imp *syntax.Import, from string) {
	found, err := g.load.Find(from, imp.Path)
	if err != nil {
		g.broken = true
		g.msgs = append(g.msgs, loadMessage(imp, err))
		return
	}
	if imp.As != nil {
		g.named(s, imp, found)
		return
	}
	if found.InLibrary() {
		g.open(s, imp, found)
		return
	}
	if s.spliced[found.Key] {
		return
	}
	if file := g.parse(found); file != nil {
		g.at[imp] = file
		g.splice(s, file, found.Key)
	}
}

// open lets s call the functions of a library's file. The file is not spliced in: it has
// a space of its own, so that a program that defines a name which the library uses
// inside changes nothing there.
func (g *graph) open(s *space, imp *syntax.Import, found load.File) {
	m := g.byKey[found.Key]
	if m == nil {
		file := g.parse(found)
		if file == nil {
			return
		}
		m = g.newSpace("", found.Key)
		m.library = true
		g.at[imp] = file
		g.splice(m, file, found.Key)
	}
	if m != s && !slices.Contains(s.opened, m) {
		s.opened = append(s.opened, m)
	}
}

// reach is the spaces whose functions s has by opening them, and by their opening others.
func (s *space) reach() []*space {
	seen := map[*space]bool{s: true}
	var all []*space
	var visit func(*space)
	visit = func(from *space) {
		for _, m := range from.opened {
			if !seen[m] {
				seen[m] = true
				all = append(all, m)
				visit(m)
			}
		}
	}
	visit(s)
	return all
}

// named gives the file a space of its own, unless it has one already.
func (g *graph) named(s *space, imp *syntax.Import, found load.File) {
	name := imp.As.Text
	if before, ok := s.asName[name]; ok && s.modules[name] != g.byKey[found.Key] {
		g.msgs = append(g.msgs, diag.New(diag.NameTwice, imp.As.Span(), name).
			Note(before.Span(), "முதலில் இங்கே", "first here"))
		return
	}
	s.asName[name] = imp.As
	if m := g.byKey[found.Key]; m != nil {
		s.modules[name] = m
		return
	}
	file := g.parse(found)
	if file == nil {
		return
	}
	m := g.newSpace(name, found.Key)
	m.library = found.InLibrary()
	s.modules[name] = m
	g.at[imp] = file
	g.splice(m, file, found.Key)
}

// parse returns the tree of the file, or nil if it holds mistakes. A file that
// belongs to two spaces is parsed twice, since each node has one meaning only.
func (g *graph) parse(found load.File) *syntax.File {
	if file, ok := g.parsed[found.Key]; ok && (file == nil || g.spaceOf[file] == nil) {
		return file
	}
	file, msgs := syntax.Parse(g.set.Add(found.Name, found.Text))
	_, again := g.parsed[found.Key]
	if diag.HasErrors(msgs) {
		g.broken = true
		file = nil
	}
	if !again {
		g.msgs = append(g.msgs, msgs...)
		g.parsed[found.Key] = file
	}
	return file
}

// refuseNested finds imports that don't stand at the top level of their file.
func (g *graph) refuseNested(file *syntax.File) {
	for _, stmt := range file.Body {
		if _, ok := stmt.(*syntax.Import); ok {
			continue
		}
		walk(stmt, nil, func(n any) bool {
			if imp, ok := n.(*syntax.Import); ok {
				g.broken = true
				g.msgs = append(g.msgs, diag.New(diag.ImportNested, imp.Span()))
			}
			return true
		})
	}
}

func loadMessage(imp *syntax.Import, err error) *diag.Message {
	at := imp.PathAt
	var e *load.Error
	if !errors.As(err, &e) {
		return diag.New(diag.ImportUnreadable, at, imp.Path, diag.Both("படிக்க முடியவில்லை", err.Error()))
	}
	switch e.Problem {
	case load.Missing:
		msg := diag.New(diag.ImportMissing, at, imp.Path)
		if best, ok := nearestFile(imp.Path, e.Library); ok {
			msg.Suggest(`"` + best + `"`)
		}
		return msg
	case load.Directory:
		return diag.New(diag.ImportUnreadable, at, imp.Path, diag.Both("அது ஒரு கோப்பகம்", "it is a directory"))
	case load.TooLarge:
		return diag.New(diag.ImportUnreadable, at, imp.Path, diag.Both("16 MiB ஐ விடப் பெரியது", "it is larger than 16 MiB"))
	case load.NotUTF8:
		return diag.New(diag.ImportUnreadable, at, imp.Path, diag.Both("UTF-8 உரை அல்ல", "it is not UTF-8 text"))
	default:
		return diag.New(diag.ImportUnreadable, at, imp.Path, diag.Both("படிக்க முடியவில்லை ("+e.Cause.Error()+")", e.Cause.Error()))
	}
}

// nearestFile is the file of the library that path was most likely meant to be: one that
// is spelt alike, else one of the same name in another folder.
func nearestFile(name string, library []string) (string, bool) {
	if best, ok := diag.Nearest(name, library); ok {
		return best, true
	}
	for _, p := range library {
		if path.Base(p) == path.Base(name) {
			return p, true
		}
	}
	return "", false
}
