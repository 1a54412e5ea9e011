/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guard against signed announcements that come a second time: what was accepted last of each
 * key and address, as long as its stamp is tolerated, whatever became of the node. It lies in a
 * shared table, and so outlives the process that fills it. Only what was verified is remembered:
 * without a key nobody fills it. Unsigned announcements are none of its business.
 *
 * A stamp is `unix`: seconds, at an unsubscription one second ahead.
 *   subscription:   above the last subscription's, not below the last unsubscription's less one
 *                   (an instance that is restarted at once announces itself in that second)
 *   with `clear`:   the same, but it may have the stamp of a last subscription without
 *   unsubscription: above both
 * No signature covers the command, so the bytes that were accepted with one command are refused
 * with the other one. An instance that starts in the second behind its end may send just those:
 * its next announcement, a second later, is the first that is accepted. What the protocol leaves
 * open: who holds a datagram back that never arrived may deliver it later, with either command,
 * until the next one of that key and address is accepted. A pair `cmd` (subscription_sign.h)
 * leaves it one command.
 * The address counts as it was signed: `:3031` is one address, whoever sends it.
 *
 * For each signed announcement: subscription_replay_check(), then, if it is fresh,
 * subscription_sign_verify(), then subscription_replay_accept(), with nothing of the same server
 * accepted between; only then does the node change.
 */
#ifndef UDP_SUBSCRIPTION_REPLAY_H
#define UDP_SUBSCRIPTION_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/shared_table.h"
#include "core/siphash.h"
#include "core/subscription.h"

#define SUBSCRIPTION_REPLAY_TOLERANCE 86400	/* seconds: the default, uWSGI's own */

/* The fields are subscription_replay.c's. */
struct subscription_replay {
	struct shared_table table;
	struct siphash_seed seed;	/* of the table, not of the process */
	uint64_t            floor;	/* seconds: older stamps may have been forgotten */
	uint32_t            at;		/* the next bucket of the expiry */
	uint32_t            most;	/* entries */
};

/* The name of the table of that server: "r/NAME", or a part of a long one with a sum of it all. */
struct slice subscription_replay_name(const char *server, char buf[SHARED_TABLE_NAME + 1]);
/*
 * For the writer of the region. What a predecessor has accepted is there. false: there is no room
 * for the table, or there are no random numbers. Then nothing signed may be accepted.
 */
bool subscription_replay_open(struct subscription_replay *r, struct shared_region *region,
			      const char *server, uint32_t most) MUST_CHECK;
/* With less than there are: those stay, and new ones are refused. */
void subscription_replay_limit(struct subscription_replay *r, uint32_t most);
/*
 * The server is removed. One with this name that comes back accepts everything that is tolerated
 * once more. To leave, for a successor, takes no call.
 */
void subscription_replay_drop(struct subscription_replay *r);
/* Entries: addresses of which a stamp is remembered. */
uint64_t subscription_replay_count(const struct subscription_replay *r);

/* `seconds` of the wall clock. The future is tolerated as far as the past. */
struct subscription_replay_now {
	uint64_t seconds, tolerance;
};

enum subscription_fresh {
	REPLAY_FRESH,
	REPLAY_COPY,	/* what was accepted: a second path has delivered it, to be ignored */
	REPLAY_OLD_STAMP,	/* a replay: something newer was accepted */
	REPLAY_OTHER_COMMAND,	/* what was accepted, with the other command: see above */
	REPLAY_TOO_OLD,	/* not tolerated */
	REPLAY_TOO_NEW,
	REPLAY_FULL,	/* it would be one entry too many; nothing that is tolerated makes way */
};

/*
 * Of a signed announcement. Copies are known by the bytes that the signature is over and by the
 * command: padding, and a second signature over the same, make no difference.
 */
enum subscription_fresh subscription_replay_check(struct subscription_replay *r,
						  const struct subscription *a,
						  struct subscription_replay_now now) MUST_CHECK;

/* Whether one of that key and address was accepted, and is remembered. */
bool subscription_replay_knows(const struct subscription_replay *r,
			       const struct subscription *a) MUST_CHECK;
/*
 * It was fresh, and its signature is right. false: the memory is full, and the announcement must
 * be refused, as the next one like it could not be told from it.
 */
bool subscription_replay_accept(struct subscription_replay *r, const struct subscription *a,
				struct subscription_replay_now now) MUST_CHECK;

/*
 * Forgets what is not tolerated any more, in the next `buckets` of the table. To be called now
 * and then, so that all of it is gone through in a fraction of the tolerance.
 */
void subscription_replay_expire(struct subscription_replay *r, struct subscription_replay_now now,
				uint32_t buckets);

#endif
