/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_persist.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/object.h"
#include "core/clock.h"
#include "core/log.h"
#include "os/descriptors.h"
#include "os/fork_alone.h"
#include "os/title.h"
#include "process/child_heartbeat.h"
#include "udp/cache.h"
#include "udp/cache_load.h"
#include "udp/cache_write.h"
#include "udp/resolver_report.h"

#define WHY CACHE_PERSIST_WHY
#define TO 3		/* descriptor of the writer: the pipe to who has begun it */
#define KILLED_MOST 64
#define REAP_MS 100

/* Writers that were killed: only a disk that hangs keeps them, and nobody waits for that. */
static pid_t killed[KILLED_MOST];
static unsigned killed_count;
static struct timer reaper;

static bool has_ended(pid_t pid, int *status)
{
	pid_t ended;

	do
		ended = waitpid(pid, status, WNOHANG);
	while (ended == -1 && errno == EINTR);
	return ended != 0;
}

static void reap(struct timer *t)
{
	unsigned left = 0;
	int status;

	for (unsigned i = 0; i < killed_count; i++) {
		if (!has_ended(killed[i], &status))
			killed[left++] = killed[i];
	}
	killed_count = left;
	if (left != 0)
		timer_set(t, REAP_MS);
}

/* What was being written is not needed any more. */
void cache_persist_stop(struct cache *c)
{
	if (c->persist.pid == 0)
		return;
	(void)kill(c->persist.pid, SIGKILL);
	event_close(&c->persist.event);
	if (killed_count < KILLED_MOST)
		killed[killed_count++] = c->persist.pid;
	c->persist.pid = 0;
	c->dirty = true;
	if (!timer_pending(&reaper))
		timer_setup(&reaper, reap);
	reap(&reaper);
}

/* A disk that stays full is no news at each interval. */
static void report(struct cache *c, const char *why)
{
	static const struct log_subject failed = { .event = "state_write_failed" };
	static const struct log_subject again = { .event = "state_written" };
	struct cache_persist *p = &c->persist;

	if (*why == '\0') {
		p->written = clock_wall_ms() / 1000;
		if (p->failing[0] != '\0')
			log_about(LEVEL_NOTICE, &again, "cache %s: persist: %s is written again",
				  c->object->name, c->conf->persist);
		p->failing[0] = '\0';
		return;
	}
	c->dirty = true;
	if (strcmp(p->failing, why) == 0)
		return;
	snprintf(p->failing, sizeof(p->failing), "%s", why);
	log_about(LEVEL_ERROR, &failed, "cache %s: persist: %s", c->object->name, why);
}

/* The pipe has no writer any more: the process is gone, or will be in a moment. */
static void end_writer(struct cache *c)
{
	struct cache_persist *p = &c->persist;
	int status = 0;

	if (!has_ended(p->pid, &status))
		return;
	p->pid = 0;
	if (p->why[0] == '\0' && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		snprintf(p->why, sizeof(p->why), "the process that writes the file has ended");
	report(c, p->why);
	resolver_report_changed();
}

/* What the process that writes has to say: nothing, if all went well. */
static void on_output(struct event *ev, unsigned ready)
{
	struct cache *c = container_of(ev, struct cache, persist.event);
	struct cache_persist *p = &c->persist;
	size_t len = strlen(p->why);
	ssize_t n;

	(void)ready;
	do
		n = read(ev->fd, p->why + len, sizeof(p->why) - 1 - len);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		p->why[len + (size_t)n] = '\0';
		return;
	}
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
		event_drained(ev, EVENT_READ);
		return;
	}
	event_close(ev);
	end_writer(c);
}

/* The byte is for fork_alone_wait(). */
static _Noreturn void run_writer(const struct cache *c, int to)
{
	char why[WHY] = "";

	(void)dup2(to, TO);
	descriptors_close_from(TO + 1);
	(void)!write(TO, "", 1);
	title_set("cache file");
	signal(SIGTERM, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGCONT, SIG_DFL);	/* that of its parent ends who has another parent */
	(void)alarm(0);	/* ... as it may have begun to */
	if (!cache_write_file(c, clock_ms() + CACHE_WRITE_WAIT_MS, NULL, why))
		(void)!write(TO, why, strlen(why));
	_exit(why[0] != '\0');
}

static void report_errno(struct cache *c, const char *call)
{
	char why[WHY];

	snprintf(why, sizeof(why), "%s: %s", call, strerror(errno));
	report(c, why);
}

static void begin(struct cache *c)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1) {
		report_errno(c, "pipe");
		return;
	}
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	c->dirty = false;
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		run_writer(c, fds[1]);
	}
	if (pid == -1)
		report_errno(c, "fork");
	close(fds[1]);
	if (pid == -1) {
		close(fds[0]);
		return;
	}
	c->persist.pid = pid;
	c->persist.why[0] = '\0';
	fork_alone_wait(fds[0], pid);
	(void)fcntl(fds[0], F_SETFL, O_NONBLOCK);
	event_setup(&c->persist.event, fds[0], on_output);
	event_want(&c->persist.event, EVENT_READ);
}

/* As long as the file is being read, there is only a part of its items. */
static bool may_write(const struct cache *c)
{
	return c->conf->persist != NULL && c->dirty && c->usable && !c->persist.held &&
	       c->loading == NULL;
}

void cache_persist_tick(struct cache *c, uint64_t now_ms)
{
	struct cache_persist *p = &c->persist;

	if (p->pid != 0 && p->event.fd == -1)
		end_writer(c);
	if (p->pid != 0 || !may_write(c) || now_ms < p->next_ms)
		return;
	p->next_ms = now_ms + c->conf->persist_interval_ms;
	begin(c);
}

bool cache_persist_same(const struct cache_conf *a, const struct cache_conf *b)
{
	const char *one = a->persist, *other = b->persist;

	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

void cache_persist_changed(struct cache *c, const struct cache_conf *before)
{
	struct cache_persist *p = &c->persist;
	uint64_t next = loop_now() + c->conf->persist_interval_ms;

	if (next < p->next_ms)
		p->next_ms = next;	/* the interval is shorter now */
	if (cache_persist_same(before, c->conf))
		return;
	cache_persist_stop(c);
	p->next_ms = 0;
	p->failing[0] = '\0';
	c->dirty = true;
	cache_load_not(c);
}

/* All caches together wait as long as one, or the master would end the process. */
void cache_persist_finish(struct cache *c)
{
	static uint64_t until;
	char why[WHY] = "";

	cache_persist_stop(c);
	if (c->dirty)
		cache_load_finish(c);	/* else all is in the file */
	if (!may_write(c))
		return;
	if (until == 0)
		until = clock_ms() + CACHE_WRITE_WAIT_MS;
	c->dirty = false;
	if (!cache_write_file(c, until, child_heartbeat_working, why))
		c->persist.failing[0] = '\0';	/* told again: it is the last time */
	report(c, why);
}
