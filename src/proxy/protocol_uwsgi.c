/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of web servers for uWSGI: one packet and a body for each connection. The packet says
 * for which site it is; routes lead from there to a node. Everything goes on as it came, but for
 * the two modifiers. Source of the format: core/uwsgi.h.
 */
#include "proxy/protocol.h"

#include <arpa/inet.h>
#include <string.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/cache_packet.h"
#include "core/units.h"
#include "core/uwsgi.h"
#include "core/uwsgi_key.h"
#include "core/uwsgi_length.h"
#include "proxy/greeting.h"
#include "proxy/protocol_cache.h"

_Static_assert(sizeof(struct uwsgi_conf) <= PROTOCOL_OWN_SIZE, "it fits into a service");

static const struct uwsgi_conf *own(const struct service_conf *conf)
{
	return (const struct uwsgi_conf *)(const void *)conf->own;
}

/* The beginning of a request line: an HTTP client has come to the wrong port. */
static bool is_http(struct slice bytes)
{
	static const char *const methods[] = { "GET ", "POST", "HEAD", "PUT ", "DELE", "OPTI",
					       "PATC", "CONN", "TRAC", "PRI " };

	for (size_t i = 0; i < COUNT(methods); i++) {
		if (memcmp(bytes.data, methods[i], UWSGI_HEADER) == 0)
			return true;
	}
	return false;
}

static bool read_port(struct slice text, uint16_t *port)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(text.data[i] - '0');
		if (n > 65535)
			return false;
	}
	*port = (uint16_t)n;
	return true;
}

/* Who has connected to the web server; AF_UNSPEC where the variables do not say. */
static void read_client(struct slice address, struct slice port_text, union peer *client)
{
	char text[INET6_ADDRSTRLEN];
	uint16_t port = 0;

	if (address.len == 0 || address.len >= sizeof(text) || !read_port(port_text, &port))
		return;
	memcpy(text, address.data, address.len);
	text[address.len] = '\0';
	if (inet_pton(AF_INET, text, &client->in.sin_addr) == 1) {
		client->in.sin_family = AF_INET;
		client->in.sin_port = htons(port);
	} else if (inet_pton(AF_INET6, text, &client->in6.sin6_addr) == 1) {
		client->in6.sin6_family = AF_INET6;
		client->in6.sin6_port = htons(port);
		client->in6.sin6_scope_id = 0;
	}
}

static bool is_listed(struct slice name, const char *names)
{
	while (*names != '\0') {
		size_t len = strcspn(names, " ");

		if (len == name.len && memcmp(names, name.data, len) == 0)
			return true;
		names += len + (names[len] != '\0');
	}
	return false;
}

/* What the log says about the request. The block is well formed, or the key is forced. */
static void read_variables(struct greeting *g, struct slice block)
{
	const char *names = own(g->conf)->log_vars;
	struct slice name, value, address = { "", 0 }, port = { "", 0 };

	while (uwsgi_next(&block, &name, &value) == UWSGI_PAIR) {
		if (name.len == sizeof("REMOTE_ADDR") - 1) {	/* the other one is as long */
			if (slice_is(name, "REMOTE_ADDR"))
				address = value;
			else if (slice_is(name, "REMOTE_PORT"))
				port = value;
		}
		if (names != NULL && is_listed(name, names))
			greeting_keep_variable(g, name, value);
	}
	read_client(address, port, &g->client);
}

static enum greet bad(struct greeting *g, enum reason over, const char *why)
{
	g->over = over;
	g->why = why;
	return GREET_BAD;
}

/* Only where bodies are buffered somebody has to know where the body ends. */
static bool read_length(struct greeting *g, struct slice block)
{
	g->buffering = &own(g->conf)->body;
	g->front = UWSGI_HEADER + (uint32_t)block.len;
	return uwsgi_length_read(block, &g->body);
}

