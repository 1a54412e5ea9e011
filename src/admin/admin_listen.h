/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses of `admin.listen` in the control process. Their sockets are the master's and come
 * with operations; what clients may do there comes with the settings.
 */
#ifndef ADMIN_ADMIN_LISTEN_H
#define ADMIN_ADMIN_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "process/kind.h"

struct change_op;
struct config;
struct settings;

/* For struct process_kind: every address of the configuration. */
void admin_listen_configured(const struct config *config, kind_listen *listen, void *arg);

/* Keeps an operation on an address of this kind. false: it is another operation. */
bool admin_listen_prepare(const struct change_op *op);
/* Files and names are in force; new addresses are served, and all do what the settings say. */
void admin_listen_commit(const struct settings *settings);
void admin_listen_abort(void);
void admin_listen_close_address(uint32_t id);	/* the master has shut it down */

#endif
