// Package decimal is the language's number: an exact decimal with a 96-bit coefficient,
// a sign and 0..28 digits after the point.
//
// # The form
//
// A Decimal is two words, N and M, laid out as the VM's slot is, so a number in a
// register, an array or a record is never boxed. M's low byte is the kind:
//
//	kind     coefficient                                              scale
//	0..28    small: N, an int64                                       kind
//	29..57   wide:  N + (M>>32)<<64, negative if bit 8 of M is set    kind - 29
//
// All other bits of M are 0. A coefficient that fits an int64 is always small, there is
// no -0, and so every number has one form at each scale: equal words are equal numbers.
// The scale is part of a number only where JSON shows it (2.50 stays 2.50); printing,
// comparing and hashing look through it.
//
// # One rule of rounding
//
// Every operation computes its exact result in 192 bits (wide.go) and rounds it once
// (fit.go): to the largest scale, not above the operation's own, at which the
// coefficient has 96 bits; ties to even. The operation's own scale is the larger of the
// two for + and -, the sum for * (but at most 28), 28 for /, whose trailing zeros then go.
// If even scale 0 does not fit, the number is too large: ok = false, or ErrOverflow.
// Only Round (half away from zero) and numbers in source text (half up) differ.
//
// # The tiers
//
// Add, Sub, Mul and Cmp first try small numbers that need no scaling, in a function
// that saves no register; what fails goes to a noinline function for small numbers of
// different scales, and from there to the 192-bit path. Nothing allocates. AddSmall, SubSmall and MulSmall are the first tier without
// the form, for code that knows its operands.
//
// Measured with bench_test.go on two shared cores (least of 8 runs of 20 ms, ns; the
// calls go through a function value, which costs some of each):
//
//	add, subtract, one scale     1.9     divide: whole result        2.9
//	add, two scales              3.5     10/3, 28 digits            15
//	add, wide                    7.8     18.90/6.25                 25
//	multiply                     2.2     wide by small, by wide     15, 27
//	multiply, wide               6.2     compare, one scale          1.6
//	multiply 28 by 28 digits    21       compare, two scales         4.0
//
// The model in model_test.go is the same arithmetic in math/big, one rounding function
// long; `go test -run Model -long 100` compares some millions of cases.
package decimal
