/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload_answer.h"

#include "config/config.h"
#include "core/clock.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"
#include "os/notify.h"
#include "process/change_answer.h"
#include "process/change_queue.h"
#include "process/listen_close.h"
#include "process/reload_scripts.h"
#include "process/running.h"

#define ASKERS 256

struct askers {
	uint32_t ids[ASKERS];
	unsigned count;
};

static struct askers coming, waiting;	/* for the next reload; for the one under way */
static struct text held;		/* the answer for `waiting` */
static bool holding;
static struct timer patience;

static void answer(enum request_outcome outcome, const struct text *text)
{
	change_answer_send(waiting.ids, waiting.count, outcome, text);
	waiting.count = 0;
}

static void complete(void)
{
	if (!holding)
		return;
	holding = false;
	timer_cancel(&patience);
	answer(REQUEST_APPLIED, &held);
}

static void on_address_closed(void)
{
	if (!listen_close_busy())
		complete();
}

static void on_patience(struct timer *t)
{
	(void)t;
	complete();
}

void reload_answer_open(void)
{
	atomic_store(&scoreboard_shared()->reload_ok, 1);
	text_init(&held);
	timer_setup(&patience, on_patience);
	listen_close_watch(on_address_closed);
}

bool reload_answer_expect(uint32_t id, bool stopping)
{
	if (stopping) {
		change_answer_turn_away(id, "heddle is stopping");
		return false;
	}
	if (coming.count == ASKERS) {
		change_answer_turn_away(id, "too many reloads wait");
		return false;
	}
	coming.ids[coming.count++] = id;
	return true;
}

void reload_answer_forget(void)
{
	coming.count = waiting.count = 0;
}

void reload_answer_begin(void)
{
	notify_send("RELOADING=1\nMONOTONIC_USEC=%llu", (unsigned long long)clock_us());
	complete();
	waiting = coming;
	coming.count = 0;
}

static void note_success(void)
{
	atomic_store(&scoreboard_shared()->reload_ok, 1);
	atomic_store(&scoreboard_shared()->reloaded_ms, clock_wall_ms());
}

void reload_answer_refused(const struct change *change, const struct conf_errors *errors)
{
	struct text text;

	text_init(&text);
	atomic_store(&scoreboard_shared()->reload_ok, 0);
	change_answer_refused(change, errors, &text);
	answer(REQUEST_REFUSED, &text);
	text_close(&text);
	notify_send("READY=1\nSTATUS=reload refused, the running configuration is unchanged");
}

void reload_answer_applied(const struct change *change)
{
	struct text scripts;

	note_success();
	notify_send("READY=1\nSTATUS=reloaded, generation %llu",
		    (unsigned long long)running_serial());
	text_clear(&held);
	(void)change_answer_applied(change, &held);
	text_init(&scripts);
	(void)reload_scripts_print(&change->diff, &scripts);
	change_answer_lines(&scripts, &held);
	text_close(&scripts);
	holding = true;
	if (listen_close_busy())
		timer_set(&patience, running_config()->settings->change_timeout_ms);
	else
		complete();
}

void reload_answer_unchanged(const struct change *change)
{
	struct text text, scripts;
	size_t count;

	text_init(&text);
	text_init(&scripts);
	note_success();
	count = reload_scripts_print(&change->diff, &scripts);
	notify_send("READY=1\nSTATUS=reload: nothing changed%s",
		    count != 0 ? " but scripts" : "");
	change_answer_unchanged(change, count, &text);
	change_answer_lines(&scripts, &text);
	answer(REQUEST_UNCHANGED, &text);
	text_close(&scripts);
	text_close(&text);
}
