/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects whose names are any text, and what is there under such a name besides: announced nodes
 * of a subscription server, live items of a cache.
 */
#ifndef ADMIN_V1_KEY_H
#define ADMIN_V1_KEY_H

#include <stddef.h>

#include "admin/requests.h"
#include "admin/route.h"

struct object;
struct text;

struct v1_key_kind {
	const char        *pattern;	/* of its route */
	const char        *section, *below;	/* "subscriptions", "keys" */
	enum route_capture owner, key;
	enum request_verb  removes;	/* what is there besides */
	/* The value of that request. */
	void             (*what)(const char *owner, const char *key, struct text *out);
	const char        *removed;	/* for the log */
	requests_done_handler *done;	/* calls v1_key_removed() */
};

#define V1_KEY_PATH 700

/* "caches/C", or with the key "caches/C/entries/KEY"; `path` has V1_KEY_PATH bytes. */
void v1_key_owner_path(const struct v1_key_kind *kind, const struct route_captures *captures,
		       char *path);
void v1_key_path(const struct v1_key_kind *kind, const struct route_captures *captures,
		 char *path);
/* NULL: there is none of that name. */
const struct object *v1_key_owner(const struct v1_key_kind *kind,
				  const struct route_captures *captures);

/* What was there besides is gone, or not: goes on with what is configured. */
void v1_key_removed(const struct requests_result *result, struct http_request *r,
		    const struct v1_key_kind *kind);

void v1_key_serve_kind(struct http_request *r, const struct route_captures *captures,
		       const struct v1_key_kind *kind);

#endif
