/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of a uwsgi service as the stats server of uWSGI's fastrouter writes them, in pieces.
 * It is valid JSON whatever keys and addresses are, and whatever is removed between two pieces.
 */
#ifndef ADMIN_FASTROUTER_JSON_H
#define ADMIN_FASTROUTER_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "admin/fastrouter_write.h"
#include "admin/service_walk.h"
#include "config/config_subscription.h"
#include "core/base.h"
#include "core/handle.h"
#include "core/shared_table.h"

struct text;

enum fastrouter_part {
	FASTROUTER_HEAD, FASTROUTER_NODES, FASTROUTER_SERVERS, FASTROUTER_KEYS, FASTROUTER_END
};

/* An answer under way. */
struct fastrouter_json {
	struct handle service;
	struct fastrouter_write      write;
	enum fastrouter_part part;
	struct service_walk  nodes;
	uint32_t             route;	/* the next one whose server's keys come */
	struct shared_table  table;	/* of the present server */
	struct shared_walk   keys;
	struct subscription_conf server;	/* its texts are not read */
};

void fastrouter_json_open(struct fastrouter_json *j, struct handle service, bool minified);
void fastrouter_json_close(struct fastrouter_json *j);
/* Appends the next piece, which may be empty. false: it was the last. */
bool fastrouter_json_next(struct fastrouter_json *j, struct text *out) MUST_CHECK;

#endif
