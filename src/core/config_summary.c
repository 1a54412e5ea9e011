/* SPDX-License-Identifier: BSD-2-Clause */
/* The last line of a load: counts, and what became of it. */
#include "core/config.h"
#include "core/text.h"

static void count(struct text *out, size_t n, const char *one, const char *many)
{
	text_printf(out, "%zu %s", n, n == 1 ? one : many);
}

void config_summary(const struct config_source *source, const struct config *config,
		    const struct conf_errors *errors, struct text *out)
{
	const char *file = source->file != NULL ? source->file : "the arguments";

	text_puts(out, "heddle: ");
	if (config == NULL) {
		count(out, errors->errors, "error", "errors");
		if (errors->warnings > 0) {
			text_puts(out, ", ");
			count(out, errors->warnings, "warning", "warnings");
		}
		text_printf(out, " in %s; nothing was started\n", file);
		return;
	}
	text_puts(out, file);
	if (config->files > 0) {
		text_puts(out, " and ");
		count(out, config->files, "included file", "included files");
	}
	text_puts(out, ": ok, ");
	count(out, config->count, "service", "services");
	text_puts(out, ", ");
	count(out, config->backends, "backend", "backends");
	if (errors->warnings > 0) {
		text_puts(out, ", ");
		count(out, errors->warnings, "warning", "warnings");
	}
	text_putc(out, '\n');
}
