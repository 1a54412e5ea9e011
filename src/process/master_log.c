/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_log.h"

#include <errno.h>

#include "config/config.h"
#include "core/log_format.h"
#include "core/log_pipe.h"
#include "core/log_syslog.h"
#include "core/log_write.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "core/text.h"
#include "event/event.h"
#include "process/log_files.h"
#include "process/log_pipes.h"

#define RETRY_MS 50

static struct log_target target;
static uint64_t file_id;
static enum log_format format;
static struct timer retry;	/* the pipe is full */
static uint32_t lost;		/* lines, since the last one that was written directly */

static bool write_line(const struct log_record *record)
{
	int fd = target.to == LOG_TO_FILE ? log_files_fd(file_id) : -1;
	struct text line;
	size_t written;
	bool ok;

	text_init(&line);
	log_format(record, format, &line);
	if (fd != -1)
		ok = log_write_all(fd, text_slice(&line), &written) == 0;
	else
		ok = stderr_write(text_slice(&line));
	text_close(&line);
	return ok;
}

/* The master never waits for the reader of its log: it has children to replace and to stop. */
static void write_directly(const struct log_record *record)
{
	uint32_t missing = lost;
	bool ok;

	if (target.to == LOG_TO_NONE)
		return;
	if (target.to == LOG_TO_SYSLOG)
		/* not by syslog(3), which waits for a daemon that does not read */
		ok = log_syslog_send(target.facility | log_syslog_severity(record->level),
				     record->pid, slice_of(record->message))
		  || (log_syslog_is_away(errno) && !stderr_goes_nowhere() && write_line(record));
	else
		ok = write_line(record);
	if (!ok) {
		counter_add(COUNTER_LOG_LINES_DROPPED, 1);
		lost++;
		return;
	}
	lost = 0;
	if (missing != 0)
		log_write(LEVEL_ERROR, "%u lines of the master were lost before this one: the log "
			  "could not be written", missing);
}

static void flush(void)
{
	if (log_pipe_pending() && !log_pipe_flush() && !timer_pending(&retry))
		timer_set(&retry, RETRY_MS);
}

static void on_retry(struct timer *t)
{
	(void)t;	/* waking up is enough: flush() follows */
}

void master_log_settings(const struct settings *settings)
{
	const struct log_conf *log = &settings->log;

	target = log->to;
	target.path = NULL;	/* the configuration may go; the file is known by its id */
	file_id = config_logs_id(&log->to);
	format = (enum log_format)log->format;
	/* also where syslog is meant: what reaches standard error then */
	if (log->to.to != LOG_TO_FILE && format == LOG_TEXT && stderr_is_journal())
		format = LOG_JOURNAL;
	log_set_level((enum log_level)log->level);
}

void master_log_open(const struct settings *settings)
{
	master_log_settings(settings);
	timer_setup(&retry, on_retry);
	loop_before_sleep(flush);
	log_set_process("master");
	log_pipe_open(log_pipes_writer(0));
	log_set_sink(write_directly);
}

void master_log_lines(const char *const *line)
{
	for (; line != NULL && *line != NULL; line++)
		log_write(LEVEL_NOTICE, "%s", *line);
}

void master_log_control(bool serves)
{
	log_set_sink(serves ? log_pipe_sink : write_directly);
}

int master_log_fd(void)
{
	return target.to == LOG_TO_FILE ? log_files_fd(file_id) : -1;
}
