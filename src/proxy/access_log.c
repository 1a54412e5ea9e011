/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/access_log.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/log_format.h"
#include "core/log_pipe.h"
#include "proxy/dial_error.h"
#include "proxy/greeting.h"
#include "proxy/line.h"
#include "proxy/listener.h"
#include "proxy/service.h"
#include "proxy/session_answer.h"
#include "proxy/session_route.h"
#include "proxy/session_struct.h"

static struct line line;

/* Keys with their separators, so that writing a line is copying. In the order of the line. */
static const struct line_key key_time = LINE_KEY("time");
static const struct line_key key_id = LINE_KEY("id");
static const struct line_key key_service = LINE_KEY("service");
static const struct line_key key_listener = LINE_KEY("listener");
static const struct line_key key_client = LINE_KEY("client");
static const struct line_key key_peer = LINE_KEY("peer");
static const struct line_key key_key = LINE_KEY("key");
static const struct line_key key_route = LINE_KEY("route");
static const struct line_key key_backend = LINE_KEY("backend");
static const struct line_key key_address = LINE_KEY("address");
static const struct line_key key_tries = LINE_KEY("tries");
static const struct line_key key_queue_seconds = LINE_KEY("queue_seconds");
static const struct line_key key_connect_seconds = LINE_KEY("connect_seconds");
static const struct line_key key_first_byte_seconds = LINE_KEY("first_byte_seconds");
static const struct line_key key_duration_seconds = LINE_KEY("duration_seconds");
static const struct line_key key_bytes_to_backend = LINE_KEY("bytes_to_backend");
static const struct line_key key_bytes_to_client = LINE_KEY("bytes_to_client");
static const struct line_key key_active = LINE_KEY("active");
static const struct line_key key_ended_by = LINE_KEY("ended_by");
static const struct line_key key_reason = LINE_KEY("reason");
static const struct line_key key_phase = LINE_KEY("phase");
static const struct line_key key_error = LINE_KEY("error");

/* Digits of n before `end`; returns where they begin. */
static char *digits_before(char *end, uint32_t n, uint32_t base)
{
	static const char digits[] = "0123456789abcdef";

	do {
		*--end = digits[n % base];
		n /= base;
	} while (n != 0);
	return end;
}

/* The number of the worker, dash, counter in hex. */
static void put_id(const struct session *s)
{
	char id[24];
	char *end = id + sizeof(id) - 1, *at;

	*end = '\0';
	at = digits_before(end, s->number, 16);
	*--at = '-';
	at = digits_before(at, scoreboard_own(), 10);
	line_word(&line, &key_id, at);
}

/* Most clients have IPv4 addresses, and inet_ntop() costs as much as the rest of the line. */
static const char *print_peer(const union peer *peer, char *text, size_t size)
{
	sa_family_t family = peer->sa.sa_family;
	const uint8_t *octets = (const uint8_t *)&peer->in.sin_addr;
	char *at = text + size - 1;

	if (family != AF_INET)
		return addr_print_sockaddr(&peer->sa, family == AF_INET6 ? sizeof(peer->in6)
					   : sizeof(family), text, size);
	*at = '\0';
	at = digits_before(at, ntohs(peer->in.sin_port), 10);
	*--at = ':';
	for (int i = 3; i >= 0; i--) {
		at = digits_before(at, octets[i], 10);
		if (i != 0)
			*--at = '.';
	}
	return at;
}

/* Of whom a greeting names the port may be missing. */
static const char *print_named(const union peer *named, char *text, socklen_t size)
{
	if (named->sa.sa_family == AF_INET && named->in.sin_port == 0)
		return inet_ntop(AF_INET, &named->in.sin_addr, text, size);
	if (named->sa.sa_family == AF_INET6 && named->in6.sin6_port == 0)
		return inet_ntop(AF_INET6, &named->in6.sin6_addr, text, size);
	return print_peer(named, text, size);
}

/* The client is who the greeting names, else who has connected. */
static void put_client(const struct session *s)
{
	char peer[ADDR_TEXT], client[ADDR_TEXT];
	const char *text = print_peer(&s->peer, peer, sizeof(peer));

	if (s->greeting != NULL && s->greeting->client.sa.sa_family != AF_UNSPEC)
		line_word(&line, &key_client,
			  print_named(&s->greeting->client, client, sizeof(client)));
	else
		line_word(&line, &key_client, text);
	line_word(&line, &key_peer, text);
}

static void put_key(const struct session *s)
{
	if (s->greeting != NULL && s->greeting->key.len != 0)
		line_bytes(&line, &key_key, s->greeting->key);
	else
		line_none(&line, &key_key);
}

