/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/known.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_fanout.h"
#include "core/addr.h"
#include "core/known_table.h"
#include "core/list.h"
#include "core/log.h"
#include "event/event.h"
#include "event/timer.h"
#include "udp/known_part.h"
#include "udp/resolver_report.h"

#define BYTES_EACH 512		/* of memory for each of max_known, on an average */
#define EXPIRE_MS 50
#define BURST_MS 100		/* a replay that was late catches up for so long */
#define FILLED (SUBSCRIPTION_DATAGRAM_MAX + ADDR_TEXT)

struct known {
	struct list         link;	/* of `all` */
	const char         *fanout;	/* the fan-out's, or a name behind this */
	struct fanout_conf  conf;
	struct shared_table table;
	bool                usable;	/* there is a table */
	bool                full;	/* logged */
	uint32_t            wishes;	/* that were seen */
	void              (*wanted)(void *owner, uint32_t what);
	void               *owner;
	uint32_t            expiry;	/* the next bucket that is searched for old ones */
	struct timer        timer;
};

static struct list all = { &all, &all };

/* Datagrams with an address that was filled in. */
static char filled[KNOWN_KEPT][FILLED];
static unsigned next_filled;

uint32_t known_wish(struct slice what)
{
	struct shared_region *region = known_table_region();

	return region != NULL ? shared_table_number(region, what) : 0;
}

bool known_part_uses(struct slice name)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		if (slice_is(name, container_of(node, struct known, link)->fanout))
			return true;
	}
	return false;
}

uint64_t known_count(const struct known *k)
{
	return k->usable ? shared_table_count(&k->table) : 0;
}

static void on_expire(struct timer *t)
{
	struct known *k = container_of(t, struct known, timer);
	uint64_t count = known_count(k);
	uint32_t what;

	known_expire(k, loop_now());
	if (known_count(k) != count)
		resolver_report_changed();
	if (known_count(k) != 0)
		timer_set(&k->timer, EXPIRE_MS);
	while (shared_table_wished(&k->table, &k->wishes, &what))
		k->wanted(k->owner, what);
}

/* Its table, or a new one. */
static void find_table(struct known *k)
{
	struct shared_region *region = known_table_region();

	k->usable = region != NULL && region->own != NULL &&
		    shared_table_create(region, slice_of(k->fanout), &k->table);
	k->full = false;
	k->expiry = 0;
	if (!k->usable)
		log_write(LEVEL_ERROR, "fan-out %s: no memory for the instances that it knows: "
				       "none is remembered", k->fanout);
	else
		k->wishes = shared_table_wishes(&k->table);
}

struct known *known_open(const char *fanout, const struct fanout_conf *conf,
			 void (*wanted)(void *owner, uint32_t what), void *owner)
{
	struct known *k = calloc(1, sizeof(*k) + strlen(fanout) + 1);
	char *name = (char *)(k + 1);

	CHECK(k != NULL);
	memcpy(name, fanout, strlen(fanout) + 1);
	k->fanout = name;
	k->wanted = wanted;
	k->owner = owner;
	list_init(&k->link);
	list_append(&all, &k->link);
	timer_setup(&k->timer, on_expire);
	find_table(k);
	known_configure(k, conf);
	if (known_count(k) != 0)
		timer_set(&k->timer, EXPIRE_MS);
	return k;
}

static void drop_table(struct known *k)
{
	if (k->usable)
		shared_table_drop(&k->table);
	k->usable = false;
	known_part_dropped();
}

/* What is raw has no instances; a predecessor may not have seen the change. */
void known_configure(struct known *k, const struct fanout_conf *conf)
{
	k->conf = *conf;
	if (conf->protocol != FANOUT_RAW || known_count(k) == 0)
		return;
	drop_table(k);
	find_table(k);
	resolver_report_changed();
}

void known_leave(struct known *k)
{
	timer_cancel(&k->timer);
	list_unlink(&k->link);
	free(k);
}

void known_close(struct known *k)
{
	drop_table(k);
	known_leave(k);
}

static bool has_room(const struct known *k)
{
	return shared_table_count(&k->table) < k->conf.max_known &&
	       shared_table_bytes(&k->table) < (uint64_t)k->conf.max_known * BYTES_EACH;
}

static void report_full(struct known *k)
{
	static const struct log_subject about = { .event = "limit_reached" };

	if (!k->full)
		log_about(LEVEL_WARN, &about,
			  "fan-out %s: %llu instances are known, which is the limit "
			  "(max_known: %lu): further ones are sent on and not remembered",
			  k->fanout, (unsigned long long)known_count(k),
			  (unsigned long)k->conf.max_known);
	k->full = true;
}

/* Without padding, where no signature goes over the whole datagram in a server's eyes. */
static struct slice as_kept(const struct subscription *s, struct slice datagram)
{
	return s->has_sign ? datagram : (struct slice){ datagram.data, s->len };
}

