/* SPDX-License-Identifier: BSD-2-Clause */
/* A node, and a key with its nodes, as the stats server of uWSGI's fastrouter shows them. */
#ifndef ADMIN_FASTROUTER_NODE_H
#define ADMIN_FASTROUTER_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

struct backend;
struct fastrouter_write;
struct service;
struct shared_entry;
struct subscription_conf;

/* It is one of the nodes that all sessions may go to; --fastrouter-to has them. */
bool fastrouter_node_is_static(const struct service *s, const struct backend *b);
bool fastrouter_node_any_static(const struct service *s);	/* there are such */
void fastrouter_node_static(struct fastrouter_write *w, const struct backend *b);
/* An entry of the table of that server; one that is damaged is left out. */
void fastrouter_node_key(struct fastrouter_write *w, const struct shared_entry *entry,
			 const struct subscription_conf *server);
/* The bucket that uWSGI has the key in. */
uint32_t fastrouter_node_hash(struct slice key);

#endif
