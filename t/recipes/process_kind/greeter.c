/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kind of which there are two, with a listening socket of its own. Each process connects to it
 * in its first life, does not accept, and ends. Its successor accepts that connection: the socket
 * has survived, with the client that waited in it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change.h"
#include "process/child.h"
#include "process/kind.h"

#define LIFE_MS 300

extern const struct process_kind greeter_kind;

static struct timer life;
static struct event listener;
static struct addr where;

static unsigned count(const struct config *config)
{
	(void)config;
	return 2;
}

/* In the master, which makes the socket. */
static void listens(const struct config *config, kind_listen *listen, void *arg)
{
	static struct listen_conf conf = { .mode = 0666, .backlog = 16 };
	struct kind_listener wanted = { .conf = &conf };
	char path[64], why[128];

	(void)config;
	snprintf(path, sizeof(path), "/tmp/heddle-greeter-%ld", (long)getpid());
	if (conf.addr.kind == ADDR_NONE)
		CHECK(addr_parse(&conf.addr, slice_of(path), ADDR_LISTEN, NULL, why, sizeof(why)));
	listen(&wanted, arg);
}

static void on_client(struct event *ev, unsigned ready)
{
	int fd = accept(ev->fd, NULL, NULL);

	(void)ready;

	if (fd == -1)
		return;
	log_write(LEVEL_NOTICE, "accepted a client that came before this process");
	close(fd);
}

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	if (op->kind != NULL) {
		object_release(op->object);
		return true;
	}
	if (op->address.fds == NULL)
		return true;
	CHECK(op->address.count == 1);
	where = op->address.addr;
	event_setup(&listener, op->address.fds[0], on_client);
	return true;
}

static void commit(uint64_t serial, const char *by)
{
	(void)by;
	log_write(LEVEL_NOTICE, "generation %lu", (unsigned long)serial);
}

static void abandon(void)
{
}

static void close_address(uint32_t id)
{
	(void)id;
	event_close(&listener);
}

static void drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	child_finish();
}

static const struct child_role role = {
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.close_address = close_address,
	.drain = drain,
	.stop = child_finish,
};

static void on_life_over(struct timer *t)
{
	(void)t;
	child_finish();
}

static bool is_first_life(void)
{
	return scoreboard_shared()->restarts[scoreboard_occupant(scoreboard_own())->kind] == 0;
}

static void connect_and_end(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(fd, &where.u.sa, where.len) == -1)
		log_write(LEVEL_ALERT, "connect: %s", strerror(errno));
	timer_setup(&life, on_life_over);
	timer_set(&life, LIFE_MS);
}

static void run(const struct config *config)
{
	if (!loop_open(NULL)) {
		log_write(LEVEL_ALERT, "event loop: %s", strerror(errno));
		child_fail();
	}
	child_serve(&role, config);
	if (is_first_life())
		connect_and_end();
	else
		event_want(&listener, EVENT_READ);
	loop_run();
	loop_close();
}

const struct process_kind greeter_kind = {
	.name = "greeter",
	.traits = KIND_NUMBERED,
	.told = TOLD_RESOLVER | TOLD_ADDRESSES,
	.slots = 2,
	.count = count,
	.listens = listens,
	.run = run,
};
