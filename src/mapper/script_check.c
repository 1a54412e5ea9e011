/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a script can be compiled: another process loads its language and does it, so that neither
 * the master nor `heddle -t` has code of a language in it, and nothing can keep them for long.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config_script.h"
#include "core/clock.h"
#include "core/shared_map.h"
#include "language/language.h"
#include "mapper/languages.h"
#include "mapper/script_child.h"
#include "os/descriptors.h"

#define WAIT_MS 10000
#define OUT 3	/* descriptor of the process that checks: the pipe to who waits for it */

static NORETURN void run_check(const struct script_conf *conf, int out)
{
	const struct language_script script = { conf->file, conf->function };
	const struct language *language;
	struct language_error e = { .line = 0 };
	struct rlimit none = { 0, 0 };

	/* it is forked by the master, and may outlive that by seconds */
	shared_map_close_all();
	if (dup2(out, OUT) == -1)
		_exit(1);
	descriptors_close_from(OUT + 1);
	script_child_signals();
	(void)setrlimit(RLIMIT_CORE, &none);
	language = languages_load(conf->language, e.text, sizeof(e.text));
	if (language != NULL && language->check(&script, &e))
		e.text[0] = '\0';
	if (write(OUT, &e, sizeof(e)) != (ssize_t)sizeof(e))
		_exit(1);
	_exit(0);
}

/* false: it has ended without a word, or does not end. */
static bool receive(int in, struct language_error *e)
{
	struct pollfd p = { .fd = in, .events = POLLIN };
	uint64_t until = clock_ms() + WAIT_MS, now = clock_ms();
	ssize_t n;

	while (now < until && poll(&p, 1, (int)(until - now)) == -1 && errno == EINTR)
		now = clock_ms();
	if ((p.revents & POLLIN) == 0)
		return false;
	n = read(in, e, sizeof(*e));
	e->text[sizeof(e->text) - 1] = '\0';
	return n == (ssize_t)sizeof(*e);
}

static const char *problem(const struct script_conf *conf, char *why, size_t size, unsigned *line)
{
	struct language_error e = { .line = 0 };
	int fds[2], status;
	pid_t pid;
	bool ok;

	if (pipe(fds) == -1)
		return strerror(errno);
	pid = fork();
	if (pid == 0)
		run_check(conf, fds[1]);
	close(fds[1]);
	ok = pid != -1 && receive(fds[0], &e);
	close(fds[0]);
	if (pid == -1)
		return strerror(errno);
	if (!ok)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	if (!ok)
		return "cannot be checked: it takes too long to compile, or its language crashes";
	if (e.text[0] == '\0')
		return NULL;
	*line = e.line;
	snprintf(why, size, "%s", e.text);
	return why;
}

const struct config_scripts config_scripts = { problem };
