/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_string.h"

#include "core/text.h"

void fastrouter_string(struct text *yaml, const char *before, const char *text,
			      const char *behind)
{
	struct text doubled;

	text_init(&doubled);
	for (const char *c = text; *c != '\0'; c++)
		text_printf(&doubled, "%s%c", *c == '$' ? "$" : "", *c);
	text_puts(yaml, before);
	text_json(yaml, text_slice(&doubled));
	text_puts(yaml, behind);
	text_close(&doubled);
}
