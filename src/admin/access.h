/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may do what by the API. A request is admitted before its handler sees it: a web page of
 * somebody else must not use the browser of an operator (Host, Origin), and a TCP listener may
 * ask for a token. What a token allows per service, handlers ask here.
 *
 * A handler that changes something: its row in routes.c says the level that it needs at least
 * (HTTP_ACCESS_OPERATE for PATCH of a backend); http_access() says the level that the request has,
 * and with HTTP_ACCESS_OPERATE alone only `state` and `drain_timeout` may be in the body.
 */
#ifndef ADMIN_ACCESS_H
#define ADMIN_ACCESS_H

#include <stdbool.h>

#include "core/base.h"

struct http_request;
struct settings;
struct tokens;

/* What is in force; takes the reference to `tokens`. NULL: none are asked for. */
void access_set_tokens(struct tokens *tokens);
void access_set_hosts(const char *hosts);	/* as in struct admin_conf; copied */
void access_close(void);

/* Whether the request may be served at all. false: it has been answered, 401 or 403. */
bool access_admit(struct http_request *r) MUST_CHECK;

/* Whether its token may change the service; NULL: a change that concerns no service. */
bool access_service(const struct http_request *r, const char *service) MUST_CHECK;
/* The answer when it may not: 403. `service` may be NULL. */
void access_refuse(struct http_request *r, const char *service);
/* The name of its token; NULL: it has none. */
const char *access_name(const struct http_request *r);

/* Whether a Host, with or without a port, is an address, localhost, or one of `hosts`. */
bool access_knows_host(const char *host, const char *hosts) MUST_CHECK;
/* Whether an Origin is that of the page which `host` (NULL: none) has served, or one of `hosts`. */
bool access_knows_origin(const char *origin, const char *host, const char *hosts) MUST_CHECK;

#endif
