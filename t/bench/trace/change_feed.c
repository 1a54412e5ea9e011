/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For t/bench/changes, in a copy of the tree: at SIGUSR2 the master submits FEED changes of one
 * backend's weight, each when all processes have confirmed the one before, and logs what they
 * cost: microseconds of its CPU in all, and of each change the median, the 99th percentile and
 * the longest until it was confirmed.
 */
#include <stdlib.h>
#include <time.h>

#include "config/config.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "process/change_queue.h"
#include "process/running.h"

#define FEED 1000
#define PATH "services/web0/backends/127.0.0.1:20001"

void change_feed(int signo);

static struct change change;
static struct arena *arena;
static uint64_t took[FEED], began, cpu;
static unsigned count;

static uint64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool build(struct change *c, struct conf_errors *errors)
{
	const struct object *old = config_get(running_config(), PATH);
	struct backend_conf conf;

	(void)errors;
	if (old == NULL)
		return false;
	conf = *(const struct backend_conf *)old->conf;
	conf.weight = conf.weight % 7 + 1;
	const struct object_source source = {
		.name = old->name, .file = old->file, .line = old->line, .column = old->column,
		.order = old->order, .conf = &conf,
	};

	arena = arena_new();
	config_diff_add(&c->diff, arena, &(struct diff_row){
		.verb = DIFF_CHANGE, .path = PATH, .object = object_new(old->kind, &source),
		.text = "",
	});
	return true;
}

static void done(struct change *c, enum change_result result, const struct conf_errors *errors);

static void submit(void)
{
	began = clock_us();
	change = (struct change){ .origin = ORIGIN_API, .build = build, .done = done };
	change_queue_submit(&change);
}

static int by_value(const void *one, const void *two)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)two;

	return a < b ? -1 : a > b;
}

static void report(enum change_result result)
{
	qsort(took, count, sizeof(*took), by_value);
	log_write(LEVEL_NOTICE, "change feed: %u %s: cpu %llu us, each %llu %llu %llu us", count,
		  result == CHANGE_APPLIED ? "applied" : "and one refused",
		  (unsigned long long)(cpu_us() - cpu), (unsigned long long)took[count / 2],
		  (unsigned long long)took[count * 99 / 100],
		  (unsigned long long)took[count - 1]);
}

static void done(struct change *c, enum change_result result, const struct conf_errors *errors)
{
	(void)errors;
	took[count++] = clock_us() - began;
	config_diff_close(&c->diff);
	arena_free(arena);
	arena = NULL;
	if (result == CHANGE_APPLIED && count < FEED)
		submit();
	else
		report(result);
}

void change_feed(int signo)
{
	(void)signo;
	count = 0;
	cpu = cpu_us();
	submit();
}
