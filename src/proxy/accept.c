/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "proxy/accept_turn.h"
#include "proxy/listeners.h"
#include "proxy/session.h"

/* Accepts per event at most: other sessions want their turn. */
#define BATCH 64
/* Descriptors left for pipes, logs, the channel and what the libraries open. */
#define RESERVE 64

/* So long without room, and no session has ended: something holds them all. */
#define STUCK_MS 5000

static uint32_t by_rows, by_descriptors;
static uint64_t full_since, ended_by_then;	/* ms, 0: there is room; sessions */

static uint32_t descriptors_in_use(void)
{
	/* the lowest free number: nothing above it is open yet when a worker starts */
	int fd = dup(STDERR_FILENO);

	if (fd == -1)
		return 0;
	close(fd);
	return (uint32_t)fd;
}

void accept_open(uint32_t worker_sessions)
{
	uint32_t base = descriptors_in_use() + RESERVE;
	struct rlimit limit;

	by_rows = worker_sessions;
	by_descriptors = UINT32_MAX;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur == RLIM_INFINITY)
		return;
	by_descriptors = limit.rlim_cur > base + 2 ? (uint32_t)(limit.rlim_cur - base) / 2 : 1;
}

bool accept_has_slack(void)
{
	uint32_t most = by_rows < by_descriptors ? by_rows : by_descriptors;

	return sessions_active() + most / 64 < most;
}

static int accept_one(int fd, union peer *peer)
{
	socklen_t len = sizeof(*peer);

	peer->sa.sa_family = AF_UNSPEC;
#ifdef HAVE_ACCEPT4
	return accept4(fd, &peer->sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
	int client = accept(fd, &peer->sa, &len);

	if (client != -1) {
		fcntl(client, F_SETFL, O_NONBLOCK);
		fcntl(client, F_SETFD, FD_CLOEXEC);
	}
	return client;
#endif
}

/* true: nothing waits any more, or nothing may be taken now. */
static bool accept_failed(const struct listening *socket)
{
	static struct log_limit limit;

	switch (errno) {
	case EAGAIN:
#if EWOULDBLOCK != EAGAIN
	case EWOULDBLOCK:
#endif
		return true;
	case EMFILE:
	case ENFILE:
		listeners_pause(PAUSE_DESCRIPTORS);
		return true;
	case ENOMEM:
	case ENOBUFS:
		listeners_pause(PAUSE_MEMORY);
		return true;
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
		/* shut down by the master: it will say so */
		return true;
	default:	/* that client has gone, or its network: the next one may be well */
		if (log_limited(&limit, 1))
			log_write(LEVEL_INFO, "accept %s: %s", socket->listener->text,
				  strerror(errno));
		return false;
	}
}

static uint64_t ended(void)
{
	return counter_of(scoreboard_own(), COUNTER_ENDED);
}

static bool has_room(void)
{
	uint32_t active = sessions_active();

	/* since this batch began */
	if (listeners_paused())
		return false;
	if (active < by_rows && active < by_descriptors) {
		full_since = 0;
		return true;
	}
	if (full_since == 0 || ended_by_then != ended()) {
		full_since = loop_now();
		ended_by_then = ended();
	}
	listeners_pause(active >= by_rows ? PAUSE_LIMIT : PAUSE_DESCRIPTORS);
	return false;
}

/*
 * The sessions may be a ring: a backend, by a way that the configuration does not show, is one of
 * our own addresses. Then what would end them waits in our own queue. A reset of it goes back all
 * the way; other clients that wait are told at least.
 */
static void turn_away(struct listening *socket)
{
	static const struct log_subject about = { .event = "accept_paused" };
	static struct log_limit limit;
	unsigned n = 0;

	for (; n < BATCH; n++) {
		union peer peer;
		struct conn client = { 0 };
		int fd = accept_one(socket->event.fd, &peer);

		if (fd == -1)
			break;
		conn_setup(&client, fd, NULL);
		conn_abort(&client);
		counter_add(COUNTER_ACCEPTED, 1);
		counter_add(COUNTER_ENDED, 1);
	}
	ended_by_then = ended();
	if (n != 0 && log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about,
			  "%s: no room, and no session has ended for %u s: %u waiting clients were "
			  "reset; does a backend lead back to heddle?",
			  socket->listener->text, STUCK_MS / 1000, n);
}

/* How many were accepted of `most`; *empty: the queue said so. */
static uint32_t accept_some(struct listening *socket, uint32_t most, bool *empty)
{
	uint32_t accepted = 0;

	*empty = false;
	for (uint32_t tries = 0; tries < most && has_room(); tries++) {
		union peer peer;
		int fd = accept_one(socket->event.fd, &peer);

		if (fd == -1) {
			*empty = accept_failed(socket);
			if (*empty)
				return accepted;
			continue;
		}
		accepted++;
		counter_add(COUNTER_ACCEPTED, 1);
		session_start(socket->listener, fd, &peer);
	}
	return accepted;
}

/*
 * The system says how many at most only by an accept too many. So a batch is
 * as large as the last one was good for: one client at a time costs one call.
 */
void accept_from(struct event *ev, unsigned ready)
{
	struct listening *socket = container_of(ev, struct listening, event);
	bool empty, shared = socket->listener->shared && scoreboard_shared()->workers > 1;
	uint32_t most = shared ? accept_turn(socket, socket->batch) : socket->batch, accepted;

	if (most == 0)
		return;
	accepted = accept_some(socket, most, &empty);

	if (full_since != 0 && loop_now() - full_since >= STUCK_MS)
		turn_away(socket);
	if (empty && (ready & EVENT_HUP) != 0)
		listening_shut(socket);
	if (empty)
		socket->batch = accepted != 0 ? accepted : 1;
	else if (accepted == socket->batch && socket->batch < BATCH)
		socket->batch++;
	if (shared && accepted != 0)
		accept_turn_over(socket);
}

void accept_all(struct listening *socket)
{
	bool empty = false;

	while (!empty && socket->event.fd != -1 && accept_some(socket, BATCH, &empty) != 0)
		;
}
