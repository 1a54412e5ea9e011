/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_names.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/endpoint.h"
#include "core/log.h"
#include "udp/dns.h"

#define KEPT_MOST 1000		/* announcements of a name; others wait for their next one */
#define BYTES_MOST ((size_t)16 << 20)	/* of all of them together */
#define ADDRESSES_MOST 64	/* of a name that become nodes */

struct kept_announcement {
	uint64_t            at_ms;
	bool                is_signed;
	struct sockaddr_in6 sender;	/* or one of IPv4; AF_UNSPEC */
	struct slice        key, datagram;	/* behind this */
};

struct subscription_name {
	struct subscription_names *names;
	struct dns_watch *watch;
	uint16_t          port;
	uint64_t          used_ms;
	struct map        kept;		/* by key */
	char              text[ENDPOINT_TEXT];
};

static size_t kept_bytes;

static size_t size_of(const struct kept_announcement *k)
{
	return sizeof(*k) + k->key.len + k->datagram.len;
}

static void free_kept(void *value)
{
	kept_bytes -= size_of(value);
	free(value);
}

static void free_name(void *value)
{
	struct subscription_name *name = value;

	if (name->watch != NULL)
		dns_unwatch(name->watch);
	map_clear(&name->kept);
	free(name);
}

static void call_again(void *value, void *arg)
{
	const struct kept_announcement *k = value;
	const struct subscription_names *names = arg;

	names->again(names->owner, k->datagram, (const struct sockaddr *)(const void *)&k->sender,
		     k->at_ms, k->is_signed);
}

static void on_changed(struct dns_watch *w, void *owner)
{
	struct subscription_name *name = owner;
	struct map kept = map_share(&name->kept);	/* it may change meanwhile */

	(void)w;
	map_each(&kept, call_again, name->names);
	map_clear(&kept);
}

static struct subscription_name *new_name(struct subscription_names *names, struct slice text)
{
	struct arena *arena = arena_new();
	struct subscription_name *name = NULL;
	struct endpoint e;
	const char *why;

	if (text.len < ENDPOINT_TEXT && endpoint_parse(text, &e, NULL, arena, &why) &&
	    e.type == ENDPOINT_NAME && !e.client_port) {
		name = calloc(1, sizeof(*name));
		CHECK(name != NULL);
		name->names = names;
		name->port = e.port;
		name->kept.release = free_kept;
		memcpy(name->text, text.data, text.len);
		name->watch = dns_watch(&e, 0, on_changed, name);
		names->by_text.release = free_name;
		map_set(&names->by_text, slice_of(name->text), name);
	}
	arena_free(arena);
	return name;
}

static void report_full(void)
{
	static const struct log_subject about = { .event = "limit_reached" };
	static struct log_limit limit;

	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "subscriptions: %d names of hosts are announced, "
			  "which is the limit: further ones are not resolved",
			  SUBSCRIPTION_NAMES_MAX);
}

struct subscription_name *subscription_names_get(struct subscription_names *names,
						 struct slice text, uint64_t now_ms)
{
	struct subscription_name *name = map_get(&names->by_text, text);

	if (name == NULL && names->by_text.count >= SUBSCRIPTION_NAMES_MAX)
		report_full();
	else if (name == NULL)
		name = new_name(names, text);
	if (name != NULL)
		name->used_ms = now_ms;
	return name;
}

bool subscription_names_address(const struct subscription_name *name, unsigned n,
				struct addr *addr)
{
	const struct dns_answer *answer = name->watch != NULL ? dns_answer(name->watch) : NULL;

	if (answer == NULL || n >= answer->count || n >= ADDRESSES_MOST)
		return false;
	*addr = answer->addresses[n].addr;
	addr_set_port(addr, name->port);
	return true;
}

void subscription_names_keep(struct subscription_name *name, struct slice key,
			     struct slice datagram, const struct sockaddr *sender, uint64_t now_ms,
			     bool is_signed)
{
	struct kept_announcement *k = map_get(&name->kept, key);
	char *at;

	if (k != NULL && k->is_signed && !is_signed)
		return;
	(void)map_remove(&name->kept, key);
	if (name->kept.count >= KEPT_MOST || kept_bytes >= BYTES_MOST)
		return;
	k = calloc(1, sizeof(*k) + key.len + datagram.len);
	CHECK(k != NULL);
	at = memcpy(k + 1, key.data, key.len);
	k->key = (struct slice){ at, key.len };
	at = memcpy(at + key.len, datagram.data, datagram.len);
	k->datagram = (struct slice){ at, datagram.len };
	k->at_ms = now_ms;
	k->is_signed = is_signed;
	if (sender != NULL && sender->sa_family == AF_INET)
		memcpy(&k->sender, sender, sizeof(struct sockaddr_in));
	else if (sender != NULL && sender->sa_family == AF_INET6)
		memcpy(&k->sender, sender, sizeof(struct sockaddr_in6));
	kept_bytes += size_of(k);
	map_set(&name->kept, k->key, k);
}

void subscription_names_forget(struct subscription_name *name, struct slice key)
{
	(void)map_remove(&name->kept, key);
}

#define EXPIRE_AT_ONCE 64

struct expiring {
	uint64_t     oldest_ms;
	struct slice found[EXPIRE_AT_ONCE];	/* that are too old */
	unsigned     count;
};

static void note_old(struct expiring *e, uint64_t at_ms, struct slice key)
{
	if (at_ms < e->oldest_ms && e->count < EXPIRE_AT_ONCE)
		e->found[e->count++] = key;
}

static void note_old_name(void *value, void *arg)
{
	const struct subscription_name *name = value;

	note_old(arg, name->used_ms, slice_of(name->text));
}

static void note_old_kept(void *value, void *arg)
{
	const struct kept_announcement *k = value;

	note_old(arg, k->at_ms, k->key);
}

static void remove_old(struct map *map, uint64_t oldest_ms,
		       void (*note)(void *value, void *arg))
{
	struct expiring e = { .oldest_ms = oldest_ms };

	do {
		e.count = 0;
		map_each(map, note, &e);
		for (unsigned i = 0; i < e.count; i++)
			(void)map_remove(map, e.found[i]);
	} while (e.count == EXPIRE_AT_ONCE);
}

static void expire_kept(void *value, void *arg)
{
	struct subscription_name *name = value;

	remove_old(&name->kept, *(uint64_t *)arg, note_old_kept);
}

void subscription_names_expire(struct subscription_names *names, uint64_t now_ms,
			       uint64_t tolerance_ms)
{
	uint64_t oldest = now_ms > tolerance_ms ? now_ms - tolerance_ms : 0;

	remove_old(&names->by_text, oldest, note_old_name);
	map_each(&names->by_text, expire_kept, &oldest);
}

void subscription_names_close(struct subscription_names *names)
{
	map_clear(&names->by_text);
}
