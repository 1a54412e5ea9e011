/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Go's "host:port" as heddle takes it. A name to listen on is looked up once, now, which may wait
 * for DNS; one to connect to stays a name. Only for command lines, before anything runs.
 */
#ifndef COMPAT_RESOLVE_H
#define COMPAT_RESOLVE_H

#include <stdbool.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/endpoint.h"

struct arena;

struct resolved {
	char text[ADDR_TEXT];	/* as the configuration writes it */
	bool named;		/* there was a name to look up */
};

/*
 * false: *why is the reason ("missing port in address"). An empty host is every address; of a name
 * only the first address is taken, v4 before v6.
 */
bool resolve_listen(const char *text, struct resolved *out, const char **why) MUST_CHECK;
/* An empty host is this machine. Ports may be names, as everywhere in Go. */
bool resolve_remote(const char *text, struct endpoint *out, struct arena *arena,
		    const char **why) MUST_CHECK;

#endif
