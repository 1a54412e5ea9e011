/* SPDX-License-Identifier: BSD-2-Clause */
/* /_v1/config and the objects below it: read, put, patched, removed. */
#ifndef ADMIN_V1_H
#define ADMIN_V1_H

#include "admin/route.h"

/* GET, PUT, PATCH of everything. */
void v1_serve_config(struct http_request *r, const struct route_captures *captures);
/* GET, PUT, PATCH, DELETE of the object that the captures name. */
void v1_serve_object(struct http_request *r, const struct route_captures *captures);
/* GET /_v1/services, /_v1/services/S/backends, ...: all objects of a kind, by name. */
void v1_serve_section(struct http_request *r, const struct route_captures *captures);
/* POST /_v1/resolve: names are resolved now, and answered when that is done. */
void v1_resolve_serve(struct http_request *r, const struct route_captures *captures);
/* POST /_v1/check: checked backends are checked now, and answered when that is done. */
void v1_check_serve(struct http_request *r, const struct route_captures *captures);

/*
 * GET /_v1/fanouts/F/known, ?key=KEY: the instances that a fan-out knows. They are read from the
 * shared memory, a piece at a time as the client takes it: however many there are, the event loop
 * is not held up.
 */
void v1_known_serve(struct http_request *r, const struct route_captures *captures);
/* POST /_v1/fanouts/F/replay: all targets, or one, are sent all of them. */
void v1_replay_serve(struct http_request *r, const struct route_captures *captures);

/* A key of a subscription server: /_v1/subscriptions/N/KEY. */
void v1_key_serve(struct http_request *r, const struct route_captures *captures);
/*
 * GET /_v1/subscribed/N, ?prefix=TEXT: the keys of a subscription server with their nodes, in
 * pieces as those of v1_known_serve().
 */
void v1_subscribed_serve(struct http_request *r, const struct route_captures *captures);

/* An item of a cache: /_v1/caches/C/KEY. */
void v1_item_serve(struct http_request *r, const struct route_captures *captures);
/* GET /_v1/cached/C, ?prefix=TEXT: the items of a cache, in the same way. */
void v1_cached_serve(struct http_request *r, const struct route_captures *captures);

#endif
