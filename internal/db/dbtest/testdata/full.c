/* A disk that is full while the file FULL_WHILE exists, for tables that have grown to a megabyte:
   what a program writes there fails as the system's own calls would. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int full(int fd, off_t at) {
	char link[32], path[4096];
	const char *flag = getenv("FULL_WHILE");
	ssize_t n;
	int before = errno;
	if (at < 1 << 20 || !flag || access(flag, F_OK) != 0) {
		errno = before;
		return 0;
	}
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	errno = before;
	if (n <= 0) return 0;
	path[n] = 0;
	if (!strstr(path, "/base/")) return 0;
	errno = ENOSPC;
	return 1;
}

#define NEXT(name, type) \
	static __typeof__(type) *next; \
	if (!next) next = (__typeof__(type) *)dlsym(RTLD_NEXT, name)

#define WRITE(name) \
	ssize_t name(int fd, const void *p, size_t n, off_t at) { \
		NEXT(#name, ssize_t(int, const void *, size_t, off_t)); \
		return full(fd, at) ? -1 : next(fd, p, n, at); \
	}
#define WRITEV(name) \
	ssize_t name(int fd, const struct iovec *v, int n, off_t at) { \
		NEXT(#name, ssize_t(int, const struct iovec *, int, off_t)); \
		return full(fd, at) ? -1 : next(fd, v, n, at); \
	}
#define ALLOCATE(name) \
	int name(int fd, off_t at, off_t n) { \
		NEXT(#name, int(int, off_t, off_t)); \
		return full(fd, at) ? ENOSPC : next(fd, at, n); \
	}

WRITE(pwrite)
WRITE(pwrite64)
WRITEV(pwritev)
WRITEV(pwritev64)
ALLOCATE(posix_fallocate)
ALLOCATE(posix_fallocate64)
