/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What knowing many instances costs, without sockets: known INSTANCES REFRESHES-A-SECOND. A process
 * announces and replays as the resolver does, another one reads as the control process does. Prints
 * a Markdown table.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"
#include "config/config_fanout.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "event/event.h"
#include "udp/known.h"

#define TURN_MS 10

static struct known *known;
static struct slice out[64];
static unsigned long instances = 1000000, rate = 100000;
static double making;	/* CPU of making an announcement, us: it is subtracted */

static size_t pair(char *to, const char *name, const char *value)
{
	size_t n = strlen(name), v = strlen(value);

	to[0] = (char)n;
	to[1] = 0;
	memcpy(to + 2, name, n);
	to[2 + n] = (char)v;
	to[3 + n] = 0;
	memcpy(to + 4 + n, value, v);
	return 4 + n + v;
}

/* The pairs of uWSGI 2.0 in their order, of the length that they have on the wire. */
static struct slice announcement(unsigned long i)
{
	static char bytes[256];
	char key[32], address[32];
	size_t at = 4;

	snprintf(key, sizeof(key), "app-%lu.net", i / 10);
	snprintf(address, sizeof(address), "10.%lu.%lu.%lu:3031", i >> 16 & 255, i >> 8 & 255,
		 i & 255);
	at += pair(bytes + at, "key", key);
	at += pair(bytes + at, "address", address);
	at += pair(bytes + at, "modifier1", "0");
	at += pair(bytes + at, "modifier2", "0");
	at += pair(bytes + at, "cores", "1");
	at += pair(bytes + at, "load", "0");
	at += pair(bytes + at, "weight", "0");
	bytes[0] = (char)SUBSCRIPTION_MODIFIER1;
	bytes[1] = (char)(at - 4);
	bytes[2] = bytes[3] = 0;
	return (struct slice){ bytes, at };
}

static void announce(unsigned long i)
{
	if (known_take(known, announcement(i), NULL, clock_ms(), out) != KNOWN_PASS)
		abort();
}

static void row(const char *what, const char *format, double value)
{
	char text[64];

	snprintf(text, sizeof(text), format, value);
	printf("| %s | %s |\n", what, text);
	fflush(stdout);
}

/* Sends nothing, but touches what would be sent. */
static unsigned long replay_some(struct known_cursor *c)
{
	unsigned long count = 0;
	volatile unsigned sum = 0;

	for (size_t n; (n = known_replay(known, c, clock_ms(), out, 64)) != 0; count += n) {
		for (size_t i = 0; i < n; i++)
			sum += (unsigned char)out[i].data[out[i].len - 1];
	}
	return count;
}

/* All of it, with so many refreshes a second beside it; CPU in us. */
static void replay(const char *what, unsigned long refreshes)
{
	uint64_t began = clock_us(), cpu = clock_cpu_us(), replayed_cpu = 0;
	unsigned long count = 0, refreshed = 0;
	struct known_cursor c;
	char text[100];

	known_replay_begin(&c, clock_ms());
	while (!c.done) {
		uint64_t before = clock_cpu_us();
		unsigned long due = (unsigned long)((clock_us() - began) * refreshes / 1000000);

		count += replay_some(&c);
		replayed_cpu += clock_cpu_us() - before;
		for (; refreshed < due; refreshed++)
			announce((refreshed * 7919) % instances);
		usleep(TURN_MS * 1000 / 2);
	}
	cpu = clock_cpu_us() - cpu;
	if (count < instances)
		printf("only %lu were replayed\n", count);
	snprintf(text, sizeof(text), "%s: seconds", what);
	row(text, "%.2f", (double)(clock_us() - began) / 1e6);
	snprintf(text, sizeof(text), "%s: CPU of a replayed one, us", what);
	row(text, "%.3f", (double)replayed_cpu / (double)count);
	if (refreshed != 0) {
		snprintf(text, sizeof(text), "%s: CPU of a refresh, us", what);
		row(text, "%.3f", (double)(cpu - replayed_cpu) / (double)refreshed - making);
		snprintf(text, sizeof(text), "%s: share of a core", what);
		row(text, "%.2f", ((double)cpu - making * (double)refreshed) /
				  (double)(clock_us() - began));
	}
}

#define LOOKUPS 200000

