package check

import (
	"strings"

	"etamil/internal/diag"
	"etamil/internal/source"
)

// Names that look alike.
//
// UTS #39 compares names by their skeleton: each letter is replaced by a chosen
// one among those that look the same. Its full table maps thousands of letters
// of scripts that hardly meet in one program. Kept here are those that a person
// who writes Tamil beside Latin, and copies from elsewhere, can run into:
//
//   - Tamil letters and signs with the same picture: the digits ௧ ௨ ௭ ௮ beside
//     க உ எ அ, the sign ா beside ர (so கொ beside கெர), ஔ beside ஒள, the au
//     sign beside its two parts, ஸ்ரீ beside ஶ்ரீ;
//   - Latin letters beside Greek and Cyrillic ones and beside digits (l I 1, O 0).
//
// A name is in NFC already. What isn't in the table stands for itself.
var sameLook = strings.NewReplacer(
	"௧", "க", "௨", "உ", "௭", "எ", "௮", "அ", "ஔ", "ஒள", "ௌ", "ெள", "ௗ", "ள", "ஶ", "ஸ", "ா", "ர", "ொ", "ெர", "ோ", "ேர",
	"I", "l", "1", "l", "0", "O", "௦", "o", "m", "rn", "vv", "w",
	"Α", "A", "Β", "B", "Ε", "E", "Ζ", "Z", "Η", "H", "Ι", "l", "Κ", "K", "Μ", "M", "Ν", "N", "Ο", "O",
	"Ρ", "P", "Τ", "T", "Υ", "Y", "Χ", "X", "ο", "o", "ν", "v", "α", "a", "ι", "i", "ρ", "p",
	"А", "A", "В", "B", "Е", "E", "З", "3", "К", "K", "М", "M", "Н", "H", "О", "O", "Р", "P", "С", "C", "Т", "T",
	"У", "Y", "Х", "X", "а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "i", "ј", "j", "ѕ", "s",
)

// skeleton is equal for names that look the same.
func skeleton(name string) string { return sameLook.Replace(name) }

// lookAlikes warns of two names in one program that look alike.
func (c *checker) lookAlikes() {
	type place struct {
		name string
		at   source.Span
	}
	var all []place
	seen := map[string]bool{}
	add := func(name string, at source.Span) {
		if at.Start.IsValid() && !seen[name] {
			seen[name] = true
			all = append(all, place{name, at})
		}
	}
	for _, sp := range c.g.spaces {
		n := c.names[sp]
		for _, name := range sortedKeys(n.shapes) {
			add(name, n.shapes[name].Decl.Name.Span())
		}
		for _, name := range sortedKeys(n.funcs) {
			add(name, c.nameOf[n.funcs[name]])
		}
	}
	for _, v := range c.prog.Globals {
		add(v.Name, v.Decl)
	}
	for _, v := range c.prog.Window {
		add(v.Name, v.Decl)
	}
	for _, f := range c.prog.Funcs {
		if f.Library {
			continue // nobody sees these
		}
		for _, v := range f.Locals {
			add(v.Name, v.Decl)
		}
	}
	first := map[string]place{}
	for _, p := range all {
		s := skeleton(p.name)
		before, ok := first[s]
		if !ok {
			first[s] = p
			continue
		}
		later, earlier := p, before
		if earlier.at.Start > later.at.Start {
			earlier, later = later, earlier
		}
		c.errorf(diag.WarnLookAlike, later.at, later.name, earlier.name).
			Note(earlier.at, "மற்றது இங்கே", "the other one is here")
	}
}
