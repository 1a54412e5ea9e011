/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where `heddle fastrouter` sends requests: its ways to a node in the order in which uWSGI asked
 * for them, of which it used the first alone, and then its fallback nodes.
 */
#ifndef COMPAT_FASTROUTER_ROUTES_H
#define COMPAT_FASTROUTER_ROUTES_H

struct fastrouter_options;
struct text;

/*
 * Appends `routes` of the service, and the caches that they name. A way that uWSGI would have
 * ignored is told; without any way options->status becomes 2.
 */
void fastrouter_routes_put(struct fastrouter_options *options, const char *folder,
			   struct text *yaml);

#endif
