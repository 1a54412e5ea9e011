/* SPDX-License-Identifier: BSD-2-Clause */
/* kqueue on the BSDs and macOS, level-triggered: a filter stands as long as it is wanted. */
#include "event/event.h"
#include "event/event_ops.h"

#ifdef HAVE_KQUEUE

#include <errno.h>
#include <sys/types.h>
#include <sys/event.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BATCH 512
#define BATCHES 32	/* behind each other, without a turn of the loop between them */

static int queue = -1;

static bool open_kqueue(void)
{
	queue = kqueue();
	return queue != -1;
}

static void close_kqueue(void)
{
	close(queue);
	queue = -1;
}

static bool set_filters(struct event *ev, unsigned from, unsigned to)
{
	struct kevent changes[2];
	int n = 0;

	if ((from ^ to) & EVENT_READ) {
		EV_SET(&changes[n], (uintptr_t)ev->fd, EVFILT_READ,
		       to & EVENT_READ ? EV_ADD : EV_DELETE, 0, 0, (void *)ev);
		n++;
	}
	if ((from ^ to) & EVENT_WRITE) {
		EV_SET(&changes[n], (uintptr_t)ev->fd, EVFILT_WRITE,
		       to & EVENT_WRITE ? EV_ADD : EV_DELETE, 0, 0, (void *)ev);
		n++;
	}
	return n == 0 || kevent(queue, changes, n, NULL, 0, NULL) != -1;
}

static bool arm(struct event *ev)
{
	return set_filters(ev, ev->armed, event_interest(ev));
}

static void forget(struct event *ev)
{
	/* close() removes the filters, unless another process holds the descriptor too */
	if (ev->flags & EVENT_SHARED)
		(void)set_filters(ev, ev->armed, 0);
}

static unsigned meaning(const struct kevent *ke)
{
	unsigned ready = ke->filter == EVFILT_READ ? EVENT_READ : EVENT_WRITE;

	/* EV_EOF of a read filter is the peer's half-close, of a write filter the end of both */
	if (ke->flags & EV_EOF) {
		ready |= ke->filter == EVFILT_READ ? EVENT_HUP : 0U;
		if (ke->fflags != 0)
			ready |= EVENT_READ | EVENT_WRITE | EVENT_ERROR;
	}
	if (ke->flags & EV_ERROR)
		ready |= EVENT_READ | EVENT_WRITE | EVENT_ERROR;
	return ready;
}

/* false: that was not all. */
static bool report(const struct kevent reports[], int n)
{
	for (int i = 0; i < n; i++) {
		struct event *ev = (struct event *)(void *)reports[i].udata;

		/* stale when the owner has closed it, or dialled again, in this batch */
		if (ev->fd == (int)reports[i].ident &&
		    (ev->armed & (EVENT_READ | EVENT_WRITE)) != 0)
			event_report(ev, meaning(&reports[i]));
	}
	return n < BATCH;
}

/*
 * All that is ready, before the loop runs its timers: where the process has stood still for longer
 * than a timeout, who was not reported yet has not been silent.
 */
static bool wait(int timeout_ms)
{
	static struct kevent reports[BATCH];
	static const struct timespec now;
	struct timespec ts = { timeout_ms / 1000, (long)(timeout_ms % 1000) * 1000000 };
	int n = kevent(queue, NULL, 0, reports, BATCH, timeout_ms < 0 ? NULL : &ts);
	int error = errno;
	bool ok = n != -1;

	loop_woke();
	for (unsigned i = 1; !report(reports, n) && i < BATCHES; i++)
		n = kevent(queue, NULL, 0, reports, BATCH, &now);
	errno = error;
	return ok;
}

const struct event_ops event_kqueue = {
	.name = "kqueue",
	.open = open_kqueue,
	.close = close_kqueue,
	.arm = arm,
	.forget = forget,
	.wait = wait,
};

#else
typedef int no_kqueue_here;
#endif
