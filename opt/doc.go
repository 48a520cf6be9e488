// Package opt makes SSA better and never different: a program prints the same,
// and raises the same errors at the same places and with the same stacks, with
// every subset of the passes. Only budgets tell: a call that inline has replaced
// costs no step, and isn't counted among those that may be open.
//
// Passes (passes.go) is the list, in order; each row says what the pass does
// and why it stands where it stands. A pass has a file of its own, begins with
// its contract, and is tested by text before and after (testdata/<pass>.txt).
//
// What every pass must keep:
//
//   - An instruction that can raise an error stays, and stays in order with
//     other such instructions and with everything that has an effect.
//   - Decimals are exact, scale included: 2.50 stays 2.50 for JSON.
//   - Where code comes from: what is copied into another function has a Site
//     (ir.Value.In), from which stacks are made.
//   - A block's handler: code moves only between blocks with the same one.
//   - Ownership: that two names are one object is decided behind the passes, by
//     liveness (internal/emit, own.go). A pass may let a value live longer, as
//     gvn does, but may not give a result that is changed in place a second
//     name: those operations are never numbered.
//   - Time: a pass is a bounded number of walks over the function, or the program. A long top
//     level is one function of ten thousand lines.
//
// What each pass did to a program is shown by `etamil dis --stage=opt`, and what it is worth by
// bench/profile.
//
// Where the rest of what makes code fast is done:
//
//   - Copies need no pass: SSA has none but parameters of blocks, which clean
//     drops where they always get one value.
//   - Comparisons become part of the branch, and x.f = x.f + y one instruction,
//     in regalloc (select.go), since it saves registers too; counting loops and
//     the turning round of loops are emit's (branch.go, block.go).
//   - Constants have no register and are loaded where they are used, unless the
//     instruction can name them, or they are stored on each turn of a loop (hold.go).
package opt
