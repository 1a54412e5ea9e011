/* SPDX-License-Identifier: BSD-2-Clause */
/* What iphash goes by: core/pool.h. */
#ifndef PROXY_SESSION_SEED_H
#define PROXY_SESSION_SEED_H

#include <stdint.h>

struct session;
struct subscription_conf;

/* Of the address of the client, without its port; the same for all that have none. */
uint64_t session_seed(const struct session *s, const struct subscription_conf *conf);

#endif
