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

#define LATER_MS 10	/* a turn of the budget for signatures */
#define LATER_MOST 256	/* announcements that have to wait again, and a turn ends */
#define MANY_OF_A_KEY 64	/* that wait: they may be a flood */

/* One that is admitted. */
struct announcement {
	struct subscription_arrival in;
	bool is_signed;
};

static enum subscription_result apply(struct subscription_server *s, const struct announcement *a,
				      struct slice name, const struct addr *addr)
{
	const struct subscription *said = &a->in.said;
	struct subscription_node n = {
		.key = said->key, .name = name, .vassal = said->vassal, .algo = said->algo,
		.addr = *addr, .weight = said->weight, .cores = said->cores, .load = said->load,
		.backup = said->backup, .modifier1 = said->modifier1,
		.modifier2 = said->modifier2, .sender = sender_of(a->in.sender),
		.proto = said->proto.len != 0 ? (uint8_t)said->proto.data[0] : 0,
		.flags = a->is_signed ? POOL_SIGNED : 0,
	};

	if (s->conf->sign.on && !a->is_signed && subscription_pools_signed(&s->pools, &n)) {
		subscription_guard_report(&s->guard, &a->in, SUBSCRIPTION_BAD_SIGNATURE,
					"it has no signature, and its node had one");
		return SUBSCRIPTION_BAD_SIGNATURE;
	}
	if (!subscription_withdraws(said))
		return subscription_pools_put(&s->pools, &n, a->in.at_ms);
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

