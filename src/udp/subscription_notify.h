/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Acknowledgements of new nodes, which an announcement asks for by `notify`: a text to a unix
 * datagram socket, as core/notify.c of uWSGI receives it. Only senders on this machine get one:
 * the path means something else on others.
 */
#ifndef UDP_SUBSCRIPTION_NOTIFY_H
#define UDP_SUBSCRIPTION_NOTIFY_H

#include <sys/socket.h>

#include "core/subscription.h"

void subscription_notify_added(const struct subscription *s, const struct sockaddr *sender);

#endif
