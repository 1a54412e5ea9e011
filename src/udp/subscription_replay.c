/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/known_table.h"
#include "core/xxh64.h"

#define MAKE_ROOM 64	/* buckets that a new one looks for old entries in when there is no room */
#define CLOCK_STEP 60	/* seconds that the clock may be set back by without further notice */
#define SHOWN_OF_LONG (SHARED_TABLE_NAME - 2 - 16)	/* of a server's name, the sum follows */
#define HASHES 2

/*
 * The value of an entry. Of each command two hashes are enough: an unsubscription that is sent
 * once more as a subscription has a stamp within one second of the last unsubscription's, and
 * there are no more than two such, as their stamps differ. The second of a subscription is for
 * the copy that comes late, behind a `clear`.
 */
struct accepted {
	uint64_t stamp[2];		/* of the last one, by command; 0: there was none */
	uint64_t hash[2][HASHES];	/* by command, the latest first; 0: none */
	uint64_t cleared;		/* 1: the last subscription was one with `clear` */
};

/* The entry of the table itself: its value is the seed, its stamp the floor. */
static const struct slice own_key = { "", 1 };

static uint64_t saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t oldest_of(struct subscription_replay_now now)
{
	return now.seconds > now.tolerance ? now.seconds - now.tolerance : 0;
}

static uint64_t newest_of(struct subscription_replay_now now)
{
	return saturated(now.seconds, now.tolerance);
}

static bool write_own(struct subscription_replay *r)
{
	const struct slice value = { (const char *)&r->seed, sizeof(r->seed) };

	return shared_table_put(&r->table, own_key, value, r->floor, true) < SHARED_PUT_REFUSED;
}

static bool read_own(struct subscription_replay *r)
{
	struct shared_entry found;

	if (!shared_table_get(&r->table, own_key, &found) || found.value.len != sizeof(r->seed))
		return false;
	memcpy(&r->seed, found.value.data, sizeof(r->seed));
	r->floor = found.stamp;
	return true;
}

/* No object has a slash in its name; one of another kind may have the same name. */
struct slice subscription_replay_name(const char *server, char buf[SHARED_TABLE_NAME + 1])
{
	int len = snprintf(buf, SHARED_TABLE_NAME + 1, "r/%s", server);
	struct xxh64 sum;

	if (len > SHARED_TABLE_NAME) {
		xxh64_begin(&sum);
		xxh64_add(&sum, slice_of(server));
		len = snprintf(buf, SHARED_TABLE_NAME + 1, "r/%.*s%016" PRIx64, SHOWN_OF_LONG,
			       server, xxh64_sum(&sum));
	}
	return (struct slice){ buf, (size_t)len };
}

bool subscription_replay_open(struct subscription_replay *r, struct shared_region *region,
			      const char *server, uint32_t most)
{
	char name[SHARED_TABLE_NAME + 1];

	*r = (struct subscription_replay){ .most = most };
	if (!shared_table_create(region, subscription_replay_name(server, name), &r->table))
		return false;
	return read_own(r) || (siphash_seed(&r->seed) && write_own(r));
}

void subscription_replay_limit(struct subscription_replay *r, uint32_t most)
{
	r->most = most;
}

void subscription_replay_drop(struct subscription_replay *r)
{
	shared_table_drop(&r->table);
}

uint64_t subscription_replay_count(const struct subscription_replay *r)
{
	uint64_t all = shared_table_count(&r->table);

	return all > 0 ? all - 1 : 0;
}

static uint64_t hash_of(const struct subscription_replay *r, const struct subscription *a)
{
	uint64_t hash = siphash(&r->seed, a->covered);

	return hash != 0 ? hash : 1;
}

static uint64_t newest_in(const struct accepted *e)
{
	uint64_t add = e->stamp[SUBSCRIPTION_ADD], remove = e->stamp[SUBSCRIPTION_REMOVE];

	return add > remove ? add : remove;
}

/*
 * false: there is none. One with a stamp that is not tolerated, as it is too new, was accepted
 * while the clock was wrong; it would refuse its instance until the clock is there again.
 */
