/* SPDX-License-Identifier: BSD-2-Clause */
/* A guard of a server, and announcements that it judges; `a` and `b` have the right key. */
#ifndef UNIT_GUARD_FIXTURE_H
#define UNIT_GUARD_FIXTURE_H

#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/known_table.h"
#include "event/event.h"
#include "signed_fixture.h"
#include "udp/subscription_guard.h"

#define MOST 100000	/* signatures: more than there is ever time for in a turn */
#define ADD SUBSCRIPTION_ADD
#define REMOVE SUBSCRIPTION_REMOVE

static EVP_PKEY *right, *wrong;
static char folder[32];
static struct subscription_conf conf;
static struct subscription_guard guard;
static struct subscription_arrival arrival;
static enum subscription_result result;
static uint64_t now;	/* seconds */

static inline void make_keys(void)
{
	right = make_key(EVP_PKEY_RSA);
	wrong = make_key(EVP_PKEY_RSA);
}

static inline void free_keys(void)
{
	EVP_PKEY_free(right);
	EVP_PKEY_free(wrong);
}

static inline void begin(void)
{
	char path[64];

	log_set_level(LEVEL_ALERT);
	ck_assert(loop_open("poll"));
	ck_assert(known_table_open());
	ck_assert(shared_table_own(known_table_region()));
	strcpy(folder, "/tmp/heddle-guard-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (const char *key = "ab"; *key != '\0'; key++) {
		snprintf(path, sizeof(path), "%s/%c.pem", folder, *key);
		write_key(path, right);
	}
	conf = (struct subscription_conf){
		.max_nodes = 1000,
		.sign = { .digest = "SHA256", .keys = folder, .tolerance_ms = 600000 },
	};
	guard = (struct subscription_guard){ .server = "apps" };
	now = (uint64_t)time(NULL);
}

static inline void end(void)
{
	char command[64];

	subscription_guard_drop(&guard);
	subscription_guard_close(&guard);
	loop_close();
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

static inline void set(void)
{
	subscription_guard_set(&guard, &conf);
}

static inline void begin_signed(void)
{
	begin();
	conf.sign.on = true;
	set();
}

/* From 10.0.0.1, without credentials. */
static inline void arrive(const struct signed_datagram *d)
{
	static const struct sockaddr_in sender = { .sin_family = AF_INET };

	arrival = (struct subscription_arrival){
		.said = d->parsed, .datagram = { d->bytes, d->len },
		.sender = (const struct sockaddr *)&sender,
	};
}

static inline void unsigned_one(const char *key, const char *vassal)
{
	static struct signed_datagram d;

	begin_datagram(&d, slice_of(key), "10.0.0.1:1");
	if (vassal != NULL)
		add_pair(&d, slice_of("vassal"), slice_of(vassal));
	end_datagram(&d, ADD);
	arrive(&d);
}

static inline void signed_one(const char *key, const char *address, uint64_t stamp,
			      EVP_PKEY *by, enum subscription_command command)
{
	static struct signed_datagram d;

	begin_datagram(&d, slice_of(key), address);
	add_number(&d, "unix", stamp);
	sign_datagram(&d, by, "SHA256");
	end_datagram(&d, command);
	arrive(&d);
}

static inline void good_one(uint64_t stamp)
{
	signed_one("a", "10.0.0.1:1", stamp, right, ADD);
}

static inline enum subscription_verdict judge(void)
{
	result = SUBSCRIPTION_RESULTS;
	return subscription_guard_judge(&guard, &arrival, &result);
}

/* In this turn of the budget or a later one. */
static inline enum subscription_verdict judge_in_time(void)
{
	enum subscription_verdict verdict;

	do
		verdict = judge();
	while (verdict == VERDICT_LATER);
	return verdict;
}

static inline void refused(enum subscription_result as)
{
	ck_assert_int_eq(judge_in_time(), VERDICT_REFUSED);
	ck_assert_int_eq(result, as);
}

static inline void admitted(enum subscription_verdict as)
{
	ck_assert_int_eq(judge_in_time(), as);
	ck_assert_int_eq(result, SUBSCRIPTION_RESULTS);
}

static inline void come_from(uint32_t uid, uint32_t gid)
{
	arrival.from = (struct credentials){ true, uid, gid };
}

#endif
