package loop

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ring has the kernel do several reads and writes in one system call, by io_uring(7).
//
// Only that of it is used: each operation says that it must not wait, so the kernel does
// it inside the call, in order, and nothing is under way when do returns. It belongs to
// one loop.
type ring struct {
	fd   int
	maps [3][]byte // the kernel's memory, for close

	tail, mask, slots *uint32 // of the submission queue
	entries           []submission
	head, end         *uint32 // of the completion queue
	endMask           uint32
	completed         []completion

	n       int             // operations that wait for do
	results [ringSize]int32 // of the last do, in the order of the operations: bytes, or an error number below 0
}

// ringSize is how many operations one call does at most.
const ringSize = 32

// The kernel's structures, of <linux/io_uring.h>.
type (
	submission struct {
		opcode, flags uint8
		ioprio        uint16
		fd            int32
		off           uint64
		addr          uint64
		len           uint32
		msgFlags      uint32
		data          uint64
		_             [3]uint64
	}
	completion struct {
		data  uint64
		res   int32
		flags uint32
	}
	ringOffsets struct {
		head, tail, mask, entries uint32
		a, b, c, d                uint32 // flags, dropped, array, _ of submissions; overflow, cqes, flags, _ of completions
		_                         uint64
	}
	ringParams struct {
		sqEntries, cqEntries, flags, threadCPU, threadIdle, features, wq uint32
		_                                                                [3]uint32
		sq, cq                                                           ringOffsets
	}
)

const (
	opSend = 26
	opRecv = 27

	submitAll    = 1 << 7 // IORING_SETUP_SUBMIT_ALL, of Linux 5.18: one that fails doesn't stop those after it
	singleMap    = 1 << 0 // IORING_FEAT_SINGLE_MMAP
	getEvents    = 1 << 0 // IORING_ENTER_GETEVENTS
	mapRings     = 0
	mapEntries   = 0x10000000
	noWait       = unix.MSG_DONTWAIT | unix.MSG_NOSIGNAL
	completionOf = unsafe.Sizeof(completion{})
)

var errNoRing = errors.New("loop: the kernel's io_uring is too old")

// newRing fails where the kernel is older than 5.18 or forbids io_uring, as the default
// profiles of many container runtimes do.
func newRing() (*ring, error) {
	p := ringParams{flags: submitAll}
	fd, _, errno := syscall.Syscall(unix.SYS_IO_URING_SETUP, ringSize, uintptr(unsafe.Pointer(&p)), 0)
	if errno != 0 {
		return nil, os.NewSyscallError("io_uring_setup", errno)
	}
	r := &ring{fd: int(fd)}
	if p.features&singleMap == 0 {
		r.close()
		return nil, errNoRing
	}
	both := max(int(p.sq.c)+int(p.sqEntries)*4, int(p.cq.b)+int(p.cqEntries)*int(completionOf))
	for i, m := range []struct{ at, size int }{{mapRings, both}, {mapEntries, int(p.sqEntries) * int(unsafe.Sizeof(submission{}))}} {
		b, err := unix.Mmap(r.fd, int64(m.at), m.size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_POPULATE)
		if err != nil {
			r.close()
			return nil, os.NewSyscallError("mmap", err)
		}
		r.maps[i] = b
	}
	word := func(at uint32) *uint32 { return (*uint32)(unsafe.Pointer(&r.maps[0][at])) }
	r.tail, r.mask, r.slots = word(p.sq.tail), word(p.sq.mask), word(p.sq.c)
	r.head, r.end, r.endMask = word(p.cq.head), word(p.cq.tail), *word(p.cq.mask)
	r.entries = unsafe.Slice((*submission)(unsafe.Pointer(&r.maps[1][0])), p.sqEntries)
	r.completed = unsafe.Slice((*completion)(unsafe.Pointer(&r.maps[0][p.cq.b])), p.cqEntries)
	slots := unsafe.Slice(r.slots, p.sqEntries)
	for i := range slots {
		slots[i] = uint32(i) // each place of the queue holds the entry of the same number
	}
	return r, nil
}

func (r *ring) close() {
	for _, m := range r.maps {
		if m != nil {
			_ = unix.Munmap(m)
		}
	}
	unix.Close(r.fd)
}

// full reports whether do must come before another operation.
func (r *ring) full() bool { return r.n == ringSize }

// add asks for an operation on a socket. p must stay where it is until do has returned,
// and is not on a stack.
func (r *ring) add(op uint8, fd int, p []byte) {
	at := (atomic.LoadUint32(r.tail) + uint32(r.n)) & *r.mask
	r.entries[at] = submission{
		opcode: op, fd: int32(fd), msgFlags: noWait, data: uint64(r.n),
		addr: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(p)))), len: uint32(len(p)),
	}
	r.n++
}

// do does all that was asked for, and leaves what became of it in results. What the
// kernel has no memory for is as if the socket took, or had, nothing now.
func (r *ring) do() {
	n := uint32(r.n)
	r.n = 0
	for i := range n {
		r.results[i] = -int32(unix.EAGAIN)
	}
	atomic.StoreUint32(r.tail, atomic.LoadUint32(r.tail)+n)
	for left := n; left > 0; {
		// Everything is done inside, so Go's scheduler need not hear of it (readNow).
		k, _, errno := syscall.RawSyscall6(unix.SYS_IO_URING_ENTER, uintptr(r.fd), uintptr(left), uintptr(left), getEvents, 0, 0)
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 || k == 0 {
			// Nothing of the rest was begun.
			atomic.StoreUint32(r.tail, atomic.LoadUint32(r.tail)-left)
			break
		}
		left -= uint32(k)
	}
	head := atomic.LoadUint32(r.head)
	for end := atomic.LoadUint32(r.end); head != end; head++ {
		c := &r.completed[head&r.endMask]
		r.results[c.data] = c.res
	}
	atomic.StoreUint32(r.head, head)
}

// resultOf is a result as a system call of its own would have answered it.
func resultOf(res int32) (int, error) {
	if res < 0 {
		return 0, unix.Errno(-res)
	}
	return int(res), nil
}
