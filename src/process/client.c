/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/client.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/text.h"
#include "process/pidfile.h"

#define PATIENCE_S 60	/* a change of many thousand objects takes seconds */

static const char request[] = "POST /_v1/reload HTTP/1.0\r\n"
			      "Host: localhost\r\n"
			      "Content-Length: 0\r\n"
			      "Connection: close\r\n\r\n";

static int not_running(const char *pid_file)
{
	fprintf(stderr, "heddle: not running (pid file %s)\n", pid_file);
	return CLIENT_NOT_RUNNING;
}

int client_signal(const char *pid_file, int signo)
{
	pid_t pid = pidfile_holder(pid_file);

	if (pid <= 0)
		return not_running(pid_file);
	if (kill(pid, signo) == 0)
		return CLIENT_DONE;
	fprintf(stderr, "heddle: signal pid %ld: %s\n", (long)pid, strerror(errno));
	return CLIENT_REFUSED;
}

static int dial(const char *pid_file)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = PATIENCE_S };
	int fd;

	if (!pidfile_socket(pid_file, sun.sun_path, sizeof(sun.sun_path))) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd == -1)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The whole answer; false: none came. */
static bool ask(int fd, struct text *out)
{
	char buf[4096];
	ssize_t n;

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
		fprintf(stderr, "heddle: the control socket gave an answer that makes no sense\n");
		return CLIENT_REFUSED;
	}
	return print_answer(status, body + 4);
}

/* Without the socket the signal works too, but nobody tells how it went. */
static int fall_back(const char *pid_file, pid_t pid, int error)
{
	int status = client_signal(pid_file, SIGHUP);

	if (status == CLIENT_DONE)
		fprintf(stderr,
			"heddle: control socket: %s; sent SIGHUP to pid %ld instead: the log "
			"tells whether it was applied\n",
			strerror(error), (long)pid);
	return status;
}

int client_reload(const char *pid_file)
{
	pid_t pid = pidfile_holder(pid_file);
	struct text answer;
	int fd, status;

	if (pid <= 0)
		return not_running(pid_file);
	fd = dial(pid_file);
	if (fd == -1)
		return fall_back(pid_file, pid, errno);
	text_init(&answer);
	if (ask(fd, &answer)) {
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
