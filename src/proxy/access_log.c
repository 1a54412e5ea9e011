/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/access_log.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/log_format.h"
#include "core/log_pipe.h"
#include "proxy/health.h"
#include "proxy/line.h"
#include "proxy/listeners.h"
#include "proxy/service.h"
#include "proxy/session.h"

static struct line line;

static void put_id(const struct session *s)
{
	char id[32];
	static const char hex[] = "0123456789abcdef";
	char digits[8];
	size_t at = sizeof(digits), len;
	uint32_t n = s->number;

	do {
		digits[--at] = hex[n & 15];
		n >>= 4;
	} while (n != 0);
	len = (size_t)snprintf(id, 16, "%u-", (unsigned)scoreboard_slot(scoreboard_own())->number);
	while (at < sizeof(digits))
		id[len++] = digits[at++];
	id[len] = '\0';
	line_word(&line, "id", id);
}

static void put_client(const struct session *s)
{
	char text[ADDR_TEXT];
	sa_family_t family = s->peer.sa.sa_family;
	socklen_t len = family == AF_INET ? sizeof(s->peer.in)
		      : family == AF_INET6 ? sizeof(s->peer.in6) : sizeof(family);

	addr_print_sockaddr(&s->peer.sa, len, text, sizeof(text));
	line_word(&line, "client", text);
	line_word(&line, "peer", text);
}

static void put_backend(const struct session *s)
{
	const struct backend *b = s->backend;
	char text[ADDR_TEXT];

	line_none(&line, "key");
	line_none(&line, "route");
	if (b == NULL) {
		line_none(&line, "backend");
		line_none(&line, "address");
	} else {
		addr_print(&b->conf->addr, text, sizeof(text));
		line_word(&line, "backend", b->name);
		line_word(&line, "address", text);
	}
	line_number(&line, "tries", s->tries);
}

static void put_seconds(const char *key, bool known, uint64_t us)
{
	if (known)
		line_seconds(&line, key, us);
	else
		line_none(&line, key);
}

static void put_times(const struct session *s, unsigned was)
{
	line_number(&line, "queue_seconds", 0);
	put_seconds("connect_seconds", was == SESSION_RELAYING, s->connect_us);
	put_seconds("first_byte_seconds", s->first_byte_us != 0, s->first_byte_us);
	line_seconds(&line, "duration_seconds", loop_now_us() - s->started_us);
	line_number(&line, "bytes_to_backend", s->relay.up.bytes);
	line_number(&line, "bytes_to_client", s->relay.down.bytes);
	line_number(&line, "active", service_cell(s->service->handle.index)->active);
}

static void put_error(const struct session *s)
{
	char text[ADDR_TEXT + 80], addr[ADDR_TEXT];

	if (s->error == 0 || s->failed == NULL) {
		line_none(&line, "error");
		return;
	}
	addr_print(&s->failed->conf->addr, addr, sizeof(addr));
	snprintf(text, sizeof(text), "%s connect: %s", addr, health_error_text(s->error));
	line_quoted(&line, "error", text);
}

static void write_line(const struct session *s, const char *ended_by, const char *reason,
		       unsigned was)
{
	const struct access_log_conf *conf = &s->service->conf->access_log;

	line_begin(&line, conf->format == LOG_JSON);
	line_time(&line, "time", clock_wall_ms());
	put_id(s);
	line_word(&line, "service", s->service->name);
	line_word(&line, "listener", s->listener->text);
	put_client(s);
	put_backend(s);
	put_times(s, was);
	if (ended_by != NULL)
		line_word(&line, "ended_by", ended_by);
	else
		line_none(&line, "ended_by");
	line_word(&line, "reason", reason);
	line_word(&line, "phase", was == SESSION_RELAYING ? "relaying" : "connecting");
	put_error(s);
	line_end(&line);
	log_pipe_access(access_target_id(&conf->to), (struct slice){ line.data, line.len });
}

static bool is_sampled(const struct session *s, const struct access_log_conf *conf)
{
	return conf->to.to != LOG_TO_NONE && (conf->sample <= 1 || s->number % conf->sample == 0);
}

void access_log_start(const struct session *s)
{
	if (is_sampled(s, &s->service->conf->access_log))
		write_line(s, NULL, "started", SESSION_DIALLING);
}

void access_log_end(const struct session *s, enum reason why, unsigned was, const char *ended_by)
{
	const struct access_log_conf *conf = &s->service->conf->access_log;

	if (!is_sampled(s, conf) || (conf->events & ACCESS_END) == 0
	    || (conf->skip & UINT64_C(1) << why) != 0)
		return;
	write_line(s, ended_by, reasons[why].name, was);
}
