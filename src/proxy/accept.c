/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/accept.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "proxy/accept_pause.h"
#include "proxy/accept_turn.h"
#include "proxy/dial_error.h"
#include "proxy/listener.h"
#include "proxy/service_nodes.h"
#include "proxy/session.h"
#include "proxy/session_struct.h"

/* At most so many accepts for one event: sessions that are open get their events too. */
#define BATCH 64
/* After so long without room and without the end of any session, see refuse_waiting(). */
#define STUCK_MS 5000

static uint64_t full_since;	/* loop clock, ms; 0: there is room */
static uint64_t ended_by_then;	/* sessions that had ended when it was last checked */

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

/* true: accept no more in this event, the queue is empty or there is no room. */
static bool accept_failed(const struct listener_socket *socket)
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
	case ENOMEM:
	case ENOBUFS:
		accept_pause_begin(dial_error_shortage(errno));
		return true;
	case EBADF:
	case EINVAL:
	case ENOTSOCK:
		/* shut down by the master, whose message is on its way */
		return true;
	default:	/* that client has gone, or its network: others may wait behind it */
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
	enum pause_cause full = accept_pause_full();

	/* a session that has just started may have found a shortage */
	if (accept_pause_cause() != PAUSE_NONE)
		return false;
	if (full == PAUSE_NONE) {
		full_since = 0;
		return true;
	}
	if (full_since == 0 || ended_by_then != ended()) {
		full_since = loop_now();
		ended_by_then = ended();
	}
	accept_pause_begin(full);
	return false;
}

/*
 * The sessions may be a loop: a backend, in a way that the configuration does not show, is one of
 * our own addresses. Each session then waits for the next one, and the last one is a client in
 * this queue, for which there is no room. To reset it ends all of them, one after the other. Other
 * clients that wait are reset too, which they may notice, unlike waiting.
 */
static void refuse_waiting(struct listener_socket *socket)
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

/*
 * Accepts at most `most` clients and returns how many; *empty: stop, see accept_failed(). Those
 * that are to wait stay, unless it is `all` that are wanted: the first of them may have found out
 * that no backend is left.
 */
static uint32_t accept_some(struct listener_socket *socket, uint32_t most, bool all, bool *empty)
{
	const struct service *s = socket->listener->service;
	uint32_t accepted = 0;

	*empty = false;
	for (uint32_t tries = 0; tries < most && has_room(); tries++) {
		union peer peer;
		int fd;

		if (!all && service_nodes_wait(s))
			break;
		fd = accept_one(socket->event.fd, &peer);
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
 * Only one accept() too many tells that the queue is empty. To save it, an event accepts as many
 * clients as the one before it found; whatever is left is reported again.
 */
void accept_from(struct event *ev, unsigned ready)
{
	struct listener_socket *socket = container_of(ev, struct listener_socket, event);
	bool empty, shared = socket->listener->shared && scoreboard_shared()->workers > 1;
	uint32_t most = shared ? accept_turn(socket, socket->batch) : socket->batch, accepted;

	if (most == 0)
		return;
	accepted = accept_some(socket, most, false, &empty);

	if (full_since != 0 && loop_now() - full_since >= STUCK_MS)
		refuse_waiting(socket);
	if (empty && (ready & EVENT_HUP) != 0)
		listener_shut(socket);
	if (empty)
		socket->batch = accepted != 0 ? accepted : 1;
	else if (accepted == socket->batch && socket->batch < BATCH)
		socket->batch++;
	if (shared && accepted != 0)
		accept_turn_taken(socket);
}

void accept_all(struct listener_socket *socket)
{
	bool empty = false;

	while (!empty && socket->event.fd != -1 && accept_some(socket, BATCH, true, &empty) != 0)
		;
}
