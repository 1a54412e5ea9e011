/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rings of services that the addresses of names would close: as config_check_loops() for those of
 * the file, but for addresses that come while heddle runs. To lead to another service is allowed.
 * It lives in an arena, and in what is in force or will be.
 */
#ifndef CONFIG_CONFIG_RING_H
#define CONFIG_CONFIG_RING_H

#include <stdbool.h>

struct arena;
struct backend_conf;
struct config;
struct config_ring;
struct object;

struct config_ring *config_ring_new(const struct config *config, struct arena *arena);
void config_ring_close(struct config_ring *ring);	/* NULL: nothing */
/* A backend of the service, besides those of the configuration. */
void config_ring_add(struct config_ring *ring, const struct object *service,
		     const struct backend_conf *backend);
/*
 * Whether such a backend, or its check, leads back to the service that it would be of. Then
 * *listener is the one that it comes in by, of *owner.
 */
bool config_ring_closed(struct config_ring *ring, const struct object *service,
			const struct backend_conf *backend, const struct object **listener,
			const struct object **owner);

#endif