static void remember(struct known *k, const struct subscription *s, struct slice datagram,
		     uint64_t now_ms)
{
	struct slice kept = as_kept(s, datagram);
	char buf[KNOWN_TABLE_KEY];
	struct slice key = known_table_key(s, buf);

	if (subscription_withdraws(s)) {
		(void)shared_table_remove(&k->table, key);
		return;
	}
	if (kept.len > SUBSCRIPTION_DATAGRAM_MAX)
		return;
	if (shared_table_put(&k->table, key, kept, now_ms, has_room(k)) >= SHARED_PUT_REFUSED) {
		/* the older announcement is not to be sent in the place of this one */
		(void)shared_table_remove(&k->table, key);
		report_full(k);
	} else if (!timer_pending(&k->timer)) {
		/* a replay that was asked for while nothing was known is over */
		k->wishes = shared_table_wishes(&k->table);
		timer_set(&k->timer, EXPIRE_MS);
	}
}

/* Writes the sender's host into an address that is a port alone. */
static bool fill(struct subscription *s, struct slice datagram, const struct sockaddr *sender,
		 struct slice *out)
{
	char *to = filled[next_filled];
	char buf[ADDR_TEXT];
	struct slice host = sender != NULL ? addr_print_host(sender, buf) : slice_of("");
	size_t len;

	if (host.len == 0 || !subscription_lacks_host(s))
		return false;
	len = subscription_fill(s, datagram, host, to, FILLED);
	if (len == 0)
		return false;
	*out = (struct slice){ to, len };
	next_filled = (next_filled + 1) % KNOWN_KEPT;
	return subscription_parse(s, *out, SUBSCRIPTION_STRICT);
}

enum known_verdict known_take(struct known *k, struct slice datagram, const struct sockaddr *sender,
			      uint64_t now_ms, struct slice *out)
{
	enum known_verdict verdict = KNOWN_PASS;
	struct subscription s;

	if (k->conf.protocol == FANOUT_RAW)
		return KNOWN_PASS;
	if (!subscription_parse(&s, datagram, SUBSCRIPTION_STRICT))
		return k->conf.protocol == FANOUT_AUTO ? KNOWN_PASS : KNOWN_DROP;
	if (k->conf.fill_address && fill(&s, datagram, sender, out)) {
		datagram = *out;
		verdict = KNOWN_REPLACED;
	}
	if (k->usable)
		remember(k, &s, datagram, now_ms);
	return verdict;
}

static bool is_fresh(const struct known *k, uint64_t stamp, uint64_t now_ms)
{
	return now_ms <= stamp || now_ms - stamp <= k->conf.tolerance_ms;
}

void known_replay_begin(struct known_cursor *c, uint64_t now_ms)
{
	*c = (struct known_cursor){ .last_ms = now_ms - KNOWN_REPLAY_MS };
}

/* How many may be sent by now; whoever comes late does not send a flood. */
static size_t allowed(const struct known *k, struct known_cursor *c, uint64_t now_ms)
{
	uint64_t most = (uint64_t)BURST_MS * k->conf.replay_rate;

	c->credit += (now_ms - c->last_ms) * k->conf.replay_rate;
	c->last_ms = now_ms;
	if (most < 1000)
		most = 1000;
	if (c->credit > most)
		c->credit = most;
	return (size_t)(c->credit / 1000);
}

size_t known_replay(struct known *k, struct known_cursor *c, uint64_t now_ms, struct slice *out,
		    size_t max)
{
	size_t may = allowed(k, c, now_ms);
	size_t count = 0;
	struct shared_view view;

	c->walk.steps = 10000;
	max = may < max ? may : max;
	for (size_t met = 0; !c->done && count < max && met < 4 * KNOWN_KEPT; met++) {
		enum shared_next next = SHARED_NEXT_END;

		if (k->usable)
			next = shared_table_view(&k->table, &c->walk, &view);
		if (next == SHARED_NEXT_PAUSE)
			break;
		if (next == SHARED_NEXT_END)
			c->done = true;
		else if (is_fresh(k, view.stamp, now_ms))
			out[count++] = view.value;
	}
	c->credit -= (uint64_t)count * 1000;
	return count;
}

/* A part of the table each time: all of it within half of the tolerance. */
void known_expire(struct known *k, uint64_t now_ms)
{
	uint64_t turns = k->conf.tolerance_ms / 2 / EXPIRE_MS + 1;
	uint64_t buckets = 2 * known_count(k) / turns + 256;
	uint64_t tolerance = k->conf.tolerance_ms;

	shared_table_expire(&k->table, &k->expiry, (uint32_t)buckets,
			    now_ms > tolerance ? now_ms - tolerance : 0);
	if (known_count(k) < (uint64_t)k->conf.max_known / 10 * 9)
		k->full = false;
}
