/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/access.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/tokens.h"
#include "core/slice.h"
#include "core/text.h"

#define HOST_BYTES 256

static struct tokens *tokens;
static struct text hosts;	/* each with a blank behind it */

void access_set_tokens(struct tokens *next)
{
	tokens_release(tokens);
	tokens = next;
}

void access_set_hosts(const char *names)
{
	text_clear(&hosts);
	text_puts(&hosts, names != NULL ? names : "");
}

void access_close(void)
{
	access_set_tokens(NULL);
	text_close(&hosts);
	text_init(&hosts);
}

/* A port, or nothing. */
static bool is_port(const char *text)
{
	return *text == '\0' || (*text == ':' && text[1 + strspn(text + 1, "0123456789")] == '\0');
}

static bool is_address(int family, const char *text)
{
	unsigned char parsed[sizeof(struct in6_addr)];

	return inet_pton(family, text, parsed) == 1;
}

static bool is_one_of(const char *name, const char *names)
{
	size_t len = strlen(name);

	for (const char *at = names; at != NULL && *at != '\0'; at += strcspn(at, " ") + 1) {
		if (strcspn(at, " ") == len && strncasecmp(at, name, len) == 0)
			return true;
	}
	return false;
}

bool access_knows_host(const char *host, const char *names)
{
	char name[HOST_BYTES];
	size_t len = *host == '[' ? strcspn(host, "]") : strcspn(host, ":");

	if (len >= sizeof(name) || len == 0)
		return false;
	memcpy(name, host, len);
	name[len] = '\0';
	if (*host == '[')
		return host[len] == ']' && is_port(host + len + 1) &&
		       is_address(AF_INET6, name + 1);
	if (!is_port(host + len))
		return false;
	if (name[len - 1] == '.')
		name[len - 1] = '\0';
	return is_address(AF_INET, name) || strcasecmp(name, "localhost") == 0 ||
	       is_one_of(name, names);
}

/* Without the port that a browser leaves out of Host, too. */
static size_t significant(const char *authority, const char *default_port)
{
	size_t len = strlen(authority), port = strlen(default_port);

	if (len > port && strcmp(authority + len - port, default_port) == 0)
		return len - port;
	return len;
}

bool access_knows_origin(const char *origin, const char *host, const char *names)
{
	bool tls = strncasecmp(origin, "https://", 8) == 0;
	const char *port = tls ? ":443" : ":80", *authority = origin + (tls ? 8 : 7);
	char name[HOST_BYTES];
	size_t len;

	if (!tls && strncasecmp(origin, "http://", 7) != 0)
		return false;	/* "null": a page without an origin */
	len = significant(authority, port);
	if (host != NULL && significant(host, port) == len &&
	    strncasecmp(authority, host, len) == 0)
		return true;
	len = strcspn(authority, ":");
	if (len >= sizeof(name))
		return false;
	memcpy(name, authority, len);
	name[len] = '\0';
	return is_port(authority + len) && is_one_of(name, names);
}

/* Monitoring calls these by whatever name the network has for the machine. */
static bool is_free_of_host(const struct http_request *r)
{
	const char *path = http_encoded_path(r);

	return strcmp(path, "/metrics") == 0 || strcmp(path, "/_health") == 0 ||
	       strncmp(path, "/_health/", 9) == 0;
}

/* A browser cannot connect to a unix socket, and what programs write into Host there is free. */
static bool check_host(struct http_request *r)
{
	const char *host = http_request_header(r, "Host");

	if (http_is_local(r) || is_free_of_host(r) || host == NULL)
		return true;	/* HTTP/1.0 has none, and no browser leaves it out */
	if (http_request_header_count(r, "Host") == 1 &&
	    access_knows_host(host, text_cstr(&hosts)))
		return true;
	answer_error(r, 403, "unknown host",
		     "Host is neither an address nor localhost: add its name to admin.hosts");
	return false;
}

static bool check_origin(struct http_request *r)
{
	const char *origin = http_request_header(r, "Origin");
	const char *site = http_request_header(r, "Sec-Fetch-Site");
	bool foreign = site != NULL && strcasecmp(site, "cross-site") == 0;

	if (origin != NULL)
		foreign |= http_request_header_count(r, "Origin") != 1 ||
			   !access_knows_origin(origin, http_request_header(r, "Host"),
						text_cstr(&hosts));
	if (!foreign)
		return true;
	answer_error(r, 403, "foreign origin",
		     "a page of another site has sent this; if it is yours, add its host to "
		     "admin.hosts");
	return false;
}

static bool refuse_token(struct http_request *r, const char *challenge, const char *detail)
{
	http_header(r, "WWW-Authenticate", challenge);
	answer_error(r, 401, "no valid token", detail);
	return false;
}

static bool check_token(struct http_request *r)
{
	static const char scheme[] = "Bearer ";
	const char *header = http_request_header(r, "Authorization");
	const struct token *token;

	if (tokens == NULL || http_is_local(r))
		return true;
	if (header == NULL)
		return refuse_token(r, "Bearer", "send Authorization: Bearer TOKEN");
	if (http_request_header_count(r, "Authorization") != 1 ||
	    strncasecmp(header, scheme, strlen(scheme)) != 0)
		return refuse_token(r, "Bearer error=\"invalid_request\"",
				    "send one Authorization: Bearer TOKEN");
	header += strlen(scheme);
	header += strspn(header, " ");
	token = tokens_find(tokens, (struct slice){ header, strcspn(header, " ") });
	if (token == NULL)
		return refuse_token(r, "Bearer error=\"invalid_token\"",
				    "the file of admin.tokens does not have this one");
	http_grant(r, tokens, token);
	return true;
}

bool access_admit(struct http_request *r)
{
	return check_origin(r) && check_host(r) && check_token(r);
}

bool access_service(const struct http_request *r, const char *service)
{
	const struct token *token = http_token(r);

	return token == NULL || tokens_match(token, service);
}

void access_refuse(struct http_request *r, const char *service)
{
	char detail[256];

	if (service != NULL)
		snprintf(detail, sizeof(detail), "the token %s may not change the service %.100s",
			 http_token(r)->name, service);
	else
		snprintf(detail, sizeof(detail),
			 "the token %s may change some services only, and this concerns no service",
			 http_token(r)->name);
	answer_error(r, 403, "not allowed with this token", detail);
}

const char *access_name(const struct http_request *r)
{
	const struct token *token = http_token(r);

	return token != NULL ? token->name : NULL;
}
