/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of uWSGI that say who may subscribe: signatures, and credentials at unix sockets. */
#ifndef COMPAT_FASTROUTER_GUARD_H
#define COMPAT_FASTROUTER_GUARD_H

struct fastrouter_options;
struct text;

/* The directives of the subscription server. Relative folders belong to `folder`. */
void fastrouter_guard_put(struct fastrouter_options *o, const char *folder, struct text *yaml);

#endif
