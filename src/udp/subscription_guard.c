/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_guard.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "config/config_ids.h"
#include "core/clock.h"
#include "core/known_table.h"
#include "udp/known_part.h"

#define LINES 1			/* of the log a second, about refusals of one kind */
#define EXPIRE_PARTS 600	/* the memory of stamps is gone through in so many seconds */
#define EXPIRE_BUCKETS 64	/* in a second, at least */

static void open_stamps(struct subscription_guard *g)
{
	struct shared_region *region = known_table_region();

	g->usable = region != NULL && region->own != NULL &&
		    subscription_replay_open(&g->replay, region, g->server, g->conf->max_nodes);
	if (!g->usable)
		log_write(LEVEL_ERROR, "subscriptions %s: no memory for the stamps of signatures: "
			  "nothing that is signed is admitted", g->server);
}

static void drop_stamps(struct subscription_guard *g)
{
	if (!g->usable)
		return;
	subscription_replay_drop(&g->replay);
	g->usable = false;
	known_part_dropped();
}

void subscription_guard_set(struct subscription_guard *g, const struct subscription_conf *conf)
{
	const struct subscription_sign_conf *sign = &conf->sign;

	subscription_guard_close(g);
	g->conf = conf;
	fanout_senders_open(&g->senders, conf->allow, conf->deny);
	if (!sign->on) {
		drop_stamps(g);
		return;
	}
	g->sign = subscription_sign_open(sign->digest, sign->keys, sign->mountpoints);
	g->turn_us = 0;
	if (g->usable)
		subscription_replay_limit(&g->replay, conf->max_nodes);
	else
		open_stamps(g);
}

void subscription_guard_close(struct subscription_guard *g)
{
	fanout_senders_close(&g->senders);
	subscription_sign_close(g->sign);
	g->sign = NULL;
}

void subscription_guard_drop(struct subscription_guard *g)
{
	drop_stamps(g);
}

static struct subscription_replay_now replay_now(const struct subscription_guard *g)
{
	return (struct subscription_replay_now){ clock_wall_ms() / 1000,
						 g->conf->sign.tolerance_ms / 1000 };
}

void subscription_guard_second(struct subscription_guard *g)
{
	uint64_t buckets;

	if (!g->usable)
		return;
	buckets = subscription_replay_count(&g->replay) * 4 / EXPIRE_PARTS + EXPIRE_BUCKETS;
	subscription_replay_expire(&g->replay, replay_now(g), (uint32_t)buckets);
}

bool subscription_guard_uses(const struct subscription_guard *g, struct slice table)
{
	char name[SHARED_TABLE_NAME + 1];

	return g->usable && slice_equal(table, subscription_replay_name(g->server, name));
}

bool subscription_guard_admits(const struct subscription_guard *g, const struct sockaddr *sender)
{
	return fanout_senders_admit(&g->senders, sender);
}

static const char *print_sender(const struct subscription_arrival *a, char *buf, size_t size)
{
	if (a->from.known)
		snprintf(buf, size, "uid %u gid %u", a->from.uid, a->from.gid);
	else if (a->sender->sa_family == AF_INET)
		addr_print_sockaddr(a->sender, sizeof(struct sockaddr_in), buf, size);
	else if (a->sender->sa_family == AF_INET6)
		addr_print_sockaddr(a->sender, sizeof(struct sockaddr_in6), buf, size);
	else
		snprintf(buf, size, "a unix socket");
	return buf;
}

void subscription_guard_report(struct subscription_guard *g, const struct subscription_arrival *a,
			     enum subscription_result result, const char *why)
{
	static const struct log_subject about = { .event = "subscription_refused" };
	const struct subscription *said = &a->said;
	struct slice node = said->address.len != 0 ? said->address : said->vassal;
	char from[ADDR_TEXT];

	if (log_limited(&g->told[result], LINES))
		log_about(LEVEL_WARN, &about, "subscriptions %s: %.*s => %.*s, from %s, is %s: %s",
			  g->server, (int)said->key.len, said->key.data, (int)node.len, node.data,
			  print_sender(a, from, sizeof(from)),
			  subscription_withdraws(said) ? "not unsubscribed" : "refused", why);
}

static enum subscription_verdict refuse(struct subscription_guard *g,
					const struct subscription_arrival *a,
					enum subscription_result *result,
					enum subscription_result is, const char *why)
{
	*result = is;
	subscription_guard_report(g, a, is, why);
	return VERDICT_REFUSED;
}

/* A key may lead nowhere else than into the folder. */
static bool is_file_name(struct slice key)
{
	return key.len != 0 && memchr(key.data, '/', key.len) == NULL &&
	       memchr(key.data, '\0', key.len) == NULL && !slice_is(key, ".") &&
	       !slice_is(key, "..");
}

/* As --subscriptions-credentials-check of uWSGI does it: one of the folders is enough. */
static bool owns_key(const char *folders, struct slice key, const struct credentials *from)
{
	char path[PATH_MAX];
	struct slice folder;
	struct stat st;

	if (!is_file_name(key))
		return false;
	while ((folder = config_ids_next_folder(&folders)).len != 0) {
		int len = snprintf(path, sizeof(path), "%.*s/%.*s", (int)folder.len, folder.data,
				   (int)key.len, key.data);

		if ((size_t)len < sizeof(path) && stat(path, &st) == 0 && st.st_uid == from->uid &&
		    st.st_gid == from->gid)
			return true;
	}
	return false;
}