static void put_backend(const struct session *s)
{
	const struct backend *b = s->backend;

	put_key(s);
	if (session_route_name(s) != NULL)
		line_word(&line, &key_route, session_route_name(s));
	else
		line_none(&line, &key_route);
	if (b == NULL) {
		line_none(&line, &key_backend);
		line_none(&line, &key_address);
	} else {
		line_address(&line, &key_backend, b->name);
		line_address(&line, &key_address, b->address);
	}
	line_number(&line, &key_tries, s->tries);
}

static void put_seconds(const struct line_key *key, bool known, uint64_t us)
{
	if (known)
		line_seconds(&line, key, us);
	else
		line_none(&line, key);
}

static void put_times(const struct session *s)
{
	line_number(&line, &key_queue_seconds, 0);
	put_seconds(&key_connect_seconds, s->state == SESSION_RELAYING, s->connect_us);
	put_seconds(&key_first_byte_seconds, s->first_byte_us != 0, s->first_byte_us);
	line_seconds(&line, &key_duration_seconds, loop_now_us() - s->started_us);
	line_number(&line, &key_bytes_to_backend, s->relay.up.bytes);
	line_number(&line, &key_bytes_to_client, s->relay.down.bytes);
	line_number(&line, &key_active,
		    active_count(&service_cell(s->service->handle.index)->active));
}

static void put_error(const struct session *s)
{
	char text[ADDR_TEXT + 80];

	if (s->greeting != NULL && s->greeting->why != NULL) {
		line_quoted(&line, &key_error, s->greeting->why);
		return;
	}
	if (s->error == 0 || s->failed == NULL) {
		line_none(&line, &key_error);
		return;
	}
	snprintf(text, sizeof(text), "%s connect: %s", s->failed->address,
		 dial_error_text(s->error));
	line_quoted(&line, &key_error, text);
}

/* What the greeting has kept of a variable; NULL: the request does not have it. */
static const char *find_var(const struct greeting *g, const char *name)
{
	const char *at = g != NULL ? g->vars : NULL, *end = at != NULL ? at + g->vars_len : NULL;

	while (at != end && strcmp(at, name) != 0) {
		at += strlen(at) + 1;
		at += strlen(at) + 1;
	}
	return at != end ? at + strlen(at) + 1 : NULL;
}

static void put_var(const struct session *s, const char *name)
{
	const char *value = find_var(s->greeting, name);
	char text[80], json[80];
	struct line_key key = { 0, 0, text, json };

	key.text_len = (uint8_t)snprintf(text, sizeof(text), " var_%s=", name);
	key.json_len = (uint8_t)snprintf(json, sizeof(json), ",\"var_%s\":", name);
	if (value != NULL)
		line_quoted(&line, &key, value);
	else
		line_none(&line, &key);
}

/* var_REQUEST_URI="/": those that log_vars names. */
static void put_vars(const struct session *s)
{
	const struct protocol *protocol = s->service->greets;
	const char *names = protocol != NULL && protocol->log_vars != NULL
		? protocol->log_vars(s->service->conf) : NULL;

	while (names != NULL && *names != '\0') {
		size_t len = strcspn(names, " ");
		char name[65];

		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		put_var(s, name);
		names += len + (names[len] != '\0');
	}
}

static void write_line(const struct session *s, const char *ended_by, const char *reason)
{
	const struct access_log_conf *conf = &s->service->conf->access_log;

	line_begin(&line, conf->format == LOG_JSON);
	line_time(&line, &key_time, clock_wall_ms());
	put_id(s);
	line_word(&line, &key_service, s->service->name);
	line_address(&line, &key_listener, s->listener->text);
	put_client(s);
	put_backend(s);
	put_times(s);
	if (ended_by != NULL)
		line_word(&line, &key_ended_by, ended_by);
	else
		line_none(&line, &key_ended_by);
	line_word(&line, &key_reason, reason);
	line_word(&line, &key_phase, session_states[session_answer_phase(s)].phase);
	put_error(s);
	put_vars(s);
	line_end(&line);
	log_pipe_access(config_logs_id(&conf->to), (struct slice){ line.data, line.len });
}

static bool is_sampled(const struct session *s, const struct access_log_conf *conf)
{
	return conf->to.to != LOG_TO_NONE && (conf->sample <= 1 || s->number % conf->sample == 0);
}

void access_log_start(const struct session *s)
{
	const struct access_log_conf *conf = &s->service->conf->access_log;

	if ((conf->events & ACCESS_START) != 0 && is_sampled(s, conf))
		write_line(s, NULL, "started");
}

void access_log_end(const struct session *s, enum reason why, const char *ended_by)
{
	const struct access_log_conf *conf = &s->service->conf->access_log;

	if (!is_sampled(s, conf) || (conf->events & ACCESS_END) == 0
	    || (conf->skip & UINT64_C(1) << why) != 0)
		return;
	write_line(s, ended_by, reasons[why].name);
}
