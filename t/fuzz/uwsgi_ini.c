/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uWSGI's ini files: pairs lie in the text and have no blanks at their ends, lines only go up, and
 * a value without placeholders is expanded to what has no more bytes.
 */
#include "compat/uwsgi_ini.h"
#include "core/text.h"
#include "target.h"

static void check_slice(struct slice part, struct slice text)
{
	if (part.len == 0)
		return;
	HOLDS(part.data >= text.data && part.data + part.len <= text.data + text.len);
	HOLDS(strchr(" \t\r", part.data[0]) == NULL || part.data[0] == '\0');
	HOLDS(strchr(" \t\r", part.data[part.len - 1]) == NULL || part.data[part.len - 1] == '\0');
	HOLDS(memchr(part.data, '\n', part.len) == NULL);
}

static void check_value(struct slice value)
{
	const char *why = NULL;
	struct text out;

	text_init(&out);
	if (uwsgi_ini_expand(value, NULL, NULL, &out, &why))
		HOLDS(out.len <= value.len && memchr(text_cstr(&out), '\0', out.len) == NULL);
	else
		HOLDS(why != NULL);
	text_close(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = { (const char *)data, size };
	struct uwsgi_ini_pair pair;
	struct slice file, section;
	struct uwsgi_ini ini;
	unsigned line = 0;

	uwsgi_ini_open(&ini, text, slice_of("uwsgi"));
	while (uwsgi_ini_next(&ini, &pair)) {
		HOLDS(pair.line > line && pair.line == ini.line);
		line = pair.line;
		HOLDS(pair.key.len > 0 || pair.has_value);
		check_slice(pair.key, text);
		check_slice(pair.value, text);
		check_value(pair.value);
	}
	HOLDS(ini.rest.len == 0);
	HOLDS(ini.found == (line != 0));
	uwsgi_ini_split(text, &file, &section);
	HOLDS(file.len <= size && section.len > 0);
	return 0;
}
