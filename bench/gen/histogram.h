// A histogram of durations: exact below 128 ns, then 128 buckets for each octave, so that a
// percentile is right to better than 1 % and recording costs one addition.
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

#define SUB_BITS 7
#define SUB (1u << SUB_BITS)

struct histogram {
	uint64_t counts[(64 - SUB_BITS + 1) * SUB];
	uint64_t total, longest;
};

static inline unsigned bucket_of(uint64_t ns) {
	if (ns < SUB) return (unsigned)ns;
	int shift = 63 - __builtin_clzll(ns) - SUB_BITS;
	return (unsigned)(shift + 1) * SUB + (unsigned)(ns >> shift) - SUB;
}

static inline uint64_t lowest_of(unsigned i) {
	if (i < SUB) return i;
	int shift = (int)(i / SUB) - 1;
	return (uint64_t)(i % SUB + SUB) << shift;
}

static inline void record(struct histogram *h, uint64_t ns) {
	h->counts[bucket_of(ns)]++;
	h->total++;
	if (ns > h->longest) h->longest = ns;
}

// percentile returns the duration in microseconds below which the share p of all lies.
static double percentile(const struct histogram *h, double p) {
	uint64_t want = (uint64_t)(p * (double)h->total), seen = 0;
	for (unsigned i = 0; i < sizeof h->counts / sizeof *h->counts; i++) {
		seen += h->counts[i];
		if (h->counts[i] && seen > want) return (double)lowest_of(i) / 1000;
	}
	return 0;
}
#endif