/* As another process, while this one's parent refreshes. */
static void read_all(void)
{
	static uint32_t ns[LOOKUPS];
	static struct shared_entry entry;
	struct shared_walk w = { 0, UINT32_MAX };
	struct shared_table table;
	unsigned long met = 0;
	uint64_t cpu = clock_cpu_us();

	if (!shared_table_find(known_table_region(), slice_of("bench"), &table))
		abort();
	while (shared_table_next(&table, &w, &entry) == SHARED_NEXT_ENTRY)
		met++;
	row("reading all from another process meanwhile: CPU of one, us", "%.3f",
	    (double)(clock_cpu_us() - cpu) / (double)met);
	if (met != instances)
		printf("met %lu\n", met);
	for (unsigned i = 0; i < LOOKUPS; i++) {
		char buf[KNOWN_TABLE_KEY];
		struct subscription s;
		struct timespec a, b;
		struct slice key;

		if (!subscription_parse(&s, announcement((unsigned long)rand() % instances),
					SUBSCRIPTION_STRICT))
			abort();
		key = known_table_key(&s, buf);
		clock_gettime(CLOCK_MONOTONIC, &a);
		if (!shared_table_get(&table, key, &entry))
			abort();
		clock_gettime(CLOCK_MONOTONIC, &b);
		ns[i] = (uint32_t)((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec);
	}
	qsort(ns, LOOKUPS, sizeof(ns[0]), by_number);
	row("a lookup there: p50, ns", "%.0f", ns[LOOKUPS / 2]);
	row("a lookup there: p99, ns", "%.0f", ns[LOOKUPS / 100 * 99]);
}

static void read_meanwhile(void)
{
	uint64_t began = clock_us();
	unsigned long refreshed = 0;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		read_all();
		_exit(0);
	}
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		unsigned long due = (unsigned long)((clock_us() - began) * rate / 1000000);

		for (; refreshed < due; refreshed++)
			announce((refreshed * 7919) % instances);
		usleep(TURN_MS * 1000 / 2);
	}
}

static void measure_making(void)
{
	uint64_t cpu = clock_cpu_us();
	volatile size_t sum = 0;

	for (unsigned long i = 0; i < instances; i++)
		sum += announcement((i * 7919) % instances).len;
	making = (double)(clock_cpu_us() - cpu) / (double)instances;
}

static void fill(void)
{
	uint64_t cpu = clock_cpu_us();
	double before = resident();

	for (unsigned long i = 0; i < instances; i++)
		announce(i);
	row("instances", "%.0f", (double)known_count(known));
	row("bytes of an announcement", "%.0f", (double)announcement(instances / 2).len);
	row("memory of one, bytes", "%.1f", (resident() - before) / (double)instances);
	row("CPU of the first announcement of one, us", "%.3f",
	    (double)(clock_cpu_us() - cpu) / (double)instances - making);
	cpu = clock_cpu_us();
	for (unsigned long i = 0; i < instances; i++)
		announce((i * 7919) % instances);
	row("CPU of a refresh, us", "%.3f",
	    (double)(clock_cpu_us() - cpu) / (double)instances - making);
}

/* In the pieces of udp/known_part.c, which makes several of them one turn of the loop. */
static void give_back(void)
{
	uint64_t began = clock_us(), longest = 0, piece = clock_cpu_us();

	while (shared_table_give_back(known_table_region(), 256)) {
		uint64_t now = clock_cpu_us();

		longest = now - piece > longest ? now - piece : longest;
		piece = now;
	}
	row("giving its memory back, in pieces, ms", "%.1f", (double)(clock_us() - began) / 1e3);
	row("CPU of the longest piece, ms", "%.3f", (double)longest / 1e3);
}

static void succeed(struct fanout_conf *conf)
{
	uint64_t began = clock_us();

	known_leave(known);
	if (!shared_table_own(known_table_region()))
		abort();
	known = known_open("bench", conf, NULL, NULL);
	row("what a successor does first, ms", "%.1f", (double)(clock_us() - began) / 1e3);
	began = clock_us();
	for (unsigned i = 0; i < 200; i++)
		known_expire(known, clock_ms());
	row("looking for old ones: ms in 10 s", "%.1f", (double)(clock_us() - began) / 1e3);
	began = clock_us();
	known_close(known);
	row("removing the fan-out, ms", "%.3f", (double)(clock_us() - began) / 1e3);
	give_back();
}

int main(int argc, char **argv)
{
	struct fanout_conf conf = { .tolerance_ms = 3600000, .replay_rate = 1000000 };

	if (argc > 1)
		instances = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		rate = strtoul(argv[2], NULL, 10);
	conf.max_known = (uint32_t)instances;
	if (!loop_open(NULL) || !known_table_open() || !shared_table_own(known_table_region()))
		return 1;
	known = known_open("bench", &conf, NULL, NULL);
	printf("| what | |\n|---|---|\n");
	measure_making();
	fill();
	replay("a replay at 1,000,000 a second", 0);
	known_configure(known, &(struct fanout_conf){ .tolerance_ms = conf.tolerance_ms,
						      .max_known = conf.max_known,
						      .replay_rate = 200000 });
	replay("a replay at 200,000 a second, with refreshes", rate);
	read_meanwhile();
	known_configure(known, &(struct fanout_conf){ .tolerance_ms = 25000,
						      .max_known = conf.max_known });
	conf.tolerance_ms = 25000;
	succeed(&conf);
	return 0;
}
