/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the resolver process, in the order in which they are called. */
#include <stddef.h>

#include "udp/backend_names.h"
#include "udp/cache_part.h"
#include "udp/cache_request.h"
#include "udp/datagram_part.h"
#include "udp/dns_part.h"
#include "udp/fanouts.h"
#include "udp/known_part.h"
#include "udp/resolver_part.h"
#include "udp/subscription_part.h"

const struct resolver_part *const resolver_parts[] = {
	&dns_part,
	&known_part,	/* before those who use it */
	&backend_names_part,
	&subscription_part,
	&cache_part,
	&cache_request_part,
	&datagram_part,	/* parts are closed from the last one on */
	&fanouts_part,
	NULL,
};