	if (a->in.said.address.len == 0)
		return apply(s, a, a->in.said.address, &addr);
	switch (subscription_address(a->in.said.address, a->in.sender, buf, &name, &addr)) {
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

/* It has been admitted. */
static enum subscription_result take_known(struct subscription_server *s,
					   const struct announcement *a)
{
	enum subscription_result result = apply_address(s, a);

	if (result <= SUBSCRIPTION_UNSUBSCRIBE)
		subscription_forward_key(&s->forward, &s->pools, &a->in.said, loop_now());
	if (result == SUBSCRIPTION_NEW)
		subscription_notify_added(&a->in.said, a->in.sender);
	return result;
}

/* The addresses of a name have changed; it was admitted when it came. */
void subscription_take_again(void *owner, struct slice datagram, const struct sockaddr *sender,
			     uint64_t at_ms, bool is_signed)
{
	struct announcement a = {
		.in = { .datagram = datagram, .sender = sender, .at_ms = at_ms },
		.is_signed = is_signed,
	};

	if (subscription_parse(&a.in.said, datagram, SUBSCRIPTION_LENIENT))
		(void)take_known(owner, &a);
	resolver_report_changed();
}

/* What is announced by a name is kept until its addresses are other ones. */
static void keep_name(struct subscription_server *s, const struct announcement *a)
{
	const struct subscription_arrival *in = &a->in;
	struct subscription_name *name = map_get(&s->names.by_text, in->said.address);

	if (name != NULL && subscription_withdraws(&in->said))
		subscription_names_forget(name, in->said.key);
	else if (name != NULL)
		subscription_names_keep(name, in->said.key, in->datagram, in->sender, in->at_ms,
					a->is_signed);
}

/* What is there already may go, whatever its key is. */
static enum subscription_result check_regexp(struct subscription_server *s,
					     const struct subscription *said)
{
	if (subscription_withdraws(said))
		return SUBSCRIPTION_NEW;
	switch (subscription_regexps_check(&s->regexps, s->receiver.name, said->key)) {
	case REGEXP_BAD:
		return SUBSCRIPTION_MALFORMED;
	case REGEXP_FULL:
		return SUBSCRIPTION_OVER_LIMIT;
	case REGEXP_NONE:
	case REGEXP_GOOD:
		break;
	}
	return SUBSCRIPTION_NEW;
}

static enum subscription_result take_admitted(struct subscription_server *s,
					      const struct announcement *a)
{
	enum subscription_result result;

	result = check_regexp(s, &a->in.said);
	if (result != SUBSCRIPTION_NEW)
		return result;
	result = take_known(s, a);
	if (s->names.by_text.count != 0 && result != SUBSCRIPTION_BAD_SIGNATURE)
		keep_name(s, a);
	return result;
}

/* false: it has to wait, and was not counted. */
static bool judge(struct subscription_server *s, const struct subscription_arrival *in)
{
	struct announcement a = { .in = *in };
	enum subscription_result result;

	switch (subscription_guard_judge(&s->guard, in, &result)) {
	case VERDICT_LATER:
		return false;
	case VERDICT_SIGNED:
		a.is_signed = true;
		result = take_admitted(s, &a);
		break;
	case VERDICT_UNSIGNED:
		result = take_admitted(s, &a);
		break;
	case VERDICT_REFUSED:
		break;
	}
	s->totals->results[result]++;
	return true;
}

static void let_wait(struct subscription_server *s, const struct subscription_arrival *in,
		     bool suspect)
{
	if (!subscription_waiting_add(&s->waiting, in, suspect)) {
		subscription_guard_report(&s->guard, in, SUBSCRIPTION_UNVERIFIED,
					"more signatures come than there is time for");
		s->totals->results[SUBSCRIPTION_UNVERIFIED]++;
	} else if (!timer_pending(&s->later)) {
		timer_set(&s->later, LATER_MS);
	}
}

static bool judge_waiting(const struct subscription_arrival *in, void *arg)
{
	return judge(arg, in);
}

void subscription_take_later(struct timer *t)
{
	struct subscription_server *s = container_of(t, struct subscription_server, later);

	subscription_waiting_each(&s->waiting, LATER_MOST, judge_waiting, s);
	resolver_report_changed();
	if (s->waiting.count != 0)
		timer_set(t, LATER_MS);
}

/* What waits comes first: an unsubscription must not overtake its announcement. */
static void take_one(struct subscription_server *s, struct subscription_arrival *in)
{
	unsigned waiting;

	if (!subscription_guard_admits(&s->guard, in->sender))
		s->totals->results[SUBSCRIPTION_DENIED]++;
	else if (!subscription_parse(&in->said, in->datagram, SUBSCRIPTION_LENIENT) ||
		 in->said.key.len == 0)
		s->totals->results[SUBSCRIPTION_MALFORMED]++;
	else if (subscription_forward_loops(&in->said))
		s->totals->results[SUBSCRIPTION_DENIED]++;
	else if (in->said.has_sign &&
		 (waiting = subscription_waiting_of(&s->waiting, in->said.key)) != 0)
		let_wait(s, in, waiting >= MANY_OF_A_KEY);
	else if (!judge(s, in))
		let_wait(s, in, subscription_guard_suspects(&s->guard));
}

/* uWSGI's servers read no more than 4096 bytes of a datagram. */
static struct slice bytes_of(const struct datagram_slot *slot)
{
	size_t len = slot->len < SUBSCRIPTION_DATAGRAM_MAX ? slot->len
							   : SUBSCRIPTION_DATAGRAM_MAX;

	return (struct slice){ slot->head.msg_iov->iov_base, len };
}

/* Who has no address has left the one of before in its place. */
static const struct sockaddr *sender_in(const struct datagram_slot *slot)
{
	static const struct sockaddr nobody = { .sa_family = AF_UNIX };

	return slot->head.msg_namelen >= sizeof(sa_family_t) ? slot->head.msg_name : &nobody;
}

void subscription_take(struct subscription_server *s, struct datagram_slot *slots, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct subscription_arrival in = {
			.datagram = bytes_of(&slots[i]), .sender = sender_in(&slots[i]),
			.from = credentials_of(&slots[i].head), .at_ms = loop_now(),
		};

		take_one(s, &in);
	}
	resolver_report_changed();
}
