/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tree of nodes as bytes for another process, and back. Each node: kind, quoted (bytes), a
 * count (uint32_t, of the machine): of bytes of a scalar, which follow; of items of a list; of
 * pairs of a mapping, each a scalar and a value. Places in files are not kept.
 */
#ifndef CORE_NODE_CODEC_H
#define CORE_NODE_CODEC_H

#include "core/node.h"

#define NODE_CODEC_DEPTH 64	/* levels of a tree that is read */

struct text;

void node_codec_encode(const struct node *node, struct text *out);
/* Takes one tree off the front of *bytes, into `arena`. NULL: not readable. */
struct node *node_codec_decode(struct slice *bytes, struct arena *arena);

#endif