static bool find(const struct subscription_replay *r, const struct subscription *a,
		 struct subscription_replay_now now, struct accepted *e)
{
	struct shared_entry found;
	char buf[KNOWN_TABLE_KEY];

	*e = (struct accepted){ 0 };
	if (!shared_table_get(&r->table, known_table_key(a, buf), &found) ||
	    found.value.len != sizeof(*e))
		return false;
	memcpy(e, found.value.data, sizeof(*e));
	if (newest_in(e) > saturated(newest_of(now), CLOCK_STEP))
		*e = (struct accepted){ 0 };
	return true;
}

static bool is_among(const struct accepted *e, unsigned command, uint64_t hash)
{
	for (unsigned i = 0; i < HASHES; i++) {
		if (e->hash[command][i] == hash)
			return true;
	}
	return false;
}

static bool is_above(const struct accepted *e, const struct subscription *a)
{
	uint64_t add = e->stamp[SUBSCRIPTION_ADD], remove = e->stamp[SUBSCRIPTION_REMOVE];

	if (a->command == SUBSCRIPTION_REMOVE)
		return a->unix_time > add && a->unix_time > remove;
	return saturated(a->unix_time, 1) >= remove &&
	       (a->unix_time > add ||
		(a->unix_time == add && a->clear != 0 && e->cleared == 0));
}

/* One entry more is allowed. Where there is no room, a piece of the table is gone through. */
static bool has_room(struct subscription_replay *r, struct subscription_replay_now now)
{
	if (subscription_replay_count(r) < r->most)
		return true;
	subscription_replay_expire(r, now, MAKE_ROOM);
	return subscription_replay_count(r) < r->most;
}

enum subscription_fresh subscription_replay_check(struct subscription_replay *r,
						  const struct subscription *a,
						  struct subscription_replay_now now)
{
	uint64_t hash = hash_of(r, a);
	struct accepted e;
	bool found = find(r, a, now, &e);

	if (is_among(&e, a->command, hash))
		return REPLAY_COPY;
	if (a->unix_time > newest_of(now))
		return REPLAY_TOO_NEW;
	/* a floor in the future was made by a clock that was wrong */
	if (a->unix_time < oldest_of(now) || (a->unix_time < r->floor && r->floor <= now.seconds))
		return REPLAY_TOO_OLD;
	if (!is_above(&e, a))
		return REPLAY_OLD_STAMP;
	if (is_among(&e, a->command ^ 1u, hash))
		return REPLAY_OTHER_COMMAND;
	return found || has_room(r, now) ? REPLAY_FRESH : REPLAY_FULL;
}

bool subscription_replay_knows(const struct subscription_replay *r, const struct subscription *a)
{
	struct shared_entry found;
	char buf[KNOWN_TABLE_KEY];

	return shared_table_get(&r->table, known_table_key(a, buf), &found);
}

bool subscription_replay_accept(struct subscription_replay *r, const struct subscription *a,
				struct subscription_replay_now now)
{
	char buf[KNOWN_TABLE_KEY];
	struct accepted e;
	bool found = find(r, a, now, &e);
	uint64_t *hash = e.hash[a->command];

	e.stamp[a->command] = a->unix_time;
	memmove(hash + 1, hash, (HASHES - 1) * sizeof(*hash));
	hash[0] = hash_of(r, a);
	if (a->command == SUBSCRIPTION_ADD)
		e.cleared = a->clear != 0;
	if (!found && subscription_replay_count(r) >= r->most)
		return false;
	return shared_table_put(&r->table, known_table_key(a, buf),
				(struct slice){ (const char *)&e, sizeof(e) }, newest_in(&e),
				true) < SHARED_PUT_REFUSED;
}

/*
 * The floor is what may have been forgotten: where the tolerance becomes larger, what is below
 * the floor stays refused. It is written first, as this process may die between the two.
 */
void subscription_replay_expire(struct subscription_replay *r, struct subscription_replay_now now,
				uint32_t buckets)
{
	uint64_t oldest = oldest_of(now);

	if (r->floor > now.seconds || r->floor < oldest) {
		r->floor = oldest;
		if (!write_own(r))
			return;
	}
	shared_table_expire(&r->table, &r->at, buckets, oldest);
}
