// Package static finds the files of a folder that is shown to everybody.
//
//	name of a path ──> Clean ──> Dir.Find ──> File: open, with its size, date, tag and type
//	                   no dots    root, index,
//	                   no NUL     fallback, .br .zst .gz
//
// Nothing outside of the folder can be reached, whatever a name says and wherever links
// lead: a Dir is an os.Root, which the system walks piece by piece. Names that begin with a
// dot are nobody's business unless Options.Hidden says so.
//
// Find and Open look at a disk and may wait for it; Clean and Accepts don't.
package static
