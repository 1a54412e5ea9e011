/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of the parameters of a query. A route says which it takes; a request with another one
 * is refused before its handler sees it: what is misspelled must not be ignored.
 */
#ifndef ADMIN_QUERY_NAMES_H
#define ADMIN_QUERY_NAMES_H

#include <stdbool.h>

#include "core/base.h"

struct http_request;

/* `taken`: NULL at the end. false: answered, 400: with the nearest name, or one is repeated. */
bool query_names_check(struct http_request *r, const char *const *taken) MUST_CHECK;

#endif
