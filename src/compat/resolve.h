/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Go's "host:port" as addresses that heddle takes: names are looked up once,
 * now, which may wait for DNS. Only for command lines, before anything runs.
 */
#ifndef COMPAT_RESOLVE_H
#define COMPAT_RESOLVE_H

#include "core/addr.h"

#define RESOLVE_MAX 16	/* addresses taken of one name */

struct resolved {
	char     text[RESOLVE_MAX][ADDR_TEXT];	/* as the configuration writes them */
	unsigned count;
	bool     named;		/* there was a name to look up */
};

/*
 * false: *why is the reason ("address db: missing port in address"). To listen, an
 * empty host is every address, and of a name only the first is taken, v4
 * before v6; to dial, an empty host is this machine.
 */
bool resolve(const char *text, enum addr_use use, struct resolved *out,
	     const char **why) MUST_CHECK;

#endif
