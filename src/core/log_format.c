/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_format.h"

#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "core/text.h"

/* sd-daemon(3): the priorities of syslog */
static const int priorities[] = {
	[LEVEL_ALERT] = 1, [LEVEL_ERROR] = 3, [LEVEL_WARN] = 4,
	[LEVEL_NOTICE] = 5, [LEVEL_INFO] = 6, [LEVEL_DEBUG] = 7,
};

static void put_about(const struct log_record *r, struct text *out)
{
	if (r->service[0] != '\0' && r->backend[0] != '\0')
		text_printf(out, "%s/%s: ", r->service, r->backend);
	else if (r->service[0] != '\0')
		text_printf(out, "%s: ", r->service);
}

static void put_subject(const struct log_record *r, struct text *out)
{
	text_printf(out, "%s[%u] ", r->process, r->pid);
	put_about(r, out);
}

static void put_text(const struct log_record *r, struct text *out)
{
	char when[CLOCK_TEXT];

	clock_print(r->time, when, sizeof(when));
	text_printf(out, "%s %s ", when, log_level_name(r->level));
	put_subject(r, out);
	text_puts(out, r->message);
}

static void put_journal(const struct log_record *r, struct text *out)
{
	text_printf(out, "<%d>", priorities[r->level]);
	put_subject(r, out);
	text_puts(out, r->message);
}

static void put_key(struct text *out, const char *key, const char *value)
{
	text_printf(out, ",\"%s\":", key);
	if (value[0] == '\0')
		text_puts(out, "null");
	else
		text_json(out, slice_of(value));
}

/* "worker/3" is the process worker in slot 3. */
static void put_json(const struct log_record *r, struct text *out)
{
	char when[CLOCK_TEXT];
	const char *slash = strchr(r->process, '/');
	size_t kind = slash != NULL ? (size_t)(slash - r->process) : strlen(r->process);

	clock_print(r->time, when, sizeof(when));
	text_printf(out, "{\"time\":\"%s\",\"level\":\"%s\",\"process\":\"%.*s\"", when,
		    log_level_name(r->level), (int)kind, r->process);
	text_printf(out, ",\"slot\":%s,\"pid\":%u", slash != NULL ? slash + 1 : "null", r->pid);
	put_key(out, "service", r->service);
	put_key(out, "backend", r->backend);
	put_key(out, "event", r->event);
	put_key(out, "message", r->message);
	text_putc(out, '}');
}

static void put_classic(const struct log_record *r, struct text *out)
{
	time_t seconds = (time_t)(r->time / 1000);
	char when[32];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%Y/%m/%d %H:%M:%S", &tm);
	text_printf(out, "%s %s%s", when, r->level == LEVEL_DEBUG ? "DEBUG: " : "", r->message);
}

void log_format(const struct log_record *record, enum log_format format, struct text *out)
{
	switch (format) {
	case LOG_TEXT:
		put_text(record, out);
		break;
	case LOG_JSON:
		put_json(record, out);
		break;
	case LOG_JOURNAL:
		put_journal(record, out);
		break;
	case LOG_CLASSIC:
		put_classic(record, out);
		break;
	case LOG_NAMED:
		put_about(record, out);
		text_puts(out, record->message);
		break;
	case LOG_BARE:
		text_puts(out, record->message);
		break;
	}
	text_putc(out, '\n');
}
