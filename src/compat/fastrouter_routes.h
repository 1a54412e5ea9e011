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
 * Appends `routes` of the service. A way that uWSGI would have ignored is told; without any way
 * options->status becomes 2.
 */
void fastrouter_routes_put(struct fastrouter_options *options, const char *folder,
			   struct text *yaml);

/* Appends the text quoted, with its dollar signs doubled, between two others. */
void fastrouter_routes_string(struct text *yaml, const char *before, const char *text,
			      const char *behind);

#endif
