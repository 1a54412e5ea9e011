/* SPDX-License-Identifier: BSD-2-Clause */
/* Which backends are not up, as the state file has it: {"web/one": "down"}. */
#ifndef ADMIN_STATE_HEALTH_H
#define ADMIN_STATE_HEALTH_H

struct config;
struct text;

/* Appends the mapping, from the cells of the backends in `config`. */
void state_health_print(const struct config *config, struct text *out);

#endif
