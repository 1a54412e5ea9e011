/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/log_pipe.h"
#include "core/stderr.h"
#include "core/text.h"
#include "event/signals.h"
#include "process/channel.h"
#include "process/child_changes.h"
#include "process/child_heartbeat.h"
#include "process/kind.h"
#include "process/log_files.h"
#include "process/names_codec.h"
#include "process/running.h"

#define LAST_WORDS_MS 200

static const int ignored[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH };
static int channel_fd = -1;
static const struct process_kind *own_kind;
static struct channel channel;
static bool attached;
static uint64_t persisting;	/* number of the change of the last MESSAGE_PERSIST */
static const struct child_role *role;

void child_attach(int fd, const struct process_kind *own)
{
	own_kind = own;
	channel_fd = fd;
}

static void answer(unsigned kind, uint64_t change, const char *why)
{
	struct message_answer m = { .change = change, .ok = why == NULL };

	if (why != NULL)
		snprintf(m.why, sizeof(m.why), "%s", why);
	channel_send(&channel, kind, &m, sizeof(m), NULL, 0);
}

static void close_all(const int *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

static uint64_t number_of(const struct message *m)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	return n.number;
}

static void on_operation(const struct message *m)
{
	child_changes_operation(m);
}

static void on_prepare(const struct message *m)
{
	child_changes_prepare(m, answer);
}

static void on_abort(const struct message *m)
{
	(void)m;
	child_changes_abort();
}

static void on_commit(const struct message *m)
{
	child_changes_commit(m, answer);
}

static void on_persist(const struct message *m)
{
	persisting = number_of(m);
	if (role->persist != NULL)
		role->persist();
}

void child_persisted(bool ok, const char *why)
{
	answer(MESSAGE_PERSISTED, persisting, ok ? NULL : why);
}

static void address_done(const struct message *m)
{
	channel_send(&channel, MESSAGE_ADDRESS_DONE, m->payload.data, m->payload.len, NULL, 0);
}

static void on_accept_waiting(const struct message *m)
{
	if (role->accept_waiting != NULL)
		role->accept_waiting((uint32_t)number_of(m));
	address_done(m);
}

static void on_close_address(const struct message *m)
{
	if (role->close_address != NULL)
		role->close_address((uint32_t)number_of(m));
	address_done(m);
}

static void on_slots(const struct message *m)
{
	(void)m;
	if (role->slots != NULL)
		role->slots();
}

static void on_reloaded(const struct message *m)
{
	(void)m;
	if (role->reloaded != NULL)
		role->reloaded();
}

static void on_descriptors(const struct message *m)
{
	child_changes_descriptors(m);
}

static void on_drain(const struct message *m)
{
	child_heartbeat_state(SLOT_DRAINING);
	role->drain(number_of(m));
}

static void on_stop(const struct message *m)
{
	(void)m;
	child_heartbeat_state(SLOT_DRAINING);
	role->stop();
}

static void on_log_file(const struct message *m)
{
	if (m->count == 1)
		log_files_receive(number_of(m), m->fds[0]);
	else
		close_all(m->fds, m->count);
}

static void on_logs(const struct message *m)
{
	(void)m;
	/* first: lines that are under way may still be for a file that is closed next */
	if (role->logs != NULL)
		role->logs();
	log_files_received();
}

static void on_files(const struct message *m)
{
	if (role->files != NULL)
		role->files(m->payload);
}

static void on_result(const struct message *m)
{
	struct message_result r;
	struct slice text;
	const char *ids = m->payload.data + sizeof(r);

	memcpy(&r, m->payload.data, sizeof(r));
	text = slice_after(m->payload, sizeof(r) + r.count * sizeof(uint32_t));
	for (uint32_t i = 0; i < r.count && role->request_done != NULL; i++) {
		uint32_t id;

		memcpy(&id, ids + i * sizeof(id), sizeof(id));
		role->request_done(id, (enum request_outcome)r.outcome, r.serial, text);
	}
}

static void on_resolve(const struct message *m)
{
	struct message_resolve r;

	memcpy(&r, m->payload.data, sizeof(r));
	if (role->resolve != NULL)
		role->resolve(r.id, slice_after(m->payload, sizeof(r)));
}

static void on_forget(const struct message *m)
{
	struct message_resolve r;

	memcpy(&r, m->payload.data, sizeof(r));
	if (role->forget != NULL)
		role->forget(r.id, slice_after(m->payload, sizeof(r)));
}

