/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscriptions.h"

#include "config/config_types.h"
#include "udp/subscription_server.h"
#include "udp/subscription_take.h"

static struct subscription_server *server_of(struct datagram_receiver *r)
{
	return container_of(r, struct subscription_server, receiver);
}

static struct datagram_receiver *new(const struct datagram_receiver_kind *kind, const char *path)
{
	struct subscription_server *s = subscription_server_new(kind, path);

	s->names.again = subscription_take_again;
	timer_setup(&s->later, subscription_take_later);
	return &s->receiver;
}

static void set_object(struct datagram_receiver *r, struct object *object)
{
	subscription_server_set_object(server_of(r), object);
}

static void put_child(struct datagram_receiver *r, struct object *object)
{
	struct subscription_server *s = server_of(r);

	subscription_static_put(&s->keys, &s->pools, object);
}

static void delete_child(struct datagram_receiver *r, const struct object_kind *kind,
			 struct slice name)
{
	struct subscription_server *s = server_of(r);

	(void)kind;
	subscription_static_delete(&s->keys, &s->pools, name);
}

static void update(struct datagram_receiver *r)
{
	struct subscription_server *s = server_of(r);

	subscription_static_check(&s->keys, &s->pools);
}

static void remove_one(struct datagram_receiver *r)
{
	subscription_server_remove(server_of(r));
}

static void free_one(struct datagram_receiver *r)
{
	subscription_server_free(server_of(r));
}

static void take(struct datagram_receiver *r, struct datagram_slot *slots, unsigned count)
{
	subscription_take(server_of(r), slots, count);
}

static bool wants_credentials(const struct datagram_receiver *r)
{
	const struct subscription_server *s =
		container_of(r, const struct subscription_server, receiver);

	return s->conf->credentials.on || (s->conf->sign.on && s->conf->sign.skip_uids != NULL);
}

static void second(struct datagram_receiver *r)
{
	subscription_server_second(server_of(r));
}

static uint64_t *kernel_dropped(struct datagram_receiver *r)
{
	return &server_of(r)->totals->kernel;
}

/* heddle ends, and finishes sessions first: others are told before that. */
static void deaf(struct datagram_receiver *r)
{
	subscription_forward_leave(&server_of(r)->forward);
}

/* Nothing waits: others are told that there are no nodes here any more. */
static bool flush(struct datagram_receiver *r, bool *sent)
{
	(void)sent;
	subscription_forward_leave(&server_of(r)->forward);
	return false;
}

const struct datagram_receiver_kind subscriptions_kind = {
	.object = &config_subscription_kind,
	.word = "subscription server",
	.new = new,
	.set_object = set_object,
	.put_child = put_child,
	.delete_child = delete_child,
	.update = update,
	.remove = remove_one,
	.free = free_one,
	.take = take,
	.wants_credentials = wants_credentials,
	.second = second,
	.kernel_dropped = kernel_dropped,
	.flush = flush,
	.deaf = deaf,
};
