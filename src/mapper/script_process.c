/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config_script.h"
#include "core/log.h"
#include "mapper/script_child.h"
#include "mapper/script_struct.h"
#include "os/fork_alone.h"

struct pairs {
	int stream[2], out[2], err[2];	/* [0]: the mapper process's, [1]: the script's */
};

static void close_side(const struct pairs *p, int side)
{
	close(p->stream[side]);
	close(p->out[side]);
	close(p->err[side]);
}

static bool open_pairs(struct pairs *p)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, p->stream) == -1)
		return false;
	if (pipe(p->out) == -1) {
		close(p->stream[0]);
		close(p->stream[1]);
		return false;
	}
	if (pipe(p->err) == -1) {
		close(p->stream[0]);
		close(p->stream[1]);
		close(p->out[0]);
		close(p->out[1]);
		return false;
	}
	for (int *fd = (int[]){ p->stream[0], p->out[0], p->err[0], -1 }; *fd != -1; fd++) {
		(void)fcntl(*fd, F_SETFL, O_NONBLOCK);
		(void)fcntl(*fd, F_SETFD, FD_CLOEXEC);
	}
	return true;
}

static void enter(struct script_process *p, enum script_process_state state)
{
	p->state = state;
	p->since_ms = loop_now();
}

static void take_answer(struct script_process *p, const struct script_frame *f,
			struct slice bytes)
{
	struct mapper_call *call = p->call;

	if (f->status >= SCRIPT_STATUSES || (f->status == SCRIPT_FOUND && bytes.len == 0))
		return;
	p->call = NULL;
	p->calls++;
	if (p->state == PROCESS_BUSY)
		enter(p, PROCESS_IDLE);
	p->handlers->answered(p, call, (enum script_status)f->status, bytes);
	if (p->state == PROCESS_LEAVING)
		script_stream_close(&p->stream);
}

/* What comes at another time than it should is not from the loop of the process, and is ignored. */
static void on_frame(struct script_stream *s, const struct script_frame *f, struct slice bytes)
{
	struct script_process *p = container_of(s, struct script_process, stream);

	if (f->kind == SCRIPT_FRAME_ANSWER && p->call != NULL && f->call == p->call->id) {
		take_answer(p, f, bytes);
	} else if (f->kind == SCRIPT_FRAME_LOADED && p->state == PROCESS_LOADING) {
		enter(p, PROCESS_IDLE);
		p->handlers->loaded(p);
	} else if (f->kind == SCRIPT_FRAME_UNLOADABLE && p->state == PROCESS_LOADING) {
		enter(p, PROCESS_LEAVING);
		p->handlers->unloadable(p, f->status, bytes);
	}
}

/* It ends, or has closed the stream: then nothing else can be done with it. */
static void on_closed(struct script_stream *s)
{
	script_process_kill(container_of(s, struct script_process, stream));
}

static const struct script_stream_handlers stream_handlers = { on_frame, on_closed };

static struct script_process *adopt(struct script *script, const struct pairs *pairs, pid_t pid)
{
	struct script_process *p = calloc(1, sizeof(*p));
	const char *name = script->conf->file;

	CHECK(p != NULL);
	p->script = script;
	p->pid = pid;
	p->born_ms = loop_now();
	enter(p, PROCESS_LOADING);
	list_init(&p->link);
	script_stream_open(&p->stream, pairs->stream[0], &stream_handlers);
	script_output_open(&p->out, pairs->out[0], LEVEL_INFO, name);
	script_output_open(&p->err, pairs->err[0], LEVEL_WARN, name);
	return p;
}

struct script_process *script_process_new(struct script *script, uint32_t generation,
					  const struct script_process_handlers *handlers)
{
	struct script_child child = { .conf = script->conf, .script = script->id,
				      .generation = generation, .parent = getpid(),
				      .cache = script->cache };
	struct script_process *p;
	struct pairs pairs;
	pid_t pid = -1;

	if (open_pairs(&pairs)) {
		pid = fork();
		if (pid == 0) {
			child.stream = pairs.stream[1];
			child.out = pairs.out[1];
			child.err = pairs.err[1];
			script_child_run(&child);
		}
		close_side(&pairs, 1);
		if (pid == -1)
			close_side(&pairs, 0);
	}
	if (pid == -1) {
		log_write(LEVEL_ERROR, "script %s: no process: %s", script->conf->file,
			  strerror(errno));
		return NULL;
	}
	fork_alone_wait(pairs.stream[0], pid);
	p = adopt(script, &pairs, pid);
	p->generation = generation;
	p->handlers = handlers;
	return p;
}

void script_process_call(struct script_process *p, struct mapper_call *call)
{
	struct script_frame f = { .kind = SCRIPT_FRAME_CALL, .call = call->id,
				  .script = call->script };

	p->call = call;
	enter(p, PROCESS_BUSY);
	script_stream_send(&p->stream, &f, (struct slice){ call->key, call->len });
}

void script_process_leave(struct script_process *p)
{
	if (p->state == PROCESS_LEAVING)
		return;
	enter(p, PROCESS_LEAVING);
	if (p->call == NULL)
		script_stream_close(&p->stream);
}

void script_process_kill(struct script_process *p)
{
	/* before it has become the leader of a group there is none */
	if (kill(-p->pid, SIGKILL) == -1)
		kill(p->pid, SIGKILL);
}

struct mapper_call *script_process_drain(struct script_process *p)
{
	bool begun = script_stream_finish(&p->stream);
	struct mapper_call *call = p->call;

	if (begun || p->killed || call == NULL)
		return NULL;
	p->call = NULL;
	return call;
}

static void release(struct deferred *d)
{
	free(container_of(d, struct script_process, later));
}

void script_process_free(struct script_process *p)
{
	list_unlink(&p->link);
	script_stream_close(&p->stream);
	script_output_close(&p->out);
	script_output_close(&p->err);
	loop_defer(&p->later, release);
}

const char *script_process_how(int status, char buf[SCRIPT_PROCESS_HOW])
{
	if (WIFSIGNALED(status))
		snprintf(buf, SCRIPT_PROCESS_HOW, "was killed by signal %d", WTERMSIG(status));
	else
		snprintf(buf, SCRIPT_PROCESS_HOW, "has exited with status %d", WEXITSTATUS(status));
	return buf;
}

void script_process_report_failed(const struct script_process *p, const struct mapper_call *call,
				  struct slice why)
{
	static struct log_limit limit;
	struct log_subject about = { .event = "script_failed" };

	if (log_limited(&limit, 10))
		log_about(LEVEL_WARN, &about, "script %s: no answer for %.*s: %.*s",
			  p->script->conf->file, (int)call->len, call->key, SHOWN(why));
}

void script_process_report(const struct script_process *p, int status)
{
	struct log_subject about = { .event = "script_ended" };
	char buf[SCRIPT_PROCESS_HOW];
	const struct mapper_call *call = p->call;

	if (p->killed || p->state == PROCESS_LEAVING)
		return;
	log_about(LEVEL_WARN, &about, "script %s: process %ld %s%s%.*s", p->script->conf->file,
		  (long)p->pid, script_process_how(status, buf), call != NULL ? ", asked for " : "",
		  call != NULL ? (int)call->len : 0, call != NULL ? call->key : "");
}
