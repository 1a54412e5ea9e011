/* SPDX-License-Identifier: BSD-2-Clause */
/* The figures of a backend as shuttle has them; of a name: the sums of its addresses. */
#ifndef ADMIN_SHUTTLE_SUMS_H
#define ADMIN_SHUTTLE_SUMS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/json_writer.h"

struct backend;
struct service;

struct shuttle_sums {
	bool     up;	/* of a name: one of its addresses is */
	uint64_t sent, received;	/* bytes to the backend, bytes from it */
	uint64_t errors, connections, active;
	uint64_t check_success, check_fail;
};

/* `b`: one of the service's backends, or of its groups. */
void shuttle_sums_read(struct shuttle_sums *sums, const struct service *s,
		       const struct backend *b);

/* The members of a name: status, the word of heddle-api(7), and addresses, how many. */
void shuttle_sums_status(struct json_writer *w, const struct service *s,
			 const struct backend *group);

#endif
