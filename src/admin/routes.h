/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of routes, and the answers to requests that are for none of them. */
#ifndef ADMIN_ROUTES_H
#define ADMIN_ROUTES_H

struct http_request;

void routes_serve(struct http_request *r);

#endif
