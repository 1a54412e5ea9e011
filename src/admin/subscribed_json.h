/* SPDX-License-Identifier: BSD-2-Clause */
/* The nodes of a key of a subscription server, as they lie in the shared memory, for the API. */
#ifndef ADMIN_SUBSCRIBED_JSON_H
#define ADMIN_SUBSCRIBED_JSON_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct pool;
struct subscription_conf;
struct text;

/* `"nodes":[...]` of any pool. */
void subscribed_json_nodes(const struct pool *pool, struct text *out);

/* `"balance":"wrr","nodes":[...]` of a value. false: it is damaged, nothing was appended. */
bool subscribed_json_print(struct slice value, const struct subscription_conf *conf,
			   struct text *out) MUST_CHECK;
/* The same as an object, of the key of that server. false: it has no nodes. */
bool subscribed_json_key(const char *server, const struct subscription_conf *conf, struct slice key,
			 struct text *out) MUST_CHECK;

#endif
