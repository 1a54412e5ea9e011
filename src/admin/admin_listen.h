/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses of `admin.listen` in the control process. Their sockets are those of own_sockets.h;
 * what clients may do there comes with the settings.
 */
#ifndef ADMIN_ADMIN_LISTEN_H
#define ADMIN_ADMIN_LISTEN_H

#include <stdint.h>

#include "process/kind.h"

struct config;
struct settings;

/* For struct process_kind: every address of the configuration. */
void admin_listen_configured(const struct config *config, kind_listen *listen, void *arg);

/*
 * After own_sockets_commit(). Files and names are in force; new addresses are served, and all do
 * what the settings say.
 */
void admin_listen_commit(const struct settings *settings);
void admin_listen_close_address(uint32_t id);	/* the master has shut it down */

#endif
