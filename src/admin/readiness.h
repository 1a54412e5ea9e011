/* SPDX-License-Identifier: BSD-2-Clause */
/* The health URLs: whether heddle runs, whether it serves, whether services have backends. */
#ifndef ADMIN_READINESS_H
#define ADMIN_READINESS_H

struct http_request;
struct route_captures;

/* 200 while the master sends heartbeats. */
void readiness_serve_live(struct http_request *r, const struct route_captures *captures);
/* 200 when the configuration is applied, workers serve, and heddle is not stopping. */
void readiness_serve_ready(struct http_request *r, const struct route_captures *captures);
/* `?service=a,b`: 200 when it is ready and each of these services has a usable backend. */
void readiness_serve(struct http_request *r, const struct route_captures *captures);

#endif
