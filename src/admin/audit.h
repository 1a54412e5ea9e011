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

/* What it has changed is no configuration: "what was announced is removed". */
void audit_write(const struct http_request *r, const char *what);

#endif
