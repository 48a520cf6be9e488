// gen is the load generator: one thread, one epoll, no allocation once it runs. All sockets
// that have answers are read in one system call, and what is to be sent to many leaves in one
// (ring.h), so that it costs a fraction of what the server does.
//
//	gen [-c conns] [-d depth] [-r rate] [-w warm] [-t seconds] [-n] [-b bursts] [-P pids] [-e] port script
//
// Closed loop (no -r): each connection sends depth requests in one write, reads their
// answers and begins again. Open loop (-r): request i is due at start + i/rate, on
// connection i mod conns, whether or not the one before it has been answered; its latency
// counts from when it was due, so that a server that stalls can't hide the requests that it
// kept from being sent. -n: a connection of its own for each request. -b: every connection
// sends one request at the same moment, that many times. -e: without io_uring, a system call
// for each read and write, as where there is none.
//
// A latency of the closed loop counts from the moment before the call that sends its request
// until the moment after the call that has read its answer; with -n, from before it connects. Of
// those that share a call, none is made to look shorter.
//
// Every answer's status and body are compared with the script's. What was found is one line
// of JSON. The exit status is 0 whenever there is one: whether wrong answers matter is the
// caller's business.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "histogram.h"
#include "ring.h"
#include "script.h"
#include "watch.h"

#define SECOND 1000000000ull
#define PATIENCE (60 * SECOND) // an answer that takes longer does not come
#define TOO_MANY 1000          // errors after which going on proves nothing

enum { CLOSED, CONNECTING, OPEN };

struct conn {
	int fd, state, awaited; // answers awaited
	int next;               // the pair that is answered next
	uint64_t due;           // when the batch in flight was due
	uint64_t turn;          // open loop: how many requests of this connection were sent
	uint64_t backlog;       // open loop: due and not sent
	const char *out;        // what is not written yet
	size_t out_size, head_size, body_at, body_size;
	int in_body;
	char *head; // a head that arrived in part
};

static int conns = 64, depth = 1, fresh, bursts, plain, epoll;
static double rate, warm = 0.5, seconds = 1;
static const char *pids = "";
static struct sockaddr_in addr;
static struct script script;
static struct conn *all;
static struct histogram latency;
static struct ring ring = {.fd = -1};
static uint32_t interest = EPOLLIN;

// What one call sends, and what one reads into.
static struct conn *owed[RING], *found[RING];
static int owed_count, found_count, found_most;
static char *in;        // found_most parts of in_size
static size_t in_size;

static uint64_t begin, from, until; // ns: start, measured time
static int sending = 1;
static uint64_t answered, bytes, connects, in_flight, ready;
static uint64_t waiting; // the sum of all backlogs
static uint64_t wrong_status, wrong_body, broken, closed_early, refused;
static uint64_t rotation; // closed loop: the pair with which the next batch begins
static char first_error[512];

static void wrong(uint64_t *counter, const char *format, const char *text, size_t size) {
	if (!(*counter)++ && !first_error[0]) {
		char part[160];
		size = size < sizeof part - 1 ? size : sizeof part - 1;
		memcpy(part, text, size);
		part[size] = 0;
		snprintf(first_error, sizeof first_error, format, part);
	}
}

static uint64_t errors(void) { return wrong_status + wrong_body + broken + closed_early + refused; }

static uint64_t due_at(uint64_t i) { return begin + (uint64_t)((double)i * 1e9 / rate); }

static void start(struct conn *c, uint64_t due);

// reset ends a connection. With -n its socket connects again later: disconnecting tells the
// server what closing with SO_LINGER 0 would, and leaves no port in TIME_WAIT either.
static void reset(struct conn *c) {
	static const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
	if (c->fd >= 0 && (!fresh || connect(c->fd, &nobody, sizeof nobody) < 0)) close(c->fd), c->fd = -1;
	in_flight -= (uint64_t)c->awaited;
	if (c->state == OPEN) ready--;
	c->state = CLOSED, c->awaited = 0, c->out_size = 0, c->head_size = 0, c->in_body = 0;
}

