// Many reads or writes in one system call, by io_uring(7). Each operation says that it must
// not wait, so the kernel does it inside the call and nothing is under way when that returns.
// Where the kernel is older than 5.18 or forbids io_uring, fd stays below 0.
#ifndef RING_H
#define RING_H
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RING 64 // operations of one call, at most

#ifndef IORING_SETUP_SUBMIT_ALL
#define IORING_SETUP_SUBMIT_ALL (1u << 7) // one that fails doesn't stop those after it
#endif

struct ring {
	int fd;
	unsigned *tail, mask, *head, *end, end_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *done;
	unsigned n;         // operations that wait for ring_do
	int results[RING]; // of the last ring_do, in the order of the operations: bytes, or an error number below 0
};

static void ring_open(struct ring *r) {
	struct io_uring_params p = {.flags = IORING_SETUP_SUBMIT_ALL};
	r->fd = (int)syscall(SYS_io_uring_setup, RING, &p);
	if (r->fd < 0) return;
	size_t submissions = p.sq_off.array + p.sq_entries * sizeof(unsigned), completions = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	char *both = MAP_FAILED;
	if (p.features & IORING_FEAT_SINGLE_MMAP)
		both = mmap(NULL, submissions > completions ? submissions : completions, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQ_RING);
	void *entries = mmap(NULL, p.sq_entries * sizeof *r->entries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, IORING_OFF_SQES);
	if (both == MAP_FAILED || entries == MAP_FAILED) {
		close(r->fd);
		r->fd = -1;
		return;
	}
	r->tail = (unsigned *)(both + p.sq_off.tail), r->mask = *(unsigned *)(both + p.sq_off.ring_mask);
	r->head = (unsigned *)(both + p.cq_off.head), r->end = (unsigned *)(both + p.cq_off.tail), r->end_mask = *(unsigned *)(both + p.cq_off.ring_mask);
	r->entries = entries, r->done = (struct io_uring_cqe *)(both + p.cq_off.cqes);
	unsigned *slots = (unsigned *)(both + p.sq_off.array);
	for (unsigned i = 0; i < p.sq_entries; i++) slots[i] = i;
}

static void ring_add(struct ring *r, uint8_t op, int fd, const void *p, size_t size) {
	struct io_uring_sqe *e = &r->entries[(*r->tail + r->n) & r->mask];
	memset(e, 0, sizeof *e);
	e->opcode = op, e->fd = fd, e->addr = (uint64_t)(uintptr_t)p, e->len = (uint32_t)size;
	e->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL, e->user_data = r->n++;
}

// ring_do does all that was asked for. What the kernel has no memory for is as if the socket
// took, or had, nothing now.
static void ring_do(struct ring *r) {
	unsigned n = r->n;
	r->n = 0;
	for (unsigned i = 0; i < n; i++) r->results[i] = -EAGAIN;
	__atomic_store_n(r->tail, *r->tail + n, __ATOMIC_RELEASE);
	for (unsigned left = n; left;) {
		long k = syscall(SYS_io_uring_enter, r->fd, left, left, IORING_ENTER_GETEVENTS, NULL, 0);
		if (k < 0 && errno == EINTR) continue;
		if (k <= 0) { // nothing of the rest was begun
			__atomic_store_n(r->tail, *r->tail - left, __ATOMIC_RELEASE);
			break;
		}
		left -= (unsigned)k;
	}
	unsigned head = *r->head, end = __atomic_load_n(r->end, __ATOMIC_ACQUIRE);
	for (; head != end; head++) r->results[r->done[head & r->end_mask].user_data] = r->done[head & r->end_mask].res;
	__atomic_store_n(r->head, head, __ATOMIC_RELEASE);
}
#endif
