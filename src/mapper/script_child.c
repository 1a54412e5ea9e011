/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_child.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config/config_script.h"
#include "core/script_frame.h"
#include "core/shared_map.h"
#include "language/language.h"
#include "mapper/cache_client.h"
#include "mapper/languages.h"
#include "os/descriptors.h"
#include "os/door.h"
#include "os/title.h"
#include "process/child_parent.h"

enum { STREAM = 3, DOOR = 4, FIRST_FREE = 5 };	/* descriptors; 0 to 2 are the usual ones */

static const struct script_child *self;
static pid_t own_pid, forker;
static const struct language *language;

void script_child_signals(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&sa.sa_mask);
	for (int signo = 1; signo < NSIG; signo++)
		sigaction(signo, &sa, NULL);
	sa.sa_handler = SIG_IGN;	/* a write to a pipe that is closed is an error */
	sigaction(SIGPIPE, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	(void)alarm(0);	/* of a handler that has run behind the fork */
	(void)setsid();
}

static void on_forking(void)
{
	forker = getpid();
}

/* A process that the script forks must not answer calls, nor keep the stream open. */
static void on_forked(void)
{
	int null = open("/dev/null", O_RDWR);

	if (null == -1) {
		close(STREAM);
		close(DOOR);
		return;
	}
	(void)dup2(null, STREAM);
	(void)dup2(null, DOOR);
	close(null);
	cache_client_forget();
	/* one that makes a group of its own is not killed with that of the script */
	child_parent_bind_to(forker);
}

/* The descriptors move in two steps, as one may have the number of another. */
static void keep_descriptors(const struct script_child *c)
{
	int high[4], from[4] = { c->out, c->err, c->stream, door_outside(DOOR_CACHE) };
	int null = open("/dev/null", O_RDONLY);

	for (int i = 0; i < 4; i++)
		high[i] = fcntl(from[i], F_DUPFD, 64);
	(void)dup2(null, STDIN_FILENO);
	for (int i = 0; i < 4; i++)
		(void)dup2(high[i], i + 1);
	descriptors_close_from(FIRST_FREE);
	(void)fcntl(STREAM, F_SETFD, FD_CLOEXEC);
	(void)fcntl(DOOR, F_SETFD, FD_CLOEXEC);
}

/* Bytes that this process has from the mapper process, whose configuration may be a long one. */
static uint64_t inherited_bytes(void)
{
	uint64_t pages = 0;
#ifdef __linux__
	char text[200];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd != -1 ? read(fd, text, sizeof(text) - 1) : 0;

	text[len > 0 ? len : 0] = '\0';
	if (sscanf(text, "%*u %*u %*u %*u %*u %" SCNu64, &pages) != 1)
		pages = 0;
	if (fd != -1)
		close(fd);
#endif
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit_memory(uint64_t bytes)
{
	rlim_t most = (rlim_t)(bytes + inherited_bytes());
	struct rlimit none = { 0, 0 }, limit = { most, most };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef HEDDLE_SANITIZED	/* they take terabytes */
	if (bytes != 0)
		(void)setrlimit(RLIMIT_DATA, &limit);
#else
	(void)limit;
#endif
}

static void send_all(const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(STREAM, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);	/* it has gone, or the script has closed the stream */
		at += n;
		len -= (size_t)n;
	}
}

static void send_frame(struct script_frame *f, struct slice bytes)
{
	char all[sizeof(*f) + SCRIPT_FRAME_MOST];

	if (bytes.len > SCRIPT_FRAME_MOST)
		bytes.len = SCRIPT_FRAME_MOST;
	f->size = (uint32_t)bytes.len;
	f->script = self->script;
	f->generation = self->generation;
	memcpy(all, f, sizeof(*f));
	if (bytes.len != 0)
		memcpy(all + sizeof(*f), bytes.data, bytes.len);
	send_all(all, sizeof(*f) + bytes.len);
}

/* The next call: the mapper process sends one at a time, which is nearly always one read. */
static struct slice receive_call(struct script_frame *f)
{
	static char in[sizeof(*f) + SCRIPT_FRAME_MOST];
	size_t have = 0, whole = sizeof(*f);

	while (have < whole) {
		ssize_t n = read(STREAM, in + have, sizeof(in) - have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(n == 0 ? 0 : 1);
		have += (size_t)n;
		if (have < sizeof(*f))
			continue;
		memcpy(f, in, sizeof(*f));
		if (f->kind != SCRIPT_FRAME_CALL || f->size > SCRIPT_FRAME_MOST)
			_exit(1);
		whole = sizeof(*f) + f->size;
	}
	return (struct slice){ in + sizeof(*f), f->size };
}

static struct slice wait_for_call(struct script_frame *f)
{
	struct slice key;

	if (language->release != NULL)
		language->release();
	key = receive_call(f);
	if (language->acquire != NULL)
		language->acquire();
	return key;
}

static enum script_status status_of(enum language_result result)
{
	switch (result) {
	case LANGUAGE_FOUND:
		return SCRIPT_FOUND;
	case LANGUAGE_UNKNOWN:
		return SCRIPT_UNKNOWN;
	case LANGUAGE_FAILED:
		break;
	}
	return SCRIPT_FAILED;
}

static void serve(void)
{
	static struct language_answer answer;
	struct script_frame f;
	struct slice key = wait_for_call(&f);
	enum language_result result;

	answer.len = 0;
	result = language->call(key, &answer);
	if (getpid() != own_pid)	/* the script has forked: both have come here */
		_exit(0);
	f = (struct script_frame){ .kind = SCRIPT_FRAME_ANSWER, .call = f.call,
				   .status = (uint16_t)status_of(result) };
	send_frame(&f, (struct slice){ answer.text,
				       result == LANGUAGE_UNKNOWN ? 0 : answer.len });
}

static bool load(struct language_error *e)
{
	static const struct language_host host = { .cache = cache_client_call };
	const struct language_script script = { self->conf->file, self->conf->function };

	language = languages_load(self->conf->language, e->text, sizeof(e->text));
	return language != NULL && language->load(&script, &host, e);
}

NORETURN void script_child_run(const struct script_child *child)
{
	struct language_error e = { .line = 0 };
	struct script_frame f = { .kind = SCRIPT_FRAME_LOADED };
	struct script_child copy = *child;

	self = &copy;
	own_pid = getpid();
	shared_map_close_all();
	keep_descriptors(&copy);
	send_all("", 1);
	script_child_signals();
	child_parent_bind_to(copy.parent);
	cache_client_open(DOOR, copy.cache);
	title_set("heddle: mapper %s", copy.conf->file);
	limit_memory(copy.conf->memory);
	(void)pthread_atfork(on_forking, NULL, on_forked);
	if (!load(&e)) {
		f.kind = SCRIPT_FRAME_UNLOADABLE;
		f.status = (uint16_t)(e.line < UINT16_MAX ? e.line : 0);
		if (getpid() == own_pid)
			send_frame(&f, slice_of(e.text));
		_exit(1);
	}
	if (getpid() != own_pid)
		_exit(0);
	send_frame(&f, slice_of(""));
	if (copy.conf->function == NULL)
		_exit(0);
	for (;;)
		serve();
}