static void dial(struct conn *c) {
	int known = c->fd >= 0;
	if (!known) c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) die("no more sockets: ulimit -n");
	int on = 1;
	if (!known) setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	connects++;
	c->state = CONNECTING;
	if (connect(c->fd, (struct sockaddr *)&addr, sizeof addr) < 0 && errno != EINPROGRESS) {
		wrong(&refused, "connect: %s", strerror(errno), strlen(strerror(errno)));
		reset(c);
		return;
	}
	if (known) return;
	struct epoll_event e = {.events = interest | (fresh ? 0u : EPOLLOUT), .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e);
}

static void watch_writes(struct conn *c, int on) {
	struct epoll_event e = {.events = interest | (on ? EPOLLOUT : 0u), .data.ptr = c};
	epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &e);
}

// flush writes what it can; 0 if the connection broke.
static int flush(struct conn *c, int watched) {
	while (c->out_size) {
		ssize_t n = send(c->fd, c->out, c->out_size, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) break;
		if (n < 0 && errno == EINTR) continue;
		if (n < 0) return 0;
		c->out += n, c->out_size -= (size_t)n;
	}
	if (watched || c->out_size) watch_writes(c, c->out_size > 0);
	return 1;
}

static void lost(struct conn *c, const char *how) {
	if (c->state == CONNECTING) wrong(&refused, "connect: %s", how, strlen(how));
	else wrong(&closed_early, "the connection ended before its answer: %s", how, strlen(how));
	reset(c);
	if (sending && !fresh && errors() < TOO_MANY) dial(c);
}

// sent follows the sending of what is owed to a connection: n bytes, or an error number below 0.
static void sent(struct conn *c, ssize_t n) {
	if (n < 0 && n != -EAGAIN && n != -EINTR) {
		lost(c, strerror((int)-n));
		return;
	}
	if (n > 0) c->out += n, c->out_size -= (size_t)n;
	if (c->state == CONNECTING && n >= 0) c->state = OPEN, ready++;
	if (c->out_size) watch_writes(c, 1);
}

// send_owed sends all that was started.
static void send_owed(void) {
	int n = owed_count;
	owed_count = 0;
	int together = n > 1 && ring.fd >= 0;
	uint64_t t = now();
	for (int i = 0; i < n; i++) {
		struct conn *c = owed[i];
		if (rate <= 0 && !bursts && !fresh) c->due = t;
		if (together) {
			ring_add(&ring, IORING_OP_SEND, c->fd, c->out, c->out_size);
			continue;
		}
		ssize_t k = send(c->fd, c->out, c->out_size, MSG_NOSIGNAL | MSG_DONTWAIT);
		sent(c, k < 0 ? -errno : k);
		t = i + 1 < n ? now() : t;
	}
	if (!together) return;
	ring_do(&ring);
	for (int i = 0; i < n; i++) sent(owed[i], ring.results[i]);
}

// start has the next batch sent, soon; with -n it opens the connection first.
static void start(struct conn *c, uint64_t due) {
	c->due = due;
	c->next = (int)(rotation % (uint64_t)script.count);
	rotation += (uint64_t)depth;
	c->out = script.batches[c->next], c->out_size = script.batch_sizes[c->next];
	c->awaited = depth;
	in_flight += (uint64_t)depth;
	if (fresh) dial(c);
	if (c->state == CLOSED) return; // refused
	owed[owed_count++] = c;
	if (owed_count == RING) send_owed();
}

// idle is called when all that c asked has been answered.
static void idle(struct conn *c, uint64_t t) {
	if (fresh) reset(c);
	if (c->backlog) { // these were due before the end, and are sent whenever it is
		c->backlog--, waiting--;
		start(c, due_at(c->turn++ * (uint64_t)conns + (uint64_t)(c - all)));
	} else if (sending && !bursts && rate <= 0) start(c, t);
}

static void complete(struct conn *c, uint64_t t) {
	struct pair *p = &script.pairs[c->next];
	bytes += p->head_size + p->length;
	if (c->due >= from && c->due < until) record(&latency, t - c->due);
	if (t >= from && t < until) answered++;
	c->next = (c->next + 1) % script.count;
	c->in_body = 0;
	in_flight--;
	c->awaited--;
}

