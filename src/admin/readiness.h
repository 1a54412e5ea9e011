/* SPDX-License-Identifier: BSD-2-Clause */
/* The health URLs: whether heddle turns, whether it serves, whether some of its services do. */
#ifndef ADMIN_READINESS_H
#define ADMIN_READINESS_H

struct http_request;

/* The master and this process turn. */
void readiness_serve_live(struct http_request *r, const char *rest);
/* The configuration is applied, workers serve, nobody is stopping. */
void readiness_serve_ready(struct http_request *r, const char *rest);
/* `?service=a,b`: ready, and each of these has a backend to use. */
void readiness_serve(struct http_request *r, const char *rest);

#endif