/* NULL: the sender may announce that. */
static const char *credentials_problem(const struct subscription_credentials_conf *conf,
				       const struct subscription_arrival *a)
{
	if (!a->from.known)
		return "it has no credentials: only unix sockets have";
	if (conf->uids != NULL && !config_ids_has(conf->uids, a->from.uid))
		return "its user is not one of uids";
	if (conf->gids != NULL && !config_ids_has(conf->gids, a->from.gid))
		return "its group is not one of gids";
	if (conf->check != NULL && !owns_key(conf->check, a->said.key, &a->from))
		return "the folders of check have no file of that key that is the sender's";
	return NULL;
}

/* Root is none of them, as in uWSGI. */
static bool needs_none(const struct subscription_sign_conf *conf, const struct credentials *from)
{
	return from->known && from->uid != 0 && config_ids_has(conf->skip_uids, from->uid);
}

static void begin_turn(struct subscription_guard *g)
{
	uint64_t now_us = clock_us();

	if (g->turn_us != 0 && now_us - g->turn_us < SUBSCRIPTION_GUARD_TURN_US)
		return;
	g->turn_us = now_us;
	subscription_sign_turn(g->sign, now_us, SUBSCRIPTION_SIGN_BUDGET_US);
}

static enum subscription_verdict verify(struct subscription_guard *g,
					const struct subscription_arrival *a,
					struct subscription_replay_now now,
					enum subscription_result *result)
{
	const enum subscription_result bad = SUBSCRIPTION_BAD_SIGNATURE;
	bool known = subscription_replay_knows(&g->replay, &a->said);

	begin_turn(g);
	switch (subscription_sign_verify(g->sign, &a->said, known)) {
	case SIGN_LATER:
		return VERDICT_LATER;
	case SIGN_BAD:
		return refuse(g, a, result, bad, "its signature is wrong");
	case SIGN_NO_KEY:
		return refuse(g, a, result, bad, subscription_sign_why(g->sign));
	case SIGN_GOOD:
		break;
	}
	if (subscription_replay_accept(&g->replay, &a->said, now))
		return VERDICT_SIGNED;
	return refuse(g, a, result, SUBSCRIPTION_OVER_LIMIT, "no memory for its stamp");
}

static enum subscription_verdict judge_signed(struct subscription_guard *g,
					      const struct subscription_arrival *a,
					      enum subscription_result *result)
{
	const enum subscription_result replayed = SUBSCRIPTION_REPLAYED;
	struct subscription_replay_now now = replay_now(g);

	if (g->sign == NULL || !g->usable)
		return refuse(g, a, result, SUBSCRIPTION_OVER_LIMIT, "no memory for its stamp");
	switch (subscription_replay_check(&g->replay, &a->said, now)) {
	case REPLAY_FRESH:
		return verify(g, a, now, result);
	case REPLAY_COPY:
		*result = SUBSCRIPTION_DUPLICATE;
		return VERDICT_REFUSED;
	case REPLAY_OLD_STAMP:
		return refuse(g, a, result, replayed, "a later one has come before it");
	case REPLAY_OTHER_COMMAND:
		return refuse(g, a, result, replayed, "it is one that has come before, with the "
			      "other command");
	case REPLAY_TOO_OLD:
		return refuse(g, a, result, replayed, "its time is too far in the past; see "
			      "tolerance of sign");
	case REPLAY_TOO_NEW:
		return refuse(g, a, result, replayed, "its time is too far in the future; see "
			      "tolerance of sign");
	case REPLAY_FULL:
		break;
	}
	return refuse(g, a, result, SUBSCRIPTION_OVER_LIMIT,
		      "as many stamps as max_nodes are remembered");
}

enum subscription_verdict subscription_guard_judge(struct subscription_guard *g,
						   const struct subscription_arrival *a,
						   enum subscription_result *result)
{
	const struct subscription_conf *conf = g->conf;
	const char *why;

	if (conf->vassal_required && a->said.vassal.len == 0)
		return refuse(g, a, result, SUBSCRIPTION_DENIED, "it names no vassal");
	why = conf->credentials.on ? credentials_problem(&conf->credentials, a) : NULL;
	if (why != NULL)
		return refuse(g, a, result, SUBSCRIPTION_DENIED, why);
	if (!conf->sign.on)
		return VERDICT_UNSIGNED;
	if (needs_none(&conf->sign, &a->from))
		return VERDICT_SIGNED;
	if (a->said.has_sign)
		return judge_signed(g, a, result);
	if (conf->allow_unsigned)
		return VERDICT_UNSIGNED;
	return refuse(g, a, result, SUBSCRIPTION_BAD_SIGNATURE, "it has no signature");
}

bool subscription_guard_suspects(const struct subscription_guard *g)
{
	return g->sign != NULL && subscription_sign_suspects(g->sign);
}
