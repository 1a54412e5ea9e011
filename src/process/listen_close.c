/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_close.h"

#include <stddef.h>

#include "core/log.h"
#include "os/listen_socket.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/listen_table.h"
#include "process/message.h"

#define HANDSHAKE_MS 1000	/* longer than a handshake takes from anywhere */
#define ROUND_MS 200		/* between two rounds where new clients cannot be kept away */
#define ANSWER_MS 500		/* a child that does not answer hangs: the others have accepted */

#define WATCHERS 4

enum stage { QUIET, ROUND, LAST_ROUND, CLOSING, OVERDUE };

static struct list closing = { &closing, &closing };	/* of struct listen_address.closing */
static void (*watchers[WATCHERS])(void);
/* Of all addresses. A child answers in the order of its messages, so its last round says all. */
static uint32_t rounds;

void listen_close_watch(void (*progress)(void))
{
	unsigned i = 0;

	while (i < WATCHERS && watchers[i] != NULL && watchers[i] != progress)
		i++;
	CHECK(i < WATCHERS);
	watchers[i] = progress;
}

static void on_progress(void)
{
	for (unsigned i = 0; i < WATCHERS && watchers[i] != NULL; i++)
		watchers[i]();
}

static bool is_before(uint32_t round, uint32_t other)
{
	return (int32_t)(round - other) < 0;
}

/* To children of one kind; NULL: to all. */
static void send_round(struct listen_address *a, const struct process_kind *to,
		       enum message_kind message)
{
	struct message_number m;

	if (++rounds == 0)
		rounds++;
	a->round = rounds;
	m.number = (uint64_t)a->round << 32 | a->id;
	if (to != NULL)
		children_send_kind(to, message, &m, sizeof(m));
	else
		children_send(CHILDREN_ALL, message, &m, sizeof(m));
}

static bool all_answered(const struct listen_address *a)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (a->stage == LAST_ROUND && c->kind != a->kind)
			continue;
		if (is_before(c->round, a->round))
			return false;
	}
	return true;
}

static void accept_waiting(struct listen_address *a, enum stage stage)
{
	a->stage = stage;
	send_round(a, a->kind, MESSAGE_ACCEPT_WAITING);
	timer_set(&a->timer, stage == ROUND ? ROUND_MS : ANSWER_MS);
}

/* A path that was bound again has another socket now: the address is not removed. */
static void log_closed(const struct listen_address *a)
{
	static const struct log_subject removed = { .event = "address_removed" };
	static const struct log_subject replaced = { .event = "address_replaced" };
	char text[ADDR_TEXT];

	addr_print(&a->addr, text, sizeof(text));
	if (listen_table_at(&a->addr) != NULL)
		log_about(LEVEL_INFO, &replaced, "%s: the socket that it had before is closed",
			  text);
	else
		log_about(LEVEL_INFO, &removed, "%s: no longer listening", text);
}

/*
 * shutdown() acts on the socket, whoever has a descriptor of it: from here on nobody can
 * connect. What the children do is clean-up, and a child that hangs delays nothing but that.
 * The address stays in the table until then, because the children's copies still belong to a
 * service: its cell must not be given to another one.
 */
static void shut(struct listen_address *a)
{
	CHECK(a->state == LISTEN_CLOSING && a->next.conf == NULL);
	listen_socket_shut(&a->addr, a->fds, a->count);
	a->shut = true;
	listen_table_close_sockets(a);
	log_closed(a);
	a->stage = CLOSING;
	send_round(a, NULL, MESSAGE_CLOSE_ADDRESS);
	timer_set(&a->timer, ANSWER_MS);
}

/* true: it is closed and freed. */
static bool advance(struct listen_address *a)
{
	if (a->stage == LAST_ROUND && all_answered(a))
		shut(a);
	if (a->stage < CLOSING || !all_answered(a))
		return false;
	listen_table_remove(a);
	return true;
}

static void on_timer(struct timer *t)
{
	struct listen_address *a = container_of(t, struct listen_address, timer);

	if (a->stage == LAST_ROUND) {
		shut(a);
	} else if (a->stage == CLOSING) {
		a->stage = OVERDUE;
		on_progress();
	} else {
		accept_waiting(a, LAST_ROUND);
	}
}

void listen_close_start(struct listen_address *a)
{
	a->state = LISTEN_CLOSING;
	listen_table_set_use(a, NULL);
	list_append(&closing, &a->closing);
	timer_setup(&a->timer, on_timer);
	listen_table_unlink(a);
	if (listen_socket_quiet(&a->addr, a->fds, a->count)) {
		a->stage = QUIET;
		timer_set(&a->timer, HANDSHAKE_MS);
	} else if (a->addr.kind == ADDR_UNIX) {
		accept_waiting(a, LAST_ROUND);	/* without its path nobody finds it */
	} else {
		accept_waiting(a, ROUND);
	}
}

void listen_close_all(void)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (a->state == LISTEN_OPEN)
			listen_close_start(a);
	}
}

void listen_close_cancel(struct listen_address *a)
{
	CHECK(!a->shut);
	timer_cancel(&a->timer);
	list_unlink(&a->closing);
	listen_socket_unquiet(&a->addr, a->fds, a->count);
	a->state = LISTEN_RESUMED;
}

void listen_close_joined(struct child *c)
{
	c->round = rounds;
	listen_table_forked();
}

void listen_close_answered(struct child *c, uint64_t number)
{
	uint32_t round = (uint32_t)(number >> 32);
	struct listen_address *a;

	/* each once, in order, and none in advance: a child answers for nobody but itself */
	if (!is_before(c->round, round) || is_before(rounds, round)) {
		children_abort(c, "answered a message twice");
		return;
	}
	c->round = round;
	a = listen_table_find((uint32_t)number);
	if (a != NULL && a->state == LISTEN_CLOSING && a->round == round && advance(a))
		on_progress();
}

void listen_close_lost(void)
{
	struct list *node = closing.next;
	bool any = false;

	while (node != &closing) {
		struct listen_address *a = container_of(node, struct listen_address, closing);

		node = node->next;
		any |= advance(a);
	}
	if (any)	/* last: it may begin a change, which takes addresses out of the list */
		on_progress();
}

bool listen_close_busy(void)
{
	for (struct list *node = closing.next; node != &closing; node = node->next) {
		if (container_of(node, struct listen_address, closing)->stage != OVERDUE)
			return true;
	}
	return false;
}

bool listen_close_name_held(void)
{
	for (struct list *node = closing.next; node != &closing; node = node->next) {
		const struct listen_address *a = container_of(node, struct listen_address, closing);

		if (a->stage == CLOSING && (a->addr.kind == ADDR_ABSTRACT || a->addr.datagram))
			return true;
	}
	return false;
}
