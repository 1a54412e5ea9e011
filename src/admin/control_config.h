/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What in the control process follows the configuration: services and backends, their checks
 * and addresses, log targets, rates. control.c is the process around it.
 */
#ifndef ADMIN_CONTROL_CONFIG_H
#define ADMIN_CONTROL_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct change_op;
struct config;

/* As many services and backends as there may be. false: out of memory. */
bool control_config_open(const struct config *config, uint32_t services,
			 uint32_t backends) MUST_CHECK;
void control_config_close(void);

/* For struct child_role. */
bool control_config_prepare(const struct change_op *op, char *why);
void control_config_commit(uint64_t serial, const char *by);
void control_config_abort(void);
void control_config_close_address(uint32_t id);
void control_config_slots(void);

#endif
