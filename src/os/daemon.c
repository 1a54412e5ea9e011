/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/stderr.h"

static int ready_fd = -1;
static bool active;

/*
 * The parent has no other copy of the pipe: the end of file means that the child, and every
 * process that it has forked, ended without daemon_ready().
 */
static NORETURN void wait_for_child(int fd)
{
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n == -1 && errno == EINTR);
	_exit(n == 1 ? 0 : 1);
}

bool daemon_start(void)
{
	int fds[2];
	pid_t pid;

	if (pipe(fds) == -1)
		return false;
	pid = fork();
	if (pid > 0) {
		close(fds[1]);
		wait_for_child(fds[0]);
	}
	close(fds[0]);
	if (pid == -1) {
		close(fds[1]);
		return false;
	}
	setsid();
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	ready_fd = fds[1];
	active = true;
	return true;
}

bool daemon_active(void)
{
	return active;
}

/* A file may stay; a terminal or a pipe may have a reader that waits for its end. */
static bool is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

void daemon_detach(int log_fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		return;
	dup2(null, STDIN_FILENO);
	if (!is_file(STDOUT_FILENO))
		dup2(null, STDOUT_FILENO);
	if (!is_file(STDERR_FILENO))
		dup2(log_fd != -1 ? log_fd : null, STDERR_FILENO);
	if (ready_fd != -1)
		close(ready_fd);
	ready_fd = -1;
	close(null);
	stderr_open();
}

void daemon_ready(int log_fd)
{
	int fd = ready_fd;

	if (fd == -1)
		return;
	/* detached before the parent ends: its caller may close the terminal at once */
	ready_fd = -1;
	daemon_detach(log_fd);
	(void)!write(fd, "", 1);
	close(fd);
}
