/* SPDX-License-Identifier: BSD-2-Clause */
/* The address of a client. */
#ifndef PROXY_PEER_H
#define PROXY_PEER_H

#include <netinet/in.h>
#include <sys/socket.h>

union peer {	/* unix addresses have no name worth keeping; AF_UNSPEC: none */
	struct sockaddr     sa;
	struct sockaddr_in  in;
	struct sockaddr_in6 in6;
};

#endif
