/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_server.h"

#include <errno.h>
#include <unistd.h>

#include "core/cache_door.h"
#include "core/list.h"
#include "core/log.h"
#include "event/event.h"
#include "os/door.h"
#include "udp/cache_stream.h"
#include "udp/caches.h"

#define TURN 64		/* streams that are begun before anything else goes on */
#define PAUSE_MS 100	/* until the next try when the system is short of something */

static struct list streams;
static struct event door;
static struct timer again;

static void note_script(struct cache *c)
{
	if (c == NULL)
		return;
	c->scripted = true;
	cache_note_filled(c);
}

static void on_door(struct event *ev, unsigned ready)
{
	static char bytes[DOOR_BYTES];
	struct slice name;

	(void)ready;
	for (unsigned i = 0; i < TURN; i++) {
		size_t len = 0;
		int fd = door_accept(DOOR_CACHE, bytes, sizeof(bytes), &len);

		if (fd != -1 && cache_door_read_filled((struct slice){ bytes, len }, &name)) {
			close(fd);
			note_script(caches_find(name));
			continue;
		}
		if (fd != -1) {
			cache_stream_begin(&streams, fd, (struct slice){ bytes, len });
			continue;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			event_drained(ev, EVENT_READ);
			return;
		}
		if (errno == EPROTO)	/* without a descriptor: this process has none left */
			continue;
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

	list_init(&streams);
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
	while (!list_empty(&streams))
		cache_stream_end(container_of(streams.next, struct cache_stream, link));
}
