/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address of a node, made from what a client has sent. What it sent may be an enemy's: where
 * it becomes a part of a path, it cannot leave the folder. Source of the forms:
 * uwsgi_cr_map_use_base and uwsgi_cr_map_use_pattern in plugins/corerouter/cr_map.c of uWSGI
 * 2.0.21, which check nothing.
 */
#ifndef CORE_ROUTE_EXPAND_H
#define CORE_ROUTE_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

#define ROUTE_EXPAND_MAX 512	/* bytes of an address, its NUL counted */
#define ROUTE_EXPAND_GROUPS 10	/* $0 to $9 */

/* Whether the text may be a part of a path: not empty, no slash, no NUL, no dot at the front. */
bool route_expand_safe(struct slice part);

/*
 * Each writes the address and a NUL to `out`, ROUTE_EXPAND_MAX bytes. false: the key, or a group
 * that the address names, is not safe; or the address is too long.
 */

/* Base and key. */
bool route_expand_base(const char *base, struct slice key, char *out) MUST_CHECK;
/* %s is the key, %% a percent sign, and %( both its characters; any other %X is left out. */
bool route_expand_pattern(const char *pattern, struct slice key, char *out) MUST_CHECK;
/*
 * $0 to $9, or \0 to \9, is a group, which may be empty; $$ and \\ are one such character. No
 * part of the path that has a group in it is empty, hidden, or "..".
 */
bool route_expand_groups(const char *address, const struct slice groups[ROUTE_EXPAND_GROUPS],
			 char *out) MUST_CHECK;

#endif
