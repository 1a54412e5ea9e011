/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening addresses in the control process: those of the API, which it accepts from
 * (admin_listen.c), and those of services, which it only shows (listening.c).
 */
#ifndef ADMIN_ADDRESSES_H
#define ADMIN_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

struct change_op;
struct settings;

void addresses_open(void);
void addresses_close(void);

/* For struct child_role. Prepare: false: it is not about an address. */
bool addresses_prepare(const struct change_op *op);
void addresses_commit(const struct settings *settings);
void addresses_abort(void);
void addresses_close_one(uint32_t id);

#endif
