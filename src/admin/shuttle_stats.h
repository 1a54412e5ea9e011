/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statistics by shuttle's API: its fields with its names and in its order, and behind them those of
 * GET /_v1/stats under names that shuttle does not have.
 */
#ifndef ADMIN_SHUTTLE_STATS_H
#define ADMIN_SHUTTLE_STATS_H

struct http_request;

void shuttle_stats_serve(struct http_request *r);	/* all services, by name */
void shuttle_stats_serve_service(struct http_request *r, const char *service);
void shuttle_stats_serve_backend(struct http_request *r, const char *service,
				 const char *backend);

#endif
