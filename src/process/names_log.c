/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names_log.h"

#include "config/config_diff.h"
#include "config/config_words.h"
#include "config/object.h"
#include "core/log.h"
#include "core/text.h"

#define LISTED 8	/* addresses in a line of the log */

static void print_rows(const struct diff_row *rows, size_t count, enum diff_verb verb,
		       const char *word, struct text *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		char buf[ADDR_TEXT];

		if (rows[i].verb != verb || n++ >= LISTED)
			continue;
		text_printf(out, "%s%s", n > 1 ? ", " : word,
			    rows[i].object->kind->describe(rows[i].object->conf, buf,
							   sizeof(buf)));
	}
	if (n > LISTED)
		text_printf(out, " and %zu more", n - LISTED);
}

void names_log_rows(const struct diff_row *rows, size_t count, struct text *out)
{
	print_rows(rows, count, DIFF_ADD, ", added ", out);
	print_rows(rows, count, DIFF_CHANGE, ", changed ", out);
	print_rows(rows, count, DIFF_REMOVE, ", removed ", out);
}

void names_log_change(const char *groups)
{
	static const struct log_subject applied = { .event = "change_applied" };

	log_about(LEVEL_NOTICE, &applied, "names: %s", groups);
}

void names_log_short(const char *path, unsigned count)
{
	static const struct log_subject limit = { .event = "limit_reached" };
	struct text words;

	text_init(&words);
	config_words(path, &words);
	log_about(LEVEL_WARN, &limit,
		  "%s: no room for %u of its addresses, which are not used; raise max_backends "
		  "and restart", text_cstr(&words), count);
	text_close(&words);
}

void names_log_ring(const char *path, unsigned count, const char *ring)
{
	static const struct log_subject unused = { .event = "address_unused" };
	struct text words;

	text_init(&words);
	config_words(path, &words);
	log_about(LEVEL_WARN, &unused, "%s: %u of its addresses %s not used: %s",
		  text_cstr(&words), count, count == 1 ? "is" : "are", ring);
	text_close(&words);
}
