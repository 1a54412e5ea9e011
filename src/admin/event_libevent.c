/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/event_libevent.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/time.h>

#include "event/event.h"
#include "event/event_ops.h"

/* libevent has a struct event as well: in this file theirs is libevent_event. */
#define event libevent_event
#include <event2/event.h>
#undef event

/* Our events are dispatched first; evhttp's have libevent's default, the middle one of three. */
enum { PRIORITY_OURS, PRIORITIES = 3 };

/* evhttp may run this long, or this many callbacks, before our descriptors are polled again. */
#define DISPATCH_US 1000
#define DISPATCH_CALLBACKS 64

static struct event_base *base;
static struct libevent_event *tick;	/* ends a wait at its timeout */
static struct libevent_event *leave;	/* ends a wait once all of our events were reported */
static struct libevent_event *before_write;
static void (*run_before_write)(void);
static struct libevent_event **watches;	/* by descriptor */
static int places;
static bool woken;

struct event_base *event_libevent_base(void)
{
	return base;
}

void event_libevent_woke(void)
{
	if (woken)
		return;
	woken = true;
	loop_woke();
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	event_libevent_woke();
	event_base_loopbreak(base);
}

static void on_before_write(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	event_libevent_woke();
	run_before_write();
}

void event_libevent_before_write(void (*run)(void))
{
	run_before_write = run;
	event_active(before_write, EV_TIMEOUT, 0);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	unsigned ready = 0;

	(void)fd;
	/* dispatched after those of our events that the same poll has found */
	event_active(leave, EV_TIMEOUT, 0);
	event_libevent_woke();
	if (what & EV_READ)
		ready |= EVENT_READ;
	if (what & EV_WRITE)
		ready |= EVENT_WRITE;
	event_report(arg, ready);
}

static struct event_base *new_base(void)
{
	const struct timeval interval = { 0, DISPATCH_US };
	struct event_config *config = event_config_new();
	struct event_base *made = NULL;

	if (config == NULL)
		return NULL;
	if (event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK) == 0 &&
	    event_config_set_max_dispatch_interval(config, &interval, DISPATCH_CALLBACKS,
						   PRIORITY_OURS + 1) == 0)
		made = event_base_new_with_config(config);
	event_config_free(config);
	return made;
}

static void close_libevent(void)
{
	for (int fd = 0; fd < places; fd++) {
		if (watches[fd] != NULL)
			event_free(watches[fd]);
	}
	free(watches);
	watches = NULL;
	places = 0;
	if (tick != NULL)
		event_free(tick);
	if (leave != NULL)
		event_free(leave);
	if (before_write != NULL)
		event_free(before_write);
	tick = leave = before_write = NULL;
	if (base != NULL)
		event_base_free(base);
	base = NULL;
}

static bool open_libevent(void)
{
	base = new_base();
	if (base == NULL)
		goto fail;
	if (event_base_priority_init(base, PRIORITIES) != 0)
		goto fail;
	tick = event_new(base, -1, 0, on_tick, NULL);
	leave = event_new(base, -1, 0, on_tick, NULL);
	before_write = event_new(base, -1, 0, on_before_write, NULL);
	if (tick == NULL || leave == NULL || before_write == NULL)
		goto fail;
	event_priority_set(tick, PRIORITY_OURS);
	event_priority_set(leave, PRIORITY_OURS);
	event_priority_set(before_write, PRIORITY_OURS);
	return true;
fail:
	close_libevent();
	errno = ENOMEM;
	return false;
}

static bool grow(int fd)
{
	int more = places != 0 ? places : 64;
	struct libevent_event **bigger;

	while (more <= fd)
		more *= 2;
	if (more == places)
		return true;
	bigger = realloc(watches, (size_t)more * sizeof(*watches));
	if (bigger == NULL)
		return false;
	watches = bigger;
	while (places < more)
		watches[places++] = NULL;
	return true;
}

static void forget(struct event *ev)
{
	if (ev->fd >= places || watches[ev->fd] == NULL)
		return;
	event_free(watches[ev->fd]);
	watches[ev->fd] = NULL;
}

static bool arm(struct event *ev)
{
	unsigned interest = event_interest(ev);
	short what = EV_PERSIST;
	struct libevent_event *watch;

	forget(ev);
	/* an error without interest is found by the next read or write */
	if ((interest & (EVENT_READ | EVENT_WRITE)) == 0)
		return true;
	if (!grow(ev->fd))
		return false;
	if (interest & EVENT_READ)
		what |= EV_READ;
	if (interest & EVENT_WRITE)
		what |= EV_WRITE;
	watch = event_new(base, ev->fd, what, on_ready, ev);
	if (watch == NULL)
		return false;
	event_priority_set(watch, PRIORITY_OURS);
	if (event_add(watch, NULL) != 0) {
		event_free(watch);
		return false;
	}
	watches[ev->fd] = watch;
	return true;
}

static bool wait_libevent(int timeout_ms)
{
	const struct timeval timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000 };
	int flags = EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY | (timeout_ms == 0 ? EVLOOP_NONBLOCK : 0);
	bool ok = true;

	woken = false;
	errno = 0;
	if (timeout_ms > 0)
		ok = event_add(tick, &timeout) == 0;
	if (ok && event_base_loop(base, flags) == -1)
		ok = false;
	event_del(tick);
	event_del(leave);
	event_libevent_woke();
	return ok;
}

const struct event_ops event_libevent = {
	.name = "libevent",
	.open = open_libevent,
	.close = close_libevent,
	.arm = arm,
	.forget = forget,
	.wait = wait_libevent,
};
