/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POST /_v1/reload: requests a reload from the master, and answers the client when the
 * master has answered.
 */
#ifndef ADMIN_RELOAD_H
#define ADMIN_RELOAD_H

struct http_request;
struct route_captures;

void reload_serve(struct http_request *r, const struct route_captures *captures);

#endif
