/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_waits.h"

#include "config/config_types.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"
#include "process/change.h"
#include "proxy/node_route_kind.h"
#include "proxy/registry.h"
#include "proxy/service.h"
#include "proxy/service_nodes.h"

#define LOOK_MS 200

static struct text waiting;	/* struct handle of each service whose clients may have to wait */
static bool touched;		/* by the change that is prepared: a service */
static struct timer timer;

/* uWSGI's words are looked for in the log of a service whose nodes subscribe. */
static bool is_subscribed(const struct service *s)
{
	for (uint32_t i = 0; i < s->routes.count; i++) {
		if (node_route_kind_subscribes(s->routes.list[i]->kind))
			return true;
	}
	return false;
}

static void note(const struct service *s)
{
	struct service_cell *cell = service_cell(s->handle.index);
	bool waits = service_nodes_wait(s);
	bool subscribed = is_subscribed(s);
	const struct log_subject about = { waits ? "service_down" : "service_up", s->name, NULL };

	if ((cell->waits != 0) == waits)
		return;
	cell->waits = waits;
	if (waits)
		log_about(LEVEL_NOTICE, &about, "down: no backend is usable, clients wait and are "
			  "not accepted%s", subscribed ? " (no more nodes available. Going "
							"cheap...)" : "");
	else
		log_about(LEVEL_NOTICE, &about, "up: a backend is usable, clients are accepted%s",
			  subscribed ? " (leaving cheap mode...)" : "");
}

static void on_timer(struct timer *t)
{
	const struct handle *list = (const struct handle *)(const void *)waiting.data;

	for (size_t i = 0; i < waiting.len / sizeof(*list); i++) {
		const struct service *s = registry_service(list[i].index);

		if (s != NULL && handle_equal(s->handle, list[i]))
			note(s);
	}
	timer_set(t, LOOK_MS);
}

void service_waits_open(void)
{
	text_init(&waiting);
	touched = false;
	timer_setup(&timer, on_timer);
}

void service_waits_close(void)
{
	timer_cancel(&timer);
	text_close(&waiting);
}

void service_waits_prepare(const struct change_op *op)
{
	touched |= op->kind == &config_service_kind;
}

void service_waits_commit(void)
{
	const struct list *all = registry_services();

	if (!touched)
		return;
	touched = false;
	text_clear(&waiting);
	for (const struct list *node = all->next; node != all; node = node->next) {
		const struct service *s = container_of(node, const struct service, link);

		if (s->conf->when_empty == WHEN_EMPTY_WAIT)
			text_append(&waiting, &s->handle, sizeof(s->handle));
		else
			service_cell(s->handle.index)->waits = 0;
	}
	if (waiting.len == 0)
		timer_cancel(&timer);
	else if (!timer_pending(&timer))
		timer_set(&timer, 0);
}

void service_waits_abort(void)
{
	touched = false;
}
