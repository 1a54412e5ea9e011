/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "admin/http_request.h"
#include "admin/tokens.h"
#include "core/addr.h"

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

enum http_method http_method(const struct http_request *r)
{
	enum evhttp_cmd_type command = evhttp_request_get_command(r->inner);

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

/* A text that does not fit is not truncated: its beginning may be a name, too. */
static bool copy_whole(const char *text, size_t len, char *buf, size_t size)
{
	if (len >= size || strlen(text) != len)
		return false;
	memcpy(buf, text, len + 1);
	return true;
}

enum http_access http_access(const struct http_request *r)
{
	return (enum http_access)r->access;
}

bool http_is_local(const struct http_request *r)
{
	return r->local;
}

const char *http_peer(const struct http_request *r, char *buf, size_t size)
{
	struct evhttp_connection *evcon = evhttp_request_get_connection(r->inner);
	struct bufferevent *bev = evcon != NULL ? evhttp_connection_get_bufferevent(evcon) : NULL;
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);

	if (bev == NULL || getpeername(bufferevent_getfd(bev), (struct sockaddr *)&sa, &len) != 0)
		snprintf(buf, size, "a client that has left");
	else
		addr_print_sockaddr((struct sockaddr *)&sa, len, buf, size);
	return buf;
}

void http_grant(struct http_request *r, struct tokens *tokens, const struct token *token)
{
	r->tokens = tokens_hold(tokens);
	r->token = token;
	if ((int)token->access < r->access)
		r->access = (int)token->access;
}

const struct token *http_token(const struct http_request *r)
{
	return r->token;
}

const char *http_encoded_path(const struct http_request *r)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(r->inner);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;

	return path != NULL ? path : "";
}

/* Of a target that begins with two slashes evhttp takes a part for a host. */
static const char *whole_path(const struct http_request *r, char buf[HTTP_LINE_BYTES])
{
	const char *target = evhttp_request_get_uri(r->inner);
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(r->inner);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;

	if (path == NULL || target == NULL || strncmp(target, "//", 2) != 0)
		return path;
	snprintf(buf, HTTP_LINE_BYTES, "%.*s", (int)strcspn(target, "?#"), target);
	return buf;
}

bool http_path(const struct http_request *r, char *buf, size_t size)
{
	char line[HTTP_LINE_BYTES];
	const char *path = whole_path(r, line);
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

const char *http_request_header(const struct http_request *r, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(r->inner), name);
}

unsigned http_request_header_count(const struct http_request *r, const char *name)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(r->inner);
	unsigned count = 0;

	for (const struct evkeyval *h = headers->tqh_first; h != NULL; h = h->next.tqe_next)
		count += strcasecmp(h->key, name) == 0;
	return count;
}

struct slice http_body(struct http_request *r)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(r->inner);
	size_t len = evbuffer_get_length(body);

	return (struct slice){ (const char *)evbuffer_pullup(body, -1), len };
}

static const char *query_of(const struct http_request *r)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(r->inner);

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

bool http_query_names(const struct http_request *r, bool (*each)(const char *name, void *arg),
		      void *arg)
{
	const char *query = query_of(r);
	struct evkeyvalq pairs;
	bool ok = true;

	if (query == NULL || evhttp_parse_query_str(query, &pairs) != 0)
		return true;
	for (struct evkeyval *p = pairs.tqh_first; p != NULL && ok; p = p->next.tqe_next)
		ok = each(p->key, arg);
	evhttp_clear_headers(&pairs);
	return ok;
}

/* Appends the value, with a comma unless it is the first. */
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

void http_on_gone(struct http_request *r, http_handler *on_gone)
{
	r->on_gone = on_gone;
}

void http_deadline(struct http_request *r, uint64_t after_ms, http_handler *on_late)
{
	r->on_late = on_late;
	timer_set(&r->late, after_ms);
}

bool http_take_over(struct http_request *r, http_handler *on_gone)
{
	if (r->muted)
		return false;
	timer_cancel(&r->late);
	r->on_gone = on_gone;
	return true;
}

void http_mute(struct http_request *r, bool on)
{
	r->muted = on;
}

void http_write(struct http_request *r, const void *bytes, size_t len)
{
	if (!r->muted)
		evbuffer_add(evhttp_request_get_output_buffer(r->inner), bytes, len);
}

void http_puts(struct http_request *r, const char *text)
{
	http_write(r, text, strlen(text));
}

void http_header(struct http_request *r, const char *name, const char *value)
{
	if (!r->muted)
		evhttp_add_header(evhttp_request_get_output_headers(r->inner), name, value);
}

/* Of statuses that evhttp has no words for; NULL: it has. */
static const char *reason_of(int status)
{
	static const struct {
		int         status;
		const char *reason;
	} rows[] = {
		{ 415, "Unsupported Media Type" }, { 428, "Precondition Required" },
		{ 504, "Gateway Timeout" },        { 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].status == status)
			return rows[i].reason;
	}
	return NULL;
}

void http_answer(struct http_request *r, int status, const char *type)
{
	struct evbuffer *body = evhttp_request_get_output_buffer(r->inner);
	struct evhttp_connection *evcon;

	if (r->muted)
		return;
	http_header(r, "Content-Type", type);
	http_header(r, "Cache-Control", "no-store");
	if (http_method(r) == HTTP_HEAD) {
		char length[24];

		snprintf(length, sizeof(length), "%zu", evbuffer_get_length(body));
		http_header(r, "Content-Length", length);
		evbuffer_drain(body, evbuffer_get_length(body));
	}
	evcon = evhttp_request_get_connection(r->inner);
	r->answered = true;
	timer_cancel(&r->late);
	evhttp_send_reply(r->inner, status, reason_of(status), NULL);
	/* evhttp would cut a client that has shut down its sending side; a write finds who left */
	if (evcon != NULL)
		bufferevent_disable(evhttp_connection_get_bufferevent(evcon), EV_READ);
	else
		http_request_free(r);
}
