/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_request.h"

#include <event2/http.h>

#include "admin/tokens.h"
#include "core/slab.h"

static struct slab requests;

static void on_late(struct timer *t)
{
	struct http_request *r = container_of(t, struct http_request, late);

	r->on_late(r);
}

struct http_request *http_request_new(struct evhttp_request *inner, int access, bool local)
{
	struct http_request *r;

	if (requests.size == 0)
		slab_init(&requests, sizeof(struct http_request));
	r = slab_take(&requests);
	if (r == NULL)
		return NULL;
	*r = (struct http_request){ .inner = inner, .access = access, .local = local };
	timer_setup(&r->late, on_late);
	return r;
}

void http_request_free(struct http_request *r)
{
	timer_cancel(&r->late);
	tokens_release(r->tokens);
	slab_give(&requests, r);
}

bool http_request_orphaned(const struct http_request *r)
{
	return evhttp_request_get_connection(r->inner) == NULL;
}
