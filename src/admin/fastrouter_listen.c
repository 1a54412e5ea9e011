/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "admin/fastrouter_conn.h"
#include "admin/own_sockets.h"
#include "config/config.h"
#include "config/config_fastrouter_stats.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/slab.h"
#include "event/event.h"
#include "process/change.h"

#define ACCEPTS 16		/* for one event */
#define PAUSE_MS 100		/* without room, descriptors or memory */

struct fastrouter_listener {
	struct list  link;
	uint32_t     id;	/* of its socket, and ... */
	unsigned     place;
	struct event event;
	struct timer pause;
	struct fastrouter_answer answer;
	struct deferred gone;
};

static struct list all;
static struct slab places;
static bool touched;	/* something has changed since the last commit */

struct fastrouter_configured {
	kind_listen *listen;
	void        *arg;
};

static void on_object(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct fastrouter_configured *to = arg;

	(void)path;
	if (object->kind == &config_fastrouter_stats_kind)
		to->listen(&(struct kind_listener){ .conf = object->conf, .owner = parent,
						    .listener = object, .nodelay = true },
			   to->arg);
}

void fastrouter_listen_configured(const struct config *config, kind_listen *listen, void *arg)
{
	struct fastrouter_configured to = { listen, arg };

	if (config_count(config, &config_fastrouter_stats_kind) > 0)
		config_each(config, "", on_object, &to);
}

static int accept_one(int fd)
{
#ifdef SOCK_CLOEXEC
	return accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
	return accept(fd, NULL, NULL);
#endif
}

static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void on_clients(struct event *ev, unsigned ready)
{
	struct fastrouter_listener *l = container_of(ev, struct fastrouter_listener, event);

	(void)ready;
	for (unsigned i = 0; i < ACCEPTS; i++) {
		bool room = fastrouter_conn_room();
		int fd = room ? accept_one(ev->fd) : -1;

		if (fd != -1) {
			fastrouter_conn_new(fd, &l->answer);
		} else if (!room || is_shortage(errno)) {
			event_want(ev, 0);
			timer_set(&l->pause, PAUSE_MS);
			return;
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

static void on_pause_over(struct timer *t)
{
	struct fastrouter_listener *l = container_of(t, struct fastrouter_listener, pause);

	event_want(&l->event, EVENT_READ);
}

static struct fastrouter_listener *find(const struct own_socket *socket)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		struct fastrouter_listener *l =
			container_of(node, struct fastrouter_listener, link);

		if (l->id == socket->id && l->place == socket->place)
			return l;
	}
	return NULL;
}

static void free_listener(struct deferred *d)
{
	slab_give(&places, container_of(d, struct fastrouter_listener, gone));
}

/* Its connections go on. */
static void drop(struct fastrouter_listener *l)
{
	list_unlink(&l->link);
	timer_cancel(&l->pause);
	event_close(&l->event);
	loop_defer(&l->gone, free_listener);
}

void fastrouter_listen_open(void)
{
	list_init(&all);
	slab_init(&places, sizeof(struct fastrouter_listener));
	touched = false;
	fastrouter_conn_open();
}

void fastrouter_listen_close(void)
{
	while (!list_empty(&all))
		drop(container_of(all.next, struct fastrouter_listener, link));
	fastrouter_conn_close_all();
}

void fastrouter_listen_prepare(const struct change_op *op)
{
	touched |= op->kind == NULL || op->kind == &config_fastrouter_stats_kind;
}

static struct fastrouter_listener *listen_at(const struct own_socket *socket)
{
	static struct log_limit limit;
	struct fastrouter_listener *l;
	int fd = own_sockets_copy(socket);
	char text[ADDR_TEXT];

	if (fd == -1) {
		if (log_limited(&limit, 1))
			log_write(LEVEL_ERROR, "fastrouter_stats: %s cannot be served: %s",
				  addr_print(&socket->addr, text, sizeof(text)), strerror(errno));
		return NULL;
	}
	l = slab_take(&places);
	CHECK(l != NULL);
	*l = (struct fastrouter_listener){ .id = socket->id, .place = socket->place };
	list_init(&l->link);
	list_append(&all, &l->link);
	event_setup(&l->event, fd, on_clients);
	event_set_shared(&l->event, false);
	event_want(&l->event, EVENT_READ);
	timer_setup(&l->pause, on_pause_over);
	return l;
}

/* What is configured at the address of the socket. */
struct fastrouter_wanted {
	const struct own_socket *socket;
	const struct fastrouter_stats_conf *conf;
};

static void find_conf(const struct kind_listener *listener, void *arg)
{
	struct fastrouter_wanted *w = arg;

	if (addr_equal(&listener->conf->addr, &w->socket->addr))
		w->conf = (const void *)listener->conf;
}

static bool is_ours(const struct own_socket *socket)
{
	return socket != NULL && socket->owner.index != HANDLE_NONE;
}

/* Those of an address that the master has shut down, and those that have another owner. */
static void drop_some(bool all_of, uint32_t id)
{
	struct list *node = all.next;

	while (node != &all) {
		struct fastrouter_listener *l =
			container_of(node, struct fastrouter_listener, link);

		node = node->next;
		if ((all_of && l->id == id) || !is_ours(own_sockets_get(l->id, l->place)))
			drop(l);
	}
}

/* One that is not configured any more goes on as before, until the master has shut it down. */
void fastrouter_listen_commit(const struct config *config)
{
	const struct own_socket *socket;

	if (!touched)
		return;
	touched = false;
	drop_some(false, 0);
	for (socket = own_sockets_next(NULL); socket != NULL; socket = own_sockets_next(socket)) {
		struct fastrouter_wanted w = { socket, NULL };
		struct fastrouter_listener *l;

		if (!is_ours(socket))
			continue;
		fastrouter_listen_configured(config, find_conf, &w);
		l = w.conf != NULL ? find(socket) : NULL;
		if (w.conf != NULL && l == NULL)
			l = listen_at(socket);
		if (l != NULL)
			l->answer = (struct fastrouter_answer){ .service = socket->owner,
								.http = w.conf->http,
								.minified = w.conf->minified };
	}
}

void fastrouter_listen_close_address(uint32_t id)
{
	drop_some(true, id);
}
