/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_refuse.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "admin/http_conn_struct.h"
#include "admin/http_places.h"

static http_refusal *refuse;

/*
 * "HTTP/1.1 400 ..." at the front of the output; 0: something else, or not yet there. evhttp
 * repeats the version of the request, even 1.-1. *more: other bytes follow the head.
 */
static int status_of(struct evbuffer *output, bool *more)
{
	char line[24] = "";
	size_t len = evbuffer_get_length(output);
	ev_ssize_t end = evbuffer_search(output, "\r\n\r\n", 4, NULL).pos;
	int status;

	*more = end >= 0 && len > (size_t)end + 4;
	if (evbuffer_copyout(output, line, sizeof(line) - 1) < 12)
		return 0;
	return sscanf(line, "HTTP/%*[-0-9.] %3d", &status) == 1 ? status : 0;
}

/*
 * evhttp has put its own answer into the output, all of it at once. A 100 is none; one that
 * is still there when the body is refused is dropped, for the final status may come without.
 */
static void replace(struct http_conn *c)
{
	struct evbuffer *output = bufferevent_get_output(c->bev);
	bool more;
	int status = status_of(output, &more);

	if (status == 100 && more)
		status = 400;
	if (status == 100 || status == 0) {
		c->failed = false;
		return;
	}
	if (c->head.status != 0)
		status = c->head.status;
	c->replaced = true;
	evbuffer_drain(output, evbuffer_get_length(output));
	refuse(status, c->head.path, output);
	/* the end of the client's bytes must not close the connection before this is sent */
	bufferevent_disable(c->bev, EV_READ);
	http_conn_enter(c, PHASE_WRITING);
	http_places_sweep_soon();
}

/* Between two writes a plain bufferevent freezes the front of its output; one of TLS does not. */
void http_refuse_failed(void)
{
	for (struct http_conn *c = http_places_next(NULL); c != NULL; c = http_places_next(c)) {
		if (!c->failed || c->replaced)
			continue;
		if (!c->tls)
			evbuffer_unfreeze(bufferevent_get_output(c->bev), 1);
		replace(c);
		if (!c->tls)
			evbuffer_freeze(bufferevent_get_output(c->bev), 1);
	}
}

void http_refuse_open(http_refusal *with)
{
	refuse = with;
}
