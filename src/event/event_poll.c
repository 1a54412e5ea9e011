/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX poll(), for systems with nothing better and for the tests. */
#include "event/event.h"
#include "event/event_ops.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define NOWHERE UINT32_MAX

static struct pollfd *fds;	/* fds[i] watches events[i] */
static struct event **events;
static uint32_t *place;		/* by descriptor: i, or NOWHERE */
static uint32_t count, room, places;

static bool open_poll(void)
{
	return true;
}

static void close_poll(void)
{
	free(fds);
	free(events);
	free(place);
	fds = NULL;
	events = NULL;
	place = NULL;
	count = room = places = 0;
}

static bool grow_places(uint32_t fd)
{
	uint32_t more = places != 0 ? places : 64;
	uint32_t *bigger;

	while (more <= fd)
		more *= 2;
	if (more == places)
		return true;
	bigger = realloc(place, more * sizeof(*place));
	if (bigger == NULL)
		return false;
	place = bigger;
	while (places < more)
		place[places++] = NOWHERE;
	return true;
}

static bool grow(void)
{
	uint32_t more = room != 0 ? room * 2 : 64;
	struct pollfd *f = realloc(fds, more * sizeof(*fds));
	struct event **e;

	if (f == NULL)
		return false;
	fds = f;	/* kept if the next call fails: `room` says what both have */
	e = realloc(events, more * sizeof(*e));
	if (e == NULL)
		return false;
	events = e;
	room = more;
	return true;
}

/* The last entry moves to the place of the removed one. */
static void forget(struct event *ev)
{
	uint32_t i = (uint32_t)ev->fd < places ? place[ev->fd] : NOWHERE;

	if (i == NOWHERE)
		return;
	place[ev->fd] = NOWHERE;
	count--;
	if (i == count)
		return;
	fds[i] = fds[count];
	events[i] = events[count];
	place[fds[i].fd] = i;
}

static bool arm(struct event *ev)
{
	unsigned interest = event_interest(ev);
	uint32_t i;

	if (!grow_places((uint32_t)ev->fd))
		return false;
	if (interest == 0) {
		forget(ev);
		return true;
	}
	i = place[ev->fd];
	if (i == NOWHERE) {
		if (count == room && !grow())
			return false;
		i = count++;
		place[ev->fd] = i;
	}
	events[i] = ev;
	fds[i] = (struct pollfd){ .fd = ev->fd };
	if (interest & EVENT_READ)
		fds[i].events |= POLLIN | POLLPRI;
	if (interest & EVENT_WRITE)
		fds[i].events |= POLLOUT;
	return true;
}

static unsigned meaning(short revents)
{
	unsigned ready = 0;

	/* an urgent byte with nothing behind it: only a read gets past it */
	if (revents & (POLLIN | POLLPRI | POLLHUP | POLLERR | POLLNVAL))
		ready |= EVENT_READ;
	if (revents & (POLLOUT | POLLHUP | POLLERR | POLLNVAL))
		ready |= EVENT_WRITE;
	if (revents & POLLHUP)
		ready |= EVENT_HUP;
	if (revents & POLLPRI)
		ready |= EVENT_URGENT;
	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		ready |= EVENT_ERROR;
	return ready;
}

static bool wait_poll(int timeout_ms)
{
	int n = poll(fds, count, timeout_ms);
	int error = errno;

	loop_woke();
	/* backwards: a handler may remove its own entry by moving the last one in */
	for (uint32_t i = count; n > 0 && i-- > 0;) {
		short revents;

		if (i >= count || fds[i].revents == 0)
			continue;
		revents = fds[i].revents;
		fds[i].revents = 0;
		event_report(events[i], meaning(revents));
	}
	errno = error;
	return n != -1;
}

const struct event_ops event_poll = {
	.name = "poll",
	.open = open_poll,
	.close = close_poll,
	.arm = arm,
	.forget = forget,
	.wait = wait_poll,
};
