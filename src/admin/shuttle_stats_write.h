/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects in the statistics of shuttle's API, in pieces: a service is its front, its backends and
 * the rest.
 */
#ifndef ADMIN_SHUTTLE_STATS_WRITE_H
#define ADMIN_SHUTTLE_STATS_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/shuttle.h"
#include "core/json_writer.h"

struct service;

/* The members of a service in front of its backends. */
void shuttle_stats_write_front(struct json_writer *w, const struct shuttle_service *conf);
/* Those behind its backends. NULL: the service was removed, it has no numbers any more. */
void shuttle_stats_write_rest(struct json_writer *w, const struct service *s,
			      const struct shuttle_service *conf, enum shuttle_dialect dialect);
/*
 * A whole backend as an item of an array, or alone; it probably is the `guess`-th of its service. A
 * name is one backend, as it was written. false: the service does not have it now.
 */
bool shuttle_stats_write_backend(struct json_writer *w, const struct service *s,
				 const struct shuttle_backend *conf, uint32_t guess);

#endif
