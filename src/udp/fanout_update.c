/* SPDX-License-Identifier: BSD-2-Clause */
/* The targets of a fan-out, as its configuration and the last answers of its names say. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/object.h"
#include "core/log.h"
#include "udp/fanout.h"
#include "udp/fanout_batch.h"
#include "udp/fanout_replay.h"
#include "udp/fanout_send.h"
#include "udp/known.h"

struct fanout_wanted {
	struct fanout         *f;
	struct map             before, now;	/* targets by name */
	struct fanout_target **targets;
	unsigned               count, room;
};

static struct fanout_target_options options_of(const struct fanout *f,
					       const struct fanout_target_conf *conf)
{
	struct fanout_target_options options = {
		.keep = f->conf->source == FANOUT_KEEP,
		.ttl = conf->ttl,
	};

	if (conf->interface != NULL)
		snprintf(options.interface, sizeof(options.interface), "%s", conf->interface);
	return options;
}

static bool same_options(const struct fanout_target_options *a,
			 const struct fanout_target_options *b)
{
	return strcmp(a->interface, b->interface) == 0 && a->ttl == b->ttl && a->keep == b->keep;
}

static void append(struct fanout_wanted *w, struct fanout_target *t)
{
	if (w->count == w->room) {
		w->room = w->room != 0 ? 2 * w->room : 16;
		w->targets = realloc(w->targets, w->room * sizeof(struct fanout_target *));
		CHECK(w->targets != NULL);
	}
	w->targets[w->count++] = t;
	t->wanted = true;
	map_set(&w->now, slice_of(t->name), t);
}

static void on_up(struct fanout_target *t)
{
	struct fanout *f = t->owner;

	fanout_replay_start(t, f->known);
}

/* With the address of its sender a datagram that comes back could not be told from a new one. */
static bool leads_back(struct fanout *f, const struct addr *addr,
		       const struct fanout_target_options *options)
{
	static const struct log_subject loop = { .event = "datagram_loop" };
	char text[ADDR_TEXT];

	if (!options->keep || config_fanout_is_group(addr) || !fanout_guard_is_own(addr))
		return false;
	if (!f->looped)
		log_about(LEVEL_WARN, &loop,
			  "fan-out %s: target %s leads back to heddle itself; with source: keep it "
			  "is left out", f->receiver.name, addr_print(addr, text, sizeof(text)));
	f->looped = true;
	return true;
}

/* Whether what waits has every instance that is known: sent again they would be there twice. */
static bool has_all(const struct fanout *f, const struct fanout_since *since)
{
	return since != NULL && since->all && since->dropped == f->queue.dropped;
}

/* `since`: what waits from then on is for it, if it is new; NULL: nothing. */
static void want(struct fanout_wanted *w, const struct addr *addr,
		 const struct fanout_target_options *options, const struct fanout_since *since)
{
	struct addr shown = *addr;
	char name[ADDR_TEXT];
	struct fanout_target *t;

	shown.datagram = false;
	addr_print(&shown, name, sizeof(name));
	if (map_get(&w->now, slice_of(name)) != NULL || leads_back(w->f, addr, options))
		return;	/* two names may have one address */
	t = map_get(&w->before, slice_of(name));
	if (t == NULL || !same_options(&t->options, options)) {
		t = fanout_target_new(addr, options, w->f->receiver.name, t);
		t->since = since != NULL ? since->number : 0;
		t->up = on_up;
		t->owner = w->f;
		if (!has_all(w->f, since))
			fanout_replay_start(t, w->f->known);
	}
	t->room = w->f->conf->queue;
	append(w, t);
}

static void want_name(struct fanout_wanted *w, const struct fanout_target_conf *conf,
		      const struct fanout_target_options *options)
{
	const struct fanout *f = w->f;
	const struct fanout_since now = { f->queue.next, f->queue.dropped,
					  f->known != NULL && known_count(f->known) == 0 };
	struct fanout_name *name = fanout_names_want(&w->f->names, &conf->address,
						     (uint32_t)f->conf->refresh_ms, &now);
	struct addr addr;

	for (size_t n = 0; fanout_names_address(name, n, &addr); n++)
		want(w, &addr, options, name->pending ? &name->since : NULL);
}

static void want_object(void *value, void *arg)
{
	const struct fanout_target_conf *conf = ((const struct object *)value)->conf;
	const struct fanout_wanted *w = arg;
	struct fanout_target_options options = options_of(w->f, conf);

	if (conf->address.type == ENDPOINT_ADDR)
		want(arg, &conf->address.addr, &options, NULL);
	else
		want_name(arg, conf, &options);
}

static void replace_targets(struct fanout_wanted *w)
{
	struct fanout *f = w->f;

	map_clear(&w->before);
	map_clear(&w->now);
	for (unsigned i = 0; i < f->count; i++) {
		if (f->targets[i]->wanted)
			continue;
		fanout_replay_stop(f->targets[i]);
		fanout_target_remove(f->targets[i]);
		fanout_target_free(f->targets[i]);
	}
	free(f->targets);
	f->targets = w->targets;
	f->count = w->count;
}

static void send_waiting(struct fanout *f, struct fanout_target *t)
{
	const struct fanout_queued *q = fanout_queue_from(&f->queue, t->since);

	while (q != NULL) {
		struct fanout_batch *b = fanout_batch_begin();

		for (; q != NULL && b->count < FANOUT_BATCH; q = fanout_queue_next(&f->queue, q))
			fanout_batch_add(b, (struct slice){ q->bytes, q->len },
					 (const struct sockaddr *)&q->sender);
		fanout_batch_plan(b);
		fanout_send(t, b);
	}
	t->since = 0;
}

/* What waited for names that have an answer now goes to their addresses. */
static void end_waiting(struct fanout *f)
{
	for (unsigned i = 0; i < f->count; i++) {
		if (f->targets[i]->since != 0)
			send_waiting(f, f->targets[i]);
	}
	fanout_names_answered(&f->names);
	if (f->names.pending > 0)
		return;
	if (f->count == 0)
		f->totals->dropped.no_target += f->queue.count;
	fanout_queue_clear(&f->queue);
}

/* What waited for names that are given up goes to the targets that come with the same change. */
static void take_over(struct fanout_wanted *w, uint64_t first)
{
	for (unsigned i = 0; i < w->count && first != 0; i++) {
		if (map_get(&w->before, slice_of(w->targets[i]->name)) == NULL)
			w->targets[i]->since = first;
	}
}

void fanout_update(struct fanout *f)
{
	struct fanout_wanted w = { .f = f };

	for (unsigned i = 0; i < f->count; i++) {
		f->targets[i]->wanted = false;
		map_set(&w.before, slice_of(f->targets[i]->name), f->targets[i]);
	}
	fanout_names_begin(&f->names);
	map_each(&f->wanted, want_object, &w);
	take_over(&w, fanout_names_end(&f->names));
	replace_targets(&w);
	end_waiting(f);
}
