/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "admin/event_libevent.h"
#include "admin/http_conn.h"
#include "core/log.h"

#define HEADERS_MAX (16 * 1024)
#define BODY_MAX (128 * 1024)	/* routes.c refuses smaller ones, in better words */
#define SILENCE_SECONDS 10	/* of a client, within a request and between two */

static struct evhttp *server;
static http_handler *handler;

static const struct method_row {
	enum evhttp_cmd_type evhttp;
	enum http_method     method;
	const char          *name;
} methods[] = {
	{ EVHTTP_REQ_GET, HTTP_GET, "GET" },
	{ EVHTTP_REQ_HEAD, HTTP_HEAD, "HEAD" },
	{ EVHTTP_REQ_POST, HTTP_POST, "POST" },
	{ EVHTTP_REQ_PUT, HTTP_PUT, "PUT" },
	{ EVHTTP_REQ_DELETE, HTTP_DELETE, "DELETE" },
	{ EVHTTP_REQ_PATCH, HTTP_PATCH, "PATCH" },
	{ EVHTTP_REQ_OPTIONS, HTTP_OPTIONS, "OPTIONS" },
};

/* A request of ours is evhttp's and nothing else; only this file looks into it. */
static struct evhttp_request *inner(const struct http_request *r)
{
	return (struct evhttp_request *)(uintptr_t)r;
}

static void on_request(struct evhttp_request *req, void *arg)
{
	(void)arg;
	event_libevent_woke();
	http_conn_whole(evhttp_connection_get_bufferevent(evhttp_request_get_connection(req)));
	handler((struct http_request *)(void *)req);
}

/* libevent's own complaints are about our use of it, or about memory. */
static void on_complaint(int severity, const char *message)
{
	log_write(severity >= EVENT_LOG_WARN ? LEVEL_WARN : LEVEL_DEBUG, "libevent: %s", message);
}

bool http_open(int fd, http_handler *on)
{
	struct evhttp_bound_socket *bound;

	handler = on;
	event_set_log_callback(on_complaint);
	server = evhttp_new(event_libevent_base());
	if (server == NULL)
		return false;
	evhttp_set_gencb(server, on_request, NULL);
	evhttp_set_bevcb(server, http_conn_new, NULL);
	evhttp_set_max_headers_size(server, HEADERS_MAX);
	evhttp_set_max_body_size(server, BODY_MAX);
	evhttp_set_timeout(server, SILENCE_SECONDS);
	evhttp_set_allowed_methods(server, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
						   EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
						   EVHTTP_REQ_PATCH | EVHTTP_REQ_OPTIONS);
	bound = evhttp_accept_socket_with_handle(server, fd);
	if (bound == NULL) {
		evhttp_free(server);
		server = NULL;
		return false;
	}
	http_conn_open(evhttp_bound_socket_get_listener(bound));
	return true;
}

void http_close(void)
{
	if (server == NULL)
		return;
	evhttp_free(server);
	server = NULL;
	http_conn_close();
}

enum http_method http_method(const struct http_request *r)
{
	enum evhttp_cmd_type command = evhttp_request_get_command(inner(r));

	for (size_t i = 0; i < COUNT(methods); i++) {
		if (methods[i].evhttp == command)
			return methods[i].method;
	}
	return HTTP_OTHER;
}

const char *http_method_name(enum http_method method)
{
	for (size_t i = 0; i < COUNT(methods); i++) {
		if (methods[i].method == method)
			return methods[i].name;
	}
	return "other";
}

/* What is too long for any name is not cut down to one. */
static bool copy_whole(const char *text, size_t len, char *buf, size_t size)
{
	if (len >= size || strlen(text) != len)
		return false;
	memcpy(buf, text, len + 1);
	return true;
}

bool http_path(const struct http_request *r, char *buf, size_t size)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(inner(r));
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
	char *decoded;
	size_t len;
	bool ok;

	if (path == NULL)
		return false;
	decoded = evhttp_uridecode(path, 0, &len);
	ok = decoded != NULL && copy_whole(decoded, len, buf, size);
	free(decoded);
	return ok;
}

size_t http_body_length(const struct http_request *r)
{
	return evbuffer_get_length(evhttp_request_get_input_buffer(inner(r)));
}

static const char *query_of(const struct http_request *r)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(inner(r));

	return uri != NULL ? evhttp_uri_get_query(uri) : NULL;
}

bool http_query_valid(const struct http_request *r)
{
	const char *query = query_of(r);
	struct evkeyvalq pairs;

	if (query == NULL || *query == '\0')
		return true;
	if (strstr(query, "%00") != NULL || evhttp_parse_query_str(query, &pairs) != 0)
		return false;
	evhttp_clear_headers(&pairs);
	return true;
}

/* Behind what is there already, and a comma. */
static enum http_query join(const char *value, char *buf, size_t size, size_t *used)
{
	size_t len = strlen(value), comma = *used != 0;

	if (*used + comma + len >= size)
		return HTTP_QUERY_TOO_LONG;
	if (comma)
		buf[*used] = ',';
	memcpy(buf + *used + comma, value, len + 1);
	*used += comma + len;
	return HTTP_QUERY_FOUND;
}

enum http_query http_query(const struct http_request *r, const char *name, char *buf, size_t size)
{
	const char *query = query_of(r);
	enum http_query found = HTTP_QUERY_ABSENT;
	struct evkeyvalq pairs;
	struct evkeyval *pair;
	size_t used = 0;

	if (query == NULL || evhttp_parse_query_str(query, &pairs) != 0)
		return HTTP_QUERY_ABSENT;
	for (pair = pairs.tqh_first; pair != NULL; pair = pair->next.tqe_next) {
		if (strcmp(pair->key, name) == 0 && found != HTTP_QUERY_TOO_LONG)
			found = join(pair->value, buf, size, &used);
	}
	evhttp_clear_headers(&pairs);
	return found;
}

void http_write(struct http_request *r, const void *bytes, size_t len)
{
	evbuffer_add(evhttp_request_get_output_buffer(inner(r)), bytes, len);
}

void http_puts(struct http_request *r, const char *text)
{
	http_write(r, text, strlen(text));
}

void http_header(struct http_request *r, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(inner(r)), name, value);
}

void http_answer(struct http_request *r, int status, const char *type)
{
	struct evbuffer *body = evhttp_request_get_output_buffer(inner(r));

	http_header(r, "Content-Type", type);
	http_header(r, "Cache-Control", "no-store");
	if (http_method(r) == HTTP_HEAD) {
		char length[24];

		snprintf(length, sizeof(length), "%zu", evbuffer_get_length(body));
		http_header(r, "Content-Length", length);
		evbuffer_drain(body, evbuffer_get_length(body));
	}
	evhttp_send_reply(inner(r), status, NULL, NULL);
}
