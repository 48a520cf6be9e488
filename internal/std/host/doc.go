// Package host is what the builtins know of the world they run in, and the few helpers
// that every package of internal/std needs.
//
// A Host is the program's output, input, environment, clock and log: whoever embeds a
// vm.Machine makes one and puts it, or something with a method Host, into Machine.Data;
// a single fiber can have another one in Fiber.Data (a test with a clock of its own).
// Builtins ask Of(f). Nothing else is global.
//
// What a builtin may do is described at vm.Native: its arguments are borrowed, its result
// is its own, and it never calls back into the machine. What could block goes through Do
// or Sleep, so that the fiber waits and its worker does not.
package host