static void on_item(const struct message *m)
{
	struct message_resolve r;

	memcpy(&r, m->payload.data, sizeof(r));
	if (role->item != NULL)
		role->item(r.id, slice_after(m->payload, sizeof(r)));
}

void child_resolved(uint32_t id, enum request_outcome outcome)
{
	struct message_resolved m = { id, outcome };

	channel_send(&channel, MESSAGE_RESOLVED, &m, sizeof(m), NULL, 0);
}

static void (*const handlers[MESSAGE_KINDS])(const struct message *m) = {
	[MESSAGE_OPERATION] = on_operation,
	[MESSAGE_PREPARE] = on_prepare,
	[MESSAGE_COMMIT] = on_commit,
	[MESSAGE_ABORT] = on_abort,
	[MESSAGE_PERSIST] = on_persist,
	[MESSAGE_ACCEPT_WAITING] = on_accept_waiting,
	[MESSAGE_CLOSE_ADDRESS] = on_close_address,
	[MESSAGE_SLOTS] = on_slots,
	[MESSAGE_RELOADED] = on_reloaded,
	[MESSAGE_DESCRIPTORS] = on_descriptors,
	[MESSAGE_DRAIN] = on_drain,
	[MESSAGE_STOP] = on_stop,
	[MESSAGE_LOG_FILE] = on_log_file,
	[MESSAGE_LOGS] = on_logs,
	[MESSAGE_FILES] = on_files,
	[MESSAGE_RESULT] = on_result,
	[MESSAGE_RESOLVE] = on_resolve,
	[MESSAGE_FORGET] = on_forget,
	[MESSAGE_ITEM] = on_item,
};

static void on_message(struct channel *ch, const struct message *m)
{
	(void)ch;
	if (message_rule(m->kind, MESSAGE_FROM_MASTER, m->payload.len) != NULL)
		handlers[m->kind](m);
	else
		close_all(m->fds, m->count);
}

/* Nobody is left to log to: standard error may still have a reader. */
static void on_closed(struct channel *ch)
{
	char line[96];
	int len = snprintf(line, sizeof(line), "heddle: process %ld: the master is gone, ending\n",
			   (long)getpid());

	(void)ch;
	(void)stderr_write((struct slice){ line, (size_t)len });
	(void)log_pipe_flush();
	if (role->orphaned != NULL)
		role->orphaned();
	_exit(1);
}

static const struct channel_handlers channel_handlers = {
	.message = on_message, .closed = on_closed
};

/* What a terminal, a script or a supervisor sends to the whole group is the master's business. */
void child_ignore_signals(void)
{
	for (size_t i = 0; i < COUNT(ignored); i++)
		signals_catch(ignored[i], NULL);
}

void child_serve(const struct child_role *given, const struct config *config)
{
	role = given;
	if (!child_changes_begin(role, config, own_kind, running_serial()))
		child_fail();
	child_heartbeat_generation(running_serial());
	channel_open(&channel, channel_fd, &channel_handlers);
	attached = true;
	child_heartbeat_start(role->slots);
	child_heartbeat_state(SLOT_SERVING);
	if (role->slots != NULL)
		role->slots();
	channel_send(&channel, MESSAGE_READY, NULL, 0, NULL, 0);
}

NORETURN void child_fail(void)
{
	log_pipe_flush();
	_exit(1);
}

void child_finish(void)
{
	loop_stop();
}

bool child_request(uint32_t id, unsigned verb, struct slice value)
{
	struct message_request m = { id, verb };
	struct text bytes;

	if (value.len > MESSAGE_VALUE_MAX)
		return false;
	text_init(&bytes);
	text_append(&bytes, &m, sizeof(m));
	text_append(&bytes, value.data, value.len);
	channel_send(&channel, MESSAGE_REQUEST, bytes.data, bytes.len, NULL, 0);
	text_close(&bytes);
	return true;
}

void child_names(const struct named_addresses *names)
{
	struct text bytes;

	text_init(&bytes);
	names_codec_encode(names, &bytes);
	channel_send(&channel, MESSAGE_NAMES, bytes.data, bytes.len, NULL, 0);
	text_close(&bytes);
}

void child_detach(void)
{
	if (attached)
		channel_flush(&channel, LAST_WORDS_MS);
	log_pipe_flush();
}
