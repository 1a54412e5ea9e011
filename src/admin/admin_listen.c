/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/admin_listen.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "admin/access.h"
#include "admin/admin_files.h"
#include "admin/http_server.h"
#include "admin/own_sockets.h"
#include "config/config.h"
#include "core/log.h"

#define PLACES (4 * ADMIN_LISTEN_MAX)	/* those that are being closed are here, too */

static struct served {
	struct http_listener *listener;	/* NULL: the place is free */
	uint32_t              id;	/* of its socket, and ... */
	unsigned              place;
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

static struct served *find(const struct own_socket *socket)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].listener != NULL && all[i].id == socket->id &&
		    all[i].place == socket->place)
			return &all[i];
	}
	return NULL;
}

static struct served *unused(void)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].listener == NULL)
			return &all[i];
	}
	return NULL;
}

static void drop(struct served *s)
{
	http_server_unlisten(s->listener);
	s->listener = NULL;
}

static bool is_ours(const struct own_socket *socket)
{
	return socket != NULL && socket->owner.index == HANDLE_NONE;
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

static void listen_at(const struct own_socket *socket, const struct http_use *use)
{
	static struct log_limit limit;
	struct served *s = unused();
	int fd = s != NULL ? own_sockets_copy(socket) : -1;
	char text[ADDR_TEXT];

	if (fd != -1)
		s->listener = http_server_listen(fd, use);
	if (fd != -1 && s->listener != NULL) {
		s->id = socket->id;
		s->place = socket->place;
		return;
	}
	/* the next change tries it again */
	if (log_limited(&limit, 1))
		log_write(LEVEL_ERROR, "admin.listen: %s cannot be served: %s",
			  addr_print(&socket->addr, text, sizeof(text)),
			  strerror(s != NULL ? errno : ENOBUFS));
	if (fd != -1)
		close(fd);
}

static void serve(const struct own_socket *socket, const struct admin_conf *admin,
		  const struct admin_listen *listen)
{
	const struct http_use use = { .access = access_of(listen),
				      .local = config_admin_is_unix(&socket->addr),
				      .tls = config_admin_speaks_tls(admin, listen) };
	struct served *s = find(socket);

	if (s == NULL)
		listen_at(socket, &use);
	else
		http_server_use(s->listener, &use);
}

/* One that is not configured any more goes on as before, until the master has shut it down. */
void admin_listen_commit(const struct settings *settings)
{
	const struct own_socket *socket;

	admin_files_commit();
	access_set_hosts(settings->admin.hosts);
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].listener != NULL && !is_ours(own_sockets_get(all[i].id, all[i].place)))
			drop(&all[i]);
	}
	for (socket = own_sockets_next(NULL); socket != NULL; socket = own_sockets_next(socket)) {
		const struct admin_listen *listen =
			is_ours(socket) ? configured(settings, &socket->addr) : NULL;

		if (listen != NULL)
			serve(socket, &settings->admin, listen);
	}
}

void admin_listen_close_address(uint32_t id)
{
	for (unsigned i = 0; i < PLACES; i++) {
		if (all[i].listener != NULL && all[i].id == id)
			drop(&all[i]);
	}
}
