/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout.h"

#include <stdlib.h>

#include "config/object.h"
#include "core/addr.h"
#include "core/log.h"
#include "event/event.h"
#include "udp/fanout_batch.h"
#include "udp/fanout_replay.h"
#include "udp/fanout_send.h"
#include "udp/known.h"
#include "udp/resolver_report.h"

static void release_object(void *value)
{
	object_release(value);
}

/* Another address set of a name, or its first. */
static void on_addresses(struct dns_watch *w, void *owner)
{
	(void)w;
	fanout_update(owner);
	resolver_report_changed();
}

struct fanout *fanout_new(const struct datagram_receiver_kind *kind, const char *path)
{
	struct fanout *f = calloc(1, sizeof(*f));

	CHECK(f != NULL);
	datagram_receiver_init(&f->receiver, kind, path);
	f->wanted.release = release_object;
	fanout_senders_open(&f->senders, NULL, NULL);
	fanout_queue_open(&f->queue);
	fanout_names_open(&f->names, on_addresses, f);
	f->totals = fanout_totals_take(f->receiver.name, &f->own);
	f->log.seen = f->totals->dropped.kernel;
	return f;
}

static void free_target(struct fanout_target *t)
{
	fanout_replay_stop(t);
	fanout_target_free(t);
}

void fanout_remove(struct fanout *f)
{
	f->totals = fanout_totals_give(f->totals, &f->own);
	for (unsigned i = 0; i < f->count; i++) {
		fanout_replay_stop(f->targets[i]);
		fanout_target_remove(f->targets[i]);
	}
	if (f->known != NULL)
		known_close(f->known);
	f->known = NULL;
}

void fanout_free(struct fanout *f)
{
	for (unsigned i = 0; i < f->count; i++)
		free_target(f->targets[i]);
	if (f->known != NULL)
		known_leave(f->known);
	free(f->targets);
	fanout_names_close(&f->names);
	fanout_queue_clear(&f->queue);
	map_clear(&f->wanted);
	fanout_senders_close(&f->senders);
	object_release(f->object);
	free(f);
}

/* The API asks for a replay: to all targets, or to those that it has named. */
static void on_wanted(void *owner, uint32_t what)
{
	struct fanout *f = owner;

	fanout_mark(f, what);
	for (unsigned i = 0; i < f->count; i++) {
		if (f->targets[i]->wanted)
			fanout_replay_start(f->targets[i], f->known);
	}
}

void fanout_set_object(struct fanout *f, struct object *object)
{
	object_release(f->object);
	f->object = object;
	f->conf = object->conf;
	fanout_senders_close(&f->senders);
	fanout_senders_open(&f->senders, f->conf->allow, f->conf->deny);
	if (f->known == NULL)
		f->known = known_open(f->receiver.name, f->conf, on_wanted, f);
	else
		known_configure(f->known, f->conf);
}

void fanout_put_target(struct fanout *f, struct object *object)
{
	map_set(&f->wanted, slice_of(object->name), object);
}

void fanout_delete_target(struct fanout *f, struct slice name)
{
	(void)map_remove(&f->wanted, name);
}

static bool is_loop(struct fanout *f, const struct sockaddr *sender)
{
	static const struct log_subject loop = { .event = "datagram_loop" };
	const char *from = fanout_guard_find(sender);

	if (from == NULL)
		return false;
	if (!f->looped)
		log_about(LEVEL_WARN, &loop,
			  "fan-out %s: datagrams that heddle has sent come back and are dropped: a "
			  "target of fan-out %s leads here", f->receiver.name, from);
	f->looped = true;
	f->totals->dropped.loop++;
	return true;
}

/* NULL: a unix socket without a name. */
static const struct sockaddr *sender_of(const struct datagram_slot *slot)
{
	return slot->head.msg_namelen >= sizeof(sa_family_t) ? slot->head.msg_name : NULL;
}

/* What is wrong with a datagram is counted once. */
static bool admit(struct fanout *f, const struct datagram_slot *slot)
{
	const struct sockaddr *sender = sender_of(slot);

	if (sender != NULL && is_loop(f, sender))
		return false;
	if ((slot->head.msg_flags & MSG_TRUNC) != 0)
		f->totals->dropped.too_long++;
	else if (sender != NULL && !fanout_senders_admit(&f->senders, sender))
		f->totals->dropped.denied++;
	else if (f->conf->sample > 1 && f->turn++ % f->conf->sample != 0)
		f->totals->dropped.sampled++;
	else
		return true;
	return false;
}

/* The words are those of usss: its users search for them. */
static void log_senders(struct fanout *f, const struct datagram_slot *slots, unsigned count)
{
	const struct log_subject about = { .event = "datagram", .service = f->receiver.name };
	char text[ADDR_TEXT];

	for (unsigned i = 0; i < count; i++) {
		const struct msghdr *head = &slots[i].head;

		if (log_limited(&f->senders_told, f->conf->log_datagrams))
			log_about(LEVEL_INFO, &about, "got packet from: %s",
				  addr_print_sockaddr(head->msg_name, head->msg_namelen, text,
						      sizeof(text)));
	}
}

/* What is sent on, and remembered; false: nothing. */
static bool choose(struct fanout *f, const struct datagram_slot *slot, struct slice *bytes)
{
	*bytes = (struct slice){ slot->head.msg_iov->iov_base, slot->len };
	if (f->known == NULL ||
	    known_take(f->known, *bytes, sender_of(slot), loop_now(), bytes) != KNOWN_DROP)
		return true;
	f->totals->dropped.other++;
	return false;
}

/* For targets whose names have no answer yet. */
static void keep(struct fanout *f, const struct fanout_batch *b)
{
	const uint64_t dropped = f->queue.dropped;

	for (unsigned i = 0; i < b->count; i++)
		fanout_queue_add(&f->queue, f->conf->queue,
				 (struct slice){ b->bytes[i].iov_base, b->bytes[i].iov_len },
				 b->sender[i]);
	f->totals->dropped.queue += f->queue.dropped - dropped;
}

void fanout_take(struct fanout *f, struct datagram_slot *slots, unsigned count)
{
	struct fanout_batch *b = fanout_batch_begin();

	f->totals->received += count;
	if (f->conf->log_datagrams > 0)
		log_senders(f, slots, count);
	for (unsigned i = 0; i < count; i++) {
		struct slice bytes;

		if (admit(f, &slots[i]) && choose(f, &slots[i], &bytes))
			fanout_batch_add(b, bytes, sender_of(&slots[i]));
	}
	if (f->names.pending > 0)
		keep(f, b);
	else if (f->count == 0)
		f->totals->dropped.no_target += b->count;
	if (b->count > 1)
		fanout_batch_plan(b);
	for (unsigned i = 0; i < f->count && b->count > 0; i++)
		fanout_send(f->targets[i], b);
}

bool fanout_flush(struct fanout *f, bool *sent)
{
	bool waits = false;

	for (unsigned i = 0; i < f->count; i++) {
		struct fanout_target *t = f->targets[i];
		uint64_t before = t->counts->handed;

		if (fanout_late_waits(&t->late))
			(void)fanout_target_send_late(t);
		*sent = *sent || t->counts->handed != before;
		waits = waits || fanout_late_waits(&t->late);
	}
	return waits;
}

void fanout_log(struct fanout *f)
{
	fanout_log_drops(&f->log, f->totals->dropped.kernel, f->receiver.name, "listeners",
			 "they come faster than they can be sent on");
	for (unsigned i = 0; i < f->count; i++)
		fanout_target_log(f->targets[i]);
}
