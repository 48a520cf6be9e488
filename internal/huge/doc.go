// Package huge asks for memory in large pages, of 2 MiB instead of 4 KiB.
//
// The first touch of a page is a fault, whatever its size: on a virtual machine 15 to 80 µs.
// A list that grows to a million elements, or a compiler that fills 40 MiB, spends half of
// its time on ten thousand of them, and with large pages on twenty.
//
// All of this is a wish. Where the kernel doesn't know it, is told not to grant it
// (/sys/kernel/mm/transparent_hugepage/enabled), or has no such page at hand, programs work
// the same and take longer.
package huge
