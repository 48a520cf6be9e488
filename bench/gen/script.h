// A script: the requests to send, in turn, and what each must be answered with. The file is
// a sequence of
//
//	<request bytes> <status> <body bytes>\n<request><body>\n
//
// with decimal numbers; a body of -1 bytes means that any body will do.
#ifndef SCRIPT_H
#define SCRIPT_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MAX 4096

struct pair {
	char *request, *body;
	size_t request_size;
	long body_size; // -1: any
	int status;
	// The head of the last right answer. Servers repeat it byte by byte until their clock
	// ticks, so comparing with it is nearly all the parsing there is to do.
	char head[HEAD_MAX];
	size_t head_size, length;
};

struct script {
	struct pair *pairs;
	int count;
	char **batches; // for each first pair: depth requests in a row
	size_t *batch_sizes;
};

static void die(const char *what) {
	fprintf(stderr, "gen: %s\n", what);
	exit(2);
}

static void *get(size_t n) {
	void *p = calloc(1, n ? n : 1);
	if (!p) die("out of memory");
	return p;
}

static struct script read_script(const char *file, int depth) {
	struct script s = {0};
	FILE *in = fopen(file, "rb");
	if (!in) die("the script can't be read");
	size_t request_size;
	long body_size;
	int status;
	while (fscanf(in, "%zu %d %ld", &request_size, &status, &body_size) == 3) {
		if (fgetc(in) != '\n') die("a script's numbers end with a line feed");
		s.pairs = realloc(s.pairs, sizeof *s.pairs * (size_t)(s.count + 1));
		if (!s.pairs) die("out of memory");
		struct pair *p = &s.pairs[s.count++];
		memset(p, 0, sizeof *p);
		p->request_size = request_size, p->status = status, p->body_size = body_size;
		size_t body = body_size > 0 ? (size_t)body_size : 0;
		p->request = get(request_size), p->body = get(body);
		if (fread(p->request, 1, request_size, in) != request_size) die("a script's request is cut");
		if (fread(p->body, 1, body, in) != body) die("a script's body is cut");
		if (fgetc(in) != '\n') die("a script's pair ends with a line feed");
	}
	if (!feof(in) || s.count == 0) die("the script is malformed");
	fclose(in);
	s.batches = get(sizeof *s.batches * (size_t)s.count);
	s.batch_sizes = get(sizeof *s.batch_sizes * (size_t)s.count);
	for (int i = 0; i < s.count; i++) {
		size_t size = 0, at = 0;
		for (int k = 0; k < depth; k++) size += s.pairs[(i + k) % s.count].request_size;
		s.batches[i] = get(size), s.batch_sizes[i] = size;
		for (int k = 0; k < depth; k++) {
			struct pair *p = &s.pairs[(i + k) % s.count];
			memcpy(s.batches[i] + at, p->request, p->request_size);
			at += p->request_size;
		}
	}
	return s;
}
#endif
