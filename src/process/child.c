/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/log.h"
#include "core/log_pipe.h"
#include "core/scoreboard.h"
#include "core/stderr.h"
#include "event/event.h"
#include "event/signals.h"
#include "process/channel.h"
#include "process/change.h"
#include "process/change_codec.h"
#include "process/log_files.h"
#include "process/message.h"
#include "process/replay.h"
#include "process/running.h"

#define BEAT_MS 250
#define STALE_MS 1000	/* a worker that has not turned for so long is passed over */
#define LAST_WORDS_MS 200

static const int ignored[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH };
static int channel_fd = -1;
static struct channel channel;
static bool attached;
static const struct child_role *role;
static struct timer beat;
static uint64_t slots_seen;	/* what the workers' slots looked like at the last beat */
static bool failed;		/* an operation of the change that is being prepared */
static int failure;
static enum slot_state state = SLOT_STARTING;
static uint64_t serial;		/* of the configuration that is in force */
static enum log_level level;	/* of the configuration that is in force or prepared */

void child_attach(int fd)
{
	channel_fd = fd;
}

static struct slot *own_slot(void)
{
	return scoreboard_slot(scoreboard_own());
}

/* A picture of who accepts: workers come, go, pause and hang. */
static uint64_t look_at_slots(void)
{
	uint64_t picture = 14695981039346656037u, now = clock_ms();

	for (uint32_t i = 0; i < scoreboard_sizes()->slots; i++) {
		struct slot *s = scoreboard_slot(i);
		uint64_t seen = s->beat_ms, word;

		if (s->kind != SLOT_WORKER || i == scoreboard_own())
			continue;
		word = (uint64_t)s->pid << 16 | (uint64_t)s->number << 6 | (uint64_t)s->state << 2;
		word |= (s->paused != PAUSE_NONE) << 1 | (now > seen + STALE_MS);
		picture = (picture ^ word) * 1099511628211u;
	}
	return picture;
}

/* What this process says about itself; others may have overwritten it. */
static void show_state(void)
{
	atomic_store(&own_slot()->state, (uint8_t)state);
	atomic_store(&own_slot()->generation, serial);
}

static void on_beat(struct timer *t)
{
	uint64_t picture = look_at_slots();

	show_state();
	atomic_store(&own_slot()->beat_ms, clock_ms());
	atomic_fetch_add(&own_slot()->beats, 1);
	if (picture != slots_seen && role->slots != NULL)
		role->slots();
	slots_seen = picture;
	timer_set(t, BEAT_MS);
}

static void answer(enum message_kind kind, uint64_t change, bool ok, int error)
{
	struct message_answer m = { change, ok, (uint32_t)error };

	channel_send(&channel, kind, &m, sizeof(m), NULL, 0);
}

static void close_all(const int *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

static void fail(int error)
{
	failed = true;
	failure = error;
}

static void on_operation(const struct message *m)
{
	struct change_op op;

	if (m->truncated || failed) {
		close_all(m->fds, m->count);
		fail(m->truncated ? EMFILE : failure);
		return;
	}
	if (change_decode(m->payload, m->fds, m->count, &op)) {
		if (op.object == CHANGE_SETTINGS)
			level = (enum log_level)op.conf.settings->log.level;
		role->prepare(&op);
		return;
	}
	close_all(m->fds, m->count);
	fail(EPROTO);
}

static uint64_t number_of(const struct message *m)
{
	struct message_number n;

	memcpy(&n, m->payload.data, sizeof(n));
	return n.number;
}

static void on_prepare(const struct message *m)
{
	answer(MESSAGE_PREPARED, number_of(m), !failed, failure);
}

static void on_abort(const struct message *m)
{
	(void)m;
	failed = false;
	role->abort();
}

static void on_commit(const struct message *m)
{
	struct message_commit c;

	memcpy(&c, m->payload.data, sizeof(c));
	if (failed) {	/* it was committed without us: only a new process is right */
		log_write(LEVEL_ERROR, "change not understood: %s", strerror(failure));
		_exit(1);
	}
	role->commit(c.serial);
	log_set_level(level);
	serial = c.serial;
	show_state();
	(void)log_pipe_flush();	/* for files that are closed once all have confirmed */
	answer(MESSAGE_COMMITTED, c.change, true, 0);
}

static void on_retire(const struct message *m)
{
	role->retire((uint32_t)number_of(m));
	channel_send(&channel, MESSAGE_RETIRED, m->payload.data, m->payload.len, NULL, 0);
}

static void on_slots(const struct message *m)
{
	(void)m;
	if (role->slots != NULL)
		role->slots();
}

static void start_leaving(void)
{
	state = SLOT_DRAINING;
	show_state();
}

static void on_drain(const struct message *m)
{
	start_leaving();
	role->drain(number_of(m));
}

static void on_stop(const struct message *m)
{
	(void)m;
	start_leaving();
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

static void on_reloaded(const struct message *m)
{
	struct message_reloaded r;
	struct slice text;
	const char *ids = m->payload.data + sizeof(r);

	memcpy(&r, m->payload.data, sizeof(r));
	text.data = ids + r.count * sizeof(uint32_t);
	text.len = m->payload.len - sizeof(r) - r.count * sizeof(uint32_t);
	for (uint32_t i = 0; i < r.count && role->reload_done != NULL; i++) {
		uint32_t id;

		memcpy(&id, ids + i * sizeof(id), sizeof(id));
		role->reload_done(id, r.applied != 0, text);
	}
}

static void (*const handlers[MESSAGE_KINDS])(const struct message *m) = {
	[MESSAGE_OPERATION] = on_operation,
	[MESSAGE_PREPARE] = on_prepare,
	[MESSAGE_COMMIT] = on_commit,
	[MESSAGE_ABORT] = on_abort,
	[MESSAGE_RETIRE] = on_retire,
	[MESSAGE_SLOTS] = on_slots,
	[MESSAGE_DRAIN] = on_drain,
	[MESSAGE_STOP] = on_stop,
	[MESSAGE_LOG_FILE] = on_log_file,
	[MESSAGE_LOGS] = on_logs,
	[MESSAGE_RELOADED] = on_reloaded,
};

static void on_message(struct channel *ch, const struct message *m)
{
	(void)ch;
	if (message_rule(m->kind, SLOT_MASTER, m->payload.len) != NULL)
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
	level = (enum log_level)config->settings.log.level;
	log_set_level(level);
	replay(config, own_slot()->kind != SLOT_RESOLVER, role->prepare);
	role->commit(running_serial());
	serial = running_serial();
	channel_open(&channel, channel_fd, &channel_handlers);
	attached = true;
	timer_setup(&beat, on_beat);
	slots_seen = look_at_slots();
	on_beat(&beat);
	state = SLOT_SERVING;
	show_state();
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

void child_ask_reload(uint32_t id)
{
	struct message_number m = { id };

	channel_send(&channel, MESSAGE_ASK_RELOAD, &m, sizeof(m), NULL, 0);
}

void child_detach(void)
{
	if (attached)
		channel_flush(&channel, LAST_WORDS_MS);
	log_pipe_flush();
}
