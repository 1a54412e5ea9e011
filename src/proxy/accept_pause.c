/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept_pause.h"

#include <sys/resource.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/session_list.h"

#define PAUSE_MS 100
/* Descriptors left for pipes, logs, the channel and what the libraries open. */
#define RESERVE 64

static uint32_t by_rows, by_descriptors;	/* limits of sessions */
static void (*on_change)(void);
static bool stopped;
static enum pause_cause cause_now;
static uint64_t since;		/* loop clock */
static struct timer timer;

static void resume(void)
{
	static const enum counter by_cause[] = {
		[PAUSE_DESCRIPTORS] = COUNTER_ACCEPT_PAUSED_DESCRIPTORS_MS,
		[PAUSE_MEMORY] = COUNTER_ACCEPT_PAUSED_MEMORY_MS,
		[PAUSE_LIMIT] = COUNTER_ACCEPT_PAUSED_LIMIT_MS,
	};

	if (cause_now == PAUSE_NONE)
		return;
	counter_add(by_cause[cause_now], loop_now() - since);
	cause_now = PAUSE_NONE;
	scoreboard_slot(scoreboard_own())->paused = PAUSE_NONE;
	timer_cancel(&timer);
	on_change();
}

static void on_timer(struct timer *t)
{
	(void)t;
	resume();
}

void accept_pause_open(void (*changed)(void))
{
	on_change = changed;
	stopped = false;
	cause_now = PAUSE_NONE;
	by_rows = by_descriptors = UINT32_MAX;
	timer_setup(&timer, on_timer);
}

static uint32_t descriptors_in_use(void)
{
	/* the lowest free number: nothing above it is open yet when a worker starts */
	int fd = dup(STDERR_FILENO);

	if (fd == -1)
		return 0;
	close(fd);
	return (uint32_t)fd;
}

void accept_pause_set_limits(uint32_t worker_sessions)
{
	uint32_t base = descriptors_in_use() + RESERVE;
	struct rlimit limit;

	by_rows = worker_sessions;
	by_descriptors = UINT32_MAX;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur == RLIM_INFINITY)
		return;
	by_descriptors = limit.rlim_cur > base + 2 ? (uint32_t)(limit.rlim_cur - base) / 2 : 1;
}

enum pause_cause accept_pause_full(void)
{
	uint32_t active = session_list_active();

	if (active < by_rows && active < by_descriptors)
		return PAUSE_NONE;
	return active >= by_rows ? PAUSE_LIMIT : PAUSE_DESCRIPTORS;
}

void accept_pause_begin(enum pause_cause cause)
{
	static const char *const words[] = {
		[PAUSE_DESCRIPTORS] = "out of descriptors",
		[PAUSE_MEMORY] = "out of memory",
		[PAUSE_LIMIT] = "worker_sessions reached",
	};
	static const struct log_subject about = { .event = "accept_paused" };
	static struct log_limit limit;

	/* also when it pauses already: the shortage is still there */
	timer_set(&timer, PAUSE_MS);
	if (cause_now != PAUSE_NONE || stopped)
		return;
	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "accepting paused: %s, %u sessions", words[cause],
			  session_list_active());
	cause_now = cause;
	since = loop_now();
	scoreboard_slot(scoreboard_own())->paused = cause;
	on_change();
}

enum pause_cause accept_pause_cause(void)
{
	return cause_now;
}

void accept_pause_session_ended(void)
{
	uint32_t most = by_rows < by_descriptors ? by_rows : by_descriptors;

	if (cause_now != PAUSE_NONE && session_list_active() + most / 64 < most)
		resume();
}

void accept_pause_stop(void)
{
	stopped = true;
	timer_cancel(&timer);
	on_change();
}

bool accept_pause_accepts(void)
{
	return !stopped && cause_now == PAUSE_NONE;
}
