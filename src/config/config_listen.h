/* SPDX-License-Identifier: BSD-2-Clause */
/* One listening address, of a service or of the API, as the configuration says it. */
#ifndef CONFIG_CONFIG_LISTEN_H
#define CONFIG_CONFIG_LISTEN_H

#include <stdint.h>

#include "core/addr.h"

struct listen_conf {
	uint64_t    given;
	struct addr addr;		/* one address: port ranges are unfolded */
	uint32_t    mode;		/* unix sockets; 0666 */
	const char *user, *group;	/* owner of a unix socket; NULL: unchanged */
	uint32_t    backlog;
};

#endif
