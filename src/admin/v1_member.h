/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of names under /_v1: they can be read, and only DNS changes them. */
#ifndef ADMIN_V1_MEMBER_H
#define ADMIN_V1_MEMBER_H

#include <stdbool.h>

struct http_request;

/* Answers a request about services/SERVICE/backends/NAME; false: that is no address of a name. */
bool v1_member_serve(struct http_request *r, const char *service, const char *name);

#endif
