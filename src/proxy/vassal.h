/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the Emperor of uWSGI to start a vassal: a datagram with cmd=spawn, as
 * plugins/corerouter/cr_common.c of uWSGI 2.1-dev sends it and core/emperor.c reads it.
 */
#ifndef PROXY_VASSAL_H
#define PROXY_VASSAL_H

#include "core/slice.h"

#define VASSAL_TRIES 3	/* it is asked so often before a session gives up */

/* What cannot be sent is logged: it is sent again when the vassal does not come. */
void vassal_spawn(const char *emperor, struct slice name, unsigned attempt);

#endif
