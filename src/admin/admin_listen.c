/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/admin_listen.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "admin/access.h"
#include "admin/admin_files.h"
#include "admin/http_server.h"
#include "config/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "process/change.h"

#define PLACES (4 * ADMIN_LISTEN_MAX)	/* those that are being closed are here, too */

static struct served {
	bool                  used;
	uint32_t              id;
	struct addr           addr;
	int                   fd;	/* before it is served; then the listener has it */
	struct http_listener *listener;	/* NULL: not served yet */
} all[PLACES];

void admin_listen_configured(const struct config *config, kind_listen *listen, void *arg)
{
	const struct admin_listeners *to = &config->settings->admin.listen;

	for (uint32_t i = 0; i < to->count; i++) {
		const struct kind_listener l = {
			.conf = &to->at[i].use,
			.listener = config_get(config, ""),
			.section = "admin",
			.index = i,
			.nodelay = true,
		};

		listen(&l, arg);
	}
}

static struct served *find(uint32_t id)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].used && all[i].id == id)
			return &all[i];
	}
	return NULL;
}

static struct served *unused(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (!all[i].used)
			return &all[i];
	}
	return NULL;
}

static void close_sockets(const struct change_address *a)
{
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
}

static void drop(struct served *s)
{
	if (s->listener != NULL)
		http_server_unlisten(s->listener);
	else
		close(s->fd);
	s->used = false;
}

static bool is_own(const struct change_address *a)
{
	return a->kind == kind_at(scoreboard_occupant(scoreboard_own())->kind);
}

bool admin_listen_prepare(const struct change_op *op)
{
	struct served *s;

	if (op->kind != NULL || !is_own(&op->address))
		return false;
	if (op->address.count == 0)
		return true;
	s = find(op->address.id) == NULL ? unused() : NULL;
	if (s == NULL) {	/* it has it already, or the places are full of what is closed */
		close_sockets(&op->address);
		return true;
	}
	*s = (struct served){ .used = true, .id = op->address.id, .addr = op->address.addr,
			      .fd = op->address.fds[0] };
	return true;
}

static const struct admin_listen *configured(const struct settings *settings,
					     const struct addr *addr)
{
	const struct admin_listeners *listen = &settings->admin.listen;

	for (uint32_t i = 0; i < listen->count; i++) {
		if (addr_equal(&listen->at[i].use.addr, addr))
			return &listen->at[i];
	}
	return NULL;
}

static enum http_access access_of(const struct admin_listen *listen)
{
	switch ((enum admin_access)listen->access) {
	case ADMIN_METRICS:
		return HTTP_ACCESS_METRICS;
	case ADMIN_READ:
		return HTTP_ACCESS_READ;
	case ADMIN_WRITE:
		break;
	}
	return HTTP_ACCESS_WRITE;
}

static void serve(struct served *s, const struct admin_conf *admin,
		  const struct admin_listen *listen)
{
	const struct http_use use = { .access = access_of(listen),
				      .local = config_admin_is_unix(&s->addr),
				      .tls = config_admin_speaks_tls(admin, listen) };
	char text[ADDR_TEXT];

	if (s->listener == NULL)
		s->listener = http_server_listen(s->fd, &use);
	else
		http_server_use(s->listener, &use);
	if (s->listener != NULL)
		return;
	log_write(LEVEL_ERROR, "admin.listen: %s cannot be served: %s",
		  addr_print(&s->addr, text, sizeof(text)), strerror(errno));
	drop(s);
}

/* One that is not configured any more goes on as before, until the master has shut it down. */
void admin_listen_commit(const struct settings *settings)
{
	admin_files_commit();
	access_set_hosts(settings->admin.hosts);
	for (unsigned i = 0; i < PLACES; i++) {
		const struct admin_listen *listen =
			all[i].used ? configured(settings, &all[i].addr) : NULL;

		if (listen != NULL)
			serve(&all[i], &settings->admin, listen);
	}
}

void admin_listen_abort(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].used && all[i].listener == NULL)
			drop(&all[i]);
	}
}

void admin_listen_close_address(uint32_t id)
{
	struct served *s = find(id);

	if (s != NULL)
		drop(s);
}
