/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_forward.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config_subscription.h"
#include "core/log.h"
#include "core/siphash.h"
#include "core/subscription.h"
#include "core/text.h"
#include "core/uwsgi_write.h"
#include "event/event.h"
#include "udp/subscription_pools.h"
#include "udp/subscription_target.h"

#define AGAIN_MS 5000		/* a key whose weight is as it was is announced so often */
#define PATH_IDS 8		/* that an announcement may have come by */
#define PATH_MAX_BYTES (PATH_IDS * (SUBSCRIPTION_FORWARD_ID + 1))

/* Another server, in an announcement of that time; 0: none. */
struct hop {
	uint64_t at_ms;
	char     id[SUBSCRIPTION_FORWARD_ID];
};

struct forwarded {
	uint64_t     at_ms, weight;
	uint8_t      modifier1, modifier2;
	struct hop   hops[PATH_IDS];		/* that its nodes came by */
	struct slice key;			/* behind this */
};

/* The id of this process. */
static const char *own_id(void)
{
	static char id[SUBSCRIPTION_FORWARD_ID + 1];
	struct siphash_seed seed;
	uint64_t number = (uint64_t)getpid();

	if (id[0] != '\0')
		return id;
	if (siphash_seed(&seed))
		memcpy(&number, &seed, sizeof(number));
	snprintf(id, sizeof(id), "%016" PRIx64, number);
	return id;
}

void subscription_forward_open(struct subscription_forward *f, const char *server)
{
	*f = (struct subscription_forward){ .server = server, .v4 = -1, .v6 = -1, .local = -1 };
	f->sent.release = free;
}

static void close_sockets(struct subscription_forward *f)
{
	int *const all[] = { &f->v4, &f->v6, &f->local };

	for (size_t i = 0; i < COUNT(all); i++) {
		if (*all[i] != -1)
			close(*all[i]);
		*all[i] = -1;
	}
}

void subscription_forward_close(struct subscription_forward *f)
{
	close_sockets(f);
	subscription_target_close(&f->targets);
	map_clear(&f->sent);
}

void subscription_forward_configure(struct subscription_forward *f,
				    const struct subscription_conf *conf)
{
	close_sockets(f);
	subscription_target_close(&f->targets);
	map_clear(&f->sent);
	f->address = conf->forward != NULL ? conf->forward_address : NULL;
	f->from = conf->forward_from;
	f->tolerance_ms = conf->tolerance_ms;
	if (f->address != NULL)
		f->targets = subscription_target_open(conf->forward);
}

/* Takes the next id from a path; false: there is none. */
static bool next_id(struct slice *path, struct slice *id)
{
	if (path->len < SUBSCRIPTION_FORWARD_ID)
		return false;
	*id = (struct slice){ path->data, SUBSCRIPTION_FORWARD_ID };
	*path = slice_after(*path, SUBSCRIPTION_FORWARD_ID);
	*path = slice_after(*path, path->len != 0 ? 1 : 0);
	return true;
}

bool subscription_forward_loops(const struct subscription *a)
{
	struct slice rest = a->path, id;

	if (rest.len >= PATH_MAX_BYTES - SUBSCRIPTION_FORWARD_ID - 1)
		return true;
	while (next_id(&rest, &id)) {
		if (slice_equal(id, slice_of(own_id())))
			return true;
	}
	return false;
}

static int open_socket(const struct subscription_forward *f, int family)
{
	struct addr own = { .kind = ADDR_NONE };
	char why[256];
	int fd = socket(family, SOCK_DGRAM, 0);

	if (fd == -1)
		return -1;
	(void)!fcntl(fd, F_SETFL, O_NONBLOCK);
	(void)!fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (f->from != NULL &&
	    config_subscription_from(f->from, &own, why, sizeof(why)) &&
	    own.u.sa.sa_family == family && bind(fd, &own.u.sa, own.len) == -1)
		log_write(LEVEL_ERROR, "subscriptions %s: forward_from %s: %s", f->server, f->from,
			  strerror(errno));
	return fd;
}

static int *socket_for(struct subscription_forward *f, const struct addr *to)
{
	int *fd = to->u.sa.sa_family == AF_INET ? &f->v4
		: to->u.sa.sa_family == AF_INET6 ? &f->v6 : &f->local;

	if (*fd == -1)
		*fd = open_socket(f, to->u.sa.sa_family);
	return fd;
}

static void send_all(struct subscription_forward *f, struct slice datagram)
{
	static struct log_limit limit;
	char text[ADDR_TEXT];
	struct addr to;

	for (unsigned i = 0; subscription_target_address(f->targets, i, &to); i++) {
		int fd = *socket_for(f, &to);

		/* -1: errno is that of socket() */
		if ((fd == -1 || sendto(fd, datagram.data, datagram.len, 0, &to.u.sa,
					to.len) == -1) &&
		    log_limited(&limit, 1))
			log_write(LEVEL_WARN, "subscriptions %s: forward %s: %s", f->server,
				  addr_print(&to, text, sizeof(text)), strerror(errno));
	}
}

