// What /proc says of the server and the machine at one moment.
#ifndef WATCH_H
#define WATCH_H
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct moment {
	uint64_t at;     // ns
	uint64_t server; // ns of processor time of all threads of the watched processes
	uint64_t own;    // ns of processor time of this process
	uint64_t busy;   // ns that the machine's processors were not idle, in steps of 10 ms
	long rss;        // kB of the watched processes
};

static uint64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// threads_cpu adds up schedstat of a process's threads: nanoseconds, where /proc/PID/stat
// counts in hundredths of a second.
static uint64_t threads_cpu(const char *pid) {
	char name[512];
	snprintf(name, sizeof name, "/proc/%s/task", pid);
	DIR *dir = opendir(name);
	uint64_t sum = 0;
	if (!dir) return 0;
	for (struct dirent *e; (e = readdir(dir));) {
		if (e->d_name[0] == '.') continue;
		snprintf(name, sizeof name, "/proc/%s/task/%s/schedstat", pid, e->d_name);
		FILE *f = fopen(name, "r");
		unsigned long long ns = 0;
		if (f && fscanf(f, "%llu", &ns) == 1) sum += ns;
		if (f) fclose(f);
	}
	closedir(dir);
	return sum;
}

static long rss_of(const char *pid) {
	char name[512], line[256];
	long kb = 0;
	snprintf(name, sizeof name, "/proc/%s/status", pid);
	FILE *f = fopen(name, "r");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
	if (f) fclose(f);
	return kb;
}

static uint64_t machine_busy(void) {
	unsigned long long user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, steal = 0;
	FILE *f = fopen("/proc/stat", "r");
	if (f && fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &wait, &irq, &soft, &steal) < 8) steal = 0;
	if (f) fclose(f);
	return (user + nice + system + irq + soft + steal) * (1000000000u / (unsigned long long)sysconf(_SC_CLK_TCK));
}

// look reads all of it; pids is a list with commas, or empty.
static struct moment look(const char *pids) {
	struct moment m = {0};
	char list[512], *rest = list, *pid;
	snprintf(list, sizeof list, "%s", pids);
	while ((pid = strsep(&rest, ",")))
		if (*pid) m.server += threads_cpu(pid), m.rss += rss_of(pid);
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	m.own = (uint64_t)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000000u + (uint64_t)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1000u;
	m.busy = machine_busy();
	m.at = now();
	return m;
}
#endif
