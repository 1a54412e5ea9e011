/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LINES_PER_SECOND 100
#define READS_AT_END 64

static void put_line(struct script_output *o)
{
	struct log_subject about = { .event = "script_output" };
	uint32_t dropped = o->limit.dropped;

	if (o->len != 0 && log_limited(&o->limit, LINES_PER_SECOND)) {
		if (dropped != 0)
			log_about(o->level, &about, "script %s: %u lines are left out", o->name,
				  dropped);
		log_about(o->level, &about, "script %s: %.*s", o->name, (int)o->len, o->line);
	}
	o->len = 0;
}

static void take(struct script_output *o, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n' || o->len == sizeof(o->line))
			put_line(o);
		if (bytes[i] != '\n' && bytes[i] != '\r')
			o->line[o->len++] = bytes[i] != '\0' ? bytes[i] : '?';
	}
}

/* false: there is no more now, or never again. */
static bool read_some(struct script_output *o)
{
	char bytes[4096];
	ssize_t n = read(o->event.fd, bytes, sizeof(bytes));

	if (n > 0)
		take(o, bytes, (size_t)n);
	else if (n == -1 && (errno == EAGAIN || errno == EINTR))
		event_drained(&o->event, EVENT_READ);
	else
		event_close(&o->event);
	return n > 0;
}

static void on_readable(struct event *ev, unsigned ready)
{
	(void)ready;
	(void)read_some(container_of(ev, struct script_output, event));
}

void script_output_open(struct script_output *o, int fd, enum log_level level, const char *name)
{
	o->level = level;
	o->name = name;
	o->len = 0;
	o->limit = (struct log_limit){ 0 };
	event_setup(&o->event, fd, on_readable);
	event_want(&o->event, EVENT_READ);
}

void script_output_close(struct script_output *o)
{
	for (unsigned i = 0; i < READS_AT_END && o->event.fd != -1 && read_some(o); i++)
		continue;
	put_line(o);
	event_close(&o->event);
}
