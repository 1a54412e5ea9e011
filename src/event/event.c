/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/event.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event_ops.h"

extern const struct event_ops event_epoll, event_kqueue, event_poll;

static const struct event_ops *const kinds[] = {
#ifdef HAVE_EPOLL
	&event_epoll,
#endif
#ifdef HAVE_KQUEUE
	&event_kqueue,
#endif
	&event_poll,
};

/* In event.flags, beside those of event_ops.h. */
enum {
	FLAG_TRY = 4,		/* lazy: call the handler before arming it */
	FLAG_LAZY = 8,		/* on the lazy list */
	FLAG_REPORTED = 16,		/* an error was reported to the owner once */
	FLAG_TRIED = 32,	/* a lazy try found nothing: no second one */
};

#define LAZY_TURNS 3
#define QUIET_REPORTS 2	/* so few, and the loop is about to sleep */
#define HOOKS 4

static struct {
	const struct event_ops *ops;
	bool        stop;
	unsigned    reports;	/* of the last sleep */
	uint64_t    now_us, now_ms;
	uint64_t    wall_ms;	/* 0: not read in this turn */
	struct list attention;	/* to be armed, or ready and not drained */
	struct list again;	/* ready and not drained, handled in this turn */
	struct list lazy;	/* wanted lazily, not armed yet */
	struct list deferred;
	void      (*hooks[HOOKS])(void);
	unsigned    hook_count;
} loop;

bool loop_open_with(const struct event_ops *ops)
{
	memset(&loop, 0, sizeof(loop));
	list_init(&loop.attention);
	list_init(&loop.again);
	list_init(&loop.lazy);
	list_init(&loop.deferred);
	loop.ops = ops;
	loop_woke();
	return ops->open();
}

bool loop_open(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (name == NULL || strcmp(name, "auto") == 0 || strcmp(name, kinds[i]->name) == 0)
			return loop_open_with(kinds[i]);
	}
	errno = ENOTSUP;
	return false;
}

void loop_close(void)
{
	timers_close();
	if (loop.ops != NULL)
		loop.ops->close();
	loop.ops = NULL;
}

const char *loop_name(void)
{
	return loop.ops->name;
}

uint64_t loop_now(void)
{
	return loop.now_ms;
}

uint64_t loop_wall_ms(void)
{
	if (loop.wall_ms == 0)
		loop.wall_ms = clock_wall_ms();
	return loop.wall_ms;
}

uint64_t loop_now_us(void)
{
	return loop.now_us;
}

void loop_stop(void)
{
	loop.stop = true;
}

void loop_defer(struct deferred *d, void (*run)(struct deferred *))
{
	d->run = run;
	list_append(&loop.deferred, &d->link);
}

void loop_before_sleep(void (*hook)(void))
{
	CHECK(loop.hook_count < HOOKS);
	loop.hooks[loop.hook_count++] = hook;
}

static bool is_edge(const struct event *ev)
{
	return loop.ops->edge && (ev->flags & EVENT_SHARED) == 0;
}

unsigned event_interest(const struct event *ev)
{
	return ev->want | (ev->flags & FLAG_REPORTED ? 0U : EVENT_ERROR);
}

/*
 * Whether the back-end has to be called. Edge-triggered interest only grows: reports are
 * remembered.
 */
static bool must_arm(const struct event *ev)
{
	unsigned interest = event_interest(ev);

	if (is_edge(ev))
		return ev->want != 0 && (interest & ~(unsigned)ev->armed) != 0;
	return interest != ev->armed && (ev->armed != 0 || ev->want != 0);
}

static bool is_due(const struct event *ev)
{
	if ((ev->ready & ev->want) != 0)
		return true;
	return (ev->ready & EVENT_ERROR) != 0 && (ev->flags & FLAG_REPORTED) == 0;
}

static void queue_if_due(struct event *ev)
{
	if (ev->fd == -1 || (ev->flags & FLAG_LAZY) != 0 || !list_empty(&ev->link))
		return;
	if (must_arm(ev) || is_due(ev))
		list_append(&loop.attention, &ev->link);
}

static void fire(struct event *ev)
{
	if (ev->ready & EVENT_ERROR)
		ev->flags |= FLAG_REPORTED;
	ev->handler(ev, ev->ready);
	if (!is_edge(ev))
		ev->ready = 0;
}

/*
 * On the hot path. If the handler has changed its interest, event_want() has put the event on
 * the list already. An error is reported once: without edges the event must be armed without it.
 */
void event_report(struct event *ev, unsigned ready)
{
	bool listed = !list_empty(&ev->link) && (ev->flags & FLAG_LAZY) == 0;

	loop.reports++;
	if (ev->fd == -1)
		return;
	if (listed)
		list_unlink(&ev->link);
	ev->ready |= (uint8_t)ready;
	if (is_due(ev))
		fire(ev);
	if (listed || (ready & EVENT_ERROR) != 0 || is_due(ev))
		queue_if_due(ev);
}

static void arm(struct event *ev)
{
	if (loop.ops->arm(ev)) {
		ev->armed = (uint8_t)event_interest(ev);
		return;
	}
	log_write(LEVEL_ERROR, "%s: arm descriptor %d: %s", loop.ops->name, ev->fd,
		  strerror(errno));
	/* the owner's next read or write fails; otherwise it would wait for ever */
	if ((ev->flags & EVENT_SHARED) == 0)
		(void)shutdown(ev->fd, SHUT_RDWR);
	ev->ready |= EVENT_READ | EVENT_WRITE | EVENT_ERROR;
	ev->armed = (uint8_t)event_interest(ev);
}

