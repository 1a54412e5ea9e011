/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which routes have scripts: changes of the configuration, as the mapper process is sent them,
 * start scripts and end them. It is sent services for their removal alone.
 */
#ifndef MAPPER_MAPPER_ROUTES_H
#define MAPPER_MAPPER_ROUTES_H

struct change_op;

/* Any operation; its object is this file's now. */
void mapper_routes_prepare(const struct change_op *op);
void mapper_routes_commit(void);
void mapper_routes_abort(void);

#endif
