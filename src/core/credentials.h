/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has sent a datagram to a unix socket, as the system says it: a sender cannot lie about it.
 * Linux and FreeBSD do; elsewhere there are none.
 */
#ifndef CORE_CREDENTIALS_H
#define CORE_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base.h"

struct credentials {
	bool     known;		/* false: the others mean nothing */
	uint32_t uid, gid;
};

#define CREDENTIALS_SPACE 256	/* bytes of msg_control, aligned as struct cmsghdr */

/* Whether this system tells at all. */
bool credentials_exist(void) MUST_CHECK;
/* What comes to the socket from now on has some, or not any more. false: errno. */
bool credentials_want(int fd, bool on) MUST_CHECK;
/* Of a datagram that was received with CREDENTIALS_SPACE bytes for control messages. */
struct credentials credentials_of(const struct msghdr *head);

#endif
