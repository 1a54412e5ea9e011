/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload_answer.h"

#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "core/text.h"
#include "process/children.h"
#include "process/running.h"
#include "process/transaction.h"

#define ASKERS 256
#define LOGGED 100	/* lines of one reload */
#define ANSWER_MAX (512u << 10)	/* bytes of its lines */

static const struct log_subject change_applied = { .event = "change_applied" };
static const struct log_subject change_refused = { .event = "change_refused" };

struct askers {
	uint32_t ids[ASKERS];
	unsigned count;
};

static struct askers coming, waiting;	/* for the next reload; for the one under way */
static struct text held;		/* the answer for `waiting` */
static bool holding;
static struct timer patience;

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

static void send_to(const struct askers *to, bool applied, const struct text *text)
{
	struct message_reloaded m = { applied, to->count };
	struct text message;

	if (to->count == 0)
		return;
	text_init(&message);
	text_append(&message, &m, sizeof(m));
	text_append(&message, to->ids, to->count * sizeof(to->ids[0]));
	text_append(&message, text->data, text->len);
	children_send(SLOT_CONTROL, MESSAGE_RELOADED, message.data, message.len);
	text_close(&message);
}

static void answer(bool applied, const struct text *text)
{
	send_to(&waiting, applied, text);
	waiting.count = 0;
}

void reload_answer_complete(void)
{
	if (!holding)
		return;
	holding = false;
	timer_cancel(&patience);
	answer(true, &held);
}

static void on_patience(struct timer *t)
{
	(void)t;
	reload_answer_complete();
}

void reload_answer_open(void)
{
	text_init(&held);
	timer_setup(&patience, on_patience);
}

bool reload_answer_expect(uint32_t id)
{
	if (coming.count == ASKERS)
		return false;
	coming.ids[coming.count++] = id;
	return true;
}

void reload_answer_turn_away(uint32_t id, const char *why)
{
	struct askers one = { .ids = { id }, .count = 1 };
	struct text text;

	text_init(&text);
	text_printf(&text, "heddle: error: %s", why);
	send_to(&one, false, &text);
	text_close(&text);
}

void reload_answer_forget(void)
{
	coming.count = waiting.count = 0;
}

void reload_answer_begin(void)
{
	reload_answer_complete();
	waiting = coming;
	coming.count = 0;
}

/* Each line of the text by itself. */
static void log_lines(enum log_level level, const struct log_subject *about,
		      const struct text *text)
{
	const char *line = text->data, *end = text->data + text->len;

	for (unsigned n = 0; line < end && n < LOGGED; n++) {
		size_t len = strcspn(line, "\n");

		if (len > 0)
			log_about(level, about, "%.*s", (int)len, line);
		line += len + 1;
	}
	if (line < end)
		log_about(level, about, "... and more");
}

void reload_answer_refused(const struct text *errors)
{
	struct text text;

	log_lines(LEVEL_ERROR, &change_refused, errors);
	log_about(LEVEL_NOTICE, &change_refused,
		  "reload refused; the running configuration is unchanged");
	text_init(&text);
	append_lines(&text, errors);
	answer(false, &text);
	text_close(&text);
}

/* One line a value; a row may have several, or none where another has said it. */
static void describe(const struct config_diff *diff, struct text *out)
{
	for (size_t i = 0; i < diff->count; i++) {
		if (diff->rows[i].text[0] != '\0')
			text_printf(out, "%s\n", diff->rows[i].text);
	}
}

void reload_answer_applied(const struct config_diff *diff, bool later)
{
	struct text silent, changes;
	size_t lines;

	text_init(&changes);
	describe(diff, &changes);
	lines = count_lines(text_slice(&changes));
	log_about(LEVEL_NOTICE, &change_applied, "reload applied: %zu change%s", lines,
		  lines == 1 ? "" : "s");
	log_lines(LEVEL_NOTICE, &change_applied, &changes);
	text_clear(&held);
	append_lines(&held, &changes);
	text_close(&changes);
	text_init(&silent);
	transaction_silent(&silent);
	if (silent.len > 0) {
		log_lines(LEVEL_WARN, &change_applied, &silent);
		text_append(&held, silent.data, silent.len);
	}
	text_close(&silent);
	holding = true;
	if (later)
		timer_set(&patience, running_config()->settings.change_timeout_ms);
	else
		reload_answer_complete();
}

void reload_answer_unchanged(void)
{
	struct text text;

	log_about(LEVEL_NOTICE, &change_applied, "reload: nothing changed");
	text_init(&text);
	text_puts(&text, "nothing changed");
	answer(true, &text);
	text_close(&text);
}
