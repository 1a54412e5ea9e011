/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "config/config.h"
#include "core/log.h"
#include "os/door.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/listen_change.h"
#include "process/message.h"

#define RESERVE (32 + DOOR_DESCRIPTORS)	/* logs, loop, channel, control's first clients */
#define FDS_PER_SLOT 4		/* log pipe, channel, crash pipe */
#define ROOM 64			/* workers that `workers:` can grow to without a restart */
#define ROOM_SHARE 16		/* ... as long as that is no more than this part of the limit */

static unsigned room_to_grow(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_max == RLIM_INFINITY ||
	    limit.rlim_max / ROOM_SHARE >= ROOM)
		return ROOM;
	return (unsigned)(limit.rlim_max / ROOM_SHARE);
}

unsigned limits_slots(const struct config *config)
{
	unsigned workers = 2 * config->settings->workers + 8, room = room_to_grow();

	return kind_slots_fixed() + (workers > room ? workers : room);
}

unsigned limits_workers(unsigned slots)
{
	return slots - kind_slots_fixed();
}

struct sockets {
	const struct config       *config;
	const struct process_kind *kind;
	size_t                     count;
};

static void count_sockets(const struct kind_listener *listener, void *arg)
{
	struct sockets *n = arg;

	n->count += listen_change_sockets(n->config, n->kind, &listener->conf->addr);
}

static size_t sockets_needed(const struct config *config)
{
	struct sockets n = { .config = config };

	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		n.kind = process_kinds[i];
		if (n.kind->listens != NULL)
			n.kind->listens(config, count_sockets, &n);
	}
	return n.count;
}

static rlim_t needed_for_sockets(const struct config *config, unsigned slots)
{
	return sockets_needed(config) + (rlim_t)slots * FDS_PER_SLOT + RESERVE;
}

static rlim_t needed(const struct config *config, unsigned slots)
{
	return needed_for_sockets(config, slots) +
	       2 * (rlim_t)config->settings->worker_sessions;
}

bool limits_check(const struct config *config, unsigned slots,
		  struct conf_errors *errors)
{
	rlim_t sockets = needed_for_sockets(config, slots);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_max == RLIM_INFINITY)
		return true;
	if (sockets > limit.rlim_max) {
		conf_fail(errors, CONF_ERROR, NULL, "services",
			  "%lu listening sockets (addresses x %u workers) and what else heddle has "
			  "open need %lu descriptors; the hard limit is %lu",
			  (unsigned long)sockets_needed(config),
			  listen_change_group(config),
			  (unsigned long)sockets, (unsigned long)limit.rlim_max);
		return false;
	}
	return true;
}

static uint64_t raise_to(rlim_t want)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 0;
	if (limit.rlim_max != RLIM_INFINITY && want > limit.rlim_max)
		want = limit.rlim_max;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= want)
		return limit.rlim_cur;
	limit.rlim_cur = want;
	if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
		return want;
	log_write(LEVEL_WARN, "setrlimit: %s", strerror(errno));
	return 0;
}

void limits_raise(const struct config *config, unsigned slots)
{
	(void)raise_to(needed(config, slots));
}

/* Before the sockets are sent: what does not fit is lost on the way. */
void limits_raise_all(const struct config *config, unsigned slots)
{
	static uint64_t sent;
	struct message_number m = { raise_to(needed(config, slots)) };

	if (m.number > sent)
		children_send(CHILDREN_ALL, MESSAGE_DESCRIPTORS, &m, sizeof(m));
	sent = m.number;
}

void limits_raise_to(uint64_t count)
{
	(void)raise_to((rlim_t)count);
}

unsigned long limits_now(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (unsigned long)limit.rlim_cur : 0;
}

void limits_warn(const struct config *config, unsigned slots)
{
	rlim_t want = needed(config, slots);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    limit.rlim_cur < want)
		log_write(LEVEL_WARN,
			  "worker_sessions %u can need %lu descriptors, the limit is %lu: "
			  "a worker that runs out pauses accepting",
			  config->settings->worker_sessions, (unsigned long)want,
			  (unsigned long)limit.rlim_cur);
}
