/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/state_shuttle.h"

#include <stdio.h>

#include "config/shuttle_document.h"
#include "core/arena.h"

bool state_shuttle_read(struct slice text, enum shuttle_dialect dialect, struct arena *arena,
			struct state_document *document, char *why)
{
	struct conf_errors errors;
	struct node *tree;

	conf_errors_init(&errors, arena);
	tree = shuttle_document_parse(&(struct shuttle_reader){ dialect, arena, &errors }, text);
	for (size_t i = 0; i < errors.count && tree == NULL; i++) {
		if (errors.list[i].level == CONF_ERROR)
			snprintf(why, STATE_DOCUMENT_WHY, "%s", errors.list[i].message);
	}
	conf_errors_close(&errors);
	*document = (struct state_document){ .running = tree };
	return tree != NULL;
}
