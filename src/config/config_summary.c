/* SPDX-License-Identifier: BSD-2-Clause */
/* The last line of a load: counts, and what became of it. */
#include "config/config_load.h"
#include "config/item.h"
#include "core/text.h"

static void count(struct text *out, size_t n, const char *one, const char *many)
{
	text_printf(out, "%zu %s", n, n == 1 ? one : many);
}

void config_summary(const struct config_source *source, const struct config_file *file,
		    const struct conf_errors *errors, struct text *out)
{
	const char *path = source->file != NULL ? source->file : "the arguments";

	text_puts(out, "heddle: ");
	if (file == NULL) {
		count(out, errors->errors, "error", "errors");
		if (errors->warnings > 0) {
			text_puts(out, ", ");
			count(out, errors->warnings, "warning", "warnings");
		}
		text_printf(out, " in %s; nothing was started\n", path);
		return;
	}
	text_puts(out, path);
	if (file->files > 0) {
		text_puts(out, " and ");
		count(out, file->files, "included file", "included files");
	}
	text_puts(out, ": ok");
	for (unsigned i = 0; object_kinds[i] != NULL; i++) {
		const struct object_kind *kind = object_kinds[i];

		if (kind->counted && (file->counts[i] > 0 || kind->cell != CELL_NONE)) {
			text_puts(out, ", ");
			count(out, file->counts[i], kind->name, kind->plural);
		}
	}
	if (errors->warnings > 0) {
		text_puts(out, ", ");
		count(out, errors->warnings, "warning", "warnings");
	}
	text_putc(out, '\n');
}