/* Gives changed interest to the kernel; events that are still ready go to the again list. */
static void attend(void)
{
	while (!list_empty(&loop.attention)) {
		struct event *ev = container_of(loop.attention.next, struct event, link);

		list_unlink(&ev->link);
		if (must_arm(ev))
			arm(ev);
		if (is_due(ev))
			list_append(&loop.again, &ev->link);
	}
}

static void run_again(void)
{
	struct list batch;

	list_init(&batch);
	list_splice(&batch, &loop.again);
	while (!list_empty(&batch)) {
		struct event *ev = container_of(batch.next, struct event, link);

		list_unlink(&ev->link);
		if (ev->fd != -1 && is_due(ev))
			fire(ev);
		queue_if_due(ev);
	}
}

/*
 * Events wanted lazily that have waited for enough turns are armed, or tried first. All of them
 * are armed when little happens: the loop sleeps next, and laziness must not cost a client time.
 */
static void arm_lazy(void)
{
	struct list *node = loop.lazy.next;
	bool quiet = loop.reports <= QUIET_REPORTS;

	while (node != &loop.lazy) {
		struct event *ev = container_of(node, struct event, link);

		node = node->next;
		if (quiet)
			ev->flags &= (uint8_t)~FLAG_TRY;
		else if (--ev->lazy != 0)
			continue;
		list_unlink(&ev->link);
		ev->flags &= (uint8_t)~FLAG_LAZY;
		if (ev->flags & FLAG_TRY) {
			ev->flags = (uint8_t)((ev->flags & ~FLAG_TRY) | FLAG_TRIED);
			ev->ready |= EVENT_READ;
		}
		/* a tried event is armed only if the try has neither drained nor ended it */
		list_append(ev->ready & EVENT_READ ? &loop.again : &loop.attention, &ev->link);
	}
}

static void run_deferred(void)
{
	struct list batch;

	list_init(&batch);
	list_splice(&batch, &loop.deferred);
	while (!list_empty(&batch)) {
		struct deferred *d = container_of(batch.next, struct deferred, link);

		list_unlink(&d->link);
		d->run(d);
	}
}

static int sleep_time(void)
{
	uint64_t next, now = loop_now();

	if (!list_empty(&loop.again) || !list_empty(&loop.deferred) || !list_empty(&loop.lazy))
		return 0;
	next = timers_next();
	if (next == UINT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return next - now > INT_MAX ? INT_MAX : (int)(next - now);
}

static void turn(void)
{
	for (unsigned i = 0; i < loop.hook_count; i++)
		loop.hooks[i]();
	attend();
	counter_add(COUNTER_BUSY_US, clock_us() - loop.now_us);
	counter_add(COUNTER_TURNS, 1);
	loop.reports = 0;
	/* EINTR, as after a stop: what has come meanwhile goes before timeouts that are over */
	if (!loop.ops->wait(sleep_time()) && (errno != EINTR || !loop.ops->wait(0)) &&
	    errno != EINTR) {
		log_write(LEVEL_ALERT, "%s: wait: %s", loop.ops->name, strerror(errno));
		loop.stop = true;
	}
	run_again();
	timers_run(loop_now());
	arm_lazy();
	run_deferred();
}

void loop_run(void)
{
	loop.stop = false;
	while (!loop.stop)
		turn();
}

void loop_woke(void)
{
	loop.now_us = clock_us();
	loop.now_ms = loop.now_us / 1000;
	timers_set_now(loop.now_ms);
	loop.wall_ms = 0;
}

void event_setup(struct event *ev, int fd, event_handler *handler)
{
	uint16_t generation = (uint16_t)(ev->generation + 1);

	*ev = (struct event){ .fd = fd, .generation = generation, .handler = handler };
	list_init(&ev->link);
}

static void end_laziness(struct event *ev)
{
	if ((ev->flags & FLAG_LAZY) == 0)
		return;
	ev->flags &= (uint8_t)~(FLAG_LAZY | FLAG_TRY);
	list_unlink(&ev->link);
}

void event_want(struct event *ev, unsigned want)
{
	if (ev->want == want && (ev->flags & FLAG_LAZY) == 0)
		return;
	end_laziness(ev);
	ev->want = (uint8_t)want;
	queue_if_due(ev);
}

void event_want_lazily(struct event *ev, bool try)
{
	if (ev->fd == -1)
		return;
	if (ev->armed != 0 || (ev->flags & FLAG_TRIED) != 0) {
		event_want(ev, EVENT_READ);
		return;
	}
	ev->want = EVENT_READ;
	list_unlink(&ev->link);
	ev->lazy = LAZY_TURNS;
	ev->flags |= FLAG_LAZY;
	if (try)
		ev->flags |= FLAG_TRY;
	list_append(&loop.lazy, &ev->link);
}

void event_drained(struct event *ev, unsigned what)
{
	ev->ready &= (uint8_t)~what;
}

void event_set_shared(struct event *ev, bool exclusive)
{
	ev->flags |= EVENT_SHARED;
	if (exclusive)
		ev->flags |= EVENT_EXCLUSIVE;
}

void event_forget(struct event *ev)
{
	if (ev->fd == -1)
		return;
	list_unlink(&ev->link);
	if (ev->armed != 0)
		loop.ops->forget(ev);
	ev->fd = -1;
	ev->want = ev->armed = ev->ready = 0;
}

void event_close(struct event *ev)
{
	int fd = ev->fd;

	if (fd == -1)
		return;
	event_forget(ev);
	close(fd);
}
