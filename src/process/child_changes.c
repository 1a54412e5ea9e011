/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child_changes.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/log_pipe.h"
#include "process/change_codec.h"
#include "process/channel.h"
#include "process/child_begin.h"
#include "process/child_heartbeat.h"
#include "process/child_role.h"
#include "process/limits.h"
#include "process/message.h"

static const struct child_role *role;
static bool failed;		/* an operation of the change that is being prepared */
static char failure[MESSAGE_WHY];
static int level = LEVEL_INFO;	/* of the log, as it is in force or prepared */

static void note_level(const struct object *object)
{
	if (object != NULL && object->kind == &config_settings_kind)
		level = ((const struct settings *)object->conf)->log.level;
}

static bool prepare(const struct change_op *op, char *why)
{
	note_level(op->object);
	return role->prepare(op, why);
}

bool child_changes_begin(const struct child_role *given, const struct config *config,
			 const struct process_kind *kind, uint64_t serial)
{
	role = given;
	if (!child_begin(config, kind, prepare, failure)) {
		log_write(LEVEL_ALERT, "cannot begin with what is configured: %s", failure);
		return false;
	}
	log_set_level((enum log_level)level);
	role->commit(serial, "file");
	return true;
}

static void fail(const struct message *m, const char *why)
{
	for (unsigned i = 0; i < m->count; i++)
		close(m->fds[i]);
	if (!failed)
		snprintf(failure, sizeof(failure), "%s", why);
	failed = true;
}

void child_changes_descriptors(const struct message *m)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	limits_raise_to(n.number);
}

/* The system has closed sockets of an address on the way, because there was no room for them. */
static void fail_truncated(const struct message *m)
{
	char addr[ADDR_TEXT], why[MESSAGE_WHY];

	change_codec_address(m->payload, addr);
	snprintf(why, sizeof(why), "it has %lu descriptors open at most (ulimit -n), and no room "
		 "for the sockets of %.64s", limits_now(), addr);
	fail(m, why);
}

void child_changes_operation(const struct message *m)
{
	struct change_op op;

	if (m->truncated)
		fail_truncated(m);
	else if (failed)
		fail(m, failure);
	else if (!change_codec_decode(m->payload, m->fds, m->count, &op))
		fail(m, "an operation is not readable");
	else if (!prepare(&op, failure))
		failed = true;
}

void child_changes_prepare(const struct message *m, child_changes_answer *answer)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	answer(MESSAGE_PREPARED, n.number, failed ? failure : NULL);
}

void child_changes_abort(void)
{
	failed = false;
	role->abort();
}

void child_changes_commit(const struct message *m, child_changes_answer *answer)
{
	struct message_commit c;

	memcpy(&c, m->payload.data, sizeof(c));
	if (failed) {	/* it was committed without us: only a new process is right */
		log_write(LEVEL_ERROR, "change not understood: %s", failure);
		_exit(1);
	}
	c.by[sizeof(c.by) - 1] = '\0';
	role->commit(c.serial, c.by);
	log_set_level((enum log_level)level);
	child_heartbeat_generation(c.serial);
	(void)log_pipe_flush();	/* for files that are closed once all have confirmed */
	answer(MESSAGE_COMMITTED, c.change, NULL);
}
