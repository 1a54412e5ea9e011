/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/change_answer.h"

#include <string.h>

#include "core/log.h"
#include "core/log_pipe.h"
#include "core/text.h"
#include "process/change_queue.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"
#include "process/transaction.h"

#define LOGGED 100	/* lines of one change */
#define ANSWER_MAX (512u << 10)	/* bytes of its lines */

static const struct log_subject change_applied = { .event = "change_applied" };
static const struct log_subject change_refused = { .event = "change_refused" };

static size_t count_lines(struct slice text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.data[i] == '\n' || i + 1 == text.len;
	return n;
}

/* Whole lines: the queue of a child that reads slowly is for more than one answer. */
static void append_lines(struct text *to, const struct text *lines)
{
	size_t len = lines->len;
	struct slice rest;

	if (len > ANSWER_MAX) {
		len = ANSWER_MAX;
		while (len > 0 && lines->data[len - 1] != '\n')
			len--;
	}
	text_append(to, lines->data, len);
	rest = (struct slice){ lines->data + len, lines->len - len };
	if (rest.len > 0)
		text_printf(to, "... and %zu more lines\n", count_lines(rest));
}

/* Each line of the text by itself. */
static void log_lines(enum log_level level, const struct log_subject *about,
		      const struct text *text)
{
	const char *line = text->data, *end = text->len > 0 ? line + text->len : line;

	for (unsigned n = 0; line < end && n < LOGGED; n++) {
		size_t len = strcspn(line, "\n");

		if (len > 0)
			log_about(level, about, "%.*s", (int)len, line);
		line += len + 1;
	}
	if (line < end)
		log_about(level, about, "... and more");
}

/* One line a value; a row may have several, or none where another has said it. */
static void describe(const struct config_diff *diff, struct text *out)
{
	for (size_t i = 0; i < diff->count; i++) {
		if (diff->rows[i].text[0] != '\0')
			text_printf(out, "%s\n", diff->rows[i].text);
	}
}

static const char *word_of(const struct change *change)
{
	static const char *const words[] = { [ORIGIN_FILE] = "reload", [ORIGIN_API] = "change",
					     [ORIGIN_DNS] = "names" };

	return words[change->origin];
}

bool change_answer_applied(const struct change *change, struct text *out)
{
	struct text silent, changes;
	/* of the API the audit line has it all, and there may be a thousand a second */
	enum log_level level = change->origin == ORIGIN_API ? LEVEL_DEBUG : LEVEL_NOTICE;
	size_t lines;
	bool all;

	text_init(&changes);
	describe(&change->diff, &changes);
	lines = count_lines(text_slice(&changes));
	log_about(level, &change_applied, "%s applied: %zu change%s", word_of(change), lines,
		  lines == 1 ? "" : "s");
	log_lines(level, &change_applied, &changes);
	append_lines(out, &changes);
	text_close(&changes);
	text_init(&silent);
	transaction_silent(&silent);
	all = silent.len == 0;
	if (!all) {
		log_lines(LEVEL_WARN, &change_applied, &silent);
		text_append(out, silent.data, silent.len);
	}
	text_close(&silent);
	return all;
}

void change_answer_refused(const struct change *change, const struct conf_errors *errors,
			   struct text *out)
{
	struct text lines;

	text_init(&lines);
	conf_errors_print(errors, &lines);
	log_lines(LEVEL_ERROR, &change_refused, &lines);
	log_about(LEVEL_NOTICE, &change_refused,
		  "%s refused; the running configuration is unchanged", word_of(change));
	append_lines(out, &lines);
	text_close(&lines);
}

/* The mapper process has a line about each script when it is loaded. */
void change_answer_unchanged(const struct change *change, size_t scripts, struct text *out)
{
	const char *what = scripts == 0 ? "nothing changed"
					: "nothing changed in the configuration";

	if (scripts == 0)
		log_about(LEVEL_NOTICE, &change_applied, "%s: %s", word_of(change), what);
	else
		log_about(LEVEL_NOTICE, &change_applied, "%s: %s; %zu script%s loaded again",
			  word_of(change), what, scripts, scripts == 1 ? " is" : "s are");
	text_printf(out, "%s\n", what);
}

void change_answer_lines(const struct text *lines, struct text *out)
{
	if (lines->len != 0)
		append_lines(out, lines);
}

void change_answer_send(const uint32_t *ids, uint32_t count, enum request_outcome outcome,
			const struct text *text)
{
	struct message_result m = { outcome, count, running_serial() };
	struct text message;

	if (count == 0)
		return;
	(void)log_pipe_flush();	/* who is answered finds the lines of the change in the log */
	text_init(&message);
	text_append(&message, &m, sizeof(m));
	text_append(&message, ids, count * sizeof(*ids));
	text_append(&message, text->data, text->len);
	children_send(KIND_REQUESTS, MESSAGE_RESULT, message.data, message.len);
	text_close(&message);
}

void change_answer_turn_away(uint32_t id, const char *why)
{
	struct text text;

	text_init(&text);
	text_printf(&text, "heddle: error: %s", why);
	change_answer_send(&id, 1, REQUEST_UNAVAILABLE, &text);
	text_close(&text);
}