static enum greet read_packet(struct greeting *g, struct slice block)
{
	static struct uwsgi_key key;	/* copied as soon as this has answered */
	const struct uwsgi_key_conf *conf = &own(g->conf)->key;
	const struct uwsgi_key_rules rules = {
		.force = conf->force, .variable = conf->variable, .strip_port = conf->strip_port,
		.strip_dot = conf->strip_dot, .lowercase = conf->lowercase,
		.mountpoints = conf->mountpoints,
	};

	switch (uwsgi_key_read(&key, &rules, block)) {
	case UWSGI_KEY_FOUND:
		break;
	case UWSGI_KEY_MISSING:
		read_variables(g, block);
		return bad(g, REASON_NO_KEY, "the request has no key");
	case UWSGI_KEY_NO_PATH:
		read_variables(g, block);
		return bad(g, REASON_NO_KEY, "PATH_INFO is missing, or does not begin with /");
	case UWSGI_KEY_BAD:
		return bad(g, REASON_BAD_GREETING, "a variable goes beyond the packet, or has no "
			   "name");
	}
	if (own(g->conf)->body.on && !read_length(g, block))
		return bad(g, REASON_BAD_GREETING, "CONTENT_LENGTH is not a number");
	g->key = (struct slice){ key.text, key.len };
	g->mountpoint = conf->mountpoints != 0;
	if (g->conf->access_log.to.to != LOG_TO_NONE || greeting_client_wanted())
		read_variables(g, block);
	return GREET_READY;
}

static enum greet greet(struct greeting *g, struct slice bytes)
{
	enum greet answer;
	size_t size;

	if (bytes.len < UWSGI_HEADER) {
		g->need = UWSGI_HEADER;
		return GREET_MORE;
	}
	if (is_http(bytes))
		return bad(g, REASON_BAD_GREETING,
			   "an HTTP request, and this address speaks uwsgi");
	size = UWSGI_HEADER + uwsgi_block_size(bytes.data);
	if (bytes.len < size) {
		g->need = (uint32_t)size;
		return GREET_MORE;
	}
	bytes.len = size;
	if (bytes.data[0] == CACHE_PACKET_MODIFIER1 && own(g->conf)->cache_server.cache != NULL)
		return protocol_cache_greet(g, bytes);
	answer = read_packet(g, slice_after(bytes, UWSGI_HEADER));
	/* one with a key is a request like others: nodes may have caches of their own */
	if (answer == GREET_BAD && g->over == REASON_NO_KEY &&
	    bytes.data[0] == CACHE_PACKET_MODIFIER1)
		g->why = "a cache command, and the service has no cache_server";
	return answer;
}

static void fit(char *first, const struct service_conf *conf, const struct backend_conf *node,
		bool again)
{
	int modifiers = own(conf)->modifiers;

	if (modifiers == MODIFIERS_KEEP)
		return;
	if (modifiers == MODIFIERS_INHERIT && again && node->modifier1 == 0 && node->modifier2 == 0)
		return;
	first[0] = (char)node->modifier1;
	first[3] = (char)node->modifier2;
}

static int error_response(const struct service_conf *conf)
{
	return own(conf)->error_response;
}

static const char *log_vars(const struct service_conf *conf)
{
	return own(conf)->log_vars;
}

static size_t head(const struct service_conf *conf, const union peer *peer, uint32_t left_ms,
		   char *out)
{
	return protocol_cache_head(&own(conf)->cache_server, peer, left_ms, out);
}

static bool passes(const struct service_conf *conf)
{
	return own(conf)->fd_passing;
}

const struct protocol protocol_uwsgi = {
	.name = "uwsgi",
	.most = UWSGI_HEADER + UWSGI_BLOCK_MAX,
	.greet = greet,
	.fit = fit,
	.error_response = error_response,
	.log_vars = log_vars,
	.passes = passes,
	.head = head,
	.section = &config_uwsgi_section,
	.uwsgi = true,
};
