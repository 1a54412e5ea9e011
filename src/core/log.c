/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log_format.h"
#include "core/stderr.h"
#include "core/text.h"

static void to_stderr(const struct log_record *record)
{
	struct text line;

	text_init(&line);
	log_format(record, LOG_TEXT, &line);
	(void)stderr_write(text_slice(&line));	/* a failure cannot be logged anywhere */
	text_close(&line);
}

static log_sink *sink = to_stderr;
static enum log_level highest = LEVEL_INFO;
static char process[32] = "heddle";
static const char *ident = "heddle";

void log_set_sink(log_sink *new_sink)
{
	sink = new_sink != NULL ? new_sink : to_stderr;
}

void log_set_ident(const char *name)
{
	ident = name;
}

const char *log_ident(void)
{
	return ident;
}

void log_set_process(const char *name)
{
	snprintf(process, sizeof(process), "%s", name);
}

void log_set_level(enum log_level level)
{
	highest = level;
}

bool log_enabled(enum log_level level)
{
	return level <= highest;
}

/* A message may hold bytes from outside: a control character in it could forge another line. */
static void clean(char *message)
{
	for (char *p = message; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	}
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

PRINTF(3, 0)
static void write_record(enum log_level level, const struct log_subject *about, const char *fmt,
			 va_list args)
{
	char message[LOG_MESSAGE_MAX];
	struct log_record record = {
		.time = clock_wall_ms(),
		.level = level,
		.pid = (uint32_t)getpid(),
		.process = process,
		.event = or_empty(about->event),
		.service = or_empty(about->service),
		.backend = or_empty(about->backend),
		.message = message,
	};

	vsnprintf(message, sizeof(message), fmt, args);
	clean(message);
	sink(&record);
}

void log_write(enum log_level level, const char *fmt, ...)
{
	static const struct log_subject nothing;
	va_list args;

	if (!log_enabled(level))
		return;
	va_start(args, fmt);
	write_record(level, &nothing, fmt, args);
	va_end(args);
}

void log_about(enum log_level level, const struct log_subject *about, const char *fmt, ...)
{
	va_list args;

	if (!log_enabled(level))
		return;
	va_start(args, fmt);
	write_record(level, about, fmt, args);
	va_end(args);
}

bool log_limited(struct log_limit *limit, unsigned per_second)
{
	uint64_t second = clock_ms() / 1000;

	/* the lines that were refused in an earlier second: one line in front of the next one */
	if (limit->second != second) {
		if (limit->dropped != 0)
			log_write(LEVEL_WARN, "%u more lines like the next one were not written",
				  limit->dropped);
		*limit = (struct log_limit){ .second = second };
	}
	if (limit->count < per_second) {
		limit->count++;
		return true;
	}
	limit->dropped++;
	return false;
}

void log_check_failed(const char *condition, const char *file, int line)
{
	log_write(LEVEL_ALERT, "%s:%d: impossible: %s is false", file, line, condition);
	abort();
}