// parse_head reads a whole head of an answer to p; -1 for one that is no good.
static int parse_head(struct pair *p, const char *head, size_t size) {
	if (size < 13 || memcmp(head, "HTTP/1.1 ", 9)) return wrong(&broken, "not an answer: %s", head, size), -1;
	int status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
	if (status != p->status) return wrong(&wrong_status, "the wrong status: %s", head, size), -1;
	long length = -1;
	for (const char *line = head, *end = head + size; line < end;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		if (!stop) break;
		if (stop - line > 15 && !strncasecmp(line, "content-length:", 15)) {
			char *rest;
			length = strtol(line + 15, &rest, 10);
			if (*rest != '\r' || length < 0) length = -1;
		}
		line = stop + 1;
	}
	if (length < 0) return wrong(&broken, "no Content-Length: %s", head, size), -1;
	if (p->body_size >= 0 && length != p->body_size) return wrong(&wrong_body, "a body of another length: %s", head, size), -1;
	p->length = (size_t)length;
	if (size <= HEAD_MAX) memcpy(p->head, head, size), p->head_size = size;
	return 0;
}

// take consumes answers from what was read; 0 if the connection is no good any more.
static int take(struct conn *c, const char *in, size_t size, uint64_t t) {
	while (size) {
		if (!c->awaited) return wrong(&broken, "bytes that nobody asked for: %s", in, size), 0;
		struct pair *p = &script.pairs[c->next];
		if (!c->in_body) {
			if (!c->head_size && p->head_size && size >= p->head_size && !memcmp(in, p->head, p->head_size)) {
				in += p->head_size, size -= p->head_size;
			} else {
				// A head may end across two reads: look for its end in both together.
				size_t before = c->head_size, room = HEAD_MAX - before, n = size < room ? size : room;
				memcpy(c->head + before, in, n);
				char *end = memmem(c->head, before + n, "\r\n\r\n", 4);
				if (!end) {
					if (before + n == HEAD_MAX) return wrong(&broken, "a head without end: %s", c->head, HEAD_MAX), 0;
					c->head_size = before + n;
					return 1;
				}
				size_t whole = (size_t)(end - c->head) + 4;
				c->head_size = 0;
				if (parse_head(p, c->head, whole) < 0) return 0;
				in += whole - before, size -= whole - before;
			}
			c->in_body = 1, c->body_at = 0, c->body_size = p->length;
		}
		size_t n = c->body_size - c->body_at;
		if (n > size) n = size;
		if (p->body_size >= 0 && memcmp(in, p->body + c->body_at, n)) return wrong(&wrong_body, "the wrong body: %s", in, n), 0;
		c->body_at += n, in += n, size -= n;
		if (c->body_at < c->body_size) return 1;
		complete(c, t);
	}
	return 1;
}

static ssize_t receive(struct conn *c, char *p) {
	ssize_t n = recv(c->fd, p, in_size, MSG_DONTWAIT);
	return n < 0 ? -errno : n;
}

// arrived acts on what a read at t answered: n bytes, or an error number below 0.
static void arrived(struct conn *c, char *p, ssize_t n, uint64_t t) {
	for (;; n = receive(c, p), t = now()) {
		if (n == -EAGAIN || n == -EINTR) return;
		if (n <= 0) {
			if (c->awaited) lost(c, n < 0 ? strerror((int)-n) : "closed");
			else {
				reset(c);
				if (sending && !fresh) dial(c);
			}
			return;
		}
		if (!take(c, p, (size_t)n, t)) {
			reset(c);
			if (sending && !fresh && errors() < TOO_MANY) dial(c);
			return;
		}
		if (!c->awaited) {
			idle(c, t);
			return;
		}
		if (!fresh) return; // else epoll tells only of what is new
	}
}

