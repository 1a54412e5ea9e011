/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_pass.h"

#include <errno.h>
#include <fcntl.h>

#include "core/log.h"
#include "os/descriptor_pass.h"
#include "proxy/kept.h"
#include "proxy/protocol.h"
#include "proxy/service.h"
#include "proxy/session_greet.h"
#include "proxy/session_struct.h"

bool session_pass_wanted(const struct session *s)
{
	const struct protocol *protocol = s->service->greets;
	enum addr_kind kind = s->backend->conf->addr.kind;

	/* a body that was collected before the service was changed cannot follow the client */
	return protocol != NULL && protocol->passes != NULL && s->greeting != NULL &&
	       (kind == ADDR_UNIX || kind == ADDR_ABSTRACT) && !session_greet_body(s) &&
	       protocol->passes(s->service->conf);
}

enum reason session_pass_client(struct session *s)
{
	static char gathered[2 * GREETING_MOST];
	struct slice all = kept_gather(&s->relay.up.kept, gathered, sizeof(gathered));
	int flags = fcntl(s->client.event.fd, F_GETFL);
	ssize_t sent;

	/* it is one of the node's own from here on, and those wait */
	if (flags == -1 || fcntl(s->client.event.fd, F_SETFL, flags & ~O_NONBLOCK) == -1)
		return REASON_BACKEND_RESET;
	/* closing it here does not take it from the loop, once the node has it too */
	event_set_shared(&s->client.event, false);
	sent = descriptor_pass_send(s->server.event.fd, s->client.event.fd, all);
	/* a new socket takes them all: no part of it could follow later, for nobody is left here */
	if (sent < 0 || (size_t)sent < all.len) {
		/* it is ours still: what is said to it must not wait for it */
		(void)fcntl(s->client.event.fd, F_SETFL, flags);
		s->greeting->why = sent < 0 && errno == ETOOMANYREFS
			? "too many clients wait at nodes that do not take them"
			: "its node does not take it";
		return REASON_BACKEND_RESET;
	}
	s->relay.up.bytes += (uint64_t)sent;
	kept_close(&s->relay.up.kept);
	return REASON_DONE;
}
