// Package nulakam is nUlakam, the library of functions that is written in
// eTamil and lies inside the binary.
//
// A program imports a file of it by the path that it has under this folder:
//
//	இறக்கு "nUlakam/paNam.qmz";
//
// The loader looks here last, so a file of that name beside the program, or in
// ETAMIL_PATH, is taken instead. What no program imports is never read.
//
// # How a file is written
//
// Each function stands behind a comment with a sentence in Tamil, one in
// English, and examples, which are indented:
//
//	// இரண்டில் பெரியது.
//	// The larger of the two.
//	//   பெரியது(2, 3)   → 3
//	செயல் பெரியது(அ, ஆ) { … }
//
// From these comments docs/reference/nulakam.md is made, and its examples are
// run. A function whose name begins with _ is nobody's business but its file's.
// Beside each file there is another, of its tests, in testdata.
//
// Names, parameters and what functions answer are fixed by the programs that
// import them: add, but do not change.
package nulakam

import (
	"embed"
	"io/fs"
)

//go:embed nUlakam
var files embed.FS

// Files is the library, by the paths that programs import.
func Files() fs.FS { return files }
