/* SPDX-License-Identifier: BSD-2-Clause */
/* `post_buffering`: where the bodies of requests are kept until a backend is chosen. */
#ifndef CONFIG_CONFIG_BODY_H
#define CONFIG_CONFIG_BODY_H

#include <stdbool.h>
#include <stdint.h>

struct body_conf {
	uint64_t    given;
	bool        on;		/* any `post_buffering:` but off and 0 */
	uint64_t    memory;	/* bytes of the longest body that is kept in memory */
	const char *dir;	/* folder of the files of longer ones */
	/* Bytes of all bodies together, in one worker; 0: no limit. */
	uint64_t    max_memory, max_disk;
};

#endif
