/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/state_health.h"

#include "config/config.h"
#include "core/scoreboard.h"
#include "core/text.h"

static void print_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct text *out = arg, name;
	uint32_t word;

	(void)path;
	if (object->kind->cell != CELL_BACKEND || object->handle.index == HANDLE_NONE)
		return;
	word = backend_cell(object->handle.index)->health;
	if (word == HEALTH_UP || word == HEALTH_UNRESOLVED)
		return;
	text_init(&name);
	text_printf(&name, "%s/%s", parent->name, object->name);
	text_puts(out, out->data[out->len - 1] == '{' ? "" : ", ");
	text_json(out, text_slice(&name));
	text_puts(out, word == HEALTH_CHECKING ? ": \"checking\"" : ": \"down\"");
	text_close(&name);
}

void state_health_print(const struct config *config, struct text *out)
{
	text_putc(out, '{');
	config_each(config, "", print_one, out);
	text_putc(out, '}');
}
