/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits as bytes, from the process that talks to clients to the master. Each edit: verb, whether
 * there is a tree (bytes), the length of the path (uint32_t, of the machine), the path, the tree
 * as in core/node_codec.h. The reader trusts nothing of it.
 */
#ifndef CONFIG_CONFIG_EDIT_CODEC_H
#define CONFIG_CONFIG_EDIT_CODEC_H

#include "config/config_edit.h"

struct text;

void config_edit_codec_encode(const struct config_edit *edit, struct text *out);
/* Takes one edit off the front of *bytes, into `arena`. false: not readable. */
bool config_edit_codec_decode(struct slice *bytes, struct arena *arena, struct config_edit *edit)
	MUST_CHECK;

#endif
