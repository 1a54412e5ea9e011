/* SPDX-License-Identifier: BSD-2-Clause */
/* Which path is served by whom: a table, and the errors for what is not in it. */
#ifndef ADMIN_ROUTES_H
#define ADMIN_ROUTES_H

struct http_request;

void routes_serve(struct http_request *r);

#endif
