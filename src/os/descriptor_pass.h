/* SPDX-License-Identifier: BSD-2-Clause */
/* A descriptor that goes to another process, over a unix socket: SCM_RIGHTS, see unix(7). */
#ifndef OS_DESCRIPTOR_PASS_H
#define OS_DESCRIPTOR_PASS_H

#include <sys/types.h>

#include "core/base.h"
#include "core/slice.h"

/* With these bytes, one or more. The caller's own one stays open. Bytes sent; -1 with errno. */
ssize_t descriptor_pass_send(int to, int fd, struct slice bytes) MUST_CHECK;
/*
 * The next one, and the bytes that came with it, *len of `room`: non-blocking, closed by exec. -1
 * with errno: EAGAIN if there is none, EPIPE at the end, EPROTO for bytes without a descriptor.
 */
int descriptor_pass_receive(int from, char *bytes, size_t room, size_t *len) MUST_CHECK;

#endif
