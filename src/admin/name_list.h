/* SPDX-License-Identifier: BSD-2-Clause */
/* The services that a request is about: `service=a,b`, the same for statistics and health. */
#ifndef ADMIN_NAME_LIST_H
#define ADMIN_NAME_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

#define NAME_LIST_BYTES 4096

struct http_request;

struct name_list {
	bool   any;	/* the request has a list */
	size_t len;
	char   text[NAME_LIST_BYTES];	/* each terminated by NUL, `len` bytes together */
};

/*
 * Reads the list. false: the request has been answered with an error, because the list is
 * too long, or has no name in it.
 */
bool name_list_read(struct name_list *list, struct http_request *r) MUST_CHECK;
/* The name after `name`, or the first one for NULL. NULL: there is no other. */
const char *name_list_next(const struct name_list *list, const char *name);
/* True for every name when the request has no list. */
bool name_list_has(const struct name_list *list, const char *name);

#endif
