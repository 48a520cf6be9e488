// limit is what the kernel allows: one thread, one epoll, canned answers. It looks for the
// end of each request and at two bytes of its target; of the headers it reads a POST's
// Content-Length only.
//
//	limit PORT FOLDER    FOLDER has the bodies: text json tax invoice big
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 16384 // of a connection that sent a part of a request

struct reply {
	char *bytes;
	size_t size;
};

struct conn {
	char *held; // a request that has arrived in part
	size_t held_size;
	char *out; // answers that the socket did not take
	size_t out_size, out_at;
};

static struct reply text, json, tax, invoice, big;
static struct conn *conns;
static int epoll;

static void die(const char *what) {
	perror(what);
	exit(1);
}

static struct reply load(const char *folder, const char *name, const char *kind) {
	char path[1024], head[256];
	static char body[1 << 20];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "rb");
	if (!f) die(path);
	size_t n = fread(body, 1, sizeof body, f);
	fclose(f);
	int h = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nServer: limit\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", kind, n);
	struct reply r = {malloc((size_t)h + n), (size_t)h + n};
	memcpy(r.bytes, head, (size_t)h);
	memcpy(r.bytes + h, body, n);
	return r;
}

static const struct reply *answer(const char *head) {
	if (head[0] == 'P') return &invoice;
	if (head[5] == 'j') return &json;
	if (head[5] == 'b') return &big;
	return head[6] == 'a' ? &tax : &text;
}

static size_t body_length(const char *head, size_t size) {
	const char *at = memmem(head, size, "Content-Length: ", 16);
	return at ? strtoul(at + 16, NULL, 10) : 0;
}

static void finish(int fd) {
	free(conns[fd].held);
	free(conns[fd].out);
	memset(&conns[fd], 0, sizeof conns[fd]);
	close(fd);
}

static void watch(int fd, uint32_t events, int how) {
	struct epoll_event e = {.events = events, .data.fd = fd};
	epoll_ctl(epoll, how, fd, &e);
}

// emit writes bytes, and keeps what the socket does not take.
static int emit(int fd, const char *bytes, size_t size) {
	ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN) return 0;
	if (n < 0) n = 0;
	if ((size_t)n < size) {
		struct conn *c = &conns[fd];
		c->out_size = size - (size_t)n, c->out_at = 0;
		c->out = malloc(c->out_size);
		memcpy(c->out, bytes + n, c->out_size);
		watch(fd, EPOLLOUT, EPOLL_CTL_MOD);
	}
	return 1;
}

static void writable(int fd) {
	struct conn *c = &conns[fd];
	ssize_t n = send(fd, c->out + c->out_at, c->out_size - c->out_at, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN) {
		finish(fd);
		return;
	}
	if (n > 0) c->out_at += (size_t)n;
	if (c->out_at == c->out_size) {
		free(c->out);
		c->out = NULL;
		watch(fd, EPOLLIN, EPOLL_CTL_MOD);
	}
}

static void readable(int fd) {
	static char in[128 << 10], out[256 << 10];
	struct conn *c = &conns[fd];
	size_t before = c->held_size, used = 0, size = 0;
	if (before) memcpy(in, c->held, before);
	ssize_t n = recv(fd, in + before, sizeof in - before, 0);
	if (n < 0 && errno == EAGAIN) return;
	if (n <= 0) {
		finish(fd);
		return;
	}
	size_t have = before + (size_t)n;
	for (char *end; used < have && (end = memmem(in + used, have - used, "\r\n\r\n", 4));) {
		size_t whole = (size_t)(end - (in + used)) + 4;
		if (in[used] == 'P') whole += body_length(in + used, whole);
		if (used + whole > have) break;
		const struct reply *r = answer(in + used);
		if (size + r->size > sizeof out) break;
		memcpy(out + size, r->bytes, r->size);
		size += r->size;
		used += whole;
	}
	if (have - used > ROOM) {
		finish(fd);
		return;
	}
	c->held_size = have - used;
	if (c->held_size) {
		if (!c->held) c->held = malloc(ROOM);
		memcpy(c->held, in + used, c->held_size);
	}
	if (size && !emit(fd, out, size)) finish(fd);
}

int main(int argc, char **argv) {
	if (argc != 3) {
		fprintf(stderr, "usage: limit PORT FOLDER\n");
		return 2;
	}
	text = load(argv[2], "text", "text/plain; charset=utf-8");
	big = load(argv[2], "big", "text/plain; charset=utf-8");
	json = load(argv[2], "json", "application/json");
	tax = load(argv[2], "tax", "application/json");
	invoice = load(argv[2], "invoice", "application/json");
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	size_t most = files.rlim_cur < 65536 ? files.rlim_cur : 65536;
	conns = calloc(most, sizeof *conns);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (bind(listener, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(listener, 4096) < 0) die("listen");
	epoll = epoll_create1(0);
	watch(listener, EPOLLIN, EPOLL_CTL_ADD);
	for (;;) {
		struct epoll_event events[512];
		int n = epoll_wait(epoll, events, 512, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd != listener) {
				if (events[i].events & EPOLLOUT) writable(fd);
				else readable(fd);
				continue;
			}
			for (int c; (c = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
				if ((size_t)c >= most) {
					close(c);
					continue;
				}
				setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
				watch(c, EPOLLIN, EPOLL_CTL_ADD);
			}
		}
	}
}
