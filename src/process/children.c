/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/children.h"

#include <signal.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/log.h"
#include "process/kind.h"

static struct arena *arena;	/* owns the table */
static struct child *table;
static uint32_t slots;
static size_t expected;		/* bytes of the change that is being sent to all */

void children_open(uint32_t count)
{
	arena = arena_new();
	slots = count;
	table = arena_alloc(arena, count * sizeof(*table));
	for (uint32_t i = 0; i < count; i++)
		table[i].slot = i;
}

void children_close(void)
{
	arena_free(arena);
	arena = NULL;
	table = NULL;
	slots = 0;
}

struct child *children_at(uint32_t slot)
{
	return &table[slot];
}

struct child *children_next(uint32_t slot)
{
	for (; slot < slots; slot++) {
		if (table[slot].pid != 0)
			return &table[slot];
	}
	return NULL;
}

const char *children_name(const struct child *c, char *buf, size_t size)
{
	if (kind_has(c->kind, KIND_NUMBERED))
		snprintf(buf, size, "%s %u (pid %ld)", c->kind->name, c->slot, (long)c->pid);
	else
		snprintf(buf, size, "%s (pid %ld)", c->kind->name, (long)c->pid);
	return buf;
}

void children_abort(struct child *c, const char *why)
{
	char name[CHILDREN_NAME];

	log_write(LEVEL_ALERT, "%s %s: aborted", children_name(c, name, sizeof(name)), why);
	c->aborted = true;
	kill(c->pid, SIGKILL);
}

void children_send_to(struct child *c, enum message_kind message, const void *payload, size_t len)
{
	channel_send(&c->channel, message, payload, len, NULL, 0);
}

static bool concerns(const struct child *c, unsigned traits)
{
	return traits == CHILDREN_ALL || kind_has(c->kind, traits);
}

void children_expect(size_t bytes)
{
	expected = bytes;
}

/* Its queue is over the limit even without the change that is being sent. */
static bool is_hopeless(const struct child *c)
{
	return !c->aborted && c->channel.queued > CHANNEL_QUEUE_MAX + expected;
}

static void send_if_read(struct child *c, enum message_kind message, const void *payload,
			 size_t len)
{
	if (is_hopeless(c))
		children_abort(c, "does not read what it is sent");
	else
		children_send_to(c, message, payload, len);
}

void children_send(unsigned traits, enum message_kind message, const void *payload, size_t len)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (concerns(c, traits))
			send_if_read(c, message, payload, len);
	}
}

void children_send_kind(const struct process_kind *kind, enum message_kind message,
			const void *payload, size_t len)
{
	struct child *c;

	for (CHILDREN_EACH(c)) {
		if (c->kind == kind)
			send_if_read(c, message, payload, len);
	}
}

void children_drain(struct child *c, uint64_t timeout_ms)
{
	struct message_number m = { timeout_ms };

	c->leaving = true;
	children_send_to(c, MESSAGE_DRAIN, &m, sizeof(m));
}

void children_stop(struct child *c)
{
	c->leaving = c->stopping = true;
	children_send_to(c, MESSAGE_STOP, NULL, 0);
}

unsigned children_count(unsigned traits)
{
	unsigned n = 0;
	struct child *c;

	for (CHILDREN_EACH(c))
		n += concerns(c, traits);
	return n;
}
