/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/log_output.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/list.h"
#include "core/log.h"
#include "core/log_syslog.h"
#include "core/log_write.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "core/text.h"
#include "event/event.h"
#include "process/log_files.h"

#define PENDING_MAX (1024 * 1024)	/* while nobody reads standard error */
#define RETRY_MS 1000			/* after an error, before the next try */
#define BUCKETS 256			/* every service may have its own access log */

struct log_output {
	struct list       bucket;	/* or on the list of unused ones */
	struct list       dirty;	/* has pending lines */
	uint64_t          id;
	struct log_target target;
	struct text       path;		/* the target's */
	struct text       pending;
	bool              torn;		/* the last write ended within a line */
	int               error;	/* why lines are being lost; 0: they are not */
	uint64_t          lost;		/* lines, since then */
	uint64_t          diverted;	/* lines that went to standard error instead */
	uint64_t          retry_at;	/* loop clock */
};

static struct arena *arena;
static struct list buckets[BUCKETS];
static struct list dirty;
static struct list unused;	/* of files that are closed; taken for new targets */

void log_output_open(void)
{
	arena = arena_new();
	list_init(&dirty);
	list_init(&unused);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&buckets[i]);
}

static void free_output(struct log_output *o)
{
	list_unlink(&o->dirty);
	list_unlink(&o->bucket);
	text_close(&o->pending);
	text_close(&o->path);
	list_append(&unused, &o->bucket);
}

void log_output_close(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (!list_empty(&buckets[i]))
			free_output(container_of(buckets[i].next, struct log_output, bucket));
	}
	arena_free(arena);
	arena = NULL;
	list_init(&dirty);
}

struct log_output *log_output_find(uint64_t id)
{
	struct list *bucket = &buckets[id % BUCKETS];

	for (struct list *node = bucket->next; node != bucket; node = node->next) {
		struct log_output *o = container_of(node, struct log_output, bucket);

		if (o->id == id)
			return o;
	}
	return NULL;
}

static struct log_output *add(const struct log_target *target, uint64_t id)
{
	struct log_output *o;

	if (list_empty(&unused)) {
		o = arena_alloc(arena, sizeof(*o));
	} else {
		o = container_of(unused.next, struct log_output, bucket);
		list_unlink(&o->bucket);
	}
	*o = (struct log_output){ .id = id, .target = *target };
	text_init(&o->path);
	text_puts(&o->path, target->path != NULL ? target->path : "");
	o->target.path = text_cstr(&o->path);
	text_init(&o->pending);
	list_init(&o->bucket);
	list_init(&o->dirty);
	list_append(&buckets[id % BUCKETS], &o->bucket);
	return o;
}

struct log_output *log_output_add(const struct log_target *target)
{
	uint64_t id = config_logs_id(target);
	struct log_output *o = log_output_find(id);

	return o != NULL || target->to == LOG_TO_NONE ? o : add(target, id);
}

struct log_output *log_output_adopt(uint64_t id)
{
	static const struct log_target target = {
		.to = LOG_TO_FILE, .path = "a log file that is not configured any more",
	};

	return log_files_fd(id) != -1 ? add(&target, id) : NULL;
}

static const char *name_of(const struct log_output *o)
{
	switch (o->target.to) {
	case LOG_TO_FILE:
		return o->target.path;
	case LOG_TO_SYSLOG:
		return "syslog";
	default:
		return "standard error";
	}
}

static void drop_lines(struct log_output *o, struct slice lines, int error)
{
	uint64_t n = log_write_lines(lines);

	counter_add(COUNTER_LOG_LINES_DROPPED, n);
	o->lost += n;
	if (error != 0)
		o->error = error;
}

/* Lines are written again: the error log says how many were lost. */
static void recovered(struct log_output *o)
{
	uint64_t lost = o->lost;
	int error = o->error;

	if (lost == 0)
		return;
	o->lost = 0;
	o->error = 0;
	log_write(LEVEL_ERROR, "%s: %" PRIu64 " lines were lost: %s", name_of(o), lost,
		  error == EAGAIN ? "its reader is too slow" : strerror(error));
}

void log_output_append(struct log_output *o, struct slice lines)
{
	if (o->pending.len + lines.len > PENDING_MAX && !log_output_flush() &&
	    o->pending.len + lines.len > PENDING_MAX) {
		drop_lines(o, lines, EAGAIN);
		return;
	}
	text_append(&o->pending, lines.data, lines.len);
	if (list_empty(&o->dirty))
		list_append(&dirty, &o->dirty);
}

