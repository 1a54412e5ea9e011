/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux epoll: edge-triggered for connections, level-triggered for what is shared. */
#include "event/event.h"
#include "event/event_ops.h"

#ifdef HAVE_EPOLL

#include <errno.h>
#include <sys/epoll.h>
#ifdef HAVE_TIMERFD
#include <sys/timerfd.h>
#endif
#include <unistd.h>

#define BATCH 512
#define BATCHES 32	/* behind each other, without a turn of the loop between them */

/* The generation, kept above the address bits, shows that a report in a batch is stale. */
#define ADDRESS_BITS 48
#define ADDRESS_MASK ((UINT64_C(1) << ADDRESS_BITS) - 1)

static int kernel = -1;

#ifdef HAVE_TIMERFD

/*
 * The next timer of the loop as a descriptor that stays armed over many sleeps. A timeout of
 * epoll_wait() starts and cancels a kernel timer at each call, which costs half a microsecond
 * where a worker sleeps between two packets.
 */
static struct {
	int      fd;	/* -1: epoll_wait() gets the timeout */
	uint64_t at;	/* loop clock, ms; 0: never armed */
} wake = { .fd = -1 };

static struct event woken = { .fd = -1 };	/* reported, and nobody's */

static void wake_open(void)
{
	struct epoll_event ee = { .events = EPOLLIN | EPOLLET,
				  .data.u64 = (uint64_t)(uintptr_t)&woken };

	wake.at = 0;
	wake.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (wake.fd != -1 && epoll_ctl(kernel, EPOLL_CTL_ADD, wake.fd, &ee) == 0)
		return;
	if (wake.fd != -1)
		close(wake.fd);
	wake.fd = -1;
}

static void wake_close(void)
{
	if (wake.fd != -1)
		close(wake.fd);
	wake.fd = -1;
}

/* The timeout for epoll_wait(). A timer that fires too early is set anew when it has fired. */
static int wake_after(int timeout_ms)
{
	uint64_t at = loop_now() + (uint64_t)timeout_ms;
	struct itimerspec when = { .it_value = { .tv_sec = (time_t)(at / 1000),
						 .tv_nsec = (long)(at % 1000) * 1000000 } };

	if (timeout_ms <= 0 || wake.fd == -1)
		return timeout_ms;
	if (wake.at > loop_now() && wake.at <= at)
		return -1;
	if (timerfd_settime(wake.fd, TFD_TIMER_ABSTIME, &when, NULL) == -1)
		return timeout_ms;
	wake.at = at;
	return -1;
}

#else

static void wake_open(void)
{
}

static void wake_close(void)
{
}

static int wake_after(int timeout_ms)
{
	return timeout_ms;
}

#endif

static bool open_epoll(void)
{
	kernel = epoll_create1(EPOLL_CLOEXEC);
	if (kernel != -1)
		wake_open();
	return kernel != -1;
}

static void close_epoll(void)
{
	wake_close();
	close(kernel);
	kernel = -1;
}

static uint32_t mask_of(const struct event *ev)
{
	unsigned interest = event_interest(ev);
	uint32_t mask = 0;

	if (interest & EVENT_READ)
		mask |= EPOLLIN | EPOLLRDHUP | EPOLLPRI;
	if (interest & EVENT_WRITE)
		mask |= EPOLLOUT;
	if ((ev->flags & EVENT_SHARED) == 0)
		mask |= EPOLLET;
#ifdef HAVE_EPOLLEXCLUSIVE
	if (ev->flags & EVENT_EXCLUSIVE)
		mask = (mask & (EPOLLIN | EPOLLOUT)) | EPOLLEXCLUSIVE;
#endif
	return mask;
}

static bool arm(struct event *ev)
{
	struct epoll_event ee = {
		.events = mask_of(ev),
		.data.u64 = (uint64_t)(uintptr_t)ev | (uint64_t)ev->generation << ADDRESS_BITS,
	};
	bool shared = (ev->flags & EVENT_SHARED) != 0;

	/* epoll reports errors always: no call if that is the only difference */
	if (shared && ev->armed != 0 && ((ev->armed ^ ev->want) & (EVENT_READ | EVENT_WRITE)) == 0)
		return true;
	/* hang-ups cannot be masked, so a shared event that wants nothing is removed */
	if (shared && ev->want == 0)
		return ev->armed == 0 || epoll_ctl(kernel, EPOLL_CTL_DEL, ev->fd, &ee) == 0;
	/* EPOLLEXCLUSIVE forbids MOD; a shared event that was removed above is added */
	if (shared && ev->armed != 0 && (ev->armed & (EVENT_READ | EVENT_WRITE)) == 0)
		return epoll_ctl(kernel, EPOLL_CTL_ADD, ev->fd, &ee) == 0;
	return epoll_ctl(kernel, ev->armed != 0 ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, ev->fd, &ee) == 0;
}

static void forget(struct event *ev)
{
	struct epoll_event ee = { .events = 0 };

	/* close() is the removal, unless another process holds the descriptor too */
	if (ev->flags & EVENT_SHARED)
		epoll_ctl(kernel, EPOLL_CTL_DEL, ev->fd, &ee);
}

static unsigned meaning(uint32_t events)
{
	unsigned ready = 0;

	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		ready |= EVENT_READ;
	if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		ready |= EVENT_WRITE;
	if (events & (EPOLLRDHUP | EPOLLHUP))
		ready |= EVENT_HUP;
	if (events & EPOLLPRI)
		ready |= EVENT_URGENT;
	if (events & EPOLLERR || (events & (EPOLLHUP | EPOLLRDHUP)) == EPOLLHUP)
		ready |= EVENT_ERROR;
	return ready;
}

/* false: that was not all. */
static bool report(const struct epoll_event reports[], int n)
{
	for (int i = 0; i < n; i++) {
		uint64_t data = reports[i].data.u64;
		struct event *ev = (struct event *)(uintptr_t)(data & ADDRESS_MASK);

		if (ev->generation == (uint16_t)(data >> ADDRESS_BITS))
			event_report(ev, meaning(reports[i].events));
	}
	return n < BATCH;
}

/*
 * All that is ready, before the loop runs its timers: where the process has stood still for longer
 * than a timeout, who was not reported yet has not been silent.
 */
static bool wait(int timeout_ms)
{
	static struct epoll_event reports[BATCH];
	int n = epoll_wait(kernel, reports, BATCH, wake_after(timeout_ms));
	int error = errno;
	bool ok = n != -1;

	loop_woke();
	for (unsigned i = 1; !report(reports, n) && i < BATCHES; i++)
		n = epoll_wait(kernel, reports, BATCH, 0);
	errno = error;
	return ok;
}

const struct event_ops event_epoll = {
	.name = "epoll",
	.edge = true,
	.open = open_epoll,
	.close = close_epoll,
	.arm = arm,
	.forget = forget,
	.wait = wait,
};

#else
typedef int no_epoll_here;
#endif
