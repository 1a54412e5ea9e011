/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_early.h"

#include <errno.h>

#include "event/conn_self.h"
#include "proxy/kept.h"
#include "proxy/scratch.h"
#include "proxy/service.h"
#include "proxy/session_greet.h"
#include "proxy/session_struct.h"
#include "proxy/session_try.h"

/* Of so many first reads at least a half must have found something, or they are left out. */
#define SAMPLE 64

/* As earlier clients of the service did; one in so many is tried all the same: that changes. */
static bool pays(struct service *service, uint32_t number)
{
	if (service->early_tries < SAMPLE)
		return true;
	if (service->early_hits * 2 < service->early_tries && number % SAMPLE != 0)
		return false;
	if (service->early_tries >= 8 * SAMPLE) {
		service->early_tries /= 2;
		service->early_hits /= 2;
	}
	return true;
}

enum io session_early_read(struct session *s, struct slice *bytes)
{
	enum io status;

	*bytes = (struct slice){ scratch(), 0 };
	/* what is read may have to be kept until a backend answers */
	if (kept_full() || !pays(s->service, s->number))
		return IO_AGAIN;
	s->service->early_tries++;
	status = conn_read(&s->client, scratch(), SCRATCH_SIZE, &bytes->len);
	if (status == IO_OK)
		s->service->early_hits++;
	return status;
}

/* 0, or errno. */
static int keep_early(struct session *s, struct slice *bytes)
{
	if (bytes->len != 0 && !relay_keep(&s->relay, bytes->data, bytes->len))
		return ENOMEM;
	bytes->len = 0;
	return 0;
}

/* *went: some bytes did. 0, or errno. */
static int send_behind(struct session *s, struct slice *bytes, bool *went)
{
	size_t put = 0;

	*went = false;
	if (session_pass_wanted(s))
		return keep_early(s, bytes);
	switch (conn_write(&s->server, bytes->data, bytes->len, &put)) {
	case IO_OK:
		*went = true;
		break;
	case IO_AGAIN:
		break;
	default:
		return errno;
	}
	/* delivered by the relay, as far as logs and counters are concerned */
	s->relay.up.bytes += put;
	*bytes = slice_after(*bytes, put);
	return keep_early(s, bytes);
}

int session_early_dial(struct session *s, struct slice *bytes, event_handler *handler)
{
	struct addr room;
	const struct addr *to = session_try_address(s, &room);
	bool went = false;
	int error;

	if (s->greeting != NULL)
		session_greet_fit(s, *bytes);
	if (conn_dial(&s->server, to, handler) != IO_OK)
		return errno;
	/* a key may name a socket of our own, and each session would make the next one */
	if (s->backend->found && s->server.local && conn_self_listens(s->server.event.fd, to))
		return EDEADLK;
	/* bytes that were kept instead (a greeting, an earlier try) go once it is connected */
	error = bytes->len != 0 ? send_behind(s, bytes, &went) : 0;
	if (went)
		s->server.connecting = false;
	return error;
}