// read_found reads from all that were found to have something, and sends what follows from it.
static void read_found(void) {
	int n = found_count;
	found_count = 0;
	if (n > 1 && ring.fd >= 0) {
		int results[RING];
		for (int i = 0; i < n; i++) ring_add(&ring, IORING_OP_RECV, found[i]->fd, in + (size_t)i * in_size, in_size);
		ring_do(&ring);
		uint64_t t = now();
		memcpy(results, ring.results, sizeof results); // sending has others
		for (int i = 0; i < n; i++) arrived(found[i], in + (size_t)i * in_size, results[i], t);
	} else {
		for (int i = 0; i < n; i++) {
			ssize_t k = receive(found[i], in);
			arrived(found[i], in, k, now());
		}
	}
	send_owed();
}

static void connected(struct conn *c) {
	int problem = 0;
	socklen_t size = sizeof problem;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &problem, &size);
	if (problem) {
		wrong(&refused, "connect: %s", strerror(problem), strlen(strerror(problem)));
		reset(c);
		return;
	}
	c->state = OPEN;
	ready++;
	if (c->awaited) {
		if (!flush(c, 1)) lost(c, "write");
		return;
	}
	watch_writes(c, 0);
	if (begin) idle(c, now()); // a connection made anew goes on
}

// turn waits for what happens until then, at most, and does what it asks for.
static void turn(uint64_t then) {
	struct epoll_event events[512];
	uint64_t t = now(), wait = then > t ? then - t : 0;
	struct timespec left = {(time_t)(wait / SECOND), (long)(wait % SECOND)};
	int n = epoll_pwait2(epoll, events, 512, &left, NULL);
	for (int i = 0; i < n; i++) {
		struct conn *c = events[i].data.ptr;
		if (c->state == CLOSED) continue;
		if (c->state == CONNECTING) connected(c);
		else if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) found[found_count++] = c;
		else if (events[i].events & EPOLLOUT && !flush(c, 1)) lost(c, "write");
		if (found_count == found_most) read_found();
	}
	read_found();
}

// open_buffers makes room for what one call reads: little enough to stay in the processor's
// cache, and for each socket a whole batch of answers, as far as that goes.
static void open_buffers(void) {
	size_t want = 1024, most = 1 << 20;
	for (int i = 0; i < script.count; i++) {
		size_t one = (script.pairs[i].body_size > 0 ? (size_t)script.pairs[i].body_size : 4096) + 1024;
		if (want < one * (size_t)depth) want = one * (size_t)depth;
	}
	for (in_size = 4096; in_size < want && in_size < most / 4; in_size *= 2) {}
	found_most = most / in_size < RING ? (int)(most / in_size) : RING;
	in = get(in_size * (size_t)found_most);
}

// open_all connects everybody, a few at a time so that the backlog has room.
static void open_all(void) {
	uint64_t limit = now() + PATIENCE;
	for (int i = 0; i < conns; i++) {
		dial(&all[i]);
		while (connects - ready - refused > 128 && now() < limit) turn(now() + SECOND / 100);
	}
	while (ready + refused < (uint64_t)conns && now() < limit) turn(now() + SECOND / 100);
	if (ready < (uint64_t)conns) fprintf(stderr, "gen: only %llu of %d connections: %s\n", (unsigned long long)ready, conns, first_error), exit(2);
}

static void drain(void) {
	sending = 0;
	for (uint64_t limit = now() + PATIENCE; in_flight + waiting && now() < limit;) turn(limit);
	in_flight += waiting;
}

static void run_bursts(void) {
	printf("{\"bursts_ms\":[");
	for (int b = 0; b < bursts; b++) {
		uint64_t t = now();
		if (b == 0) begin = from = t, until = UINT64_MAX;
		for (int i = 0; i < conns; i++)
			if (all[i].state == OPEN) start(&all[i], t);
		send_owed();
		for (uint64_t limit = t + PATIENCE; in_flight && now() < limit;) turn(limit);
		printf("%s%.3f", b ? "," : "", (double)(now() - t) / 1e6);
		for (uint64_t pause = now() + SECOND / 5; now() < pause;) turn(pause);
	}
	printf("],");
}

