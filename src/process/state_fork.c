/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/state_fork.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/base.h"
#include "core/node_codec.h"
#include "core/text.h"
#include "os/privileges.h"

/* Trees follow: running, then base and health if they are there. */
struct state_answer {
	struct state_read read;
	bool base, health;
};

static void encode(const struct state_read *read, struct text *out)
{
	const struct state_document *d = &read->document;
	struct state_answer head;

	memset(&head, 0, sizeof(head));	/* padding too: it crosses a process */
	head.read = *read;
	head.base = d->base != NULL;
	head.health = d->health != NULL;
	head.read.document.running = head.read.document.base = head.read.document.health = NULL;
	text_append(out, &head, sizeof(head));
	if (d->running != NULL)
		node_codec_encode(d->running, out);
	if (d->base != NULL)
		node_codec_encode(d->base, out);
	if (d->health != NULL)
		node_codec_encode(d->health, out);
}

static NORETURN void answer(const struct state_files *files, const struct identity *identity,
			    int fd)
{
	struct state_read read;
	struct text bytes;
	struct slice rest;
	ssize_t n = 1;

	privileges_drop_for(identity, files->path, false);
	text_init(&bytes);
	state_read(files, arena_new(), &read);
	encode(&read, &bytes);
	for (rest = text_slice(&bytes); rest.len > 0; rest = slice_after(rest, (size_t)n)) {
		n = write(fd, rest.data, rest.len);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			_exit(1);
	}
	_exit(0);
}

static bool is_used(const struct state_read *read)
{
	return read->origin == STATE_CURRENT || read->origin == STATE_PREVIOUS;
}

/* What the process sent is as little to be believed as the file. */
static bool decode(struct slice bytes, struct arena *arena, struct state_read *out)
{
	struct state_answer head;
	struct state_document *d = &out->document;

	if (bytes.len < sizeof(head))
		return false;
	memcpy(&head, bytes.data, sizeof(head));
	bytes = slice_after(bytes, sizeof(head));
	*out = head.read;
	out->why[sizeof(out->why) - 1] = out->why_old[sizeof(out->why_old) - 1] = '\0';
	d->running = d->base = d->health = NULL;
	if (!is_used(out))
		return out->origin == STATE_ABSENT || out->origin == STATE_DAMAGED ||
		       out->origin == STATE_UNKNOWN;
	d->running = node_codec_decode(&bytes, arena);
	if (d->running != NULL && head.base)
		d->base = node_codec_decode(&bytes, arena);
	if (d->running != NULL && head.health)
		d->health = node_codec_decode(&bytes, arena);
	return d->running != NULL && d->running->kind == NODE_MAP && bytes.len == 0 &&
	       (!head.base || (d->base != NULL && d->base->kind == NODE_MAP)) &&
	       (!head.health || (d->health != NULL && d->health->kind == NODE_MAP));
}

static void receive(int fd, struct text *out)
{
	char piece[64 << 10];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n > 0)
			text_append(out, piece, (size_t)n);
		else if (errno != EINTR)
			break;
	}
}

static void fail(enum state_origin origin, const char *path, const char *call,
		 struct state_read *out)
{
	*out = (struct state_read){ .origin = origin };
	snprintf(out->why, sizeof(out->why), "%.256s: %s: %s", path, call, strerror(errno));
	snprintf(out->why_old, sizeof(out->why_old), "it was not read either");
}

static void await(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) == -1 && errno == EINTR)
		;
}

void state_fork_read(const struct state_files *files, const struct identity *identity,
		     struct arena *arena, struct state_read *out)
{
	const char *path = files->path;
	enum state_origin origin = STATE_DAMAGED;
	struct text bytes;
	int fds[2], status = 0;
	pid_t pid;

	if (pipe(fds) == -1) {
		fail(STATE_UNKNOWN, path, "pipe", out);
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		answer(files, identity, fds[1]);
	}
	close(fds[1]);
	text_init(&bytes);
	if (pid > 0) {
		receive(fds[0], &bytes);
		await(pid, &status);
	}
	close(fds[0]);
	if (pid == -1) {
		fail(STATE_UNKNOWN, path, "fork", out);
	} else if (status != 0 || !decode(text_slice(&bytes), arena, out)) {
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			origin = STATE_UNKNOWN;	/* a kernel without memory does that */
		errno = EIO;
		fail(origin, path, "the process that reads it ended early", out);
	}
	text_close(&bytes);
}
