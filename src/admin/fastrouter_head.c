/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_head.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/fastrouter_write.h"
#include "admin/listening.h"
#include "admin/model.h"
#include "config/config.h"
#include "config/config_listen.h"
#include "config/config_uwsgi.h"
#include "core/addr.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "proxy/node_route_kind.h"
#include "proxy/service.h"

#define LISTENED_MOST 1024	/* addresses of a subscription server that are shown */

/* Of the first process that routes. */
static uint32_t first_worker(void)
{
	return scoreboard_sizes()->slots > 1 ? atomic_load(&scoreboard_slot(1)->pid) : 0;
}

static void put_listened(const struct addr *addr, void *arg)
{
	char text[ADDR_TEXT];

	fastrouter_write_address(arg, NULL, slice_of(addr_print(addr, text, sizeof(text))));
}

struct listened {
	const struct object *list[LISTENED_MOST];
	unsigned             count;
};

static void collect(const struct config_node *child, void *arg)
{
	struct listened *l = arg;
	const struct object *object = config_object(child);

	if (object->kind->listens && l->count < LISTENED_MOST)
		l->list[l->count++] = object;
}

static int by_order(const void *left, const void *right)
{
	const struct object *const *a = left, *const *b = right;

	return (*a)->order < (*b)->order ? -1 : 1;
}

static void put_server(struct fastrouter_write *w, const char *server)
{
	static struct listened l;
	struct text path;
	const struct config_node *node;

	text_init(&path);
	text_printf(&path, "subscriptions/%s", server);
	node = config_at(model_config(), text_cstr(&path));
	text_close(&path);
	l.count = 0;
	if (node != NULL)
		config_each_below(node, collect, &l);
	if (l.count > 1)
		qsort(l.list, l.count, sizeof(l.list[0]), by_order);
	for (unsigned i = 0; i < l.count; i++)
		put_listened(&((const struct listen_conf *)l.list[i]->conf)->addr, w);
}

static void put_addresses(struct fastrouter_write *w, const struct service *s)
{
	fastrouter_write_open(w, "fastrouter", '[');
	if (s != NULL)
		listening_each(s->handle, put_listened, w);
	for (uint32_t i = 0; s != NULL && i < s->routes.count; i++)
		if (node_route_kind_subscribes(s->routes.list[i]->kind))
			put_server(w, s->routes.list[i]->conf->subscriptions);
	fastrouter_write_close(w, ']');
}

void fastrouter_head_put(struct fastrouter_write *w, const struct service *s)
{
	char cwd[PATH_MAX];

	fastrouter_write_open(w, NULL, '{');
	fastrouter_write_text(w, "version", slice_of("heddle " HEDDLE_VERSION));
	fastrouter_write_number(w, "pid", first_worker());
	fastrouter_write_number(w, "uid", getuid());
	fastrouter_write_number(w, "gid", getgid());
	fastrouter_write_text(w, "cwd", slice_of(getcwd(cwd, sizeof(cwd)) != NULL ? cwd : ""));
	fastrouter_write_number(w, "active_sessions",
				s != NULL ? active_count(&service_cell(s->handle.index)->active)
					  : 0);
	put_addresses(w, s);
}
