/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which site a uwsgi request is for: the key, from the variables of its block. Source of the
 * rules: plugins/fastrouter/fastrouter.c of uWSGI 2.0.21 (fr_get_hostname) and 2.1-dev
 * (mountpoints); the rules without a counterpart there are off by default.
 */
#ifndef CORE_UWSGI_KEY_H
#define CORE_UWSGI_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

#define UWSGI_KEY_MAX 255	/* bytes; a longer value counts as absent */

struct uwsgi_key_rules {
	/*
	 * The key for every request; its block is not looked at, and may be anything. NULL: none.
	 */
	const char *force;
	/*
	 * The variable that has the key. NULL: UWSGI_FASTROUTER_KEY, else HTTP_HOST, else
	 * SERVER_NAME, in any order in the block. Of several with one name the last counts, of
	 * SERVER_NAME the first that is not empty. An empty value counts: it takes the key away,
	 * and an empty UWSGI_FASTROUTER_KEY keeps HTTP_HOST away, too.
	 */
	const char *variable;
	bool        strip_port;		/* "example.com:8000" is example.com, "[::1]:80" is [::1] */
	bool        strip_dot;		/* "example.com." is example.com; behind strip_port */
	bool        lowercase;		/* A to Z */
	/*
	 * So many parts of PATH_INFO are appended: with 1, "/a/b" makes example.com/a. "/" appends
	 * nothing, nor does what makes the key longer than UWSGI_KEY_MAX.
	 */
	unsigned    mountpoints;
};

enum uwsgi_key_result {
	UWSGI_KEY_FOUND,
	UWSGI_KEY_MISSING,	/* none, or an empty one */
	UWSGI_KEY_NO_PATH,	/* mountpoints, and no PATH_INFO that begins with "/" */
	UWSGI_KEY_BAD,		/* the block is malformed */
};

struct uwsgi_key {
	char   text[UWSGI_KEY_MAX + 1];	/* may hold NUL; a NUL behind it */
	size_t len;
	size_t host_len;	/* of it without what mountpoints have appended */
};

/* `block`: all bytes that the header declares. */
enum uwsgi_key_result uwsgi_key_read(struct uwsgi_key *key, const struct uwsgi_key_rules *rules,
				     struct slice block);

#endif
