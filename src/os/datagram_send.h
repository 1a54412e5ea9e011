/* SPDX-License-Identifier: BSD-2-Clause */
/* One datagram from a socket of its own, for what is sent now and then. */
#ifndef OS_DATAGRAM_SEND_H
#define OS_DATAGRAM_SEND_H

#include <stdbool.h>
#include <sys/socket.h>

#include "core/base.h"
#include "core/slice.h"

/* Never waits: for a reader that does not read it is lost. false with errno. */
bool datagram_send(const struct sockaddr *to, socklen_t len, struct slice bytes) MUST_CHECK;

#endif
