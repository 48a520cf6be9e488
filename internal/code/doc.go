// Package code is bytecode: what an instruction is, what a compiled program is, and
// whether it can be run.
//
// The machine has registers. Each call has a window of them, R[0] and up, that begins
// with the arguments; the callee's window begins at the register of the caller that holds
// the first argument, so nothing is copied, and the result is left there. Constants are
// K[0] and up, of the function. So
//
//	செயல் இரட்டி(அ) { திரும்பு அ * 2 + 1; }
//
// becomes
//
//	func "இரட்டி" params=1 regs=1
//	  mulk R0, R0, 2
//	  addk R0, R0, 1
//	  ret R0
//
// ops.go is the table of instructions, the one place where each of them is declared: its
// name, what its operands are, what it does, when it raises an error. The constants' order,
// the verifier, the disassembler and docs/reference/opcodes.md follow it; a test holds the
// interpreter's switch to it. How an instruction stands in its 64 bits is in instr.go, a
// whole program in code.go.
//
// Verify is the border: behind it a program is trusted, so the machine checks nothing that
// Verify has checked. It is what makes the machine's unsafe memory accesses safe.
//
// This package doesn't know who makes programs (internal/emit) or runs them (vm).
package code
