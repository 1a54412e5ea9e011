/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/log_writer.h"

#include <poll.h>
#include <syslog.h>
#include <unistd.h>

#include "admin/log_output.h"
#include "admin/log_reader.h"
#include "config/config.h"
#include "core/log.h"
#include "core/log_format.h"
#include "core/log_pipe.h"
#include "core/log_syslog.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "core/text.h"
#include "event/event.h"

#define RETRY_MS 50		/* while an output does not take lines */
#define FINISH_TRIES 40		/* of RETRY_MS, at the end */
#define ORPHAN_TRIES 200	/* of ORPHAN_MS, until the other processes have ended */
#define ORPHAN_MS 10

static struct log_output *errors;	/* where records go; NULL: nowhere */
static enum log_format format, other_format;	/* and on standard error in place of syslog */
static const struct log_target standard_error = { .to = LOG_TO_STDERR };
static struct log_output *last;		/* target of the last access line, mostly the next one's */
static uint64_t last_id;
static struct text line;
static struct timer retry;

static enum log_format format_for(const struct log_conf *conf)
{
	if (conf->to.to == LOG_TO_SYSLOG && conf->format == LOG_CLASSIC)
		return LOG_BARE;
	if (conf->to.to == LOG_TO_SYSLOG && conf->format == LOG_TEXT)
		return LOG_NAMED;
	if (conf->to.to == LOG_TO_STDERR && conf->format == LOG_TEXT && stderr_is_journal())
		return LOG_JOURNAL;
	return (enum log_format)conf->format;
}

static void write_record(const struct log_record *record)
{
	if (errors == NULL)
		return;
	text_clear(&line);
	log_format(record, format, &line);
	if (!log_output_syslog(errors)) {
		log_output_append(errors, text_slice(&line));
		return;
	}
	if (log_output_send(errors, log_syslog_severity(record->level), record->pid,
			    text_slice(&line)))
		return;
	/* formatted again: syslogd writes the time itself, and log_output_send() may log */
	text_clear(&line);
	log_format(record, other_format, &line);
	log_output_append(log_output_add(&standard_error), text_slice(&line));
}

static void write_access(uint64_t target, struct slice lines)
{
	if (last == NULL || last_id != target) {
		last = log_output_find(target);
		if (last == NULL)
			last = log_output_adopt(target);
		last_id = target;
	}
	if (last == NULL)
		counter_add(COUNTER_LOG_LINES_DROPPED, 1);
	else if (!log_output_syslog(last))
		log_output_append(last, lines);
	else if (!log_output_send(last, LOG_INFO, (uint32_t)getpid(), lines))
		log_output_append(log_output_add(&standard_error), lines);
}

static void on_frame(const struct log_frame *frame)
{
	struct log_record record;

	if (frame->kind == FRAME_ACCESS)
		write_access(frame->target, frame->payload);
	else if (log_pipe_record(frame, &record))
		write_record(&record);
	else
		counter_add(COUNTER_LOG_LINES_DROPPED, 1);
}

/* Before every sleep: one write per output and loop iteration. */
static void flush(void)
{
	if (!log_output_flush() && !timer_pending(&retry))
		timer_set(&retry, RETRY_MS);
}

static void on_retry(struct timer *t)
{
	(void)t;	/* waking up is enough: flush() follows */
}

void log_writer_settings(const struct settings *settings)
{
	errors = log_output_add(&settings->log.to);
	format = format_for(&settings->log);
	other_format = format_for(&(struct log_conf){ .to = standard_error,
						      .format = settings->log.format });
	log_set_level((enum log_level)settings->log.level);
}

void log_writer_target(const struct log_target *target)
{
	(void)log_output_add(target);
}

/* Lines in the pipes may be for a target that is removed: its file is still open now. */
void log_writer_reopened(void)
{
	/* frees the targets of the last call; those that are closed now may still get lines */
	last = NULL;
	log_output_forget_closed();
	log_reader_drain();
	(void)log_output_flush();
	log_output_reopened();
}

void log_writer_open(const struct settings *settings)
{
	text_init(&line);
	log_output_open();
	log_writer_settings(settings);
	timer_setup(&retry, on_retry);
	loop_before_sleep(flush);
	log_set_sink(write_record);
	log_reader_open(on_frame);
}

void log_writer_catch_up(void)
{
	log_reader_drain();
	flush();
}

void log_writer_finish(void)
{
	log_reader_drain();
	/* a slow reader of standard error gets two seconds */
	for (unsigned i = 0; !log_output_flush() && i < FINISH_TRIES; i++)
		poll(NULL, 0, RETRY_MS);
}

void log_writer_orphaned(void)
{
	log_write(LEVEL_ALERT, "the master has gone: every process ends, all sessions are cut");
	for (unsigned i = 0; i < ORPHAN_TRIES; i++) {
		log_reader_drain();
		(void)log_output_flush();
		if (log_reader_all_ended())
			break;
		poll(NULL, 0, ORPHAN_MS);
	}
	log_writer_finish();
}

void log_writer_close(void)
{
	log_set_sink(NULL);
	log_reader_close();
	timer_cancel(&retry);
	log_output_close();
	text_close(&line);
	errors = last = NULL;
}
