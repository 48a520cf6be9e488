package huge

import "syscall"

const madvHugepage = 14 // MADV_HUGEPAGE

// advise asks for large pages behind whole pages. Part of the range may be mapped by nobody,
// which the call says when it has done the rest.
func advise(from, length uintptr) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_MADVISE, from, length, madvHugepage)
}
