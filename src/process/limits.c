/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "core/config.h"
#include "core/log.h"
#include "process/sockets.h"

#define RESERVE 32		/* logs, loop, channel, the first of control's clients */
#define FDS_PER_SLOT 4		/* log pipe, channel, crash pipe */
#define OTHERS 3		/* master, control, resolver */
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
	unsigned workers = 2 * config->settings.workers + 8, room = room_to_grow();

	return OTHERS + (workers > room ? workers : room);
}

unsigned limits_workers(unsigned slots)
{
	return slots - OTHERS;
}

static size_t sockets_needed(const struct config *config, unsigned group)
{
	size_t n = 0;

	for (size_t i = 0; i < config->count; i++) {
		const struct service_conf *s = &config->services[i].conf;

		for (size_t k = 0; k < s->listens; k++)
			n += sockets_shared(&s->listen[k].addr) ? 1 : group;
	}
	return n;
}

static rlim_t needed_for_sockets(const struct config *config, unsigned slots, unsigned group)
{
	return sockets_needed(config, group) + (rlim_t)slots * FDS_PER_SLOT + RESERVE;
}

static rlim_t needed(const struct config *config, unsigned slots, unsigned group)
{
	return needed_for_sockets(config, slots, group) +
	       2 * (rlim_t)config->settings.worker_sessions;
}

bool limits_check(const struct config *config, unsigned slots, unsigned group,
		  struct conf_errors *errors)
{
	rlim_t sockets = needed_for_sockets(config, slots, group);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_max == RLIM_INFINITY)
		return true;
	if (sockets > limit.rlim_max) {
		conf_fail(errors, CONF_ERROR, NULL, "services",
			  "%lu listening sockets (addresses x %u workers) and what else heddle has "
			  "open need %lu descriptors; the hard limit is %lu",
			  (unsigned long)sockets_needed(config, group), group,
			  (unsigned long)sockets, (unsigned long)limit.rlim_max);
		return false;
	}
	return true;
}

void limits_raise(const struct config *config, unsigned slots, unsigned group)
{
	rlim_t want = needed(config, slots, group);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return;
	if (limit.rlim_max != RLIM_INFINITY && want > limit.rlim_max)
		want = limit.rlim_max;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= want)
		return;
	limit.rlim_cur = want;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		log_write(LEVEL_WARN, "setrlimit: %s", strerror(errno));
}

void limits_warn(const struct config *config, unsigned slots, unsigned group)
{
	rlim_t want = needed(config, slots, group);
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    limit.rlim_cur < want)
		log_write(LEVEL_WARN,
			  "worker_sessions %u can need %lu descriptors, the limit is %lu: "
			  "a worker that runs out pauses accepting",
			  config->settings.worker_sessions, (unsigned long)want,
			  (unsigned long)limit.rlim_cur);
}
