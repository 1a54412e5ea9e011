/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shuttle's API at the root: /, /_config, /_stats, /SERVICE, /SERVICE/_config, /SERVICE/_stats,
 * /SERVICE/BACKEND, as shuttle's clients know them. Statuses, texts and shapes are shuttle's.
 */
#ifndef ADMIN_SHUTTLE_ROUTES_H
#define ADMIN_SHUTTLE_ROUTES_H

struct http_request;

/* Serves every path that is not of heddle's own tree; `path` is decoded, and is changed. */
void shuttle_routes_serve(struct http_request *r, char *path);

#endif
