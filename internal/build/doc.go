// Package build turns a checked tree into SSA.
//
// One ir.Func is made for each check.Func. Variables become SSA values while
// the tree is walked, by the method of Braun et al. ("Simple and Efficient
// Construction of Static Single Assignment Form", 2013): each block knows the
// value that each variable has at its end, and asks its predecessors when it
// doesn't. Three kinds of variable stay out of SSA:
//
//   - globals that another function than the top level reads, which live in
//     the program's table of globals;
//   - names of the request's window that another function than the one that
//     writes them reads, which live in the fiber's window;
//   - locals that are assigned inside a try statement. An error may leave the
//     middle of a block, where SSA has no place to say which value a variable
//     has, so these get a slot: a register that is theirs for the whole call.
//
// A name may be unset when it is read. The value is then undef, and reading it
// goes through check (or orglobal, when a global of that name may stand in).
// Most of these checks are seen to be needless at the end and removed.
//
// For
//
//	செயல் f(n) { s = 0; (n > 0) சுற்று { s = s + n; n = n - 1; } திரும்பு s; }
//
// the result is
//
//	func 1 "f" {
//	b0(v0 any):
//		v1 = const 0
//		jump b1(v1, v0)
//	b1(v2 number, v3 any):
//		v4 = const 0
//		v5 = gt v3, v4
//		if v5 b2 else b3
//	b2():
//		v6 = add v2, v3
//		v7 = const 1
//		v8 = sub v3, v7
//		jump b1(v6, v8)
//	b3():
//		return v2
//	}
//
// The tree must be free of errors; build panics on what the checker should
// have refused.
package build
