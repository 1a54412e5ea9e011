/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_retry.h"

#include <stdio.h>
#include <unistd.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/log.h"
#include "event/event.h"
#include "os/listen_socket.h"
#include "process/change_queue.h"
#include "process/listen_table.h"
#include "process/listen_wait.h"
#include "process/running.h"

#define AGAIN_MS 5000
#define WHY 512

static struct timer again;
static struct change change;
static struct arena *arena;	/* of the change; NULL: it is not in the queue */

static const struct log_subject address_added = { .event = "address_added" };

/* Only a try: the change binds it as every change does. */
static bool is_free(const struct addr *addr)
{
	const struct unix_owner owner = { .mode = 0600 };
	char why[WHY];
	int fd;

	if (!listen_socket_bind(addr, &owner, NULL, &fd, 1, why, sizeof(why)))
		return false;
	close(fd);
	if (addr->kind == ADDR_UNIX)
		(void)unlink(addr->u.un.sun_path);
	return true;
}

static bool build(struct change *c, struct conf_errors *errors)
{
	const struct config *config = running_config();
	const struct listen_wait *w;

	(void)errors;
	for (size_t i = 0; (w = listen_wait_next(&i)) != NULL;) {
		struct object *object = config_get(config, w->path);
		char text[ADDR_TEXT];

		if (object == NULL || !is_free(&w->addr))
			continue;
		config_diff_add(&c->diff, arena, &(struct diff_row){
			.verb = DIFF_CHANGE, .path = w->path, .object = object_hold(object),
			.text = arena_printf(arena, "%s: bound at last",
					     addr_print(&w->addr, text, sizeof(text))) });
	}
	return true;
}

static void schedule(void)
{
	size_t first = 0;

	listen_wait_sweep(running_config());
	if (listen_wait_next(&first) != NULL && !change_queue_closed())
		timer_set(&again, AGAIN_MS);
}

static void done(struct change *c, enum change_result result, const struct conf_errors *errors)
{
	(void)errors;
	for (size_t i = 0; i < c->diff.count && result == CHANGE_APPLIED; i++) {
		const struct listen_conf *conf = c->diff.rows[i].object->conf;

		if (listen_table_at(&conf->addr) != NULL)
			log_about(LEVEL_NOTICE, &address_added, "%s", c->diff.rows[i].text);
	}
	config_diff_close(&c->diff);
	arena_free(arena);
	arena = NULL;
	schedule();
}

static void on_again(struct timer *t)
{
	(void)t;
	if (arena != NULL || change_queue_closed())
		return;
	arena = arena_new();
	change = (struct change){ .origin = ORIGIN_FILE, .build = build, .done = done,
				  .by = "state" };
	change_queue_submit(&change);
}

void listen_retry_open(void)
{
	static const struct log_subject not_listening = { .event = "address_waits" };
	const struct listen_wait *w;

	timer_setup(&again, on_again);
	for (size_t i = 0; (w = listen_wait_next(&i)) != NULL;)
		log_about(LEVEL_ERROR, &not_listening, "%s; the API had added this address, so "
			  "heddle goes on without it and tries again every %d s", w->why,
			  AGAIN_MS / 1000);
	schedule();
}
