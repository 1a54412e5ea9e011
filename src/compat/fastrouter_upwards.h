/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options of uWSGI's router that have to do with others: servers that its keys are announced to,
 * and the Emperor that starts vassals.
 */
#ifndef COMPAT_FASTROUTER_UPWARDS_H
#define COMPAT_FASTROUTER_UPWARDS_H

struct fastrouter_options;
struct text;

/* The directives of the subscription server. Relative paths belong to `folder`. */
void fastrouter_upwards_put(struct fastrouter_options *o, const char *folder, struct text *yaml);

#endif
