/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state file. Its checksum would stop nearly every input, so each is read as it is and
 * with a checksum that fits. What is readable becomes a configuration or errors.
 */
#include "config/state_document.h"

#include <string.h>

#include "base.h"
#include "config/config_tree.h"
#include "core/text.h"

static void read_part(const struct node *tree, struct arena *arena)
{
	struct conf_errors errors;
	struct config *config;

	if (tree == NULL)
		return;
	conf_errors_init(&errors, arena);
	config = config_tree_read(tree, base_config(), &errors);
	HOLDS((config != NULL) == (errors.errors == 0));
	config_free(config);
	conf_errors_close(&errors);
}

static void read_document(struct slice text)
{
	struct arena *arena = arena_new();
	struct state_document document = { .running = NULL };
	char why[STATE_DOCUMENT_WHY] = "";

	if (state_document_read(text, arena, &document, why)) {
		HOLDS(document.running != NULL && document.running->kind == NODE_MAP);
		HOLDS(document.health == NULL || document.health->kind == NODE_MAP);
		read_part(document.running, arena);
		read_part(document.base, arena);
	} else {
		HOLDS(why[0] != '\0' && memchr(why, '\0', sizeof(why)) != NULL);
	}
	arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice piece = { (const char *)data, size };
	struct text text;

	read_document(piece);
	text_init(&text);
	text_append(&text, data, size);
	state_document_seal(&piece, 1, &text);
	read_document(text_slice(&text));
	text_close(&text);
	return 0;
}
