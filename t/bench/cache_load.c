/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of uWSGI's remote cache protocol, one for each connection:
 * cache_load get|set|fill PORT CACHE ITEMS CLIENTS REQUESTS. fill sets each item once, one client
 * after the other's part; get and set take items at random. Prints: done failed requests a second,
 * p50 p99 (microseconds), and ends with 1 if one has failed.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include "tool.h"

enum { SLOWEST = 1000000, CLIENTS_MOST = 64 };

struct result {
	long     done, failed;
	unsigned histogram[SLOWEST + 1];	/* by microsecond */
};

static union address target;
static const char *cache;
static long items;

static size_t put_pair(char *out, const char *name, const char *value)
{
	size_t at = 0;

	for (int i = 0; i < 2; i++) {
		const char *text = i ? value : name;
		size_t size = strlen(text);

		out[at++] = (char)size;
		out[at++] = (char)(size >> 8);
		memcpy(out + at, text, size);
		at += size;
	}
	return at;
}

static size_t make_request(char *out, bool set, const char *verb, long item)
{
	char key[32];
	size_t at = 4;

	snprintf(key, sizeof(key), "site%07ld.example", item);
	at += put_pair(out + at, "cmd", verb);
	at += put_pair(out + at, "key", key);
	if (set)
		at += put_pair(out + at, "size", "14");
	at += put_pair(out + at, "cache", cache);
	out[0] = 111;
	out[1] = (char)(at - 4);
	out[2] = (char)((at - 4) >> 8);
	out[3] = 17;
	if (set) {
		memcpy(out + at, "127.0.0.1:3031", 14);
		at += 14;
	}
	return at;
}

/* false: no answer that says ok. */
static bool request(bool set, const char *verb, long item)
{
	char out[512], in[512];
	size_t size = make_request(out, set, verb, item), got = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n = 1;

	if (connect(fd, &target.any, sizeof(target.in)) == -1 ||
	    write(fd, out, size) != (ssize_t)size)
		n = 0;
	while (n > 0 && got < sizeof(in)) {
		n = read(fd, in + got, sizeof(in) - got);
		got += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return got >= 16 && memmem(in, got, "ok", 2) != NULL;
}

static void run(struct result *r, const char *what, int client, int clients, long requests)
{
	bool fill = strcmp(what, "fill") == 0, set = strcmp(what, "get") != 0;
	unsigned seed = (unsigned)client + 1;

	for (long i = 0; i < requests; i++) {
		long item = fill ? i * clients + client
				 : (long)(((uint64_t)rand_r(&seed) << 16 ^ rand_r(&seed)) %
					  (uint64_t)items);
		int64_t begin = now_ns(), us;

		if (fill && item >= items)
			return;
		if (request(set, set ? "update" : "get", item))
			r->done++;
		else
			r->failed++;
		us = (now_ns() - begin) / 1000;
		r->histogram[us < SLOWEST ? us : SLOWEST]++;
	}
}

static long percentile(const struct result *all, int clients, double share)
{
	long total = 0, seen = 0;

	for (int c = 0; c < clients; c++)
		total += all[c].done + all[c].failed;
	for (long us = 0; us <= SLOWEST; us++) {
		for (int c = 0; c < clients; c++)
			seen += all[c].histogram[us];
		if ((double)seen >= share * (double)total)
			return us;
	}
	return SLOWEST;
}

int main(int argc, char **argv)
{
	int clients = argc == 7 ? atoi(argv[5]) : 0;
	long requests, done = 0, failed = 0;
	struct result *all;
	double seconds;
	int64_t begin;

	if (clients < 1 || clients > CLIENTS_MOST) {
		fprintf(stderr, "usage: cache_load get|set|fill PORT CACHE ITEMS CLIENTS "
			"REQUESTS\n");
		return 2;
	}
	address_of(&target, argv[2]);
	cache = argv[3];
	items = atol(argv[4]);
	requests = strcmp(argv[1], "fill") == 0 ? items / clients + 1 : atol(argv[6]) / clients;
	all = mmap(NULL, (size_t)clients * sizeof(*all), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return 2;
	begin = now_ns();
	for (int c = 0; c < clients; c++) {
		if (fork() == 0) {
			run(&all[c], argv[1], c, clients, requests);
			_exit(0);
		}
	}
	while (wait(NULL) != -1)
		;
	seconds = (double)(now_ns() - begin) / SECOND;
	for (int c = 0; c < clients; c++) {
		done += all[c].done;
		failed += all[c].failed;
	}
	printf("%ld %ld %.0f %ld %ld\n", done, failed, (double)done / seconds,
	       percentile(all, clients, 0.5), percentile(all, clients, 0.99));
	return failed != 0;
}
