// Package opt makes SSA better and never different: a program prints the same,
// and raises the same errors at the same places, with every subset of the
// passes.
//
// Passes (passes.go) is the list, in order; each row says what the pass does
// and why it stands where it stands. A pass has a file of its own, begins with
// its contract, and is tested by text before and after (testdata/<pass>.txtar).
//
// What every pass must keep:
//
//   - An instruction that can raise an error stays, and stays in order with
//     other such instructions and with everything that has an effect.
//   - Decimals are exact, scale included: 2.50 stays 2.50 for JSON.
//   - A block's handler: code moves only between blocks with the same one.
package opt
