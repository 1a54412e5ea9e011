/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The remote cache protocol (core/cache_packet.h), for streams that come through the door to the
 * caches: clients of services with `cache_server`, and heddle's own processes.
 */
#ifndef UDP_CACHE_SERVER_H
#define UDP_CACHE_SERVER_H

#include <stdbool.h>

#include "core/base.h"

/* false: logged. */
bool cache_server_open(void) MUST_CHECK;
void cache_server_close(void);

#endif
