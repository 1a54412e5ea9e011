/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/client.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/config.h"
#include "core/text.h"
#include "process/pidfile.h"

#define PATIENCE_S 60	/* a change of many thousand objects takes seconds */
#define CONNECT_S 10	/* for a control process that accepts nobody */
#define STOP_S 30	/* a stop at once; and what a drained one takes beside draining */
#define LOOK_MS 20

static const char request[] = "POST /_v1/reload HTTP/1.0\r\n"
			      "Host: localhost\r\n"
			      "Content-Length: 0\r\n"
			      "Connection: close\r\n\r\n";

static int not_running(const char *pid_file)
{
	fprintf(stderr, "heddle: not running (pid file %s)\n", pid_file);
	return CLIENT_NOT_RUNNING;
}

/* Its pid; 0 when nobody can be sent a signal, told, and *status is what to exit with. */
static pid_t find(const char *pid_file, int *status)
{
	pid_t pid = pidfile_holder(pid_file);

	if (pid > 0)
		return pid;
	if (pid == 0) {
		*status = not_running(pid_file);
		return 0;
	}
	fprintf(stderr, "heddle: %s is locked by a process of another PID namespace (another "
		"container?), which has no number here; give the command there\n", pid_file);
	*status = CLIENT_REFUSED;
	return 0;
}

static int send_signal(pid_t pid, int signo)
{
	if (kill(pid, signo) == 0)
		return CLIENT_DONE;
	fprintf(stderr, "heddle: signal pid %ld: %s\n", (long)pid, strerror(errno));
	return CLIENT_REFUSED;
}

int client_reopen(const struct client_target *target)
{
	int status;
	pid_t pid = find(target->pid_file, &status);

	return pid != 0 ? send_signal(pid, SIGUSR1) : status;
}

/* The lock tells: the process itself may remain as a zombie, or its number be used again. */
static bool wait_for_end(const char *pid_file, pid_t pid, uint64_t limit_ms)
{
	uint64_t until = clock_ms() + limit_ms;

	while (pidfile_holder(pid_file) == pid) {
		if (clock_ms() >= until)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
	return true;
}

int client_stop(const struct client_target *target, bool drain)
{
	uint64_t limit = STOP_S * 1000 + (drain ? target->drain_ms : 0);
	int status;
	pid_t pid = find(target->pid_file, &status);

	if (pid == 0)
		return status;
	status = send_signal(pid, drain ? SIGQUIT : SIGTERM);
	if (status != CLIENT_DONE || wait_for_end(target->pid_file, pid, limit))
		return status;
	fprintf(stderr, "heddle: pid %ld has not ended within %u s%s\n", (long)pid,
		(unsigned)(limit / 1000),
		drain ? "; it takes no new clients, and ends after the last one" : "");
	return CLIENT_REFUSED;
}

static int dial(const char *pid_file)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const struct timeval limit = { .tv_sec = CONNECT_S };
	int fd;

	if (!config_control_socket(pid_file, sun.sun_path, sizeof(sun.sun_path))) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	/* a Unix socket whose backlog is full makes connect() wait */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The whole answer; false: none came. */
static bool ask(int fd, uint64_t change_ms, struct text *out)
{
	const struct timeval limit = { .tv_sec = (time_t)(PATIENCE_S + change_ms / 1000) };
	char buf[4096];
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(request) - 1)
		return false;
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		text_append(out, buf, (size_t)n);
	if (n == 0 && out->len == 0)
		errno = ECONNRESET;	/* control has died */
	return n == 0 && out->len > 0;
}

static void print_lines(const json_t *lines, FILE *to)
{
	size_t i;
	json_t *line;

	json_array_foreach(lines, i, line) {
		if (json_is_string(line))
			fprintf(to, "%s\n", json_string_value(line));
	}
}

static int print_answer(int status, const char *body)
{
	json_t *answer = json_loads(body, 0, NULL);
	bool applied = status == 200;

	if (answer == NULL)
		fprintf(stderr, "heddle: status %d: %s\n", status, body);
	else if (applied)
		print_lines(json_object_get(answer, "changes"), stdout);
	else if (json_array_size(json_object_get(answer, "errors")) > 0)
		print_lines(json_object_get(answer, "errors"), stderr);
	else
		fprintf(stderr, "heddle: reload: %s\n",
			json_string_value(json_object_get(answer, "title")));
	json_decref(answer);
	return applied ? CLIENT_DONE : CLIENT_REFUSED;
}

static int read_answer(struct text *text)
{
	const char *body = strstr(text_cstr(text), "\r\n\r\n");
	int status = 0;

	if (body == NULL || sscanf(text_cstr(text), "HTTP/%*s %d", &status) != 1) {
		fprintf(stderr, "heddle: the answer of the control socket is not HTTP\n");
		return CLIENT_REFUSED;
	}
	return print_answer(status, body + 4);
}

/* Without the socket the signal works too, but nobody tells how it went. */
static int fall_back(const char *pid_file, int error)
{
	int status;
	pid_t pid = find(pid_file, &status);

	if (pid == 0)
		return status;
	status = send_signal(pid, SIGHUP);
	if (status == CLIENT_DONE)
		fprintf(stderr,
			"heddle: control socket: %s; sent SIGHUP to pid %ld instead: the log "
			"tells whether it was applied\n",
			error == EAGAIN ? "the control process does not answer" : strerror(error),
			(long)pid);
	return status;
}

int client_reload(const struct client_target *target)
{
	struct text answer;
	int fd, status;

	if (pidfile_holder(target->pid_file) == 0)
		return not_running(target->pid_file);
	fd = dial(target->pid_file);
	if (fd == -1)
		return fall_back(target->pid_file, errno);
	text_init(&answer);
	if (ask(fd, target->change_ms, &answer)) {
		status = read_answer(&answer);
	} else {
		fprintf(stderr, "heddle: no answer over the control socket: %s\n",
			errno == EAGAIN ? "time limit" : strerror(errno));
		status = CLIENT_REFUSED;
	}
	text_close(&answer);
	close(fd);
	return status;
}
