package main

import (
	"os"
	"syscall"
)

// touched is what a sample finds in memory, in bytes: more than any program of the tables holds.
const touched = 512 << 20

const madvHugepage = 14 // MADV_HUGEPAGE

// touchMemory has the system map memory and give it back at once, so that the process that is measured next
// finds memory which this machine has.
//
// A virtual machine may hand memory that has been free for two seconds back to its host (free page
// reporting); who touches it first afterwards waits until the host has found some. Where these tables
// are made, the year of accounts took 220 ms after 2.5 s of rest and 90 right after another program, sieve
// 218 and 78, push 101 and 34. That says nothing of engines.
func touchMemory() {
	m, err := syscall.Mmap(-1, 0, touched, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return // samples are then what they were without
	}
	_ = syscall.Madvise(m, madvHugepage)
	for i := 0; i < len(m); i += 4096 {
		m[i] = 1
	}
	_ = syscall.Munmap(m)
	// A process inherits the largest size of the one that started it, until now this one's.
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}