static void run_loop(struct moment *first, struct moment *last) {
	begin = now();
	from = until = UINT64_MAX; // set when the warming up is over
	uint64_t next = 0; // open loop: the next request of all
	int looked = 0;
	if (rate <= 0)
		for (int i = 0; i < conns; i++) start(&all[i], now());
	send_owed();
	uint64_t hot = now() + (uint64_t)(warm * 1e9);
	for (uint64_t t; (t = now()) < until && errors() < TOO_MANY;) {
		if (!looked && t >= hot) {
			*first = look(pids), looked = 1;
			from = first->at, until = from + (uint64_t)(seconds * 1e9);
		}
		uint64_t then = looked ? until : hot;
		if (rate > 0) {
			for (; due_at(next) <= t; next++) {
				struct conn *c = &all[next % (uint64_t)conns];
				if (c->awaited || (!fresh && c->state != OPEN)) c->backlog++, waiting++;
				else start(c, due_at(c->turn++ * (uint64_t)conns + (uint64_t)(c - all)));
			}
			send_owed();
			if (due_at(next) < then) then = due_at(next);
		}
		turn(then);
	}
	*last = look(pids);
	if (!looked) *first = *last;
	drain();
}

// text prints a JSON string.
static void text(const char *s) {
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c == '"' || c == '\\') printf("\\%c", c);
		else if (c < 32) printf("\\u%04x", c);
		else putchar(c);
	}
	putchar('"');
}

int main(int argc, char **argv) {
	for (int flag; (flag = getopt(argc, argv, "c:d:r:w:t:nb:P:e")) != -1;) {
		switch (flag) {
		case 'c': conns = atoi(optarg); break;
		case 'd': depth = atoi(optarg); break;
		case 'r': rate = atof(optarg); break;
		case 'w': warm = atof(optarg); break;
		case 't': seconds = atof(optarg); break;
		case 'n': fresh = 1; break;
		case 'b': bursts = atoi(optarg); break;
		case 'P': pids = optarg; break;
		case 'e': plain = 1; break;
		default: die("unknown flag");
		}
	}
	if (optind + 2 != argc || conns < 1 || depth < 1 || seconds <= 0 || ((fresh || rate > 0 || bursts) && depth != 1))
		die("usage: gen [-c conns] [-d depth] [-r rate] [-w warm] [-t seconds] [-n] [-b bursts] [-P pids] [-e] port script");
	script = read_script(argv[optind + 1], depth);
	addr.sin_family = AF_INET;
	addr.sin_port = htons((uint16_t)atoi(argv[optind]));
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	prctl(PR_SET_TIMERSLACK, 1);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) die("no epoll");
	if (!plain) ring_open(&ring);
	if (fresh) interest |= EPOLLET; // of a socket that is not connected epoll would tell for ever
	open_buffers();
	all = get(sizeof *all * (size_t)conns);
	for (int i = 0; i < conns; i++) all[i].fd = -1, all[i].head = get(HEAD_MAX);
	if (!fresh) open_all();

	struct moment first = look(pids), last;
	if (bursts) run_bursts(), last = look(pids);
	else putchar('{'), run_loop(&first, &last);
	double took = (double)(last.at - first.at) / 1e9;
	printf("\"answered\":%llu,\"seconds\":%.6f,\"bytes\":%llu,\"connects\":%llu,", (unsigned long long)(bursts ? latency.total : answered), took, (unsigned long long)bytes, (unsigned long long)connects);
	printf("\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,\"max_us\":%.2f,", percentile(&latency, 0.5), percentile(&latency, 0.99), percentile(&latency, 0.999), (double)latency.longest / 1000);
	printf("\"wrong_status\":%llu,\"wrong_body\":%llu,\"broken\":%llu,\"closed_early\":%llu,\"refused\":%llu,\"unanswered\":%llu,", (unsigned long long)wrong_status, (unsigned long long)wrong_body, (unsigned long long)broken, (unsigned long long)closed_early, (unsigned long long)refused, (unsigned long long)in_flight);
	printf("\"server_cpu_ns\":%llu,\"own_cpu_ns\":%llu,\"busy_ns\":%llu,\"server_rss_kb\":%ld,\"first_error\":", (unsigned long long)(last.server - first.server), (unsigned long long)(last.own - first.own), (unsigned long long)(last.busy - first.busy), last.rss);
	text(first_error);
	puts("}");
	return 0;
}
