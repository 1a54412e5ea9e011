/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A route: the pattern of a path, the methods that it takes, and the function that
 * serves it. A pattern is made of literal segments and captures:
 * /_v1/services/{service}/backends/{backend}. The word in braces is the type of the
 * capture: how many bytes it may have, and whether it is a number. This file matches one
 * path against one pattern; routes.c has the table.
 */
#ifndef ADMIN_ROUTE_H
#define ADMIN_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/http.h"
#include "core/base.h"

/* Types of captures; a pattern has each at most once. */
enum route_capture {
	ROUTE_SERVICE,	/* {service}: the name of a service */
	ROUTE_BACKEND,	/* {backend}: the name of a backend, which may be an address */
	ROUTE_FANOUT,	/* {fanout}: the name of a fan-out */
	ROUTE_SERVER,	/* {server}: the name of a subscription server */
	ROUTE_KEY,	/* {key}: a key of one */
	ROUTE_CACHE,	/* {cache}: the name of a cache */
	ROUTE_ITEM,	/* {item}: the key of an item of one */
	ROUTE_ID,	/* {id}: a number */
	ROUTE_CAPTURES,
};

#define ROUTE_CAPTURE_BYTES 512	/* all captures of a path together, each with its NUL */

struct route_captures {
	const char *text[ROUTE_CAPTURES];	/* decoded; NULL: not in the pattern */
	uint64_t    id;				/* of {id} */
	size_t      used;
	char        bytes[ROUTE_CAPTURE_BYTES];
};

typedef void route_handler(struct http_request *r, const struct route_captures *captures);

struct route {
	const char      *pattern;
	unsigned         methods;	/* of enum http_method; HEAD comes with GET */
	enum http_access access;	/* what the listener must allow */
	route_handler   *serve;
	const char *const *parameters;	/* of the query, NULL at the end; others are refused */
	const char      *help;		/* what it does, for the answer to a wrong method */
};

/*
 * Whether the path, still percent-encoded, is one of the pattern. Segments are decoded one
 * by one: an encoded slash is a byte of its segment. A capture that is empty, longer than
 * its type allows, or has a NUL, does not match.
 */
bool route_matches(const char *pattern, const char *path,
		   struct route_captures *captures) MUST_CHECK;
/* Whether the route serves the method: its own, or HEAD where it has GET. */
bool route_takes(const struct route *route, enum http_method method) MUST_CHECK;

#endif
