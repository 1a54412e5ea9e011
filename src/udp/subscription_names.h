/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Announcements whose address is the name of a host: the node is at each address that DNS has for
 * it. A name is watched as long as it is announced. The last announcements are kept, and applied
 * again when the addresses have changed; addresses that are gone are not refreshed any more.
 */
#ifndef UDP_SUBSCRIPTION_NAMES_H
#define UDP_SUBSCRIPTION_NAMES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/map.h"
#include "core/slice.h"

#define SUBSCRIPTION_NAMES_MAX 1000	/* of a server; one more is not resolved */

struct subscription_name;

struct subscription_names {
	struct map by_text;
	/*
	 * The name has other addresses: the announcement as it came at that time (loop clock), and
	 * whether it was signed.
	 */
	void (*again)(void *owner, struct slice datagram, const struct sockaddr *sender,
		      uint64_t at_ms, bool is_signed);
	void  *owner;
};

/* NULL: it is no name, or there are too many. Kept until it is not asked for any more. */
struct subscription_name *subscription_names_get(struct subscription_names *names,
						 struct slice text, uint64_t now_ms);
/* The n-th address, with the port. false: there are no more. */
bool subscription_names_address(const struct subscription_name *name, unsigned n,
				struct addr *addr) MUST_CHECK;
/* The newest announcement of the key at that name. */
void subscription_names_keep(struct subscription_name *name, struct slice key,
			     struct slice datagram, const struct sockaddr *sender,
			     uint64_t now_ms, bool is_signed);
/* It is withdrawn. */
void subscription_names_forget(struct subscription_name *name, struct slice key);
/* Every second: gives up what was not announced for so long. */
void subscription_names_expire(struct subscription_names *names, uint64_t now_ms,
			       uint64_t tolerance_ms);
void subscription_names_close(struct subscription_names *names);

#endif
