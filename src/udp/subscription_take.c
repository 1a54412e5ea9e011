/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_take.h"

#include "core/network.h"
#include "core/subscription.h"
#include "core/xxh64.h"
#include "event/event.h"
#include "udp/datagrams.h"
#include "udp/resolver_report.h"
#include "udp/subscription_address.h"
#include "udp/subscription_notify.h"
#include "udp/subscription_server.h"

/* 0: it has none. */
static uint32_t sender_of(const struct sockaddr *sender)
{
	struct in6_addr host;
	struct xxh64 x;
	uint32_t sum;

	if (sender == NULL || !network_host(sender, &host))
		return 0;
	xxh64_begin(&x);
	xxh64_add(&x, (struct slice){ (const char *)&host, sizeof(host) });
	sum = (uint32_t)xxh64_sum(&x);
	return sum != 0 ? sum : 1;
}

/* An announcement, and from whom it came. */
struct announcement {
	struct subscription    said;
	struct slice           datagram;
	const struct sockaddr *sender;
	uint64_t               at_ms;	/* loop clock */
};

static enum subscription_result apply(struct subscription_server *s, const struct announcement *a,
				      struct slice name, const struct addr *addr)
{
	const struct subscription *said = &a->said;
	struct subscription_node n = {
		.key = said->key, .name = name, .vassal = said->vassal, .algo = said->algo,
		.addr = *addr, .weight = said->weight, .cores = said->cores, .load = said->load,
		.backup = said->backup, .modifier1 = said->modifier1,
		.modifier2 = said->modifier2, .sender = sender_of(a->sender),
		.proto = said->proto.len != 0 ? (uint8_t)said->proto.data[0] : 0,
	};

	if (!subscription_withdraws(said))
		return subscription_pools_put(&s->pools, &n, a->at_ms);
	(void)subscription_pools_remove(&s->pools, &n, said->command == SUBSCRIPTION_ADD,
					" as failed (unsubscribed)");
	return SUBSCRIPTION_UNSUBSCRIBE;
}

/* A node at each address of the name. */
static enum subscription_result apply_name(struct subscription_server *s,
					   const struct announcement *a, struct slice text)
{
	struct subscription_name *name = subscription_names_get(&s->names, text, loop_now());
	enum subscription_result result = SUBSCRIPTION_NO_HOST, one;
	struct addr addr;

	if (name == NULL)
		return SUBSCRIPTION_NO_HOST;
	for (unsigned i = 0; subscription_names_address(name, i, &addr); i++) {
		char buf[ADDR_TEXT];

		one = apply(s, a, slice_of(addr_print(&addr, buf, sizeof(buf))), &addr);
		if (i == 0 || one == SUBSCRIPTION_NEW)
			result = one;
	}
	return result;
}

static enum subscription_result apply_address(struct subscription_server *s,
					      const struct announcement *a)
{
	char buf[SUBSCRIPTION_ADDRESS];
	struct slice name;
	struct addr addr = { .kind = ADDR_NONE };

	if (a->said.address.len == 0)
		return apply(s, a, a->said.address, &addr);
	switch (subscription_address(a->said.address, a->sender, buf, &name, &addr)) {
	case WHERE_ADDRESS:
		return apply(s, a, name, &addr);
	case WHERE_NAME:
		return apply_name(s, a, name);
	case WHERE_NO_HOST:
		return SUBSCRIPTION_NO_HOST;
	case WHERE_BAD:
		break;
	}
	return SUBSCRIPTION_MALFORMED;
}

/* The addresses of a name have changed; it was admitted when it came. */
void subscription_take_again(void *owner, struct slice datagram, const struct sockaddr *sender,
			     uint64_t at_ms)
{
	struct announcement a = { .datagram = datagram, .sender = sender, .at_ms = at_ms };

	if (subscription_parse(&a.said, datagram, SUBSCRIPTION_LENIENT))
		(void)apply_address(owner, &a);
	resolver_report_changed();
}

/* What is announced by a name is kept until its addresses are other ones. */
static void keep_name(struct subscription_server *s, const struct announcement *a)
{
	struct subscription_name *name = map_get(&s->names.by_text, a->said.address);

	if (name != NULL && !subscription_withdraws(&a->said))
		subscription_names_keep(name, a->said.key, a->datagram, a->sender, a->at_ms);
}

static enum subscription_result take_one(struct subscription_server *s, struct slice datagram,
					 const struct sockaddr *sender)
{
	struct announcement a = { .datagram = datagram, .sender = sender, .at_ms = loop_now() };
	enum subscription_result result;

	if (!fanout_senders_admit(&s->senders, sender))
		return SUBSCRIPTION_DENIED;
	if (!subscription_parse(&a.said, datagram, SUBSCRIPTION_LENIENT) || a.said.key.len == 0)
		return SUBSCRIPTION_MALFORMED;
	if (s->conf->vassal_required && a.said.vassal.len == 0)
		return SUBSCRIPTION_DENIED;
	if (subscription_forward_loops(&a.said))
		return SUBSCRIPTION_DENIED;
	switch (subscription_regexps_check(&s->regexps, s->receiver.name, a.said.key)) {
	case REGEXP_BAD:
		return SUBSCRIPTION_MALFORMED;
	case REGEXP_FULL:
		return SUBSCRIPTION_OVER_LIMIT;
	case REGEXP_NONE:
	case REGEXP_GOOD:
		break;
	}
	result = apply_address(s, &a);
	if (result <= SUBSCRIPTION_UNSUBSCRIBE)
		subscription_forward_key(&s->forward, &s->pools, &a.said, a.at_ms);
	if (result == SUBSCRIPTION_NEW)
		subscription_notify_added(&a.said, sender);
	if (s->names.by_text.count != 0)
		keep_name(s, &a);
	return result;
}

/* uWSGI's servers read no more than 4096 bytes of a datagram. */
static struct slice bytes_of(const struct datagram_slot *slot)
{
	size_t len = slot->len < SUBSCRIPTION_DATAGRAM_MAX ? slot->len
							   : SUBSCRIPTION_DATAGRAM_MAX;

	return (struct slice){ slot->head.msg_iov->iov_base, len };
}

void subscription_take(struct subscription_server *s, struct datagram_slot *slots, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct sockaddr *sender = slots[i].head.msg_name;
		enum subscription_result result = take_one(s, bytes_of(&slots[i]), sender);

		s->totals->results[result]++;
	}
	resolver_report_changed();
}