bool log_output_syslog(const struct log_output *o)
{
	return o->target.to == LOG_TO_SYSLOG;
}

/* syslogd is reachable again: its log says how many lines it did not get. */
static void log_reachable(struct log_output *o)
{
	uint64_t diverted = o->diverted;

	o->diverted = 0;
	(void)log_syslog_note(false);
	if (diverted != 0)
		log_write(LEVEL_WARN, "syslog is there again: %" PRIu64 " lines went to standard "
			  "error meanwhile", diverted);
	recovered(o);
}

bool log_output_send(struct log_output *o, int severity, uint32_t pid, struct slice line)
{
	int error;

	if (line.len != 0 && line.data[line.len - 1] == '\n')
		line.len--;
	if (log_syslog_send(o->target.facility | severity, pid, line)) {
		log_reachable(o);
		return true;
	}
	error = errno;
	if (!log_syslog_is_away(error) || stderr_goes_nowhere()) {
		drop_lines(o, (struct slice){ "\n", 1 }, error);
		return true;
	}
	o->diverted++;
	if (log_syslog_note(true))
		log_write(LEVEL_WARN, "syslog cannot be reached: %s; lines go to standard error "
			  "until it can", strerror(error));
	return false;
}

static int descriptor(const struct log_output *o)
{
	return o->target.to == LOG_TO_FILE ? log_files_fd(o->id) : stderr_fd();
}

/* All pending lines are written, or lost. */
static void emptied(struct log_output *o)
{
	text_clear(&o->pending);
	list_unlink(&o->dirty);
}

static void failed(struct log_output *o, size_t written, int error)
{
	struct slice rest = { o->pending.data + written, o->pending.len - written };

	bool first = o->error == 0;

	if (written != 0)
		o->torn = o->pending.data[written - 1] != '\n';
	drop_lines(o, rest, error);
	o->retry_at = loop_now() + RETRY_MS;
	emptied(o);
	if (first)
		log_write(LEVEL_ERROR, "%s: cannot be written, lines are lost: %s", name_of(o),
			  strerror(error));
}

/* The reader is slow: the bytes that it has taken are removed, the rest stays pending. */
static void keep_rest(struct log_output *o, size_t written)
{
	struct text rest;

	if (written == 0)
		return;
	text_init(&rest);
	text_append(&rest, o->pending.data + written, o->pending.len - written);
	text_close(&o->pending);
	o->pending = rest;
}

static void flush(struct log_output *o)
{
	static const struct slice newline = { "\n", 1 };
	size_t written = 0;
	int fd = descriptor(o), error = 0;

	if (o->error != 0 && o->error != EAGAIN && loop_now() < o->retry_at) {
		drop_lines(o, text_slice(&o->pending), 0);
		emptied(o);
		return;
	}
	if (o->torn)
		error = log_write_all(fd, newline, &written);
	if (error == 0) {
		o->torn = false;
		written = 0;
		error = log_write_all(fd, text_slice(&o->pending), &written);
	}
	if (error == EAGAIN) {
		keep_rest(o, written);
	} else if (error != 0) {
		failed(o, written, error);
	} else {
		emptied(o);
		recovered(o);
	}
}

bool log_output_flush(void)
{
	struct list batch;

	list_init(&batch);
	list_splice(&batch, &dirty);
	while (!list_empty(&batch)) {
		struct log_output *o = container_of(batch.next, struct log_output, dirty);

		list_unlink(&o->dirty);
		flush(o);
		if (o->pending.len != 0 && list_empty(&o->dirty))
			list_append(&dirty, &o->dirty);
	}
	return list_empty(&dirty);
}

void log_output_reopened(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		for (struct list *node = buckets[i].next; node != &buckets[i]; node = node->next) {
			struct log_output *o = container_of(node, struct log_output, bucket);

			o->retry_at = 0;
			o->torn = false;
		}
	}
}

void log_output_forget_closed(void)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		struct list *node = buckets[i].next;

		while (node != &buckets[i]) {
			struct log_output *o = container_of(node, struct log_output, bucket);

			node = node->next;
			if (o->target.to == LOG_TO_FILE && log_files_fd(o->id) == -1)
				free_output(o);
		}
	}
}
