/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanouts.h"

#include <stdio.h>

#include "config/config_types.h"
#include "core/capability.h"
#include "core/text.h"
#include "process/message.h"
#include "udp/datagram_part.h"
#include "udp/datagram_receivers.h"
#include "udp/fanout.h"
#include "udp/fanout_report.h"

static struct fanout *fanout_of(struct datagram_receiver *r)
{
	return container_of(r, struct fanout, receiver);
}

static bool spoofs(const struct object *object)
{
	return ((const struct fanout_conf *)object->conf)->source == FANOUT_KEEP;
}

static bool check(const struct object *object, char *why)
{
	if (!spoofs(object) || capability_spoofing_problem() == NULL)
		return true;
	snprintf(why, MESSAGE_WHY, FANOUT_KEEP_REFUSED, object->name);
	return false;
}

static struct datagram_receiver *new(const struct datagram_receiver_kind *kind, const char *path)
{
	return &fanout_new(kind, path)->receiver;
}

static void set_object(struct datagram_receiver *r, struct object *object)
{
	fanout_set_object(fanout_of(r), object);
}

static void put_child(struct datagram_receiver *r, struct object *object)
{
	fanout_put_target(fanout_of(r), object);
}

static void delete_child(struct datagram_receiver *r, const struct object_kind *kind,
			 struct slice name)
{
	(void)kind;
	fanout_delete_target(fanout_of(r), name);
}

static void update(struct datagram_receiver *r)
{
	fanout_update(fanout_of(r));
}

static void remove_one(struct datagram_receiver *r)
{
	fanout_remove(fanout_of(r));
}

static void free_one(struct datagram_receiver *r)
{
	fanout_free(fanout_of(r));
}

static void take(struct datagram_receiver *r, struct datagram_slot *slots, unsigned count)
{
	fanout_take(fanout_of(r), slots, count);
}

static uint64_t *kernel_dropped(struct datagram_receiver *r)
{
	return &fanout_of(r)->totals->dropped.kernel;
}

static void second(struct datagram_receiver *r)
{
	fanout_log(fanout_of(r));
}

/* The targets of a name that has no answer yet have not taken theirs. */
static bool pending(const struct datagram_receiver *r)
{
	return container_of(r, const struct fanout, receiver)->names.pending > 0;
}

static bool flush(struct datagram_receiver *r, bool *sent)
{
	return fanout_flush(fanout_of(r), sent);
}

const struct datagram_receiver_kind fanouts_kind = {
	.object = &config_fanout_kind,
	.word = "fan-out",
	.check = check,
	.spoofs = spoofs,
	.new = new,
	.set_object = set_object,
	.put_child = put_child,
	.delete_child = delete_child,
	.update = update,
	.remove = remove_one,
	.free = free_one,
	.take = take,
	.kernel_dropped = kernel_dropped,
	.second = second,
	.pending = pending,
	.flush = flush,
};

static void print(struct text *out)
{
	struct datagram_receiver *r = NULL;
	const char *comma = "";

	datagram_part_count();
	text_putc(out, '{');
	while ((r = datagram_receivers_next(&fanouts_kind, r)) != NULL) {
		text_puts(out, comma);
		fanout_report_print(fanout_of(r), out);
		comma = ",";
	}
	text_putc(out, '}');
}

const struct resolver_part fanouts_part = {
	.name = "fanouts",
	.report = print,
};
