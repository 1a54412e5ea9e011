/* SPDX-License-Identifier: BSD-2-Clause */
/* The line of the log that says who has changed what by the API. */
#ifndef ADMIN_AUDIT_H
#define ADMIN_AUDIT_H

#include <stdint.h>

struct arena;
struct config_diff;
struct http_request;

/* "PATCH /_v1/services/web by api deploy from 10.0.9.4:51234", in the arena. */
const char *audit_request(const struct http_request *r, const char *by, struct arena *arena);
/* A change of it is in force. */
void audit_applied(const char *request, const struct config_diff *diff, uint64_t generation);

/* Nodes that were announced are removed by it, which is no change of the configuration. */
void audit_forgotten(const struct http_request *r);

#endif
