/* SPDX-License-Identifier: BSD-2-Clause */
#include "ctl/client.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "config/config.h"
#include "config/config_load.h"
#include "core/clock.h"
#include "core/text.h"
#include "ctl/http_client.h"
#include "os/pidfile.h"

#define PATIENCE_S 60	/* a change of many thousand objects takes seconds */
#define CONNECT_S 10	/* for a control process that accepts nobody */
#define STOP_S 30	/* a stop at once; a drained one may take this and its drain */
#define POLL_MS 20

static int not_running(const char *pid_file)
{
	fprintf(stderr, "heddle: not running (pid file %s)\n", pid_file);
	return CLIENT_NOT_RUNNING;
}

/* The pid of the master. 0: no process can be sent a signal; printed, and *status is set. */
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

/* By the lock of the pid file: the process may remain as a zombie, or its pid be used again. */
static bool wait_for_end(const char *pid_file, pid_t pid, uint64_t limit_ms)
{
	uint64_t until = clock_ms() + limit_ms;

	while (pidfile_holder(pid_file) == pid) {
		if (clock_ms() >= until)
			return false;
		poll(NULL, 0, POLL_MS);
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
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (config_files_control_socket(pid_file, path, sizeof(path)))
		return http_client_dial(path, CONNECT_S);
	errno = ENAMETOOLONG;
	return -1;
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

static int print_answer(struct http_client_answer *http)
{
	json_t *answer = json_loads(text_cstr(&http->body), 0, NULL);
	bool applied = http->status == 200;

	if (answer == NULL)
		fprintf(stderr, "heddle: status %d: %s\n", http->status, text_cstr(&http->body));
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

static int print_result(enum http_client_result result, struct http_client_answer *answer)
{
	switch (result) {
	case HTTP_CLIENT_ANSWERED:
		return print_answer(answer);
	case HTTP_CLIENT_LOST:
		fprintf(stderr, "heddle: no answer over the control socket: %s\n",
			errno == EAGAIN ? "time limit" : strerror(errno));
		break;
	case HTTP_CLIENT_MALFORMED:
		fprintf(stderr, "heddle: the answer of the control socket is not HTTP\n");
		break;
	}
	return CLIENT_REFUSED;
}

/* Without the control socket a signal works too, but its result is in the log only. */
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
	unsigned limit_s = (unsigned)(PATIENCE_S + target->change_ms / 1000);
	struct http_client_answer answer;
	enum http_client_result result;
	int fd, status;

	if (pidfile_holder(target->pid_file) == 0)
		return not_running(target->pid_file);
	fd = dial(target->pid_file);
	if (fd == -1)
		return fall_back(target->pid_file, errno);
	result = http_client_call(fd, "POST", "/_v1/reload", limit_s, &answer);
	status = print_result(result, &answer);
	http_client_close(&answer);
	return status;
}
