// Package emit writes bytecode from SSA whose values have registers.
//
// What is decided here and nowhere earlier:
//
//   - which instruction stands for an operation (constants in the
//     instruction, comparisons in the branch, counting in the loop's end);
//   - where a value gets a second owner and must be marked shared (own.go);
//   - the moves on edges and into windows;
//   - the turning round of loops: a loop whose head only compares is entered
//     through the head and then repeats the comparison at its end, which saves
//     a jump each time round.
package emit
