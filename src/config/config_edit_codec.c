/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_edit_codec.h"

#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/node_codec.h"
#include "core/text.h"

#define HEAD (2 + sizeof(uint32_t))
#define PATH_MOST 512

void config_edit_codec_encode(const struct config_edit *edit, struct text *out)
{
	uint32_t len = (uint32_t)strlen(edit->path);

	text_putc(out, (char)edit->verb);
	text_putc(out, edit->tree != NULL);
	text_append(out, &len, sizeof(len));
	text_append(out, edit->path, len);
	if (edit->tree != NULL)
		node_codec_encode(edit->tree, out);
}

bool config_edit_codec_decode(struct slice *bytes, struct arena *arena, struct config_edit *edit)
{
	uint32_t len;

	if (bytes->len < HEAD || (unsigned char)bytes->data[0] >= EDIT_VERBS)
		return false;
	memcpy(&len, bytes->data + 2, sizeof(len));
	if (len > PATH_MOST || len > bytes->len - HEAD ||
	    memchr(bytes->data + HEAD, '\0', len) != NULL)
		return false;
	edit->verb = (enum edit_verb)bytes->data[0];
	edit->path = arena_copy(arena, (struct slice){ bytes->data + HEAD, len });
	edit->tree = NULL;
	bool tree = bytes->data[1] != 0;

	*bytes = slice_after(*bytes, HEAD + len);
	if (tree)
		edit->tree = node_codec_decode(bytes, arena);
	return !tree || edit->tree != NULL;
}
