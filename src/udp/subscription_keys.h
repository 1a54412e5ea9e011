/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public keys that signatures of announcements are verified with: files in PEM in one folder,
 * as --subscriptions-sign-check of uWSGI has them. Keys are loaded when they are needed, and
 * bounded: of more than that the least recently used go. The name of a file is made of the key of
 * a subscription in such a way that it cannot lead out of the folder. Names come from strangers:
 * that there is no file is remembered apart, so that no number of such names displaces a key.
 */
#ifndef UDP_SUBSCRIPTION_KEYS_H
#define UDP_SUBSCRIPTION_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/list.h"
#include "core/slice.h"
#include "core/subscription.h"

#define SUBSCRIPTION_KEYS_MOST 10000	/* keys that are loaded */
#define SUBSCRIPTION_KEYS_MISSING 1000	/* names without a key that are remembered */
#define SUBSCRIPTION_KEYS_CHECK_US 1000000	/* a file is looked at so often, not more */
#define SUBSCRIPTION_KEYS_FILE_MAX 65536	/* bytes of a file */
#define SUBSCRIPTION_KEYS_NAME (SUBSCRIPTION_KEY_MAX + 5)	/* with ".pem" and NUL */

struct evp_pkey_st;
struct subscription_keys;

/* One file. Valid until the next subscription_keys_load() or subscription_keys_close(). */
struct subscription_key {
	struct list         link;	/* of those that are loaded, or of those that are not */
	char                name[SUBSCRIPTION_KEYS_NAME];
	struct evp_pkey_st *pkey;	/* NULL: there is none, see `why` */
	const char         *why;	/* "No such file or directory"; not to be freed */
	uint64_t            checked_us;	/* when the file was looked at */
	uint64_t            turn;	/* for subscription_sign.c: the turn that `bad` counts in */
	unsigned            bad;
	/* of the file that was read */
	uint64_t            device, inode, size;
	int64_t             modified, changed;	/* seconds */
	bool                young;	/* it may change once more within the same second */
};

/* Of `folder`, which need not exist; at most `most` are kept, and `missing` names without one. */
struct subscription_keys *subscription_keys_open(const char *folder, unsigned most,
						 unsigned missing);
void subscription_keys_close(struct subscription_keys *keys);	/* NULL is allowed */
const char *subscription_keys_folder(const struct subscription_keys *keys);
unsigned subscription_keys_count(const struct subscription_keys *keys);	/* that are loaded */

/*
 * The name of the file: all bytes but 0-9 A-Z a-z . _ - become '_', and ".pem" follows. With
 * `mountpoints` what stands before the first '/' counts alone: host/app has the key of host. Two
 * keys of subscriptions may have one file, as in uWSGI: a:1 and a_1. At most SUBSCRIPTION_KEY_MAX
 * bytes of the key are used.
 */
void subscription_keys_name(struct slice key, bool mountpoints, char name[SUBSCRIPTION_KEYS_NAME]);

/* What is known of the file, without a system call. NULL: nothing. */
struct subscription_key *subscription_keys_find(struct subscription_keys *keys, const char *name);
/* The file was not looked at for SUBSCRIPTION_KEYS_CHECK_US: subscription_keys_load() is due. */
bool subscription_keys_is_due(const struct subscription_key *key, uint64_t now_us);
/* Looks at the file, and reads it if it is another one than before. NULL: no memory. */
struct subscription_key *subscription_keys_load(struct subscription_keys *keys, const char *name,
						uint64_t now_us);

#endif
