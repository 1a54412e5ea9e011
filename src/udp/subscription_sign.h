/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Verifies the signatures of announcements, as a server of uWSGI with --subscriptions-sign-check
 * DIGEST:FOLDER does: over the pairs in front of `sign`, with the public key whose file is named
 * after the key of the subscription (subscription_keys.h). Refuses to use more than a part of the
 * process's time: when the time of a turn is used up, the answer is SIGN_LATER, and the owner asks
 * again in another turn. No other file than those keys is opened: sni_crt and the like are bytes.
 * Whether an announcement was seen before is the matter of subscription_replay.h, to be asked
 * first: it costs a fraction. Source: core/subscription.c of uWSGI 2.0.21.
 */
#ifndef UDP_SUBSCRIPTION_SIGN_H
#define UDP_SUBSCRIPTION_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"
#include "core/subscription.h"

#define SUBSCRIPTION_SIGN_BUDGET_US 2000	/* of a turn of 10 ms: a fifth of a processor */
#define SUBSCRIPTION_SIGN_BAD 1	/* wrong signatures of a key in a turn: it is flooded */

struct subscription_sign;

/*
 * With a digest that digest_exists() (core/digest.h); NULL: it does not. `folder` is copied; that
 * it is missing shows when a key is needed, as it may come later. `mountpoints`: of a key like
 * host/app what stands before the first '/' names the file.
 */
struct subscription_sign *subscription_sign_open(const char *digest, const char *folder,
						 bool mountpoints) MUST_CHECK;
void subscription_sign_close(struct subscription_sign *s);	/* NULL is allowed */

/*
 * A turn begins, with so many microseconds of a processor for all of its verifications; the last
 * one may take longer. The second half is not for names without a loaded key that are not known,
 * and not for keys that had a wrong signature in the turn. Before the first turn nothing is
 * verified. `now_us` is of clock_us(); the turns of a process are in its order.
 */
void subscription_sign_turn(struct subscription_sign *s, uint64_t now_us, uint64_t budget_us);

enum subscription_signed {
	SIGN_GOOD,
	SIGN_BAD,	/* wrong, absent, not the last pair, or made for the other command */
	SIGN_NO_KEY,	/* no file, or no key in it: subscription_sign_why() */
	SIGN_LATER,	/* the time of this turn is used up, nothing is known of the signature */
};

/*
 * Of an announcement that was parsed, either way. `known`: one of its key was good before, maybe
 * in another process: there is a file. Known keys cost no system call but a stat() a
 * second each. That there is no key is remembered for a second: so late may a new file be seen.
 */
enum subscription_signed subscription_sign_verify(struct subscription_sign *s,
						  const struct subscription *a,
						  bool known) MUST_CHECK;

/*
 * The command is in the header, which no signature covers. A client can bind it: a pair `cmd` in
 * front of `sign` that is 0 or 1 is the only command that the signature is good for. uWSGI's own
 * clients do not; there subscription_replay.h does what can be done. true without such a pair.
 */
bool subscription_sign_binds(const struct subscription *a) MUST_CHECK;

/*
 * Whether the last SIGN_LATER was for a name without a loaded key, or with wrong signatures: there
 * would have been time for others.
 */
bool subscription_sign_suspects(const struct subscription_sign *s) MUST_CHECK;

/* Why the last verification was SIGN_NO_KEY: "/etc/keys/a.pem: No such file or directory". */
const char *subscription_sign_why(struct subscription_sign *s);

#endif
