/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_load.h"

#include <sys/wait.h>

#include "config/config_script.h"
#include "core/log.h"
#include "mapper/script_pool.h"
#include "mapper/script_process.h"
#include "mapper/script_status.h"
#include "mapper/script_struct.h"

#define PAUSE_FIRST_MS 250
#define PAUSE_MOST_MS 30000

void script_load_pause(struct script *s)
{
	s->pause_ms = s->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * s->pause_ms;
	if (s->pause_ms > PAUSE_MOST_MS)
		s->pause_ms = PAUSE_MOST_MS;
	s->start_ms = loop_now() + s->pause_ms;
}

static void switch_to_next(struct script *s)
{
	s->generation = s->next;
	s->next = 0;
	script_pool_leave_but(s, s->generation);
	log_about(LEVEL_NOTICE, &(struct log_subject){ .event = "script_loaded" },
		  "script %s: loaded again", s->conf->file);
	script_status_set(s, SCRIPT_SERVING);
}

void script_load_done(struct script_process *p)
{
	struct script *s = p->script;

	s->pause_ms = 0;
	s->loads_once_more = false;
	if (s->start_ms > loop_now() + PAUSE_FIRST_MS)
		s->start_ms = loop_now() + PAUSE_FIRST_MS;
	s->reserves = s->care_ms != 0;
	if (p->generation == s->generation && s->state != SCRIPT_SERVING) {
		log_about(LEVEL_NOTICE, &(struct log_subject){ .event = "script_loaded" },
			  "script %s: loaded", s->conf->file);
		script_status_set(s, SCRIPT_SERVING);
	} else if (p->generation == s->next &&
		   script_pool_loaded(s, s->next) >= s->conf->processes) {
		switch_to_next(s);
	}
}

static void report_not_loaded(const struct script *s, uint32_t generation, const char *why)
{
	struct log_subject about = { .event = "script_failed" };

	log_about(LEVEL_ERROR, &about, generation == s->next
		  ? "script %s: not loaded again, the processes that loaded it before go on: %s"
		  : "script %s: not loaded: %s", s->conf->file, why);
}

void script_load_failed(struct script *s, uint32_t generation, const char *why)
{
	if (generation != s->next && generation != s->generation)
		return;
	report_not_loaded(s, generation, why);
	if (generation == s->next) {
		script_pool_kill(s, s->next);
		s->next = 0;
		return;
	}
	script_load_pause(s);
	if (script_pool_loaded(s, s->generation) == 0 && s->state != SCRIPT_BROKEN)
		script_status_set(s, SCRIPT_BROKEN);
}

/* Another one of that generation is there, or may be. */
static bool others_left(const struct script *s, uint32_t generation)
{
	return script_pool_loaded(s, generation) != 0 || script_pool_loading(s, generation) != 0;
}

static void load_once_more(struct script *s, uint32_t generation)
{
	s->loads_once_more = true;
	if (generation == s->generation && s->state == SCRIPT_SERVING)
		script_status_set(s, SCRIPT_LOADING);
}

void script_load_ended(struct script *s, uint32_t generation, int status)
{
	char why[SCRIPT_PROCESS_HOW];
	bool others = others_left(s, generation);

	script_process_how(status, why);
	s->start_ms = 0;
	if (!WIFSIGNALED(status) || (!others && s->loads_once_more) ||
	    (generation != s->next && generation != s->generation)) {
		script_load_failed(s, generation, why);
		return;
	}
	log_about(LEVEL_ERROR, &(struct log_subject){ .event = "script_failed" },
		  "script %s: a process that loads it %s: %s", s->conf->file, why,
		  others ? "there are others" : "it is loaded once more");
	if (others)
		script_load_pause(s);
	else
		load_once_more(s, generation);
}