static void put_number(struct uwsgi_write *w, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	uwsgi_write_pair(w, slice_of(name), slice_of(text));
}

/* All that its nodes came by lately: none of them may count these nodes once more. */
static void print_path(const struct subscription_forward *f, const struct forwarded *k,
		       struct text *path)
{
	text_puts(path, own_id());
	for (unsigned i = 0; i < PATH_IDS; i++) {
		const struct hop *h = &k->hops[i];

		if (h->at_ms != 0 && loop_now() - h->at_ms <= f->tolerance_ms)
			text_printf(path, ",%.*s", SUBSCRIPTION_FORWARD_ID, h->id);
	}
}

/* The order of the pairs is that of uWSGI's clients. */
static void announce(struct subscription_forward *f, const struct forwarded *k, bool leaves,
		     const struct subscription_sum *sum)
{
	struct uwsgi_write w;
	struct text out, path;

	text_init(&out);
	text_init(&path);
	print_path(f, k, &path);
	uwsgi_write_start(&w, &out, SUBSCRIPTION_MODIFIER1, leaves ? 1 : 0);
	uwsgi_write_pair(&w, slice_of("key"), k->key);
	uwsgi_write_pair(&w, slice_of("address"), slice_of(f->address));
	put_number(&w, "modifier1", k->modifier1);
	put_number(&w, "modifier2", k->modifier2);
	put_number(&w, "cores", sum->cores);
	put_number(&w, "load", sum->load);
	put_number(&w, "weight", sum->weight);
	uwsgi_write_pair(&w, slice_of("heddle_path"), text_slice(&path));
	if (uwsgi_write_end(&w))
		send_all(f, text_slice(&out));
	text_close(&path);
	text_close(&out);
}

static struct forwarded *remember(struct subscription_forward *f, struct slice key)
{
	struct forwarded *k = calloc(1, sizeof(*k) + key.len);

	CHECK(k != NULL);
	k->key = (struct slice){ memcpy(k + 1, key.data, key.len), key.len };
	map_set(&f->sent, k->key, k);
	return k;
}

/* In place of the one that was there longest ago, if it is new. */
static void note_hop(struct forwarded *k, struct slice id, uint64_t now_ms)
{
	struct hop *at = &k->hops[0];

	for (unsigned i = 0; i < PATH_IDS; i++) {
		struct hop *h = &k->hops[i];

		if (memcmp(h->id, id.data, id.len) == 0) {
			at = h;
			break;
		}
		at = h->at_ms < at->at_ms ? h : at;
	}
	memcpy(at->id, id.data, id.len);
	at->at_ms = now_ms;
}

static void note_path(struct forwarded *k, struct slice path, uint64_t now_ms)
{
	struct slice id;

	while (next_id(&path, &id))
		note_hop(k, id, now_ms);
}

void subscription_forward_key(struct subscription_forward *f, struct subscription_pools *pools,
			      const struct subscription *a, uint64_t now_ms)
{
	struct forwarded *k;
	struct subscription_sum sum;

	if (f->address == NULL)
		return;
	subscription_pools_sum(pools, a->key, now_ms, &sum);
	k = map_get(&f->sent, a->key);
	if (sum.weight == 0) {
		if (k != NULL)
			subscription_forward_gone(f, a->key);
		return;
	}
	if (k == NULL)
		k = remember(f, a->key);
	if (!subscription_withdraws(a))
		note_path(k, a->path, now_ms);
	if (k->weight == sum.weight && now_ms - k->at_ms < AGAIN_MS)
		return;
	k->at_ms = now_ms;
	k->weight = sum.weight;
	k->modifier1 = a->modifier1;
	k->modifier2 = a->modifier2;
	announce(f, k, false, &sum);
}

/* It may be a predecessor of this process who has announced it. */
void subscription_forward_gone(struct subscription_forward *f, struct slice key)
{
	const struct subscription_sum none = { 0 };
	const struct forwarded unknown = { .key = key };
	const struct forwarded *k = map_get(&f->sent, key);

	if (f->address == NULL)
		return;
	announce(f, k != NULL ? k : &unknown, true, &none);
	(void)map_remove(&f->sent, key);
}

static void announce_leaving(void *value, void *arg)
{
	const struct subscription_sum none = { 0 };

	announce(arg, value, true, &none);
}

void subscription_forward_leave(struct subscription_forward *f)
{
	map_each(&f->sent, announce_leaving, f);
	map_clear(&f->sent);
}
