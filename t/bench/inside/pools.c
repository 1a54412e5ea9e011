/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What many subscribed keys cost, without sockets: pools REFRESHES-A-SECOND KEYS... A process puts
 * nodes into pools and refreshes them as the resolver does, another one looks keys up as a worker
 * does. Prints a row of a Markdown table for each number of keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inside.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "core/pool_cell.h"
#include "core/pool_table.h"
#include "event/event.h"
#include "udp/pool_owner.h"
#include "udp/subscription_pools.h"

#define LOOKUPS 400000
#define HOT 16		/* keys that are asked for again and again */

static struct subscription_conf conf = { .tolerance_ms = 3600000, .max_keys = UINT32_MAX,
					 .max_nodes = UINT32_MAX, .max_nodes_per_key = 256 };
static struct subscription_pools pools;
static unsigned long keys, rate = 100000;
static char key_text[64], name_text[64];

static struct slice key_of(unsigned long i)
{
	return (struct slice){ key_text, (size_t)snprintf(key_text, sizeof(key_text),
							  "app-%lu.example.net", i) };
}

static void put(unsigned long i)
{
	struct subscription_node n = { .key = key_of(i), .weight = 1, .cores = 4 };

	snprintf(name_text, sizeof(name_text), "10.%lu.%lu.%lu:3031", i >> 16 & 255,
		 i >> 8 & 255, i & 255);
	n.name = slice_of(name_text);
	n.addr = (struct addr){ .kind = ADDR_INET, .len = sizeof(n.addr.u.in) };
	n.addr.u.in.sin_family = AF_INET;
	n.addr.u.in.sin_port = htons(3031);
	n.addr.u.in.sin_addr.s_addr = htonl((uint32_t)(0x0a000000 | i));
	if (subscription_pools_put(&pools, &n, clock_ms()) > SUBSCRIPTION_REFRESH)
		abort();
}

static void measure_lookups(unsigned long among, uint32_t *p50, uint32_t *p99)
{
	static uint32_t ns[LOOKUPS];
	static struct shared_entry entry;
	static struct pool pool;
	struct shared_table table;

	if (!pool_table_find("bench", &table))
		abort();
	for (unsigned i = 0; i < LOOKUPS; i++) {
		struct slice key = key_of((unsigned long)random() % among);
		struct timespec a, b;

		clock_gettime(CLOCK_MONOTONIC, &a);
		if (!shared_table_get(&table, key, &entry) || !pool_read(&pool, entry.value))
			abort();
		clock_gettime(CLOCK_MONOTONIC, &b);
		ns[i] = (uint32_t)((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec);
	}
	qsort(ns, LOOKUPS, sizeof(ns[0]), by_number);
	*p50 = ns[LOOKUPS / 2];
	*p99 = ns[LOOKUPS / 100 * 99];
}

static void read_as_worker(void)
{
	uint32_t hot, hot99, cold, cold99;

	measure_lookups(keys < HOT ? keys : HOT, &hot, &hot99);
	measure_lookups(keys, &cold, &cold99);
	printf(" %u | %u | %u | %u |\n", hot, hot99, cold, cold99);
	fflush(stdout);
}

static void read_meanwhile(void)
{
	uint64_t began = clock_us();
	unsigned long refreshed = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		read_as_worker();
		_exit(0);
	}
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		unsigned long due = (unsigned long)((clock_us() - began) * rate / 1000000);

		for (; refreshed < due; refreshed++)
			put((refreshed * 7919) % keys);
		usleep(2000);
	}
}

static void measure(void)
{
	double before = resident(), names = 0, put_us, refresh_us;
	uint64_t cpu = clock_cpu_us();

	for (unsigned long i = 0; i < keys; i++) {
		put(i);
		names += (double)(strlen(key_text) + strlen(name_text));
	}
	put_us = (double)(clock_cpu_us() - cpu) / (double)keys;
	cpu = clock_cpu_us();
	for (unsigned long i = 0; i < keys; i++)
		put((i * 7919) % keys);
	refresh_us = (double)(clock_cpu_us() - cpu) / (double)keys;
	printf("| %lu | %.1f | %.2f | %.2f |", keys,
	       (resident() - before - names) / (double)keys, put_us, refresh_us);
	read_meanwhile();
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s REFRESHES-A-SECOND KEYS...\n", argv[0]);
		return 2;
	}
	rate = strtoul(argv[1], NULL, 10);
	printf("| keys | bytes beyond names | us: first | us: refresh | ns: hot p50 | p99 | "
	       "cold p50 | p99 |\n|---|---|---|---|---|---|---|---|\n");
	for (int i = 2; i < argc; i++) {
		fflush(stdout);
		/* each in a process of its own: memory is counted from nothing */
		if (fork() == 0) {
			keys = strtoul(argv[i], NULL, 10);
			if (!loop_open("poll") || !pool_cells_open() || !known_table_open() ||
			    !shared_table_own(known_table_region()) || !pool_owner_open())
				abort();
			subscription_pools_open(&pools, "bench", &conf);
			measure();
			_exit(0);
		}
		wait(NULL);
	}
	return 0;
}
