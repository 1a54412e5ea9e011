/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_server.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/cache_door.h"
#include "core/list.h"
#include "core/log.h"
#include "event/event.h"
#include "os/door.h"
#include "udp/cache_leave.h"
#include "udp/cache_stream.h"
#include "udp/caches.h"
#include "udp/resolver_report.h"

#define TURN 64		/* streams that are begun before anything else goes on */
#define STREAMS 512	/* of clients whose request is not there, each of 80 kB at most */
#define PAUSE_MS 100	/* until the next try when the system is short of something */

static struct cache_streams streams;
static struct event door;
static struct timer again;

/* Those that are kept at most: of few descriptors an eighth, for most are for other things. */
static unsigned streams_most(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur / 8 >= STREAMS)
		return STREAMS;
	return (unsigned)limit.rlim_cur / 8 + 1;
}

/* Counted where the figures of its cache are. */
static void refused(struct slice cache, struct log_limit *limit, const char *why)
{
	static const struct log_subject about = { .event = "limit_reached" };
	struct cache *c = caches_find(cache);

	if (c != NULL)
		c->turned_away++;
	resolver_report_changed();
	if (log_limited(limit, 1))
		log_about(LEVEL_WARN, &about, "cache server: a client was closed: %s", why);
}

/* The kernel has closed the client: nothing was left for its descriptor. */
static void lost(struct slice bytes)
{
	static struct log_limit limit;
	struct cache_door head;

	if (!cache_door_read(&bytes, &head))
		return;
	refused(head.name, &limit, "no descriptor is left");
	cache_streams_drop(&streams);
}

static void note_script(struct cache *c, const struct cache_door *note)
{
	if (c == NULL)
		return;
	if (note->begins) {	/* what it clears stays until it has run */
		cache_leave_begin(c);
		return;
	}
	c->scripted = true;
	cache_leave_end(c);
	cache_note_filled(c);
}

static void begin(int fd, struct slice bytes)
{
	static struct log_limit limit;
	struct slice rest = bytes;
	struct cache_door head;

	if (cache_door_read(&rest, &head) && (head.begins || head.filled)) {
		note_script(caches_find(head.name), &head);
		close(fd);
		return;
	}
	cache_stream_begin(&streams, fd, bytes);
	/* a request that was whole is over: the limit costs a system call */
	if (streams.count <= 1 || streams.count <= streams_most())
		return;
	refused(cache_streams_oldest(&streams), &limit,
		"too many have not sent their whole request");
	cache_streams_drop(&streams);
}

static void on_door(struct event *ev, unsigned ready)
{
	static char bytes[DOOR_BYTES];

	(void)ready;
	for (unsigned i = 0; i < TURN; i++) {
		size_t len = 0;
		int fd = door_accept(DOOR_CACHE, bytes, sizeof(bytes), &len);

		if (fd != -1) {
			begin(fd, (struct slice){ bytes, len });
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			event_drained(ev, EVENT_READ);
			return;
		}
		if (errno == EPROTO) {
			lost((struct slice){ bytes, len });
			continue;
		}
		event_want(ev, 0);
		timer_set(&again, PAUSE_MS);
		return;
	}
}

static void on_again(struct timer *t)
{
	(void)t;
	event_want(&door, EVENT_READ);
}

bool cache_server_open(void)
{
	int fd = dup(door_descriptor(DOOR_CACHE));

	cache_streams_init(&streams);
	timer_setup(&again, on_again);
	if (fd == -1) {
		log_write(LEVEL_ALERT, "cache server: no descriptor is left");
		return false;
	}
	event_setup(&door, fd, on_door);
	event_set_shared(&door, false);
	event_want(&door, EVENT_READ);
	return true;
}

void cache_server_close(void)
{
	timer_cancel(&again);
	event_close(&door);
	while (!list_empty(&streams.clients))
		cache_streams_drop(&streams);
	while (!list_empty(&streams.own))
		cache_stream_end(container_of(streams.own.next, struct cache_stream, link));
}
