// Package repo holds the tests that the repository runs on itself. It has no code
// of its own:
//
//   - layers_test.go: every import of one of our packages by another is an arrow of
//     layers.txt, and every third-party module has one owner;
//   - links_test.go: every relative link in a Markdown file leads to a file, and every
//     #heading to a heading;
//   - fences_test.go: the eTamil programs in the documentation, and every .qmz file, are
//     programs;
//   - output_test.go: where a page says what a program prints, that is what it prints;
//   - readme_test.go: the two commands come first, and the flags that pages name exist;
//   - glossary_test.go: one Tamil word for one thing, as docs/glossary.md has it;
//   - tidy_test.go: no paths of somebody's machine, no unfinished business, no trailing
//     white space, no huge files, no test that skips.
//
// The tests read the files themselves instead of running go list or git, because Go's
// test cache watches what a test process opens, not what its children open.
package repo
