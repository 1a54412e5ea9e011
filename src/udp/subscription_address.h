/* SPDX-License-Identifier: BSD-2-Clause */
/* The address in an announcement, as uWSGI instances write it: core/socket.c of uWSGI. */
#ifndef UDP_SUBSCRIPTION_ADDRESS_H
#define UDP_SUBSCRIPTION_ADDRESS_H

#include <sys/socket.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/slice.h"

enum subscription_where {
	WHERE_ADDRESS,	/* addr is set */
	WHERE_NAME,	/* of a host, which DNS has to say the addresses of */
	WHERE_NO_HOST,	/* a port alone, and the sender has no host either */
	WHERE_BAD,
};

#define SUBSCRIPTION_ADDRESS 300	/* bytes of an address with its host */

/*
 * `name` is the address with a host: that of the sender where it is a port alone (the same machine
 * for a unix socket), and a relative path is one of the folder where heddle was started. It lies
 * in `buf`, or in `text`.
 */
enum subscription_where subscription_address(struct slice text, const struct sockaddr *sender,
					     char buf[SUBSCRIPTION_ADDRESS], struct slice *name,
					     struct addr *addr) MUST_CHECK;

#endif
