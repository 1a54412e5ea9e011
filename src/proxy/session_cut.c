/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_cut.h"

#include <stdbool.h>

#include "core/text.h"
#include "process/change.h"
#include "proxy/session_all.h"

static struct text removed;	/* struct change_op */

void session_cut_prepare(const struct change_op *op)
{
	if (op->cut && op->kind != NULL && op->kind->cell != CELL_NONE)
		text_append(&removed, op, sizeof(*op));
}

void session_cut_commit(void)
{
	const struct change_op *list = (const struct change_op *)(const void *)removed.data;

	for (size_t i = 0; i < removed.len / sizeof(*list); i++) {
		bool backend = list[i].kind->cell != CELL_SERVICE;

		session_all_cut(change_service(&list[i]),
				backend ? list[i].handle : (struct handle){ HANDLE_NONE, 0 });
	}
	text_clear(&removed);
}

void session_cut_abort(void)
{
	text_clear(&removed);
}
