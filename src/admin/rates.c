/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/rates.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "core/arena.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define SAMPLE_MS 1000
#define SMOOTHING 0.3	/* weight of the last second */

struct rate {
	uint32_t generation;	/* of the cell, or the pid, that the value belongs to */
	uint64_t last;		/* value of the counter */
	double   per_second;
};

static struct arena *arena;
static struct rate *services, *slots;
static uint64_t sampled_us;
static struct timer due;

static void sample(struct rate *rate, uint32_t generation, uint64_t value, double seconds,
		   double smoothing)
{
	double now = (double)(value - rate->last) / seconds;

	if (rate->generation == generation && value >= rate->last)
		rate->per_second += (now - rate->per_second) * smoothing;
	else
		rate->per_second = 0;
	rate->generation = generation;
	rate->last = value;
}

static void sample_services(double seconds)
{
	const struct list *all = registry_services();

	for (const struct list *node = all->next; node != all; node = node->next) {
		const struct service *s = container_of(node, const struct service, link);
		uint32_t i = s->handle.index;

		sample(&services[i], s->handle.generation,
		       atomic_load_explicit(&service_cell(i)->sessions, memory_order_relaxed),
		       seconds, SMOOTHING);
	}
}

static void sample_slots(double seconds)
{
	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		uint32_t pid = atomic_load_explicit(&scoreboard_slot(i)->pid,
						    memory_order_relaxed);

		if (pid != 0)
			sample(&slots[i], pid, counter_of(i, COUNTER_BUSY_US), seconds * 1e6, 1);
	}
}

static void on_due(struct timer *t)
{
	double seconds = (double)(loop_now_us() - sampled_us) / 1e6;

	sampled_us = loop_now_us();
	timer_set(t, SAMPLE_MS);
	if (seconds <= 0)
		return;
	sample_services(seconds);
	sample_slots(seconds);
}

void rates_open(void)
{
	arena = arena_new();
	services = arena_alloc(arena, scoreboard_sizes()->services * sizeof(*services));
	slots = arena_alloc(arena, scoreboard_sizes()->slots * sizeof(*slots));
	sampled_us = loop_now_us();
	timer_setup(&due, on_due);
	timer_set(&due, SAMPLE_MS);
}

void rates_close(void)
{
	timer_cancel(&due);
	arena_free(arena);
	arena = NULL;
}

double rates_sessions(uint32_t service)
{
	return services[service].per_second;
}

double rates_busy(uint32_t slot)
{
	double busy = slots[slot].per_second;

	return busy > 1 ? 1 : busy;
}
