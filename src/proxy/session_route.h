/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of a session along the routes of its service: each names nodes, one after the other,
 * until one is connected. What is known of it is greeting.walk.
 */
#ifndef PROXY_SESSION_ROUTE_H
#define PROXY_SESSION_ROUTE_H

#include <stdbool.h>

#include "core/base.h"

struct backend;
struct service;
struct session;

/* Whether its nodes come by routes. */
bool session_route_used(const struct session *s);
/* The next node, counted and held; NULL: no route has one that is usable. */
struct backend *session_route_take(struct session *s) MUST_CHECK;
/* After session_route_take() gave NULL: a route has nodes, all of them at their limits. */
bool session_route_full(const struct session *s);
/* The service whose backends are tried: its rules say what a failure means. */
struct service *session_route_service(const struct session *s);
/* Dialling s->backend has failed; true: its address says only that the route knows no node. */
bool session_route_missing(struct session *s, int error);
/* After session_route_take() gave NULL: no route knows the key. */
bool session_route_unknown(const struct session *s);
/* A node is connected: what is known of others is not needed any more. */
void session_route_release(struct session *s);
/* A node is connected: counts it for the route that named a backend; others count in its cell. */
void session_route_connected(const struct session *s);
/* Name of the route of the node that was tried last; NULL: none. */
const char *session_route_name(const struct session *s);
void session_route_close(struct session *s);

#endif
