/* SPDX-License-Identifier: BSD-2-Clause */
/* The beginning of the figures of a service: who sends them, and where it listens. */
#ifndef ADMIN_FASTROUTER_HEAD_H
#define ADMIN_FASTROUTER_HEAD_H

struct fastrouter_write;
struct service;

/* `s` NULL: it was removed. The object stays open. */
void fastrouter_head_put(struct fastrouter_write *w, const struct service *s);

#endif
