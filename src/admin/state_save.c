/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/state_save.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admin/state_health.h"
#include "config/shuttle_config.h"
#include "config/state_print.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "os/durable_file.h"
#include "process/start_state.h"
#include "process/state_read.h"

static struct state_print print;
static struct text health, compared;
static struct text last_shuttle;	/* as it was written last */
static bool checked;	/* what is at the path now is known to be whole: it may be kept */
static bool failing;
static char failure[STATE_SAVE_WHY];

void state_save_open(void)
{
	text_init(&health);
	text_puts(&health, "{}");
	text_init(&compared);
	text_init(&last_shuttle);
	checked = false;
	failing = counter_of(scoreboard_own(), COUNTER_STATE_ERROR) != 0;
}

void state_save_close(void)
{
	state_print_close(&print);
	text_close(&health);
	text_close(&compared);
	text_close(&last_shuttle);
}

bool state_save_outdated(const struct config *running)
{
	text_clear(&compared);
	state_health_print(running, &compared);
	if (slice_equal(text_slice(&compared), text_slice(&health)))
		return false;
	text_clear(&health);
	text_append(&health, compared.data, compared.len);
	return true;
}

/*
 * Whether what is at the path may take the place of FILE.old. A start that could not use it has
 * left it there for people: FILE.damaged, where no later write puts anything.
 */
static bool may_be_kept(const struct settings *settings)
{
	const char *path = settings->state;
	const struct state_files files = state_read_files(settings);

	if (checked)
		return true;
	checked = true;
	if (start_state_unused() && counter_sum(COUNTER_STATE_WRITES) == 0) {
		if (!durable_file_link(path, "damaged") && errno != ENOENT)
			log_write(LEVEL_WARN, "cannot keep %s as %s.damaged", path, path);
		return false;
	}
	return state_read_good(&files);
}

/* A disk that stays full is no news each second. */
static void note_failure(const char *why, int error)
{
	static const struct log_subject write_failed = { .event = "state_write_failed" };

	counter_add(COUNTER_STATE_WRITE_ERRORS, 1);
	counter_set(COUNTER_STATE_ERROR, error != 0 ? (uint64_t)error : EIO);
	if (failing && strcmp(failure, why) == 0)
		return;
	failing = true;
	snprintf(failure, sizeof(failure), "%s", why);
	log_about(LEVEL_ERROR, &write_failed,
		  "the state file cannot be written: %s. Changes by the API are refused until it "
		  "can", why);
}

static void note_success(void)
{
	static const struct log_subject state_written = { .event = "state_written" };

	counter_add(COUNTER_STATE_WRITES, 1);
	counter_set(COUNTER_STATE_WRITTEN_MS, clock_wall_ms());
	counter_set(COUNTER_STATE_ERROR, 0);
	if (failing)
		log_about(LEVEL_NOTICE, &state_written, "the state file is written again");
	failing = false;
}

static void print_document(const struct state_saved *saved, struct slice *document)
{
	state_print(&print, &(struct state_content){ .running = saved->running,
						     .base = saved->base,
						     .generation = saved->generation,
						     .written_ms = clock_wall_ms(),
						     .health = text_slice(&health) },
		    document);
}

/* The document of shuttle's; where nothing of it has changed it is not written. */
static bool save_shuttle(const struct config *running, char *why)
{
	static char last[DURABLE_FILE_PATH];
	const char *path = running->settings->shuttle_state;

	if (path == NULL)
		return true;
	if (strcmp(last, path) != 0)
		text_clear(&last_shuttle);
	snprintf(last, sizeof(last), "%s", path);
	text_clear(&compared);
	shuttle_config_print(running, shuttle_config_dialect(running->settings), &compared);
	if (slice_equal(text_slice(&compared), text_slice(&last_shuttle)))
		return true;
	/* as shuttle has it: everybody may read it */
	const struct slice bytes = text_slice(&compared);
	if (!durable_file_write(&(struct durable_file){ path, 0644, true }, &bytes, 1, why,
				STATE_SAVE_WHY))
		return false;
	text_clear(&last_shuttle);
	text_append(&last_shuttle, compared.data, compared.len);
	return true;
}

bool state_save(const struct state_saved *saved, char *why)
{
	static char last[DURABLE_FILE_PATH];	/* the settings may come to name another file */
	const char *path = saved->running->settings->state;
	struct slice document[STATE_PRINT_PIECES];
	struct durable_file file;

	if (path == NULL)
		return true;
	checked = checked && strcmp(last, path) == 0;
	snprintf(last, sizeof(last), "%s", path);
	print_document(saved, document);
	errno = 0;
	/* first: what a start finds there counts as the configuration, and is never behind */
	if (!save_shuttle(saved->running, why)) {
		note_failure(why, errno);
		return false;
	}
	file = (struct durable_file){ path, 0640, may_be_kept(saved->running->settings) };
	if (durable_file_write(&file, document, COUNT(document), why, STATE_SAVE_WHY)) {
		note_success();
		return true;
	}
	note_failure(why, errno);
	return false;
}
