/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever a client sends to the HTTP server, in two pieces: it is answered by us or not at all,
 * and handlers see what http.h promises. The first byte says where the pieces are cut.
 */
#include "target.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/event_libevent.h"
#include "admin/http_server.h"
#include "admin/route.h"
#include "core/base.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static struct timer timer;

static void on_timer(struct timer *t)
{
	(void)t;
	loop_stop();
}

/* So many turns of the loop: to accept, to read, to answer. */
static void turn(unsigned turns)
{
	while (turns-- > 0) {
		timer_set(&timer, 0);
		loop_run();
	}
}

static void serve(struct http_request *r)
{
	static const char *const names[] = { "service", "wait", "dry_run" };
	struct slice body = http_body(r);
	struct route_captures captures;
	char buf[256];
	unsigned sum = 0;

	HOLDS(body.len <= HTTP_BODY_BYTES);
	for (size_t i = 0; i < body.len; i++)
		sum += (unsigned char)body.data[i];
	if (http_path(r, buf, sizeof(buf)))
		HOLDS(strlen(buf) < sizeof(buf));
	sum += route_matches("/{service}/{backend}", http_encoded_path(r), &captures);
	for (size_t i = 0; http_query_valid(r) && i < COUNT(names); i++) {
		if (http_query(r, names[i], buf, sizeof(buf)) == HTTP_QUERY_FOUND)
			HOLDS(strlen(buf) < sizeof(buf));
	}
	if (http_request_header(r, "If-Match") != NULL)
		HOLDS(http_request_header_count(r, "if-match") != 0);
	snprintf(buf, sizeof(buf), "%u", sum);
	http_puts(r, buf);
	http_answer(r, 200, "text/plain");
}

static void open_server(void)
{
	const struct scoreboard_sizes sizes = { 4, 1, 1, 1 };
	const struct http_use use = { .access = HTTP_ACCESS_WRITE, .local = true };
	static char folder[] = "/tmp/heddle-fuzz-XXXXXX";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	signal(SIGPIPE, SIG_IGN);
	log_set_level(LEVEL_ALERT);
	HOLDS(scoreboard_open(&sizes));
	scoreboard_set_own(1);
	HOLDS(loop_open_with(&event_libevent));
	HOLDS(mkdtemp(folder) != NULL);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/s", folder);
	http_server_open(serve, http_server_limits_ms);
	HOLDS(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 16) == 0);
	HOLDS(http_server_listen(fd, &use) != NULL);
	timer_setup(&timer, on_timer);
}

static void receive(int fd, struct text *answer)
{
	char bytes[65536];
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		text_append(answer, bytes, (size_t)n);
}

static void check_answer(struct text *answer)
{
	const char *text = text_cstr(answer);

	bool ours = strstr(text, "<HTML>") == NULL && strstr(text, "text/html") == NULL;

	HOLDS(answer->len == 0 || strncmp(text, "HTTP/", 5) == 0);
	if (!ours)
		fprintf(stderr, "%s\n", text);
	HOLDS(ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text answer;
	size_t first;
	int fd;

	if (address.sun_path[0] == '\0')
		open_server();
	if (size < 2 || size > 60000)
		return 0;
	first = 1 + data[0] % (size - 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	HOLDS(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	text_init(&answer);
	(void)send(fd, data + 1, first - 1, MSG_NOSIGNAL);
	turn(2);
	(void)send(fd, data + first, size - first, MSG_NOSIGNAL);
	turn(2);
	receive(fd, &answer);
	(void)shutdown(fd, SHUT_WR);
	turn(2);
	receive(fd, &answer);
	close(fd);
	turn(1);
	check_answer(&answer);
	text_close(&answer);
	return 0;
}
