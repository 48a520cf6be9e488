package huge

import (
	"math/bits"
	"sync"
	"syscall"
	"unsafe"
)

const (
	madvDontneed = 4  // MADV_DONTNEED
	madvHugepage = 14 // MADV_HUGEPAGE
)

// advise asks for large pages behind whole pages. Part of the range may be mapped by nobody,
// which the call says when it has done the rest.
func advise(from, length uintptr) { madvise(from, length, madvHugepage) }

func madvise(from, length, advice uintptr) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_MADVISE, from, length, advice)
}

// spare has the addresses of freed blocks of large pages, by the logarithm of their size. Their
// pages are the system's again.
var spare struct {
	sync.Mutex
	by [64][]unsafe.Pointer
}

// take is n bytes, a power of two. From a large page on they begin where one does.
func take(n uintptr) unsafe.Pointer {
	spare.Lock()
	defer spare.Unlock()
	if n < PageBytes {
		return takePart(n)
	}
	return takePages(n)
}

// give keeps the addresses and returns the pages.
func give(p unsafe.Pointer, n uintptr) {
	spare.Lock()
	defer spare.Unlock()
	if n < PageBytes {
		givePart(p, n)
	} else {
		givePages(p, n)
	}
}

func takePages(n uintptr) unsafe.Pointer {
	k := bits.TrailingZeros64(uint64(n))
	if l := spare.by[k]; len(l) > 0 {
		p := l[len(l)-1]
		spare.by[k] = l[:len(l)-1]
		return p
	}
	m, err := syscall.Mmap(-1, 0, int(n+PageBytes), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(NoMemory{err})
	}
	base := unsafe.Pointer(unsafe.SliceData(m))
	skip := -uintptr(base) & (PageBytes - 1)
	p := unsafe.Add(base, skip)
	madvise(uintptr(p), n, madvHugepage)
	return p
}

func givePages(p unsafe.Pointer, n uintptr) {
	madvise(uintptr(p), n, madvDontneed)
	k := bits.TrailingZeros64(uint64(n))
	spare.by[k] = append(spare.by[k], p)
}
