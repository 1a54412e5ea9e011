/* SPDX-License-Identifier: BSD-2-Clause */
/* Which senders a fan-out serves: networks of `allow` and `deny`. Unix senders have no network. */
#ifndef UDP_FANOUT_SENDERS_H
#define UDP_FANOUT_SENDERS_H

#include <stdbool.h>

#include "core/network.h"

struct fanout_senders {
	struct network *list;		/* those of deny first */
	unsigned        denied, allowed;
};

/* From the texts of the configuration; NULL: none. */
void fanout_senders_open(struct fanout_senders *s, const char *allow, const char *deny);
void fanout_senders_close(struct fanout_senders *s);
bool fanout_senders_admit(const struct fanout_senders *s, const struct sockaddr *sender);

#endif
