/* SPDX-License-Identifier: BSD-2-Clause */
/* The caches of `heddle fastrouter`: --cache, --cache2, --file and --fastrouter-use-cache. */
#ifndef COMPAT_FASTROUTER_CACHE_H
#define COMPAT_FASTROUTER_CACHE_H

struct fastrouter_options;
struct text;

/* Appends `caches`. What cannot be is told, and options->status becomes 2. */
void fastrouter_cache_put(struct fastrouter_options *options, const char *folder,
			  struct text *yaml);
/* Appends the route that --fastrouter-use-cache means; nothing without it. */
void fastrouter_cache_put_route(struct fastrouter_options *options, struct text *yaml);

#endif
